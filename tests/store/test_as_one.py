"""Several mails written as one: their savepoints cost nothing, and hold all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.store.db import Store, Tx
from mailgate.store.driver import NotChanged
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Cursor, table_of
from tests.store.example import NOON, settings_at

CURSOR = table_of(Cursor)
ADD = Prepared(sa.insert(CURSOR))
ALL = Prepared(sa.select(CURSOR).order_by(CURSOR.c.name))
GROW = Prepared(
    sa.update(CURSOR).where(CURSOR.c.name == sa.bindparam("of")).values(value=CURSOR.c.value + 1), must_change=True
)


@pytest.fixture
def tx(store: Store, tmp_path: Path) -> Iterator[Tx]:
    with store.transaction(settings_at(tmp_path), NOON, as_one=True) as tx:
        yield tx


def row(name: str) -> dict[str, object]:
    return {"name": name, "value": 1}


def names(tx: Tx) -> str:
    return "".join(each.name for each in tx.all(ALL))


def past_it(tx: Tx) -> int:
    """How many rows there are for whoever does not ask the transaction."""
    return int(tx.connection.exec_driver_sql("SELECT count(*) FROM cursor").scalar_one())


def mail(tx: Tx, *rows: str, asks: bool = False, fails: bool = False) -> None:
    """One mail: it writes rows, may ask for them, and may fail."""
    with tx.savepoint():
        for name in rows:
            tx.later(ADD, row(name))
        if asks:
            assert names(tx).endswith("".join(rows))
        if fails:
            raise ZeroDivisionError


def test_what_mails_hold_back_waits_for_the_commit(store: Store, tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    with store.transaction(settings, NOON, as_one=True) as tx:
        mail(tx, "a")
        mail(tx, "b", "c")
        assert past_it(tx) == 0
    with store.reading(settings, NOON) as tx:
        assert names(tx) == "abc"


@pytest.mark.parametrize("asks", [False, True], ids=["before anything is written", "after it was written"])
def test_a_mail_that_fails_leaves_nothing_and_takes_nothing_with_it(tx: Tx, asks: bool) -> None:
    mail(tx, "a")
    with pytest.raises(ZeroDivisionError):
        mail(tx, "b", asks=asks, fails=True)
    assert past_it(tx) == (1 if asks else 0)
    mail(tx, "c")
    assert names(tx) == "ac"


def test_what_another_statement_wrote_is_undone_too(tx: Tx) -> None:
    mail(tx, "a")
    with pytest.raises(ZeroDivisionError), tx.savepoint():
        change_all_and_fail(tx)
    assert [each.value for each in tx.all(ALL)] == [1]


def change_all_and_fail(tx: Tx) -> None:
    tx.execute(sa.update(CURSOR).values(value=5))
    mail(tx, "b", asks=True, fails=True)


def test_a_savepoint_within_a_mail_undoes_only_itself(tx: Tx) -> None:
    with tx.savepoint():
        tx.later(ADD, row("a"))
        with pytest.raises(ZeroDivisionError):
            mail(tx, "b", asks=True, fails=True)
        with pytest.raises(ZeroDivisionError):
            mail(tx, "c", fails=True)
        tx.later(ADD, row("d"))
    assert names(tx) == "ad"


def test_only_the_last_of_a_name_is_written_whichever_mail_it_was(tx: Tx) -> None:
    for value in (1, 2, 3):
        with suppress(ZeroDivisionError), tx.savepoint():
            tx.later(ADD, {"name": "a", "value": value}, instead="a")
            mail(tx, fails=value == 3)
    assert [each.value for each in tx.all(ALL)] == [2]


def test_a_row_that_had_to_be_changed_and_is_not_there_spoils_all(store: Store, tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    with pytest.raises(NotChanged), store.transaction(settings, NOON, as_one=True) as tx:
        grow(tx, "a", "gone")
    with store.reading(settings, NOON) as tx:
        assert names(tx) == ""


def grow(tx: Tx, *names: str) -> None:
    mail(tx, "a")
    for name in names:
        tx.later(GROW, {"of": name})
