"""`#template NAME`: an answer of `answers/`, in the reporter's language, where the line stands, with its commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailgate.desk import people, rights, speaking, tickets
from mailgate.desk.tickets import Ticket
from mailgate.outbox.answer_texts import AnswerText, answer_text
from mailgate.rules.arguments import Unclear
from mailgate.rules.commands import read_commands
from mailgate.rules.destination import contradictions_of
from mailgate.rules.written import SLOT, Command, Misread, Written
from mailgate.store.db import Tx


def filled(tx: Tx, written: Written, own: Ticket | None, agent: str) -> Written:
    """The same with each answer in its place. One that does not exist stops the mail, as a mistyped command does."""
    if not any(each.name == "template" for each in written.commands):
        return written
    texts: dict[Command, AnswerText] = {}
    misread: list[Misread] = []
    for command in written.commands:
        if command.name == "template":
            ticket = own if command.ticket is None else _seen(tx, command.ticket, agent)
            try:
                texts[command] = answer_text(tx.settings, command.args, *_languages(tx, ticket))
            except Unclear as unclear:
                misread.append(Misread(command.line, unclear.why, tuple(_corrected(command, unclear))))
    commands = tuple(each for command in written.commands for each in _with_its_own(command, texts))
    text = "\n".join(_in_place(written.text, texts))
    # The commands of an answer may say otherwise than the mail where its words go.
    wrong = (*written.misread, *misread, *contradictions_of(commands, written.commands))
    return replace(written, commands=commands, text=text, misread=wrong)


def again(tx: Tx, commands: tuple[Command, ...], agent: str) -> tuple[Command, ...]:
    """Commands that were kept: the words for other tickets stand behind their commands once more."""
    filled_again = filled(tx, Written(commands, "", ()), None, agent).commands
    words = {each.ticket: each for each in filled_again if each.name == "template"}
    return tuple(words.get(each.ticket, each) if each.name == "template" else each for each in commands)


def _seen(tx: Tx, number: int, agent: str) -> Ticket | None:
    ticket = tickets.load(tx, number)
    return ticket if ticket and rights.sees(tx, agent, ticket) else None


def _languages(tx: Tx, ticket: Ticket | None) -> tuple[str, ...]:
    """Those of the person whom the words are for, the reporter, and then that of the address he wrote to."""
    if ticket is None:
        return ()
    own = people.by_id(tx, ticket.reporter).language or ticket.language
    return tuple(filter(None, (own, speaking.of_address(tx.settings, ticket.source_address))))


def _corrected(command: Command, unclear: Unclear) -> Iterator[str]:
    sign = command.written if command.ticket is None else f"#{command.ticket} {command.written.removeprefix('#')}"
    return (f"{sign} {each}" for each in unclear.near)


def _with_its_own(command: Command, texts: dict[Command, AnswerText]) -> Iterator[Command]:
    """For another ticket the words stay behind the command; the commands of the answer are for the same ticket."""
    answer = texts.get(command)
    if answer is None:
        yield command
        return
    yield command if command.ticket is None else replace(command, args=answer.text)
    before = "" if command.ticket is None else f"#{command.ticket} "
    lines = (f"{before}{each.removeprefix('#') if before else each}" for each in answer.commands)
    yield from read_commands("\n".join(lines)).commands


def _in_place(text: str, texts: dict[Command, AnswerText]) -> Iterator[str]:
    by_name = {command.args: answer.text for command, answer in texts.items()}
    for line in text.split("\n"):
        if not line.startswith(SLOT):
            yield line
        elif line.removeprefix(SLOT) in by_name:
            yield by_name[line.removeprefix(SLOT)]
