"""Announcements: an admin's words to each known person of a customer group, one letter a person.

Who belongs to the group is asked of the configuration now. Nobody gets the same subject and words twice, so that a run
that was interrupted goes on where it ended, and a later run reaches those who came since. An answer opens a ticket.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from mailgate.desk import change, people, speaking
from mailgate.desk.people import PERSON, Person
from mailgate.desk.posting import post
from mailgate.desk.showing import site_name
from mailgate.outbox import tongues
from mailgate.outbox.budgets import mailbox_of
from mailgate.outbox.draft import Draft
from mailgate.outbox.gate import SPARED, is_robots
from mailgate.outbox.view import LetterView
from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx
from mailgate.store.tables import Announced, Letter, Participant, TicketRow, table_of
from mailgate.trust import token as tokens

ANNOUNCED, LETTER, TICKET = table_of(Announced), table_of(Letter), table_of(TicketRow)
PARTICIPANT = table_of(Participant)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is announced, and to whom."""

    customer_group: str
    subject: str
    words: str
    from_address: str
    """Address of ours that it comes from and that answers go to."""

    @property
    def digest(self) -> str:
        """The same subject and words are the same announcement, whoever it is made to."""
        return hashlib.sha256(f"{self.subject}\n{self.words}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who gets the letter, and how he is spoken to."""

    person: int
    email: str
    name: str
    language: str
    formal: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody of the group who gets none."""

    email: str
    why: str


@dataclass(frozen=True, slots=True)
class Hearers:
    """The known people of the group."""

    addressees: tuple[Addressee, ...]
    had_it: tuple[str, ...]
    """Addresses that got it before."""
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A letter of the announcement: `failed` where it may not leave."""

    letter: int
    to: str
    state: Literal["pending", "failed"]


def hearers(tx: Tx, announcement: Announcement) -> Hearers:
    """Who would get it now. A person once, also where several spellings of his mailbox are known."""
    members = [each for each in people.all_with_address(tx) if each.customer_group == announcement.customer_group]
    reasons, had = _reasons(tx), _mailboxes_that_had(tx, announcement)
    left_out = [LeftOut(each.email, why) for each in members if (why := reasons.why_not(each))]
    written_to = [each for each in members if not reasons.why_not(each)]
    first: dict[str, Person] = {}
    for each in written_to:
        first.setdefault(mailbox_of(each.email), each)
    twice = [each for each in written_to if first[mailbox_of(each.email)].id != each.id]
    left_out += [LeftOut(each.email, f"the mailbox of {first[mailbox_of(each.email)].email}") for each in twice]
    return Hearers(
        addressees=tuple(_addressee(tx, each, announcement) for box, each in first.items() if box not in had),
        had_it=tuple(each.email for box, each in first.items() if box in had),
        left_out=tuple(left_out),
    )


def announce(tx: Tx, announcement: Announcement, addressees: Iterable[Addressee]) -> tuple[Written, ...]:
    """Write to these people, each in his language. Who got it meanwhile, or is known no more, is passed over."""
    had = _mailboxes_that_had(tx, announcement)
    written = tuple(
        _write(tx, announcement, each)
        for each in addressees
        if mailbox_of(each.email) not in had and people.by_email(tx, each.email)
    )
    if written:
        change.record(
            tx,
            change.WITHOUT_TICKET,
            "admin",
            "announced",
            customer_group=announcement.customer_group,
            subject=announcement.subject,
            letters=len(written),
            announcement=announcement.digest,
        )
    return written


# -- who is left out -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What is known of people whom no announcement goes to."""

    settings: Settings
    agents: frozenset[str]
    notified: frozenset[str]
    failing: dict[int, datetime]
    end_customers: frozenset[int]

    def why_not(self, person: Person) -> str | None:
        """Why this person gets none; None where nothing speaks against it."""
        email, since = person.email, self.failing.get(person.id)
        questions = (
            (email in self.agents, "one of our agents"),
            (self.settings.target(email) is not None or email in self.notified, "an address of ours"),
            (is_robots(email), "nobody reads mail to it"),
            (since is not None, f"letters to it come back since {since:%Y-%m-%d}" if since else ""),
            # CONTRACT 8: an end customer is written to by the partner's agent alone.
            (person.id in self.end_customers, "known only as somebody's end customer"),
        )
        return next((why for holds, why in questions if holds), None)


def _reasons(tx: Tx) -> _Reasons:
    settings = tx.settings
    spared = sa.select(PERSON.c.id, PERSON.c.failing_since).where(PERSON.c.failing_since > tx.now - SPARED)
    named = sa.select(TICKET.c.end_customer.label("id")).where(TICKET.c.end_customer.is_not(None)).distinct()
    wrote = sa.select(TICKET.c.reporter.label("id")).distinct()
    reads = sa.select(PERSON.c.id).join(PARTICIPANT, PARTICIPANT.c.who == PERSON.c.email)
    return _Reasons(
        settings,
        agents=frozenset(email for agent in settings.agents.values() for email in agent.addresses),
        notified=frozenset(lower_ascii(node.notify) for node in settings.category_nodes.values() if node.notify),
        failing={row.id: row.failing_since for row in tx.all(spared)},
        end_customers=_ids(tx, named) - _ids(tx, wrote) - _ids(tx, reads),
    )


def _ids(tx: Tx, query: sa.Select[Any]) -> frozenset[int]:
    return frozenset(row.id for row in tx.all(query))


def _mailboxes_that_had(tx: Tx, announcement: Announcement) -> frozenset[str]:
    """Of those who got it before. A letter that failed or was cancelled is none; one that is gone by now was one."""
    arrived = sa.or_(LETTER.c.state.is_(None), LETTER.c.state.not_in(("failed", "cancelled")))
    had = (
        sa.select(PERSON.c.email)
        .join(ANNOUNCED, ANNOUNCED.c.person == PERSON.c.id)
        .outerjoin(LETTER, LETTER.c.id == ANNOUNCED.c.letter)
        .where(ANNOUNCED.c.digest == announcement.digest, PERSON.c.email.is_not(None), arrived)
    )
    return frozenset(mailbox_of(row.email) for row in tx.all(had))


# -- the letter --------------------------------------------------------------------------------------------------------


def _addressee(tx: Tx, person: Person, announcement: Announcement) -> Addressee:
    formal = people.is_formal(tx.settings, person)
    return Addressee(person.id, person.email, person.name or "", _language(tx, person, announcement), formal)


def _language(tx: Tx, person: Person, announcement: Announcement) -> str:
    """The person's, else that of his newest ticket, else the address's, else the site's; each where we have
    the letter in it."""
    mine = sa.select(TICKET.c.language).where(TICKET.c.reporter == person.id).order_by(TICKET.c.number.desc())
    of_address = speaking.of_address(tx.settings, announcement.from_address)
    return tongues.spoken(tx.settings, "announcement", (person.language, tx.value(mine.limit(1)), of_address))


def _write(tx: Tx, announcement: Announcement, to: Addressee) -> Written:
    site = site_name(tx.settings, announcement.from_address)
    words = tokens.strip(announcement.words)
    draft = Draft(
        template="announcement",
        to=to.email,
        to_name=to.name,
        language=to.language,
        view=LetterView(site=site, formal=to.formal, reader=to.name, words=words),
        role="reporter",
        person=to.email,
        from_address=announcement.from_address,
        from_name=site,
        subject=announcement.subject,
    )
    letter = post(tx, draft, "admin")
    tx.execute(_FORGOTTEN, {"of": announcement.digest, "whom": to.person})
    tx.execute(
        sa.insert(ANNOUNCED).values(digest=announcement.digest, person=to.person, letter=letter, at=tx.now),
    )
    state = tx.value(sa.select(LETTER.c.state).where(LETTER.c.id == letter))
    return Written(letter, to.email, "failed" if state == "failed" else "pending")


_FORGOTTEN = sa.delete(ANNOUNCED).where(
    ANNOUNCED.c.digest == sa.bindparam("of"), ANNOUNCED.c.person == sa.bindparam("whom")
)
"""An earlier letter of it to this person that did not leave."""
