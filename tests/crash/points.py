"""The named steps at which a process can be killed: a table, read by the rig and, inside mailgate's own processes, by
`inside/sitecustomize.py`. Nothing of it stands in the product.

A step lies before or after one function. The function is wrapped when its module is imported; where the rig has armed
the step, the process that comes by for the n-th time ends itself with SIGKILL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Point:
    """A step. `function` as it is reached from its module; `os.rename` is what that module alone knows as os.rename."""

    name: str
    process: Literal["daemon", "worker", "migrate"]
    when: Literal["before", "after"]
    module: str
    function: str
    needs: Literal[
        "mails", "large mails", "a rush", "a start", "a worker that ended", "a reload", "a migration", "a mailbox"
    ] = "mails"
    """What brings a process there."""
    doubts: bool = False
    """It lies between the relay's answer and our commit of it: the letter may go a second time."""


POINTS = (
    # A mail comes in.
    Point("mail-read", "daemon", "before", "mailgate.intake.reception", "Reception.keep"),
    Point("journal-begun", "daemon", "before", "mailgate.store.append", "append"),
    Point("journal-written", "daemon", "after", "mailgate.store.append", "append"),
    Point("journal-committed", "daemon", "after", "mailgate.store.journal", "Journal._commit"),
    Point("before-250", "daemon", "after", "mailgate.intake.replies", "kept"),
    Point("after-250", "daemon", "after", "mailgate.intake.wire", "Wire._go_on_after"),
    # A large one is a file, durable before its row.
    Point("file-written", "daemon", "before", "mailgate.store.blobs", "os.fsync", "large mails"),
    Point("file-durable", "daemon", "before", "mailgate.store.blobs", "os.rename", "large mails"),
    Point("file-renamed", "daemon", "after", "mailgate.store.blobs", "os.rename", "large mails"),
    Point("file-before-row", "daemon", "after", "mailgate.store.blobs", "keep", "large mails"),
    # It is handled.
    Point("mails-claimed", "worker", "after", "mailgate.store.claim", "take"),
    Point("claim-committed", "worker", "before", "mailgate.shift", "Shift._read"),
    Point("mail-understood", "worker", "after", "mailgate.inbound", "prepare"),
    Point("batch-read", "worker", "after", "mailgate.shift", "Shift._placed"),
    Point("mail-begun", "worker", "before", "mailgate.inbound", "process"),
    Point("letter-queued", "worker", "after", "mailgate.outbox.queue", "put"),
    Point("decided-ahead", "worker", "after", "mailgate.ahead", "decide", "a rush"),
    Point("turn-taken", "worker", "after", "mailgate.store.tx", "Tx.take_turn", "a rush"),
    Point("mail-processed", "worker", "after", "mailgate.inbound", "process"),
    Point("mail-finished", "worker", "after", "mailgate.handling", "handle"),
    Point("batch-committed", "worker", "after", "mailgate.shift", "Shift.batch"),
    Point("worker-cleared", "daemon", "before", "mailgate.foreman", "Foreman._write_down", "a worker that ended"),
    # A letter goes out.
    Point("letters-claimed", "daemon", "after", "mailgate.outbox.due", "claim"),
    Point("letter-claim-committed", "daemon", "after", "mailgate.outbox.taking", "Taker.take"),
    Point("letter-before-data", "daemon", "before", "mailgate.outbox.connections", "Connection.data"),
    Point("letter-answered", "daemon", "after", "mailgate.outbox.connections", "Connection.data", doubts=True),
    Point("letter-before-row", "daemon", "before", "mailgate.outbox.deliver", "Sender._write", doubts=True),
    Point("letter-written", "daemon", "after", "mailgate.outbox.deliver", "Sender._write_one", doubts=True),
    Point("letter-row-committed", "daemon", "after", "mailgate.outbox.deliver", "Sender._write"),
    # It starts, and keeps the clock.
    Point("start-tables", "daemon", "after", "mailgate.store.db", "open_store", "a start"),
    Point("start-taken-over", "daemon", "after", "mailgate.desk.succession", "take_over", "a start"),
    Point("clock-lease", "daemon", "after", "mailgate.store.leases", "Tenancy.keep", "a start"),
    # It is given another configuration.
    Point("reload-copied", "daemon", "before", "mailgate.reloading", "InForce._swap", "a reload"),
    Point("reload-workers-gone", "daemon", "before", "mailgate.reloading", "InForce._take_over", "a reload"),
    Point("reload-taken-over", "daemon", "after", "mailgate.reloading", "InForce._take_over", "a reload"),
    # A mailbox is fetched.
    Point("mailbox-noted", "daemon", "after", "mailgate.store.ledger", "note", "a mailbox"),
    Point("mailbox-begun", "daemon", "after", "mailgate.store.ledger", "begin", "a mailbox"),
    Point("mailbox-fetched", "daemon", "after", "mailgate.intake.imap_session", "Session.fetched", "a mailbox"),
    Point("mailbox-kept", "daemon", "after", "mailgate.store.ledger", "keep", "a mailbox"),
    Point("mailbox-durable", "daemon", "after", "mailgate.intake.imap_fetching", "Fetching.keep", "a mailbox"),
    Point("mailbox-moved", "daemon", "after", "mailgate.intake.imap_session", "Session.move", "a mailbox"),
    Point("mailbox-settling", "daemon", "after", "mailgate.store.ledger", "settle", "a mailbox"),
    Point("mailbox-settled", "daemon", "after", "mailgate.intake.imap_afterwards", "Afterwards.settle", "a mailbox"),
    Point("mailbox-renumbering", "daemon", "after", "mailgate.store.renumbering", "renumber", "a mailbox"),
    Point("mailbox-renumbered", "daemon", "after", "mailgate.intake.imap_arriving", "_renumber", "a mailbox"),
    # Its database is raised to the next schema.
    Point("migration-begun", "migrate", "before", "mailgate.store.migrations", "run", "a migration"),
    Point("migration-written", "migrate", "after", "mailgate.store.version", "write", "a migration"),
    Point("migration-committed", "migrate", "after", "mailgate.store.migrations", "run", "a migration"),
)
IN_THE_DAEMON = tuple(point for point in POINTS if point.needs not in ("a migration", "a mailbox"))
OF_MAILBOXES = tuple(point for point in POINTS if point.needs == "a mailbox")
NAMED = {point.name: point for point in POINTS}
