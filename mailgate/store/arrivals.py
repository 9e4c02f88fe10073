"""Reading the journal: the bytes of an arrival, the same mail to others, the older mails that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.driver import Driver
from mailgate.store.journal import raw_of
from mailgate.store.lookup import filled
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Arrival, Retransmission, table_of
from mailgate.store.transmission import Transmission, digests

ARRIVAL = table_of(Arrival)
RETRANSMISSION = table_of(Retransmission)
SAME_WITHIN = timedelta(days=7)
SAME_WITHIN_WITHOUT_ID = timedelta(minutes=15)
MOST_PARENTS = 20
MOST_COPIES = 100


def raw(store: Store, row: Any) -> bytes:
    """The exact bytes."""
    return raw_of(store, row)


@dataclass(frozen=True, slots=True)
class Copies:
    """The first arrivals with the same bytes below the trace fields, for other recipients."""

    twin: int | None = None
    """This mail is the same: it has its ticket there."""
    sibling: int | None = None
    """The same mail at another address of ours, where each address has a ticket of its own."""


_SAME = Prepared(
    sa.select(ARRIVAL.c.id, ARRIVAL.c.recipients)
    .where(
        ARRIVAL.c.content == sa.bindparam("content"),
        ARRIVAL.c.id < sa.bindparam("before"),
        ARRIVAL.c.received_at >= sa.bindparam("since"),
    )
    .order_by(ARRIVAL.c.id)
    .limit(sa.bindparam("most"))
)
_ONCE = Prepared(
    sa.select(ARRIVAL.c.content)
    .where(ARRIVAL.c.content.in_(sa.bindparam("contents", expanding=True)))
    .group_by(ARRIVAL.c.content)
    .having(sa.func.count() == 1)
)
_NAMED = Prepared(
    sa.select(ARRIVAL.c.id).where(
        ARRIVAL.c.message_id.in_(sa.bindparam("named", expanding=True)), ARRIVAL.c.id < sa.bindparam("before")
    )
)


@dataclass(frozen=True, slots=True)
class Before:
    """What had arrived before a mail: the same mail, and older ones that it names in In-Reply-To or References."""

    copies: Copies = Copies()
    parents: tuple[int, ...] = ()


NOTHING = Before()


def before(store: Store, settings: Settings, mails: Iterable[tuple[Any, Sequence[str]]]) -> list[Before]:
    """For each row, and the Message-IDs that its mail names (`named`)."""
    with store.looking_back() as journal:
        driver, mails = Driver(journal), list(mails)
        alone = _come_once(driver, [row.content for row, _ in mails])
        return [
            Before(
                Copies() if row.content in alone else _copies(driver, settings, row),
                _parents(driver, row, names),
            )
            for row, names in mails
        ]


def _come_once(journal: Driver, contents: list[str]) -> set[str]:
    """Those of these arrivals' contents that came only once: nearly all, so it is asked of all together."""
    return {row.content for row in journal.rows(_ONCE, {"contents": filled(contents)})} if contents else set()


def copies(store: Store, settings: Settings, row: Any) -> Copies:
    """Whether this mail has come before, for others, and what it is to that one."""
    with store.looking_back() as journal:
        return _copies(Driver(journal), settings, row)


def _copies(journal: Driver, settings: Settings, row: Any) -> Copies:
    within = SAME_WITHIN if row.message_id else SAME_WITHIN_WITHOUT_ID
    one = settings.intake.multi_target == "one"
    values = {"content": row.content, "before": row.id, "since": row.received_at - within}
    earlier = journal.rows(_SAME, {**values, "most": 1 if one else MOST_COPIES})
    if one or not earlier:
        return Copies(twin=earlier[0].id if earlier else None)
    boxes = {settings.box_of(each) for each in row.recipients}
    here = {each.id: not boxes.isdisjoint(map(settings.box_of, each.recipients)) for each in earlier}
    twin = next((number for number in here if here[number]), None)
    return Copies(twin, next((number for number in here if not here[number]), None))


@dataclass(frozen=True, slots=True)
class Coming:
    """A mail that is not in the journal, as `copies` looks at rows: behind all others."""

    received_at: datetime
    recipients: tuple[str, ...]
    content: str
    message_id: str | None
    transmission: str
    window: timedelta
    id: int = 2**62

    @classmethod
    def of(cls, mail: Transmission) -> Coming:
        found = digests(mail)
        same = (found.content, found.message_id, found.transmission, found.window)
        return cls(mail.received_at, mail.recipients, *same)


def again(store: Store, coming: Coming) -> int | None:
    """The arrival that this very transmission would be counted on."""
    same = sa.select(ARRIVAL.c.id).where(
        ARRIVAL.c.transmission == coming.transmission,
        ARRIVAL.c.received_at.between(coming.received_at - coming.window, coming.received_at + coming.window),
    )
    first: int | None = _value(store, same.order_by(ARRIVAL.c.id).limit(1))
    return first


def _parents(journal: Driver, row: Any, names: Sequence[str]) -> tuple[int, ...]:
    found = journal.rows(_NAMED, {"named": names[-MOST_PARENTS:], "before": row.id}) if names else ()
    return tuple(each.id for each in found)


def seen(store: Store, mails: list[int]) -> dict[int, int]:
    """How often each of these transmissions came."""
    again = sa.select(RETRANSMISSION.c.arrival, sa.func.count().label("times")).group_by(RETRANSMISSION.c.arrival)
    times = {row.arrival: row.times for row in select(store, again.where(RETRANSMISSION.c.arrival.in_(mails)))}
    return {mail: 1 + times.get(mail, 0) for mail in mails}


def count(store: Store) -> int:
    """All arrivals."""
    return int(_value(store, sa.select(sa.func.count()).select_from(ARRIVAL)) or 0)


def select(store: Store, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
    """Rows of the journal; takes no lock. Raises StoreUnavailable where it can not be read."""
    with store.looking_back() as journal:
        return list(journal.execute(statement).all())


def _value(store: Store, statement: sa.Select[Any]) -> Any:
    found = select(store, statement)
    return found[0][0] if found else None
