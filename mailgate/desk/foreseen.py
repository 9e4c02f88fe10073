"""What several mails will ask of the desk, asked at once before the first of them is handled.

It only saves time: what is not foreseen is asked when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from mailgate.desk import conversation, people, threads, tickets
from mailgate.mail.message import Envelope, Message
from mailgate.outbox import gate
from mailgate.settings.model import Target
from mailgate.store.db import Tx
from mailgate.store.lookup import Lookup


class Coming(Protocol):
    """A mail that was read."""

    @property
    def message(self) -> Message: ...
    @property
    def envelope(self) -> Envelope: ...
    @property
    def targets(self) -> tuple[Target, ...]: ...


def ask(tx: Tx, mails: Sequence[Coming]) -> None:
    """Of the database, in two rounds: what the mails name, and what follows from that."""
    for questions in (_named, _following):
        asked: dict[Lookup[Any], list[Any]] = {}
        for mail in mails:
            for lookup, keys in questions(tx, mail):
                asked.setdefault(lookup, []).extend(keys)
        tx.foresee({lookup: keys for lookup, keys in asked.items() if keys})


def _named(tx: Tx, mail: Coming) -> Iterator[tuple[Lookup[Any], Sequence[Any]]]:
    sender = mail.message.sender
    yield from threads.asked(tx.settings, mail.message, mail.targets).items()
    yield from people.asked(sender).items()
    yield from conversation.asked(mail.message).items()
    yield from gate.asked(sender, mail.envelope.sender).items()


def _following(tx: Tx, mail: Coming) -> Iterator[tuple[Lookup[Any], Sequence[Any]]]:
    sender = mail.message.sender
    person = people.by_email(tx, sender.email) if sender else None
    if person:
        yield tickets.OTHERS, (person.id,)
    yield from gate.asked_then(tx, sender, mail.envelope.sender).items()
