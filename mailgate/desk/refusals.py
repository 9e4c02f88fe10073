"""The letter `command_refused`: why a mail was not carried out, line by line, with its words, and the one-tap links
that correct it. What it speaks of waits in `kept.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailgate.desk import kept, notices, showing
from mailgate.desk.agent_writes import ASKING
from mailgate.desk.kept import Found, Held
from mailgate.desk.rights import sees
from mailgate.outbox.next_steps import next_steps
from mailgate.outbox.view import LetterView, Mistake, Tap
from mailgate.rules.commands import read_commands
from mailgate.rules.destination import TO_NOTE, TO_REPORTER
from mailgate.rules.written import Command
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


def refuse(tx: Tx, held: Held, mistakes: tuple[Mistake, ...], why: Sentence | None = None) -> None:
    """Nothing of it was done and nothing sent: say why, and keep the mail for a correction."""
    kept.keep(tx, held, _refusal(tx, held, mistakes, why))


def refuse_again(
    tx: Tx, found: Iterable[Found], held: Held, mistakes: tuple[Mistake, ...], why: Sentence | None = None
) -> None:
    """The answer to such a letter was no use: say why, with the words that are still kept."""
    several = tuple(found)
    words = "\n\n".join(each.words for each in several if each.words)
    files = tuple(file for each in several for file in each.files)
    uncertain = any(each.uncertain for each in several)
    letter = _refusal(tx, replace(held, words=words, files=files, uncertain=uncertain), mistakes, why)
    for each in several:
        kept.keep_again(tx, each, letter)


def mistake(language: str, line: str, why: Sentence, near: Iterable[str] = (), rest: Iterable[str] = ()) -> Mistake:
    """One marked line with what may have been meant, each a one-tap link that writes the whole mail's commands:
    `rest` are those that were right."""
    said, right = why.whole.in_language(language), tuple(rest)
    return Mistake(line, said, tuple(Tap(each, _together(each, right)) for each in near))


def in_place(
    language: str, line: str, why: Sentence, near: Iterable[str], around: tuple[tuple[str, ...], tuple[str, ...]]
) -> Mistake:
    """A marked line whose place among the others counts: `around` are those above and below it."""
    above, below = around
    taps = tuple(Tap(each, "\r\n".join((*above, each, *below))) for each in near)
    return Mistake(line, why.whole.in_language(language), taps)


def written_out(commands: Iterable[Command], but: Command | None = None) -> tuple[str, ...]:
    """Commands as lines of their own, without the words that stood behind them; `but` is left out."""
    wanted = (each for each in commands if each is not but and each.name not in ASKING)
    return tuple(" ".join(filter(None, (sign(each), each.args))) for each in wanted)


def sign(command: Command) -> str:
    """How a command begins: `#take`, `#1042 take`."""
    if command.ticket is None:
        return command.written
    return f"#{command.ticket} {command.written.removeprefix('#')}"


def elsewhere(command: Command, line: str) -> str:
    """Another command, as it is written for the ticket that this one names."""
    return line if command.ticket is None else f"#{command.ticket} {line.removeprefix('#')}"


def _together(line: str, rest: tuple[str, ...]) -> str:
    """The corrected line with the others; where it contradicts one that says where the words go, without that."""
    whole = "\r\n".join(dict.fromkeys((line, *rest)))
    if not read_commands(whole.replace("\r\n", "\n")).misread:
        return whole
    others = (each for each in rest if not _says_where(each))
    return "\r\n".join(dict.fromkeys((line, *others)))


def _says_where(line: str) -> bool:
    return any(each.name in (*TO_REPORTER, *TO_NOTE) for each in read_commands(line).commands)


def _refusal(tx: Tx, held: Held, mistakes: tuple[Mistake, ...], why: Sentence | None) -> int:
    """About the ticket only where he sees it (still): else not even its group and its priority stand in the header."""
    ticket = held.ticket if held.ticket and sees(tx, held.agent, held.ticket) else None
    keeps = bool(held.words or held.files)
    steps = next_steps("uncertain" if held.uncertain else "command_refused", held.language, keeps=keeps)
    view = LetterView(
        site=tx.settings.site.name,
        number=ticket.number if ticket else None,
        subject=ticket.subject if ticket else "",
        words=held.words,
        why=why.whole.in_language(held.language) if why else "",
        mistakes=mistakes,
        partly=held.partly,
        uncertain=held.uncertain,
        files=showing.kept_files(held.files, held.language),
        nothing_kept=not (keeps or mistakes or held.commands),
        taps=tuple(Tap(label, command) for label, command in steps),
    )
    return notices.tell_person(
        tx, held.agent, "command_refused", view, ticket=ticket, answers=held.message_id, message=held.about
    )
