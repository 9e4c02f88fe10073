"""Statements past SQLAlchemy: the same rows, values and errors as through it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.store.db import Tx, open_store
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Chain, Letter, MailState, table_of
from tests.store.example import NOON, settings_at

LETTER, STATE, CHAIN = table_of(Letter), table_of(MailState), table_of(Chain)
ADD = Prepared(sa.insert(LETTER).returning(LETTER.c.id))
PLAIN = Prepared(sa.insert(LETTER))
TO = Prepared(sa.select(LETTER).where(LETTER.c.to == sa.bindparam("to")))
AMONG = Prepared(
    sa.select(LETTER.c.id)
    .where(LETTER.c.to.in_(sa.bindparam("these", expanding=True)), LETTER.c.state.in_(("pending", "sent")))
    .order_by(LETTER.c.id)
    .limit(sa.bindparam("most"))
)
DECIDE = Prepared(sa.update(STATE).where(STATE.c.mail == sa.bindparam("of")).values(decision=sa.bindparam("decision")))


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Tx]:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    with store.transaction(settings, NOON) as tx:
        yield tx
    store.close()


def letter(to: str = "erika@x.example", **more: Any) -> dict[str, Any]:
    row = {"to": to, "template": "reply", "envelope_from": "", "subject": "grüße", "created_at": NOON, "files": []}
    return {**row, "message_id": "1@x", "header": b"\xff\r\n", "text": "", "html": "", **more}


def test_a_row_comes_back_as_it_was_written_and_as_sqlalchemy_reads_it(tx: Tx) -> None:
    at = datetime(2026, 11, 23, 14, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    number = tx.add(ADD, letter(created_at=at, files=[{"name": "ä"}]))
    (row,) = tx.all(TO, {"to": "erika@x.example"})
    assert row == tx.first(sa.select(LETTER).where(LETTER.c.id == number))
    assert (row.id, row.created_at, row.header) == (number, at.astimezone(UTC), b"\xff\r\n")
    assert row.files == [{"name": "ä"}]
    assert row.subject == "grüße"


def test_a_column_left_out_has_its_default(tx: Tx) -> None:
    tx.add(ADD, letter())
    (row,) = tx.all(TO, {"to": "erika@x.example"})
    assert (row.state, row.attempts, row.language, row.sent_at, row.ticket) == ("pending", 0, "en", None, None)


@pytest.mark.parametrize("number", [1, 30])
def test_rows_written_together_come_back_as_they_were_written(tx: Tx, number: int) -> None:
    """PostgreSQL copies them where they are many, and has no NUL."""
    at = NOON + timedelta(microseconds=5)
    for each in range(number):
        tx.later(PLAIN, letter(text=f"{each}\0ü", created_at=at, sent_at=at if each else None, files=[{"name": "\0"}]))
    rows = tx.all(TO, {"to": "erika@x.example"})
    assert rows == tx.all(sa.select(LETTER))
    assert [row.text.replace("\0", "") for row in rows] == [f"{each}ü" for each in range(number)]
    assert {(row.created_at, row.header, row.files[0]["name"], row.state) for row in rows} == {
        (at, b"\xff\r\n", "\0", "pending")
    }
    assert [row.sent_at for row in rows] == [None, *[at] * (number - 1)]


def test_rows_of_different_columns_are_written_together(tx: Tx) -> None:
    for each in range(10):
        tx.later(PLAIN, letter() if each % 2 else letter(owner="anna"))
    assert sorted(row.owner or "" for row in tx.all(TO, {"to": "erika@x.example"})) == [""] * 5 + ["anna"] * 5


def test_one_row_that_can_not_be_written_fails_all_of_them(tx: Tx) -> None:
    with pytest.raises(sa.exc.IntegrityError), tx.savepoint():
        letters(tx, *["fine"] * 7, None, "fine")
    assert tx.all(sa.select(LETTER)) == []


def letters(tx: Tx, *subjects: str | None) -> None:
    for subject in subjects:
        tx.later(PLAIN, letter(subject=subject))


def test_lists_of_any_length_are_asked_for(tx: Tx) -> None:
    ids = [tx.add(ADD, letter(f"{name}@x.example")) for name in "abc"]
    for names in ("", "a", "ca", "abc"):
        found = tx.all(AMONG, {"these": [f"{name}@x.example" for name in names], "most": 9})
        assert [row.id for row in found] == sorted(ids["abc".index(name)] for name in names)
    assert len(tx.all(AMONG, {"these": ["a@x.example", "b@x.example"], "most": 1})) == 1


def test_what_is_none_is_null_in_a_column_of_json_too(tx: Tx) -> None:
    tx.execute(sa.insert(STATE).values(mail=7, decision={"sort": "reply"}))
    nothing = sa.select(STATE.c.mail).where(STATE.c.decision.is_(sa.null()))
    assert tx.value(nothing) is None
    assert tx.run(DECIDE, {"of": 7, "decision": None}) == 1
    assert tx.value(nothing) == 7


def test_a_row_that_is_there_is_changed_where_it_was_asked_for(tx: Tx) -> None:
    grow = Upsert(CHAIN, "events")
    tx.later(grow, {"ticket": 1, "events": 1, "head": "a"})
    tx.settle()
    tx.later(grow, {"ticket": 1, "events": 2, "head": "b"})
    tx.later(Upsert(CHAIN), {"ticket": 1, "events": 9, "head": "c"})
    assert [(row.events, row.head) for row in tx.all(sa.select(CHAIN))] == [(2, "a")]


@pytest.mark.parametrize("values", [{}, {"to": "a", "too": "b"}, {"too": "b"}])
def test_a_value_too_few_or_too_many_is_a_mistake(tx: Tx, values: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        tx.all(TO, values or {"of": 1})
    with pytest.raises(KeyError):
        tx.add(ADD, letter(subjcet="a typing error"))


def test_an_error_is_sqlalchemys_and_does_not_quote_anybody(tx: Tx) -> None:
    with pytest.raises(sa.exc.IntegrityError) as wrong, tx.savepoint():
        tx.add(ADD, letter("secret@x.example", subject=None))
    assert "secret" not in str(wrong.value).partition("DETAIL")[0], "PostgreSQL says it there"
    assert tx.all(sa.select(LETTER)) == []
