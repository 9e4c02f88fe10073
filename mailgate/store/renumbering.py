"""A folder whose mails have other UIDs than those we know: after a restore, on another server, or because a server uses
UIDs again, which none may (RFC 3501, 2.3.1.1). What we know stays known, and no old mail becomes a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mailgate.store.ledger import FOLLOWED, SEEN, note
from mailgate.store.tables import Arrival, table_of
from mailgate.store.transmission import Digests, Slot

ARRIVAL = table_of(Arrival)
_NEVER_FETCHED = ("old", "import")
_COMPARED = 200


def is_used_again(connection: sa.Connection, place: str, uidvalidity: int, present: Sequence[Slot]) -> bool:
    """Whether a UID that we know names another mail now. Both size and date must differ: servers estimate sizes, and
    some forget dates."""
    known = _newest(connection, place, uidvalidity, [slot.uid for slot in present])
    return any(
        slot.uid in known and known[slot.uid].size != slot.size and known[slot.uid].arrived != slot.arrived
        for slot in present
    )


def newest(connection: sa.Connection, place: str, uidvalidity: int) -> int:
    """The highest UID that we know; 0 where there is none."""
    mine = SEEN.c.mailbox == place, SEEN.c.uidvalidity == uidvalidity
    return connection.execute(sa.select(sa.func.max(SEEN.c.uid)).where(*mine)).scalar() or 0


def renumber(connection: sa.Connection, place: str, uidvalidity: int, present: Sequence[Slot]) -> int:
    """The server has given all mails other UIDs: those that we never fetched are known by date and size. Returns how
    many these are; the others have to be fetched, and the journal tells then whether it has them (`fetched_before`)."""
    _set_aside(connection, place, uidvalidity)
    others = SEEN.c.mailbox == place, SEEN.c.uidvalidity != uidvalidity, SEEN.c.state.in_(_NEVER_FETCHED)
    before: dict[tuple[str, int], list[str]] = {}
    for row in connection.execute(sa.select(SEEN.c.arrived, SEEN.c.size, SEEN.c.state).where(*others)):
        before.setdefault((row.arrived, row.size), []).append(row.state)
    entered = []
    for slot in present:
        if same := before.get((slot.arrived, slot.size)):
            entered.append(replace(slot, state=same.pop()))
    note(connection, entered)
    changed = sa.update(FOLLOWED).where(FOLLOWED.c.place == place)
    connection.execute(changed.values(uidvalidity=uidvalidity, renumbered=True))
    return len(entered)


def compared(connection: sa.Connection, place: str) -> None:
    """All that looked new was compared: what comes now is new."""
    connection.execute(sa.update(FOLLOWED).where(FOLLOWED.c.place == place).values(renumbered=False))


def fetched_before(connection: sa.Connection, place: str, digests: Digests) -> int | None:
    """The arrival that came from this folder, whenever that was: the same below its trace; without a Message-ID, by
    which a mail is unique, the same to the byte."""
    same = ARRIVAL.c.content == digests.content
    if digests.message_id is None:
        same &= ARRIVAL.c.sha256 == digests.sha256
    # The few with these bytes first: a list of all that came from the folder would be made for each mail anew.
    mine = sa.exists().where(SEEN.c.arrival == ARRIVAL.c.id, SEEN.c.mailbox == place)
    return connection.execute(sa.select(ARRIVAL.c.id).where(same, mine).limit(1)).scalar()


def moved_here(connection: sa.Connection, place: str, name: str, uidvalidity: int, present: Sequence[Slot]) -> bool:
    """A folder that we have never been to may be one that we know, on a server that has another name now: of the same
    mailbox, user and folder, and with the same UIDVALIDITY or mails that we know. Then its ledger goes on."""
    before = _under_another_host(connection, place, name)
    if before is None:
        return False
    known = sa.select(SEEN.c.arrived, SEEN.c.size).where(SEEN.c.mailbox == before.place)
    mails = {(row.arrived, row.size) for row in connection.execute(known)}
    if before.uidvalidity != uidvalidity and not any((slot.arrived, slot.size) in mails for slot in present):
        return False
    connection.execute(sa.update(FOLLOWED).where(FOLLOWED.c.place == before.place).values(place=place))
    connection.execute(sa.update(SEEN).where(SEEN.c.mailbox == before.place).values(mailbox=place))
    return True


def _set_aside(connection: sa.Connection, place: str, uidvalidity: int) -> None:
    """What we know under this UIDVALIDITY counts no longer under its UIDs."""
    mine = SEEN.c.mailbox == place
    lowest = connection.execute(sa.select(sa.func.min(SEEN.c.uidvalidity)).where(mine)).scalar() or 0
    those = sa.update(SEEN).where(mine, SEEN.c.uidvalidity == uidvalidity)
    connection.execute(those.values(uidvalidity=min(0, lowest) - 1))


def _under_another_host(connection: sa.Connection, place: str, name: str) -> sa.Row[Any] | None:
    _, _, account = place.partition("/")
    rows = connection.execute(sa.select(FOLLOWED).where(FOLLOWED.c.name == name))
    return next((row for row in rows if row.place.partition("/")[2] == account), None)


def _newest(connection: sa.Connection, place: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Any]:
    mine = SEEN.c.mailbox == place, SEEN.c.uidvalidity == uidvalidity, SEEN.c.uid.in_(uids[-_COMPARED:])
    rows = connection.execute(sa.select(SEEN.c.uid, SEEN.c.size, SEEN.c.arrived).where(*mine))
    return {row.uid: row for row in rows}
