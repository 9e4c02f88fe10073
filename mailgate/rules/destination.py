"""Where the text of an agent's mail goes: the letter he answers says it, some commands say otherwise (CONTRACT 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum

from mailgate.rules.written import Command, Misread, Written
from mailgate.sentence import Sentence


class Destination(StrEnum):
    """Who gets the words."""

    reporter = "reporter"
    note = "note"
    coordinator = "coordinator"
    """The answer on a part."""
    nobody = "nobody"
    """The letter takes commands only."""


LETTER_DESTINATION: dict[str, Destination] = {
    "new_ticket": Destination.reporter,
    "assigned": Destination.reporter,
    "new_message": Destination.reporter,
    "reminder": Destination.reporter,
    "escalated": Destination.reporter,
    "status_changed": Destination.reporter,
    "merged_draft": Destination.note,
    "entrusted": Destination.nobody,
    "digest": Destination.nobody,
    "list": Destination.nobody,
    "report": Destination.nobody,
    "help": Destination.nobody,
    "command_done": Destination.nobody,
    "command_refused": Destination.nobody,
    "confirm": Destination.nobody,
    "alert": Destination.nobody,
    "held": Destination.nobody,
    "delivery_failed": Destination.nobody,
}
"""Template of the answered letter → where plain words go."""

_TWO_DESTINATIONS = Sentence(
    "{one} and {other} both say what becomes of the text, and a mail has one text with one destination",
    "{one} und {other} sagen beide, wohin der Text geht; eine Mail hat aber nur einen Text mit einem Ziel",
)

TO_REPORTER = ("answer", "question", "resolve")
TO_NOTE = ("note", "ask", "forward", "split")
RELEASE = "release"
"""Sends a text to the reporter too; which letter carries it, another command may say."""
INTERNAL = ("note", "statement", "forward")
"""Purposes of messages whose answers stay with us (CONTRACT 6)."""
FOR_THE_COORDINATOR = ("answer", "resolve")
"""On a part the reporter never gets these: the coordinator does, and one answer leaves for all parts."""
FOR_WHOEVER_IS_NEXT = ("assign", "coordinator", "handover", "level", "decline", "merge", "snooze", "spam")


def answering(template: str, *, about: str | None = None, part: bool = False) -> Destination:
    """Where plain words go that answer this letter. `about`: purpose of the message the letter brought, if any;
    `part`: the ticket is a part of another one.
    """
    usual = LETTER_DESTINATION.get(template, Destination.nobody)
    if usual is not Destination.reporter:
        return usual
    if about in INTERNAL:
        return Destination.note
    return Destination.coordinator if part else usual


def destination(
    written: Written, default: Destination, *, tickets: Collection[int | None] = (None,), part: bool = False
) -> Destination:
    """Where the text goes. `default` is where the answered letter would take it; `part`: the ticket is a part.

    Only commands that name one of `tickets` count; None, the usual, are those that name no ticket. Words for another
    ticket stand in the `args` of its commands; pass its number to know where those go.
    """
    said = {command.name for command in written.commands if command.ticket in tickets}
    if said.intersection(FOR_THE_COORDINATOR) and (part or default is Destination.coordinator):
        return Destination.coordinator
    if said.intersection((*TO_REPORTER, RELEASE)):
        return Destination.reporter
    if said.intersection(TO_NOTE) or said.intersection(FOR_WHOEVER_IS_NEXT):
        return Destination.note
    return default


def contradictions(commands: Iterable[Command]) -> Iterator[Misread]:
    """One mail has one text with one destination: two commands that name one stop the mail."""
    first: dict[int | None, Command] = {}
    for command in commands:
        if command.name not in (*TO_REPORTER, *TO_NOTE, RELEASE):
            continue
        earlier = first.setdefault(command.ticket, command)
        if RELEASE in (earlier.name, command.name) and not {earlier.name, command.name}.intersection(TO_NOTE):
            first[command.ticket] = command if earlier.name == RELEASE else earlier
        elif earlier.name != command.name:
            yield _contradiction(earlier, command)


def contradictions_of(commands: Iterable[Command], known: Iterable[Command]) -> Iterator[Misread]:
    """Those of `commands` that do not stand among the `known` ones alone."""
    before = set(contradictions(known))
    return (each for each in contradictions(commands) if each not in before)


def _contradiction(one: Command, other: Command) -> Misread:
    why = _TWO_DESTINATIONS.filled(one=one.written, other=other.written)
    return Misread(other.line, why, tuple(_alone(each) for each in (one, other)))


def _alone(command: Command) -> str:
    word = command.written
    return word if command.ticket is None else f"#{command.ticket} {word.removeprefix('#')}"
