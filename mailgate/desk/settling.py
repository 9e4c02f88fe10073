"""Answers to `confirm` and `command_refused`: `#yes` and right commands bring kept mails back, `#drop` ends them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mailgate.desk import change, filling, kept, people, refusals, tickets, turned_back
from mailgate.desk.agent_writes import ASKING, AgentMail, Done, Results, results
from mailgate.desk.done import tell_done
from mailgate.desk.kept import Found
from mailgate.desk.letters_answered import text_of_letter
from mailgate.desk.rights import sees
from mailgate.desk.tickets import Ticket
from mailgate.mail.kept_words import doubt_of_words
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules import access, splitting
from mailgate.rules.commands import is_courtesy, read_commands
from mailgate.rules.written import Command, Written
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level

ENDING = ("yes", "drop")


@dataclass(frozen=True, slots=True)
class Settled:
    """What the answer brought back, each as if written so now; where there is nothing, what was said instead."""

    mails: tuple[AgentMail, ...] = ()
    results: Results = ()
    left_out: tuple[Done, ...] = ()
    """What of the answer itself goes to nobody."""


def answered(tx: Tx, mail: AgentMail) -> Settled:
    """One letter can keep several mails: `#yes` and `#drop` are about all of them, or about the one of the token."""
    token, commands = mail.thread.token, _without_questions(mail)
    if not (commands or mail.written.misread or mail.written.text):
        return Settled()
    drops = {each.name for each in commands} == {"drop"}
    letter, only = (token.letter, token.kept) if token else (None, None)
    found = kept.named_by(tx, letter, mail.agent, only, also_expired=drops)
    if found and (wrong := _wrong(tx, mail, commands, found)):
        return Settled(results=_no_use(tx, mail, found, wrong))
    taken = tuple(each for each in found if mail.level is not Level.claimed and kept.settle(tx, each))
    if not taken:
        return Settled(results=turned_back.plainly(tx, mail, sentence("refused.nothing_kept")))
    if drops:
        return Settled(results=_dropped(tx, mail, taken))
    return Settled(tuple(_again(tx, mail, each, commands) for each in taken), left_out=_left_out(tx, mail, taken))


def _wrong(tx: Tx, mail: AgentMail, commands: tuple[Command, ...], found: Sequence[Found]) -> Sentence | None:
    """Why this answer settles nothing. Text beside #yes and #drop stops nothing; he is told that it went nowhere."""
    names = {each.name for each in commands}
    if mail.written.misread:
        return sentence("refused.only_commands")
    if names == {"drop"}:
        return None
    if names == {"yes"}:
        return _wrong_yes(tx, mail, found)
    if not names or names.intersection(ENDING) or mail.written.text != _words_on_lines(tx, mail, commands):
        return sentence("refused.only_commands")
    if len(found) > 1:
        return sentence("refused.one_at_a_time")
    splits = any(each.name == "split" for each in commands)
    fits = not splits or splitting.reassembled(commands, found[0].words) is not None
    return None if fits else sentence("refused.parts_differ")


def _wrong_yes(tx: Tx, mail: AgentMail, found: Sequence[Found]) -> Sentence | None:
    if any(each.kind != "confirm" for each in found):
        return sentence("refused.nothing_to_confirm")
    if mail.level is not Level.signed and any(each.needs_signature for each in found):
        return sentence("refused.yes_unsigned")
    return None if mail.level in access.needed(tx.settings, "yes") else sentence("refused.yes_unproven")


def _words_on_lines(tx: Tx, mail: AgentMail, commands: tuple[Command, ...]) -> str:
    """Words that stand behind commands, such as `#note he called`, or that a command puts there."""
    written = read_commands("\n".join(dict.fromkeys(each.line for each in commands)))
    return filling.filled(tx, written, mail.thread.ticket, mail.agent).text


def _without_questions(mail: AgentMail) -> tuple[Command, ...]:
    return tuple(each for each in mail.written.commands if each.name not in ASKING)


def _no_use(tx: Tx, mail: AgentMail, found: Sequence[Found], why: Sentence) -> Results:
    """The answer changes nothing either; what is kept is named by one more letter."""
    marked = turned_back.marked(mail)
    for number in dict.fromkeys(each.concerns or change.WITHOUT_TICKET for each in found):
        change.record(tx, number, f"agent:{mail.agent}", "refused", why=why)
    refusals.refuse_again(tx, found, mail.held(_one_ticket(tx, found), (), ""), marked, None if marked else why)
    return results(mail.written.commands, False, str(why))


def _again(tx: Tx, mail: AgentMail, found: Found, commands: tuple[Command, ...]) -> AgentMail:
    """The kept words, with the commands he wrote then where he says yes to them, else with these. That he has seen the
    words in our letter makes them no more certain: they are judged again."""
    yes = commands[0].name == "yes"
    if yes:
        mail = replace(mail, level=mail.level if mail.level is Level.signed else Level.proven)
        commands = filling.again(tx, read_commands("\n".join(found.commands)).commands, mail.agent)
    token, answers = mail.thread.token, found.ticket or found.answered
    there = found.words.split("\n")
    lines = _words_on_lines(tx, mail, commands).split("\n")
    added = "\n".join(each for each in lines if not each or each not in there).strip("\n")
    doubt = _doubt(tx, found)
    return replace(
        mail,
        thread=replace(
            mail.thread,
            ticket=tickets.load(tx, found.ticket) if found.ticket else None,
            token=replace(token, template=found.answered or "new_message") if token and answers else None,
        ),
        written=_written(commands, added, found),
        text=found.words,
        files=found.files,
        about=found.about,
        certain=doubt is None,
        uncertain_because=doubt or mail.uncertain_because,
        shown="",
        to_letter=found.to_letter,
        kept_from=found.mail,
        was_asked=found.was_asked,
        seen=found.seen,
        draft_edited=found.draft_edited,
    )


def _doubt(tx: Tx, found: Found) -> Sentence | None:
    """Why the kept words may not leave."""
    if found.uncertain:
        return sentence("refused.uncut_kept")
    if not found.words or (found.to_letter is None and found.ticket is None):
        return None  # they answer nothing of ours
    return doubt_of_words(found.words, tx.settings.limits, text_of_letter(tx, found.to_letter))


def _written(commands: tuple[Command, ...], added: str, found: Found) -> Written:
    """The kept words with these commands; those of a split go to its parts again."""
    apart = splitting.reassembled(commands, found.words) if any(each.name == "split" for each in commands) else None
    words, portions = apart or (found.words, ())
    return Written(commands, "\n".join(filter(None, (added, words))).rstrip("\n"), (), portions)


def _left_out(tx: Tx, mail: AgentMail, found: Sequence[Found]) -> tuple[Done, ...]:
    """His words and files beside the commands; those he had written before are the ones that count."""
    commands, said = _without_questions(mail), list[str]()
    words = mail.written.whole if {each.name for each in commands} <= set(ENDING) else ""
    if words.strip() and not is_courtesy(words.split("\n"), people.names(tx, None)):
        said.append(say("done.other_words", mail.language))
    if files := [each.name for each in mail.files if each.content_id is None]:
        said.append(say("done.other_files", mail.language, names=", ".join(files)))
    ticket = _one_ticket(tx, found)
    shown = ticket if ticket and sees(tx, mail.agent, ticket) else None
    return (Done(ticket=shown, effects=tuple(map(Effect, said))),) if said else ()


def _dropped(tx: Tx, mail: AgentMail, found: Sequence[Found]) -> Results:
    tell_done(tx, mail, (*_ended(tx, mail, found), *_left_out(tx, mail, found)))
    return results(mail.written.commands, True)


def _ended(tx: Tx, mail: AgentMail, found: Sequence[Found]) -> Iterator[Done]:
    """One sentence however many were thrown away; about the ticket where they are of one that he sees."""
    for number in dict.fromkeys(each.concerns or change.WITHOUT_TICKET for each in found):
        change.record(tx, number, f"agent:{mail.agent}", "dropped", why="what was kept of a mail is not to be done")
    ticket = _one_ticket(tx, found)
    key = "done.dropped" if len(found) == 1 else "done.dropped.several"
    effect = Effect(say(key, mail.language, count=len(found)))
    yield Done(ticket=ticket if ticket and sees(tx, mail.agent, ticket) else None, effects=(effect,))


def _one_ticket(tx: Tx, found: Sequence[Found]) -> Ticket | None:
    """The ticket they are about, where it is only one."""
    numbers = {each.concerns for each in found}
    number = numbers.pop() if len(numbers) == 1 else None
    return tickets.load(tx, number) if number else None
