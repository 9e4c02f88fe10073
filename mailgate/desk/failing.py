"""Addresses that letters come back from: spared by the gate until they answer, or its time is over.

Never an agent's: whoever can make one report would else silence one of us.
"""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.desk import change, people
from mailgate.desk.people import PERSON, Person
from mailgate.mail.message import Address
from mailgate.outbox.gate import SPARED
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx


def note(tx: Tx, email: str, ticket: int | None, why: str) -> bool:
    """A letter to this address came back for good. Whether that is news; always False for one of us."""
    if tx.settings.agent_at(email) is not None:
        return False
    person = people.known_as(tx, Address("", email))
    since = tx.value(sa.select(PERSON.c.failing_since).where(PERSON.c.id == person.id))
    tx.execute(sa.update(PERSON).where(PERSON.c.id == person.id).values(failing_since=tx.now))
    if since is not None and since + SPARED > tx.now:
        return False
    change.record(tx, ticket or change.WITHOUT_TICKET, "rule:failing", "spared", to=lower_ascii(email), why=why)
    return True


def answered(tx: Tx, person: Person, ticket: int) -> None:
    """Something of ours has reached this person after all."""
    since = tx.value(sa.select(PERSON.c.failing_since).where(PERSON.c.id == person.id))
    if since is not None:
        tx.execute(sa.update(PERSON).where(PERSON.c.id == person.id).values(failing_since=None))
        change.record(tx, ticket, "rule:failing", "reached_again", to=person.email)
