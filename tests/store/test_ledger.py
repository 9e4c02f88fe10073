"""The ledger of a mailbox: each mail has one row, whoever comes by again."""

from __future__ import annotations

from dataclasses import replace

from mailgate.store import ledger
from mailgate.store.db import Store
from mailgate.store.ledger import Known
from mailgate.store.transmission import Slot
from tests.store.example import arrive, transmission

PLACE = "imap.example.com/support/INBOX"
SLOT = Slot(PLACE, 7, 1, 100, "2026-11-23T10:00:00+00:00", "old")


def states(store: Store) -> dict[int, str]:
    with store.looking_back() as journal:
        return ledger.states(journal, PLACE, 7, [1, 2, 3])


def test_a_mail_that_was_waited_for_is_kept_and_what_is_known_otherwise_stays_as_it_is(store: Store) -> None:
    [arrival] = arrive(store, transmission("erika"))
    with store.journal.begin() as journal:
        ledger.note(journal, [SLOT, replace(SLOT, uid=2, state="import")])
        ledger.keep(journal, [(replace(SLOT, uid=uid, size=200, state="kept"), arrival) for uid in (1, 2, 3)])
    assert states(store) == {1: "old", 2: "kept", 3: "kept"}
    with store.journal.begin() as journal:
        ledger.keep(journal, [(replace(SLOT, uid=3, state="done"), arrival)])
        ledger.note(journal, [replace(SLOT, uid=2)])
        known = ledger.known_by(journal, PLACE, 7, [1, 2, 3])
    assert states(store) == {1: "old", 2: "kept", 3: "kept"}
    assert {uid: each.size for uid, each in known.items()} == {2: 200, 3: 200}
    assert all(isinstance(each, Known) and len(each.sha256) == 64 for each in known.values())


def test_what_is_outstanding_is_known_by_how_far_it_has_come(store: Store) -> None:
    every = ("import", "kept", "copied", "copying", "copying again", "done", "old")
    with store.journal.begin() as journal:
        ledger.note(journal, [replace(SLOT, uid=uid, state=state) for uid, state in enumerate(every)])
        found = ledger.outstanding(journal, PLACE, 7)
    assert found == ledger.Outstanding([1], [2], [3], [4])
    assert (found.beside({1, 4}), found.among({1, 4}), len(found)) == ([2, 3], ledger.Outstanding([1], [], [], [4]), 4)
