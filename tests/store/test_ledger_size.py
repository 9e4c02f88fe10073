"""A mailbox with very many mails is noted in small steps; how long that takes is measured in `tests/bench`."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from mailgate.store import ledger, renumbering
from mailgate.store.db import Store
from mailgate.store.transmission import Slot

MAILS, OUTSTANDING = 6_000, 3
PLACE = "imap.example.com/support/INBOX"


def test_very_many_mails_are_noted_in_small_steps_and_compared_whole(store: Store) -> None:
    uids = range(1, MAILS + 1)
    slots = [Slot(PLACE, 2**32 - 1, uid, 1000 + uid, "2026-11-23T10:00:00+00:00", "old") for uid in uids]
    for at in range(0, MAILS, 2000):
        with store.journal.begin() as journal:
            ledger.note(journal, slots[at : at + 2000])
    with store.journal.begin() as journal:
        ledger.begin(journal, PLACE, "shared", 2**32 - 1, datetime(2026, 11, 23, tzinfo=UTC))
    with store.looking_back() as journal:
        states = ledger.states(journal, PLACE, 2**32 - 1, uids)
        assert ledger.missing(states, [*uids, MAILS + 1]) == [MAILS + 1]
        assert not ledger.outstanding(journal, PLACE, 2**32 - 1)
        assert renumbering.newest(journal, PLACE, 2**32 - 1) == MAILS


def test_what_is_outstanding_is_found_without_looking_at_what_is_done(store: Store) -> None:
    states = ["kept"] * OUTSTANDING + ["done"] * MAILS
    slots = [Slot(PLACE, 7, uid, 1000, "", state) for uid, state in enumerate(states, 1)]
    with store.journal.begin() as journal:
        ledger.note(journal, slots)
    with store.looking_back() as journal:
        steps = counted(journal)
        assert ledger.outstanding(journal, PLACE, 7).kept == [1, 2, 3]
        assert len(steps) < MAILS / 10


def counted(journal: sa.Connection) -> list[None]:
    """Grows by one for every ten steps of SQLite."""
    steps: list[None] = []
    if journal.dialect.name == "sqlite":
        driver = journal.connection.dbapi_connection
        assert driver
        driver.set_progress_handler(lambda: steps.append(None), 10)
    return steps
