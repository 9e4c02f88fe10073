"""What a transaction holds back and remembers is never seen from outside, but in the number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.store.db import Store, Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Cursor, Person, table_of
from tests.store.example import NOON, settings_at

CURSOR, PERSON = table_of(Cursor), table_of(Person)
NAMED = Prepared(sa.insert(PERSON), with_id=True)
ADD = Prepared(sa.insert(CURSOR))
ALL = Prepared(sa.select(CURSOR).order_by(CURSOR.c.name))
GROW = Prepared(sa.update(CURSOR).where(CURSOR.c.name == sa.bindparam("of")).values(value=CURSOR.c.value + 1))


@pytest.fixture
def tx(store: Store, tmp_path: Path) -> Iterator[Tx]:
    with store.transaction(settings_at(tmp_path), NOON) as tx:
        yield tx


def row(name: str, value: int = 1) -> dict[str, object]:
    return {"name": name, "value": value}


def names(tx: Tx) -> str:
    return "".join(each.name for each in tx.all(ALL))


def past_it(tx: Tx) -> int:
    """How many rows there are for whoever does not ask the transaction."""
    return int(tx.connection.exec_driver_sql("SELECT count(*) FROM cursor").scalar_one())


def test_a_row_is_held_back_until_somebody_asks_for_its_table(tx: Tx) -> None:
    tx.later(ADD, row("a"))
    assert past_it(tx) == 0
    assert (names(tx), past_it(tx)) == ("a", 1)


def test_what_sqlalchemy_asks_finds_every_row_too(tx: Tx) -> None:
    tx.later(ADD, row("a"))
    assert tx.value(sa.select(sa.func.count()).select_from(CURSOR)) == 1
    tx.later(ADD, row("b"))
    assert tx.execute(sa.delete(CURSOR)).rowcount == 2


def test_a_row_is_changed_after_it_was_held_back(tx: Tx) -> None:
    tx.later(ADD, row("a", 6))
    assert tx.run(GROW, {"of": "a"}) == 1
    assert tx.all(ALL)[0].value == 7


def test_only_the_last_of_a_name_is_written(tx: Tx) -> None:
    for value in (1, 2, 3):
        tx.later(ADD, row("a", value), instead="a")
    assert [each.value for each in tx.all(ALL)] == [3]


def test_an_answer_is_given_again_until_its_table_is_written(tx: Tx) -> None:
    tx.later(ADD, row("a", 1))
    before = tx.all(ALL)
    tx.connection.exec_driver_sql("UPDATE cursor SET value = 5")
    assert tx.all(ALL) == before
    tx.later(ADD, row("b"))
    assert [each.value for each in tx.all(ALL)] == [5, 1]


def test_an_answer_is_another_one_after_a_change(tx: Tx) -> None:
    tx.later(ADD, row("a", 1))
    assert tx.all(ALL)[0].value == 1
    tx.run(GROW, {"of": "a"})
    assert tx.all(ALL)[0].value == 2
    tx.execute(sa.update(CURSOR).values(value=7))
    assert tx.all(ALL)[0].value == 7


def test_whoever_changes_an_answer_changes_his_own(tx: Tx) -> None:
    tx.later(ADD, row("a"))
    tx.all(ALL).clear()
    assert names(tx) == "a"


def test_the_end_of_a_transaction_writes_what_was_held_back(store: Store, tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    with store.transaction(settings, NOON) as tx:
        tx.later(ADD, row("a"))
    with store.reading(settings, NOON) as tx:
        assert names(tx) == "a"


def test_what_was_undone_is_neither_written_nor_remembered(tx: Tx) -> None:
    tx.later(ADD, row("before"))
    seen = tx.once(counted)
    with pytest.raises(ZeroDivisionError), tx.savepoint():
        fail_halfway(tx, seen)
    assert names(tx) == "before"
    assert tx.once(counted)["mails"] == 0


def fail_halfway(tx: Tx, seen: Counter[str]) -> None:
    seen["mails"] += 1
    tx.later(ADD, row("held"))
    assert names(tx) == "beforeheld"
    tx.later(ADD, row("later"))
    raise ZeroDivisionError


def counted(tx: Tx) -> Counter[str]:
    return Counter()


def test_what_is_known_once_is_counted_on(tx: Tx) -> None:
    tx.once(counted)["mails"] += 1
    assert tx.once(counted)["mails"] == 1


def counted_for(tx: Tx, person: str) -> list[str]:
    return [person]


def test_what_is_known_of_one_says_nothing_of_another(tx: Tx) -> None:
    tx.once(counted_for, "erika").append("more")
    assert tx.once(counted_for, "erika") == ["erika", "more"]
    assert tx.once(counted_for, "otto") == ["otto"]


def test_ids_go_on_from_the_highest_and_come_back_when_they_are_not_used(tx: Tx) -> None:
    tx.execute(sa.insert(PERSON).values(id=41, email="erika@x.example"))
    assert [tx.new_id(PERSON), tx.new_id(PERSON)] == [42, 43]
    tx.later(NAMED, {"id": 42, "email": "otto@x.example"})
    with pytest.raises(ZeroDivisionError), tx.savepoint():
        open_and_fail(tx)
    assert (tx.new_id(PERSON), tx.opened) == (43, set())


def open_and_fail(tx: Tx) -> None:
    tx.opened.add(tx.new_id(PERSON))
    raise ZeroDivisionError


def test_a_row_that_can_not_be_written_fails_its_own_savepoint_alone(tx: Tx) -> None:
    tx.later(ADD, row("before"))
    with pytest.raises(sa.exc.IntegrityError), tx.savepoint():
        tx.later(ADD, row("before"))
    with tx.savepoint():
        tx.later(ADD, row("next"))
    assert names(tx) == "beforenext"


def test_a_savepoint_within_another_undoes_only_itself(tx: Tx) -> None:
    with tx.savepoint():
        tx.later(ADD, row("outer"))
        with pytest.raises(sa.exc.IntegrityError), tx.savepoint():
            tx.later(ADD, row("outer"))
        tx.later(ADD, row("then"))
    assert names(tx) == "outerthen"
