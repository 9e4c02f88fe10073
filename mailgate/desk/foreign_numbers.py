"""A partner's later mail names his own number of the case, in the subject or in its first lines: it belongs to the
ticket that he gave that number to. Asked after everything of ours that a mail may carry, of aligned mail alone, and
only for partners who are asked for their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mailgate.desk import people, tickets
from mailgate.desk.people import Person
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import TICKET, Ticket
from mailgate.mail.message import Address, Message
from mailgate.rules.customers import customer_group_of
from mailgate.rules.end_customer import read_end_customer
from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx

_MOST_WORDS = 40
_LONGEST = 3
"""Words of one number, such as `Case 2026 17`."""
_SHORT = 5
"""Fewer digits than this alone may be a year or a count, so something beside them has to say that they are a number."""
_MARKED = re.compile(r"[#\[(].*|.*[\])]")
_CALLS_IT = frozenset(
    (
        "nr",
        "no",
        "number",
        "nummer",
        "num",
        "id",
        "ref",
        "ticket",
        "case",
        "incident",
        "call",
        "fall",
        "vorgang",
        "auftrag",
    )
)


def find(tx: Tx, thread: Thread, message: Message, text: str, *, aligned: bool) -> Thread:
    """The thread with the partner's ticket, where nothing of ours has led to one. `text`: the new words."""
    sender = message.sender
    if not aligned or sender is None or thread.ticket or thread.token or thread.bounce:
        return thread
    if not _is_asked(tx.settings, sender.email):
        return thread
    said = read_end_customer(text)
    wanted = ((said.number,) if said and said.number else ()) or tuple(_in_subject(message.subject))
    ticket = _theirs(tx, sender, wanted) if wanted else None
    if ticket is None:
        return thread
    return replace(thread, ticket=ticket, mentions=None, matched_by=f"the partner's own number {ticket.foreign_number}")


def _is_asked(settings: Settings, email: str) -> bool:
    group = settings.customer_groups.get(customer_group_of(settings, email) or "")
    return group is not None and group.end_customer == "ask"


def _in_subject(subject: str) -> Iterator[str]:
    """What may be a number: one to three words with a digit among them, without what stands around them."""
    words = subject.split()[:_MOST_WORDS]
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST, len(words)) + 1):
            found = " ".join(words[first:last]).strip("#[](){}<>,;:.!?\"'„“”")
            if _may_be_number(found, words[first], words[first - 1] if first else ""):
                yield found


def _may_be_number(found: str, written: str, before: str) -> bool:
    if not re.search(r"\d", found):
        return False
    if not found.isdigit() or len(found) >= _SHORT:
        return len(found) > 1
    return bool(_MARKED.fullmatch(written.rstrip(":,;."))) or before.casefold().strip(".:#") in _CALLS_IT


def _theirs(tx: Tx, sender: Address, wanted: tuple[str, ...]) -> Ticket | None:
    """The ticket of this partner with one of these numbers: an open one before others, the newest of several."""
    spelt = {spelling for each in wanted for spelling in (each, each.upper(), each.lower())}
    named = tickets.select(
        tx, TICKET.c.foreign_number.in_(spelt), TICKET.c.parent.is_(None), TICKET.c.status != "merged"
    )
    mine = [each for each in named if _is_partners(tx, people.by_id(tx, each.reporter), sender)]
    return max(mine, key=lambda each: (each.is_open, each.number), default=None)


def _is_partners(tx: Tx, reporter: Person, sender: Address) -> bool:
    """He reported it himself, or a colleague of his house did: the customer group names both by one `*@domain`."""
    if people.is_of(tx, reporter, sender.email):
        return True
    domain = lower_ascii(sender.email).rpartition("@")[2]
    group = tx.settings.customer_groups.get(reporter.customer_group or "")
    by_domain = group is not None and f"*@{domain}" in map(lower_ascii, group.match)
    return (
        by_domain
        and customer_group_of(tx.settings, sender.email) == reporter.customer_group
        and ((reporter.email or "").rpartition("@")[2] == domain)
    )
