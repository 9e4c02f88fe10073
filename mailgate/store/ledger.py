"""The ledger of mailboxes: which mails of a folder we have seen, and what is still to be done with them there.

Written in the journal's transactions, so that a mail is in the journal and in the ledger, or in neither. The flags of a
mail are never asked: other programs set them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from mailgate.store.tables import Arrival, Followed, Seen, table_of
from mailgate.store.transmission import Slot

FOLLOWED = table_of(Followed)
SEEN = table_of(Seen)
ARRIVAL = table_of(Arrival)
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a folder. `uidvalidity` None: we have never been there."""

    uidvalidity: int | None
    states: dict[int, str]
    """UID → `old`, `import`, `kept`, `done`."""

    def missing(self, present: Iterable[int]) -> list[int]:
        """Mails of the folder that we have not, and want."""
        return [uid for uid in present if self.states.get(uid, "import") == "import"]

    @property
    def outstanding(self) -> list[int]:
        """Mails that we have, and with which what the configuration wants is not done yet."""
        return sorted(uid for uid, state in self.states.items() if state == "kept")


def known(connection: sa.Connection, mailbox: str) -> Known:
    """All of a mailbox under the UIDVALIDITY that counts."""
    counts = connection.execute(sa.select(FOLLOWED.c.uidvalidity).where(FOLLOWED.c.name == mailbox)).scalar()
    rows = connection.execute(
        sa.select(SEEN.c.uid, SEEN.c.state).where(SEEN.c.mailbox == mailbox, SEEN.c.uidvalidity == counts)
    )
    return Known(counts, {row.uid: row.state for row in rows})


def keep(connection: sa.Connection, fetched: Iterable[tuple[Slot, int]]) -> None:
    """These mails are in the journal; called in the transaction that put them there."""
    rows = [{**asdict(slot), "arrival": arrival, "state": "kept"} for slot, arrival in fetched]
    for row in rows:
        connection.execute(
            sa.delete(SEEN).where(
                SEEN.c.state == "import", *(SEEN.c[name] == row[name] for name in ("mailbox", "uidvalidity", "uid"))
            )
        )
    _enter(connection, rows)


def begin(
    connection: sa.Connection,
    mailbox: str,
    uidvalidity: int,
    now: datetime,
    old: Sequence[Slot] = (),
    to_import: Sequence[Slot] = (),
) -> None:
    """We are there for the first time. What lies there already is none of ours (`old`), or becomes tickets without a
    word to anybody (`to_import`)."""
    connection.execute(sa.insert(FOLLOWED).values(name=mailbox, uidvalidity=uidvalidity, since=now))
    for state, slots in (("old", old), ("import", to_import)):
        _enter(connection, [{**asdict(slot), "arrival": None, "state": state} for slot in slots])


def renumber(connection: sa.Connection, mailbox: str, uidvalidity: int, present: Sequence[Slot]) -> int:
    """The server has given all mails other UIDs: those known by date and size keep what we know of them. Returns how
    many are known; the others have to be fetched, and the journal tells then whether it has them (`fetched_before`)."""
    rows = connection.execute(sa.select(SEEN).where(SEEN.c.mailbox == mailbox, SEEN.c.uidvalidity != uidvalidity))
    before: dict[tuple[str, int], list[sa.Row[tuple[object, ...]]]] = {}
    for row in rows:
        before.setdefault((row.arrived, row.size), []).append(row)
    entered = []
    for slot in present:
        if same := before.get((slot.arrived, slot.size)):
            row = same.pop()
            entered.append({**asdict(slot), "arrival": row.arrival, "state": row.state})
    _enter(connection, entered)
    connection.execute(sa.update(FOLLOWED).where(FOLLOWED.c.name == mailbox).values(uidvalidity=uidvalidity))
    return len(entered)


def fetched_before(connection: sa.Connection, mailbox: str, content: str) -> int | None:
    """The arrival with these bytes (digest below the trace) that came from this mailbox, whenever that was."""
    mine = sa.select(SEEN.c.arrival).where(SEEN.c.mailbox == mailbox)
    found = sa.select(ARRIVAL.c.id).where(ARRIVAL.c.content == content, ARRIVAL.c.id.in_(mine)).limit(1)
    return connection.execute(found).scalar()


def settle(connection: sa.Connection, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
    """What the configuration wants is done with these."""
    for at in range(0, len(uids), _MOST_AT_ONCE):
        some = SEEN.c.uid.in_(uids[at : at + _MOST_AT_ONCE])
        connection.execute(
            sa.update(SEEN)
            .where(SEEN.c.mailbox == mailbox, SEEN.c.uidvalidity == uidvalidity, some)
            .values(state="done")
        )


def counted(connection: sa.Connection, mailbox: str) -> Counter[str]:
    """How many mails of the mailbox are in which state."""
    rows = connection.execute(
        sa.select(SEEN.c.state, sa.func.count()).where(SEEN.c.mailbox == mailbox).group_by(SEEN.c.state)
    )
    return Counter({str(state): int(number) for state, number in rows})


def _enter(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    """Each mail once: a slot that is known already stays as it is."""
    for at in range(0, len(rows), _MOST_AT_ONCE):
        some = rows[at : at + _MOST_AT_ONCE]
        there = connection.execute(
            sa.select(SEEN.c.mailbox, SEEN.c.uidvalidity, SEEN.c.uid).where(
                SEEN.c.mailbox.in_({row["mailbox"] for row in some}), SEEN.c.uid.in_([row["uid"] for row in some])
            )
        )
        taken = {tuple(row) for row in there}
        new = [row for row in some if (row["mailbox"], row["uidvalidity"], row["uid"]) not in taken]
        if new:
            connection.execute(sa.insert(SEEN), new)
