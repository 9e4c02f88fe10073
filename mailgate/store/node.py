"""Which node we are, where several share a database: what a dead one had in its hands is known by its name.

The seat is the host and a number in the state folder, on which only one daemon runs at a time (`running.py`); the name
is new with every start. So a daemon that starts may free at once whatever its seat had, and nothing else; what other
nodes had is free when they have given no sign of life for the length of a lease.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.store import leases
from mailgate.store.db import Tx
from mailgate.store.tables import Lease, Letter, MailState, table_of

STATE, LETTER, LEASE = table_of(MailState), table_of(Letter), table_of(Lease)
FILE = "node"
KIND = "node"


@dataclass(frozen=True, slots=True)
class Node:
    """One daemon from its start to its end."""

    seat: str
    name: str

    def beat(self, tx: Tx) -> int:
        """A job, run every `leases.RENEWED_EVERY`: we are alive."""
        leases.take(tx, f"{KIND}:{self.name}", self.name)
        return 0


def in_folder(folder: Path) -> Node:
    """The node that starts on this state folder. Raises StoreUnavailable."""
    seat = f"{os.uname().nodename}:{_number(folder / FILE)}"
    return Node(seat, f"{seat}:{secrets.token_hex(4)}")


def take_over(tx: Tx, node: Node) -> tuple[int, int]:
    """Mails, letters and leases that a daemon on this seat had when it died are free at once: it is not alive any more.
    Returns how many mails and letters."""
    over = LEASE.c.holder.startswith(f"{node.seat}:", autoescape=True)
    tx.execute(sa.update(LEASE).where(over).values(until=tx.now))
    mails = _free(tx, STATE.c.worker.startswith(f"{node.seat}:", autoescape=True))
    ours = LETTER.c.worker.startswith(f"{node.seat}:", autoescape=True)
    letters = sa.update(LETTER).where(LETTER.c.state == "pending", ours).values(claimed_until=tx.now)
    return mails, tx.execute(letters).rowcount


def free_of_the_dead(tx: Tx) -> int:
    """A job: mails that nodes had which have given no sign of life are free. Their letters are not: a sender that only
    stands still counts on its claim. Returns how many."""
    busy = tx.all(sa.select(STATE.c.worker).distinct().where(STATE.c.state == "pending", STATE.c.worker.is_not(None)))
    alive = leases.living(tx, KIND)
    dead = [row.worker for row in busy if "/" in row.worker and row.worker.partition("/")[0] not in alive]
    return (_free(tx, STATE.c.worker.in_(dead)) if dead else 0) + leases.forget(tx, KIND)


def _free(tx: Tx, those: sa.ColumnElement[bool]) -> int:
    free = {"claimed_until": None, "worker": None, "attempts": STATE.c.attempts - 1}
    return tx.execute(sa.update(STATE).where(STATE.c.state == "pending", those).values(**free)).rowcount


def _number(file: Path) -> str:
    try:
        if not file.exists():
            unfinished = file.with_suffix(f".{os.getpid()}")
            unfinished.touch(mode=0o600)
            unfinished.write_text(secrets.token_hex(6))
            unfinished.rename(file)
        return file.read_text().strip()
    except OSError as wrong:
        raise StoreUnavailable(f"The state folder {file.parent} can not be used: {wrong.strerror}.") from wrong
