"""People in Cc of a mail (CONTRACT 8, reading along): of an aligned mail that opens a ticket, or a reporter's proven
one, they read along from then on; of any other mail they are only proposed to whoever works on it."""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.desk import people, reporting
from mailgate.desk.reporting import MOST_READERS
from mailgate.desk.tickets import Ticket
from mailgate.mail.message import Address, Message
from mailgate.outbox import gate
from mailgate.outbox.sentences import sentence
from mailgate.rules.arguments import spoken
from mailgate.sentence import Sentence
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx


def read_along(tx: Tx, ticket: Ticket, message: Message, *, believed: bool) -> Sentence | None:
    """What agents are told where it is theirs to decide."""
    found = list(_people(tx, ticket, message))[:MOST_READERS]
    if not found:
        return None
    if believed:
        for each in found:
            people.known_as(tx, each)
        reporting.read_along(tx, ticket, tuple(each.email for each in found), "reporter")
        return None
    command = spoken(f"#cc {' '.join(f'+{each.email}' for each in found)}")
    return sentence("copied.proposed", names=", ".join(each.name or each.email for each in found), command=command)


def _people(tx: Tx, ticket: Ticket, message: Message) -> Iterator[Address]:
    """Nobody of ours, no list, nothing behind which nobody reads, and nobody who reads it anyway."""
    if not message.cc:
        return
    sender = lower_ascii(message.sender.email) if message.sender else ""
    known = {sender, people.by_id(tx, ticket.reporter).email, *reporting.readers(tx, ticket)}
    for each in message.cc:
        email = lower_ascii(each.email)
        ours = tx.settings.target(email) or tx.settings.agent_at(email)
        if email not in known and not ours and not gate.is_robots(email):
            known.add(email)
            yield Address(each.name, email)
