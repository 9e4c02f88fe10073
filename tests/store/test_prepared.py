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
    assert row.subject == row._mapping["subject"] == "grüße"


def test_a_column_left_out_has_its_default(tx: Tx) -> None:
    tx.add(ADD, letter())
    (row,) = tx.all(TO, {"to": "erika@x.example"})
    assert (row.state, row.attempts, row.language, row.sent_at, row.ticket) == ("pending", 0, "en", None, None)


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
