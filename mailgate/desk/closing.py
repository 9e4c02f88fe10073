"""A reporter closes his own ticket: `#close` in a mail with his own token (CONTRACT 6), the one command he has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mailgate.desk import change, reporter_commands, splitting
from mailgate.desk.threads import TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


@dataclass(frozen=True, slots=True)
class Said:
    """His new words without the command, and whether he closes."""

    text: str
    closes: bool = False


def read(use: TokenUse | None, text: str, names: Collection[str]) -> Said:
    """Whatever else looks like a command stays an ordinary word. `names`: as `read_commands` takes them."""
    if use is None or not use.by_person or use.role != "reporter":
        return Said(text)
    if reporter_commands.first(text, names, "close") is None:
        return Said(text)
    return Said(reporter_commands.without(text, "close"), closes=True)


def close(tx: Tx, ticket: Ticket, name: str) -> tuple[Ticket, tuple[Sentence, ...]]:
    """The ticket afterwards, and what agents are told. What is closed already stays so."""
    after = change.move(tx, ticket, "reporter", "reporter_close")
    if after.status == ticket.status:
        return after, ()
    splitting.close_after(tx, after, "reporter")
    return after, (sentence("change.closed", name=name, number=ticket.number),)
