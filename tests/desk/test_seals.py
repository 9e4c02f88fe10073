"""Seals: what they prove, how often they are set, and what the daily examination of the history tells."""

from __future__ import annotations

import tracemalloc

import pytest

from mailgate import jobs
from mailgate.clock import SetClock
from mailgate.desk import audit, change, seals, watching
from mailgate.store.db import Tx
from mailgate.store.turns import Turns
from tests.desk.past import Past, where, written_anew


def anchor(past: Past, number: int = 3) -> str:
    [(found,)] = past.sql("SELECT hash FROM seal WHERE number = ?", number)
    return str(found)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_hash_of_any_seal_is_an_anchor(past: Past, number: int) -> None:
    assert past.verify(anchor=anchor(past, number)) == []


def test_an_anchor_of_another_history_is_not_found(past: Past) -> None:
    assert [each.kind for each in past.verify(anchor="0" * 64)] == ["anchor"]


@pytest.mark.parametrize("number", [1, 2, 3], ids=["first", "middle", "last"])
def test_a_missing_seal_is_found(past: Past, number: int) -> None:
    past.sql("DELETE FROM seal WHERE number = ?", number)
    assert [(each.kind, each.what) for each in past.verify()] == [("seal", f"Seal {number} is missing.")]
    past.sql("DELETE FROM sealed WHERE seal = ?", number)
    assert [(each.kind, each.what) for each in past.verify()] == [("seal", f"Seal {number} is missing.")]


SEAL_CHANGES = {
    "at": "2026-11-23 09:00:00.000000",
    "chains": 7,
    "fold": "0" * 64,
    "previous": "0" * 64,
    "hash": "0" * 64,
}


@pytest.mark.parametrize("column", SEAL_CHANGES)
def test_a_changed_seal_is_found(past: Past, column: str) -> None:
    past.sql(f"UPDATE seal SET {column} = ? WHERE number = 2", SEAL_CHANGES[column])
    found = past.verify()
    assert {each.kind for each in found} == {"seal"}
    assert found[0].what.startswith("Seal 2 is broken")


@pytest.mark.parametrize("change_it", ["SET events = 12", "SET head = 'no hash'", "SET ticket = 'none'"])
def test_a_change_under_a_seal_is_found(past: Past, change_it: str) -> None:
    past.sql(f"UPDATE sealed {change_it} WHERE seal = 1")
    assert "Seal 1 is broken: the chains under it are not the ones it was set on." in [e.what for e in past.verify()]


def test_a_history_written_anew_is_found_by_its_seals(past: Past) -> None:
    written_anew(past, 1001, 10, actor="agent:ben")
    [found] = past.verify()
    assert (found.kind, found.ticket, found.seq) == ("rewritten", 1001, 13)
    assert "seal 1" in found.what


def test_a_history_written_anew_with_all_its_seals_is_found_by_the_anchor(past: Past) -> None:
    before = anchor(past)
    written_anew(past, 1001, 10, actor="agent:ben")
    past.sql("DELETE FROM seal")
    past.sql("DELETE FROM sealed")
    past.sql("UPDATE chain SET changed = 1, seal = NULL")
    past.change(seals.seal)
    assert past.verify() == []
    assert [each.kind for each in past.verify(anchor=before)] == ["anchor"]


def test_a_seal_is_set_once_an_hour_and_where_much_has_changed_at_once(past: Past) -> None:
    assert past.change(lambda tx: seals.seal(tx, most=1)) == 1
    assert past.change(lambda tx: seals.seal(tx, most=1)) == 0, "nothing has changed since"
    for ticket in (0, 1001, 1002):
        past.change(lambda tx, ticket=ticket: change.record(tx, ticket, "admin", "noted"))
    assert [past.change(lambda tx: seals.seal(tx, most=1)) for _ in range(4)] == [1, 1, 1, 0]
    past.change(lambda tx: change.record(tx, 1001, "admin", "noted"))
    assert past.change(seals.seal) == 0, "the last one is not an hour old"
    assert past.verify(anchor=anchor(past)) == []


# -- what is told ------------------------------------------------------------------------------------------------------


def told(past: Past) -> list[str]:
    """The daily examination, as the clock does it, and what `mailgate status` says then."""
    [job] = [each for each in jobs.JOBS if each.look is audit.look]
    store = past.open()
    try:
        job.run(store, lambda: past.settings, SetClock(past.now), Turns())
        with store.reading(past.settings, past.now) as tx:
            return [str(seen.said) for seen in dict(watching.found(store, tx))["history"].values()]
    finally:
        store.close()


def test_the_daily_examination_tells_what_is_wrong_until_it_is_mended(past: Past) -> None:
    assert told(past) == []
    past.sql(f"UPDATE event SET actor = 'agent:ben' {where(18)}")
    [said] = told(past)
    assert said.startswith("the history is not whole: Event 18 of #1001 was changed")
    assert told(past) == [said]
    past.sql(f"UPDATE event SET actor = 'agent:anna' {where(18)}")
    assert told(past) == []


def test_the_daily_examination_looks_only_at_what_has_changed(past: Past) -> None:
    assert told(past) == []
    past.sql(f"UPDATE event SET actor = 'agent:ben' {where(1, 1002)}")
    assert told(past) == [], "#1002 is as it was when it was sealed and proven; the command looks at all"
    assert past.wrong() == [("changed", 1002, 1)]
    past.change(lambda tx: change.record(tx, 1002, "admin", "noted"))
    assert len(told(past)) == 1


def test_many_findings_are_not_all_listed(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_FINDINGS", 5)
    past.sql("UPDATE event SET salt = 'none'")
    found = past.verify()
    assert (len(found), found[-1].kind) == (6, "more")


def test_a_long_history_is_read_in_bounded_memory(past: Past) -> None:
    def peak() -> int:
        tracemalloc.start()
        try:
            assert past.verify() == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def more(tx: Tx) -> None:
        for number in range(2000):
            change.record(tx, number % 7, "admin", "noted", number=number, text="x" * 300)

    past.change(more)
    short = peak()
    past.change(more)
    past.change(more)
    assert peak() < short * 1.3
