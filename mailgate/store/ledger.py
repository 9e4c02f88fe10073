"""The ledger of mailboxes: which mails of a folder we have seen, and what is still to be done with them there.

Written in the journal's transactions, so that a mail is in the journal and in the ledger, or in neither. The flags of a
mail are never asked: other programs set them. What becomes of it under other UIDs stands in `renumbering.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.store.driver import Driver
from mailgate.store.mailbox_tables import OPEN
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Arrival, Followed, Seen, table_of
from mailgate.store.transmission import Slot

FOLLOWED = table_of(Followed)
SEEN = table_of(Seen)
ARRIVAL = table_of(Arrival)
MOST_AT_ONCE = 500
_NOTE = Upsert(SEEN)
_KEEP = Upsert(SEEN, "arrival", "size", "arrived", "state", where=SEEN.c.state == "import")
"""A slot that is known already stays as it is, but for one that was waited for."""
_OUTSTANDING = ("kept", "copied", "copying", "copying again")


@dataclass(frozen=True, slots=True)
class Following:
    """A folder that we read: `since` when, and whether its mails have other UIDs `renumbered` than those we know."""

    uidvalidity: int
    since: datetime
    renumbered: bool


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Mails that we have, and with which what the configuration wants is not done yet. `copied`: half of it is.
    `copying` and, for the second time, `copying_again`: nobody knows whether half of it is."""

    kept: Sequence[int] = ()
    copied: Sequence[int] = ()
    copying: Sequence[int] = ()
    copying_again: Sequence[int] = ()

    def among(self, uids: Container[int]) -> Outstanding:
        """Those of them that are among these."""
        return Outstanding(*([uid for uid in some if uid in uids] for some in self._lists))

    def beside(self, uids: Container[int]) -> list[int]:
        """Those of them that are not."""
        return [uid for some in self._lists for uid in some if uid not in uids]

    def __len__(self) -> int:
        return sum(map(len, self._lists))

    @property
    def _lists(self) -> tuple[Sequence[int], ...]:
        return self.kept, self.copied, self.copying, self.copying_again


@dataclass(frozen=True, slots=True)
class Known:
    """Octets as the server says them, and SHA-256 in hex of those that we have."""

    size: int
    sha256: str


def following(connection: sa.Connection, place: str) -> Following | None:
    """What we know of the folder; None: we have never been there."""
    row = connection.execute(sa.select(FOLLOWED).where(FOLLOWED.c.place == place)).first()
    return Following(row.uidvalidity, row.since, row.renumbered) if row else None


def states(connection: sa.Connection, place: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, str]:
    """The state of those of these mails that we know."""
    rows = (row for some in _in_pieces(uids) for row in connection.execute(_these(place, uidvalidity, some)))
    return {row.uid: row.state for row in rows}


def missing(states: dict[int, str], present: Iterable[int]) -> list[int]:
    """Mails of the folder that we have not, and want."""
    return [uid for uid in present if states.get(uid, "import") == "import"]


def outstanding(connection: sa.Connection, place: str, uidvalidity: int) -> Outstanding:
    """All of them in this folder."""
    these = sa.select(SEEN.c.uid, SEEN.c.state).where(SEEN.c.mailbox == place, SEEN.c.uidvalidity == uidvalidity, OPEN)
    rows = connection.execute(these.order_by(SEEN.c.uid)).all()
    return Outstanding(*([row.uid for row in rows if row.state == state] for state in _OUTSTANDING))


def known_by(connection: sa.Connection, place: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Known]:
    """By UID, those of these mails that we have."""
    found = sa.select(SEEN.c.uid, SEEN.c.size, ARRIVAL.c.sha256).join_from(
        SEEN, ARRIVAL, SEEN.c.arrival == ARRIVAL.c.id
    )
    mine = found.where(SEEN.c.mailbox == place, SEEN.c.uidvalidity == uidvalidity)
    rows = (row for some in _in_pieces(uids) for row in connection.execute(mine.where(SEEN.c.uid.in_(some))))
    return {row.uid: Known(row.size, row.sha256) for row in rows}


def keep(connection: sa.Connection, fetched: Iterable[tuple[Slot, int]]) -> None:
    """These mails are in the journal; called in the transaction that put them there."""
    _write(connection, _KEEP, [_row(slot, arrival) for slot, arrival in fetched])


def begin(connection: sa.Connection, place: str, name: str, uidvalidity: int, now: datetime) -> None:
    """From now on we read this folder. What lies there already was noted before (`note`)."""
    following = {"place": place, "name": name, "uidvalidity": uidvalidity, "since": now, "renumbered": False}
    connection.execute(sa.insert(FOLLOWED).values(following))


def settle(connection: sa.Connection, place: str, uidvalidity: int, uids: Sequence[int], state: str = "done") -> None:
    """What the configuration wants is done with these, or so much of it as `state` says."""
    for some in _in_pieces(uids):
        these = (SEEN.c.mailbox == place, SEEN.c.uidvalidity == uidvalidity, SEEN.c.uid.in_(some))
        connection.execute(sa.update(SEEN).where(*these).values(state=state))


def counted(connection: sa.Connection, place: str) -> Counter[str]:
    """How many mails of the folder are in which state."""
    rows = connection.execute(
        sa.select(SEEN.c.state, sa.func.count()).where(SEEN.c.mailbox == place).group_by(SEEN.c.state)
    )
    return Counter({str(state): int(number) for state, number in rows})


def note(connection: sa.Connection, slots: Iterable[Slot]) -> None:
    """Mails that we have not fetched: `old` ones are none of ours, and those to `import` are still to be fetched. A
    slot that is known already stays as it is."""
    _write(connection, _NOTE, [_row(slot, None) for slot in slots])


def _row(slot: Slot, arrival: int | None) -> dict[str, Any]:
    return {
        "mailbox": slot.mailbox,
        "uidvalidity": slot.uidvalidity,
        "uid": slot.uid,
        "arrival": arrival,
        "size": slot.size,
        "arrived": slot.arrived,
        "state": slot.state,
    }


def _write(connection: sa.Connection, statement: Prepared, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        Driver(connection).write([(statement, rows)])


def _these(place: str, uidvalidity: int, uids: Sequence[int]) -> sa.Select[Any]:
    named = SEEN.c.mailbox == place, SEEN.c.uidvalidity == uidvalidity, SEEN.c.uid.in_(uids)
    return sa.select(SEEN.c.uid, SEEN.c.state).where(*named)


def _in_pieces(uids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (uids[at : at + MOST_AT_ONCE] for at in range(0, len(uids), MOST_AT_ONCE))
