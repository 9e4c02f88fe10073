"""Whatever is done to the history behind mailgate's back is found, and named: one test for each kind of tampering."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgate.desk import chain, change
from tests.desk.past import LARGE, Past, link, put, where

COLUMNS = ("ticket", "seq", "at", "actor", "action", "detail", "salt", "digest", "mail", "raw", "hash")


def move_up(past: Past, first: int, by: int) -> None:
    """Give the events from `first` on other numbers, so that no gap is seen."""
    past.sql("UPDATE event SET seq = -(seq + ?) WHERE ticket = 1001 AND seq >= ?", by, first)
    past.sql("UPDATE event SET seq = -seq WHERE seq < 0")


# -- events ------------------------------------------------------------------------------------------------------------


def test_what_nobody_has_touched_is_whole(past: Past) -> None:
    assert past.verify() == []


CHANGES = {
    "actor": "agent:ben",
    "at": "2026-11-23 09:00:00.000001",
    "action": "close",
    "mail": 5,
    "raw": "0" * 64,
    "digest": "0" * 64,
    "salt": "0" * 32,
    "hash": "0" * 64,
    "detail": '{"assignee": "ben", "status": "in_progress", "status_before": "new"}',
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("seq", [1, 10, 22], ids=["first", "middle", "last"])
def test_a_changed_event_is_found_and_named(past: Past, column: str, seq: int) -> None:
    past.sql(f"UPDATE event SET {column} = ? {where(seq)}", CHANGES[column])
    found = past.verify()
    assert ("changed", 1001, seq) in [(each.kind, each.ticket, each.seq) for each in found]
    assert f"Event {seq} of #1001 was changed" in found[0].what
    assert {(each.ticket, each.seq) for each in found if each.kind == "changed"} == {(1001, seq)}


def test_a_changed_event_with_a_hash_that_fits_is_found_by_the_next(past: Past) -> None:
    row = {**dict(past.events(1001)[9]), "actor": "agent:ben"}
    put(past, link(row, past.events(1001)[8]["hash"]))
    assert past.wrong() == [("changed", 1001, 11)]


def test_a_deleted_event_is_found_and_named(past: Past) -> None:
    past.sql(f"DELETE FROM event {where(11)}")
    assert [each.what for each in past.verify()] == ["Event 11 of #1001 was deleted."]


def test_several_deleted_events_are_one_finding(past: Past) -> None:
    past.sql("DELETE FROM event WHERE ticket = 1001 AND seq BETWEEN 1 AND 8")
    found = past.verify()
    assert found[0].what == "Events 1 to 8 of #1001 were deleted."
    assert {each.kind for each in found[1:]} == {"unrecorded"}, "and nothing else knows of the mail any more"


@pytest.mark.parametrize("seq", [1, 11, 21])
def test_a_deleted_event_is_found_where_the_gap_was_closed(past: Past, seq: int) -> None:
    past.sql(f"DELETE FROM event {where(seq)}")
    move_up(past, seq, -1)
    found = past.verify()
    assert [(each.kind, each.ticket, each.seq) for each in found] == [("deleted", 1001, seq)]
    assert f"was number {seq + 1}" in found[0].what


@pytest.mark.parametrize("ticket", [0, 1001, 1002])
def test_a_cut_tail_is_found(past: Past, ticket: int) -> None:
    last = past.events(ticket)[-1]["seq"]
    past.sql(f"DELETE FROM event {where(last, ticket)}")
    assert past.wrong()[0] == ("cut", ticket, last)


def test_a_cut_tail_is_found_by_the_seal_where_the_count_was_changed_too(past: Past) -> None:
    past.sql("DELETE FROM event WHERE ticket = 1001 AND seq > 14")
    past.sql("UPDATE chain SET events = 14, head = ? WHERE ticket = 1001", past.events(1001)[-1]["hash"])
    found = past.verify()
    assert found[0].what == "Events 15 to 16 are missing at the end of the history of #1001, known to seal 3."


def test_a_history_that_is_gone_as_a_whole_is_found(past: Past) -> None:
    past.sql("DELETE FROM event WHERE ticket = 1002")
    assert past.wrong()[0] == ("cut", 1002, 1)
    past.sql("DELETE FROM chain WHERE ticket = 1002")
    assert past.wrong()[0] == ("cut", 1002, 1)
    past.sql("DELETE FROM sealed WHERE ticket = 1002")
    kinds = [(each.kind, each.ticket, each.mail, each.seal) for each in past.verify()]
    assert kinds == [("seal", None, None, 2), ("unrecorded", 1002, None, None), ("unrecorded", None, 3, None)]


def test_an_inserted_event_is_found(past: Past) -> None:
    move_up(past, 11, 1)
    put(past, {**dict(past.events(1001)[9]), "seq": 11, "action": "close"})
    assert past.wrong() == [("inserted", 1001, 11)]


def test_an_inserted_event_with_a_hash_that_fits_is_found(past: Past) -> None:
    before = past.events(1001)[9]
    move_up(past, 11, 1)
    put(past, link({**dict(before), "seq": 11, "action": "close"}, before["hash"]))
    assert past.wrong() == [("inserted", 1001, 11)]


def test_an_event_inserted_at_the_end_is_found(past: Past) -> None:
    last = past.events(1001)[-1]
    put(past, link({**dict(last), "seq": 23, "action": "close"}, last["hash"]))
    assert past.wrong() == [("inserted", 1001, 23)]


def test_events_that_have_changed_places_are_found(past: Past) -> None:
    past.sql(f"UPDATE event SET seq = -11 {where(11)}")
    past.sql(f"UPDATE event SET seq = 11 {where(12)}")
    past.sql("UPDATE event SET seq = 12 WHERE seq = -11")
    found = past.verify()
    assert [each.what for each in found] == ["Event 11 of #1001 and event 12 have changed places."]


def test_events_that_were_moved_far_are_found_where_they_are(past: Past) -> None:
    past.sql(f"UPDATE event SET seq = -5 {where(5)}")
    past.sql(f"UPDATE event SET seq = 5 {where(15)}")
    past.sql("UPDATE event SET seq = 15 WHERE seq = -5")
    assert {("changed", 1001, 5), ("changed", 1001, 15)} <= set(past.wrong())


def test_an_event_moved_to_another_ticket_is_missed_here_and_found_there(past: Past) -> None:
    past.sql(f"UPDATE event SET ticket = 1002, seq = 9 {where(22)}")
    assert {each[:2] for each in past.wrong()} == {("cut", 1001), ("changed", 1002), ("inserted", 1002)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_single_byte_of_an_event_can_change_unnoticed(past: Past, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([number for (number,) in past.sql("SELECT rowid FROM event")]))
    column = data.draw(st.sampled_from(COLUMNS))
    before = past.sql("SELECT * FROM event WHERE rowid = ?", row)
    look = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM event WHERE rowid = ?"
    [(stored, kind)] = past.sql(look, row)
    content = bytearray(stored or b"")
    place = data.draw(st.integers(0, len(content)))
    content[place : place + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=1))
    cast = "NUMERIC" if kind == "integer" else "TEXT"
    # There may be an event of that number already.
    past.sql(f"UPDATE OR IGNORE event SET {column} = CAST(? AS {cast}) WHERE rowid = ?", bytes(content), row)
    try:
        changed, found = past.sql(look, row) != [(stored, kind)], past.verify()
    finally:
        sets = ", ".join(f"{name} = ?" for name in COLUMNS)
        past.sql(f"UPDATE event SET {sets} WHERE rowid = ?", *before[0], row)
    assert bool(found) == changed, f"{column}: {stored!r} became {bytes(content)!r}: {found}"


# -- mails -------------------------------------------------------------------------------------------------------------


def test_a_changed_mail_is_found_and_named(past: Past) -> None:
    past.sql("UPDATE arrival SET raw = CAST(replace(raw, 'burns', 'works') AS BLOB) WHERE id = 1", file="journal")
    found = past.verify()
    assert [each.what for each in found] == ["Mail M-1 (event 1 of #1001) was changed: it is not what arrived."]
    assert (found[0].kind, found[0].mail) == ("mail_changed", 1)


def test_a_changed_mail_is_found_where_its_digest_was_changed_too(past: Past) -> None:
    past.sql("UPDATE arrival SET raw = X'00', sha256 = ? WHERE id = 1", chain._sha256("\0"), file="journal")
    assert past.wrong() == [("mail_changed", 1001, 1)]


def test_a_changed_file_of_a_mail_is_found(past: Past) -> None:
    [file] = (past.folder / "blobs").iterdir()
    assert file.stat().st_size > len(LARGE)
    file.write_bytes(file.read_bytes().replace(b"All", b"Nil", 1))
    assert past.wrong() == [("mail_changed", 1002, 1)]


@pytest.mark.parametrize("mail", [1, 4])
def test_a_missing_mail_is_found(past: Past, mail: int) -> None:
    past.sql("DELETE FROM arrival WHERE id = ?", mail, file="journal")
    [found] = past.verify()
    assert (found.kind, found.mail) == ("mail_missing", mail)
    assert f"Mail M-{mail} (event 1 of " in found.what


def test_a_missing_file_of_a_mail_is_found(past: Past) -> None:
    [file] = (past.folder / "blobs").iterdir()
    file.unlink()
    assert past.wrong() == [("mail_missing", 1002, 1)]


def test_a_mail_whose_events_are_gone_is_found(past: Past) -> None:
    past.sql("DELETE FROM event WHERE ticket = 0")
    assert {(each.kind, each.mail) for each in past.verify()} == {("cut", None), ("unrecorded", 4), ("unrecorded", 5)}


# -- what was erased ---------------------------------------------------------------------------------------------------


def erased(past: Past) -> None:
    """Erika asks to be forgotten: her mails go, and what events say of her."""
    past.change(lambda tx: change.erase(tx, 1001, [1, 2, 5, 14], "admin", "asked for", mail=1))
    past.sql("DELETE FROM arrival WHERE id = 1", file="journal")


def test_what_was_erased_leaves_the_history_whole(past: Past) -> None:
    erased(past)
    assert past.verify() == []
    assert [json.loads(past.events(1001)[seq - 1]["detail"]) for seq in (1, 2, 5, 14)] == [{}] * 4


def test_the_address_of_an_actor_can_be_erased(past: Past) -> None:
    past.change(lambda tx: change.record(tx, 1001, "person:otto@partner.example", "bounced", to="otto@partner.example"))
    past.change(lambda tx: change.erase(tx, 1001, [23], "admin", "asked for"))
    assert "otto" not in "".join(str(value) for value in tuple(past.events(1001)[22]))
    assert past.verify() == []


def test_tampering_is_found_after_something_was_erased(past: Past) -> None:
    erased(past)
    past.sql(f"UPDATE event SET actor = 'agent:ben' {where(2)}")
    past.sql(f'UPDATE event SET detail = \'{{"why": "other"}}\' {where(5)}')
    past.sql("DELETE FROM arrival WHERE id = 2", file="journal")
    assert set(past.wrong()) == {("changed", 1001, 2), ("changed", 1001, 5), ("mail_missing", 1001, 9)}


@pytest.mark.parametrize("too", ["", ", salt = ''"], ids=["alone", "with its salt"])
def test_a_detail_that_is_gone_without_being_erased_is_found(past: Past, too: str) -> None:
    past.sql(f"UPDATE event SET detail = '{{}}'{too} {where(10)}")
    assert past.wrong() == [("blanked", 1001, 10)]


def test_an_erasure_that_was_there_before_excuses_nothing(past: Past) -> None:
    erased(past)
    past.change(lambda tx: change.record(tx, 1001, "clock", "reminder", to="otto@partner.example"))
    past.sql(f"UPDATE event SET detail = '{{}}', salt = '' {where(24)}")
    assert past.wrong() == [("blanked", 1001, 24)]


def test_an_erasure_cannot_be_taken_back_out(past: Past) -> None:
    erased(past)
    past.sql(f"DELETE FROM event {where(23)}")
    assert [each.kind for each in past.verify()] == ["blanked"] * 4 + ["cut", "mail_missing"]
