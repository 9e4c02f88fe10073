"""Rows by the value of a column: asked for together, remembered apart, and never older than what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.store.db import Tx, open_store
from mailgate.store.lookup import KEYS, Lookup
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Person, table_of
from tests.store.example import NOON, settings_at

PERSON = table_of(Person)
_SELECT = sa.select(PERSON.c.email, PERSON.c.name).where(PERSON.c.email.in_(KEYS))
NAMES = Lookup(_SELECT, PERSON.c.email, lambda tx, row: str(row.name))
FAILING = Lookup(
    _SELECT.where(PERSON.c.failing_since.is_not(None)),
    PERSON.c.email,
    lambda tx, row: str(row.name),
    only=PERSON.c.failing_since,
)
ADD = Prepared(sa.insert(PERSON), with_id=True)
RENAME = Prepared(sa.update(PERSON).where(PERSON.c.email == sa.bindparam("of")).values(name=sa.bindparam("name")))


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Tx]:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    with store.transaction(settings, NOON) as tx:
        enter(tx, "anna", "ben")
        tx.settle()
        yield tx
    store.close()


def enter(tx: Tx, *names: str, **more: Any) -> None:
    for name in names:
        tx.later(ADD, {"id": tx.new_id(PERSON), "email": f"{name}@x.example", "name": name, **more})


def behind_its_back(tx: Tx) -> None:
    """Who asks the database again sees another name."""
    tx.connection.exec_driver_sql("UPDATE person SET name = 'new'")


def found(tx: Tx, *names: str, lookup: Lookup[str] = NAMES) -> list[str]:
    return tx.found(lookup, *(f"{name}@x.example" for name in names))


def test_each_finds_its_own_in_the_order_of_the_question(tx: Tx) -> None:
    assert found(tx, "ben", "nobody", "anna", "ben") == ["ben", "anna", "ben"]


def test_more_than_a_statement_takes_are_found_all_the_same(tx: Tx) -> None:
    many = [f"person{number}" for number in range(150)]
    enter(tx, *many)
    assert found(tx, *reversed(many)) == many[::-1]


def test_what_was_foreseen_is_not_asked_again_nor_is_what_was_not_there(tx: Tx) -> None:
    tx.foresee({NAMES: ["anna@x.example", "carl@x.example"]})
    behind_its_back(tx)
    tx.connection.exec_driver_sql("UPDATE person SET email = 'carl@x.example' WHERE email = 'ben@x.example'")
    assert (found(tx, "anna"), found(tx, "carl")) == (["anna"], [])


def test_a_new_row_is_found_and_the_others_are_still_known(tx: Tx) -> None:
    assert found(tx, "anna", "carl") == ["anna"]
    behind_its_back(tx)
    enter(tx, "carl")
    assert found(tx, "anna", "carl") == ["anna", "carl"]


def test_rows_that_wait_are_only_written_for_who_asks_for_them(tx: Tx) -> None:
    enter(tx, "carl")
    assert found(tx, "anna") == ["anna"]
    assert tx.connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 2
    assert found(tx, "carl") == ["carl"]


def test_a_change_of_any_row_makes_all_of_them_be_asked_again(tx: Tx) -> None:
    assert found(tx, "anna") == ["anna"]
    tx.run(RENAME, {"of": "anna@x.example", "name": "anne"})
    assert found(tx, "anna") == ["anne"]
    tx.execute(sa.update(PERSON).values(name="all"))
    assert found(tx, "anna") == ["all"]


def test_a_row_that_it_would_not_find_changes_nothing(tx: Tx) -> None:
    assert found(tx, "carl", lookup=FAILING) == []
    enter(tx, "carl")
    behind_its_back(tx)
    assert found(tx, "carl", lookup=FAILING) == []
    assert tx.connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 2, "nobody has asked again"
    enter(tx, "dora", failing_since=NOON)
    assert found(tx, "dora", lookup=FAILING) == ["dora"]


def test_who_has_written_a_row_may_say_what_would_be_found(tx: Tx) -> None:
    enter(tx, "carl")
    tx.knows(NAMES, "carl@x.example", ["Carl"])
    assert found(tx, "carl") == ["Carl"]
    with pytest.raises(ZeroDivisionError), tx.savepoint():
        raise ZeroDivisionError
    assert found(tx, "carl") == ["carl"]


def test_an_address_with_a_nul_is_found_on_every_database(tx: Tx) -> None:
    enter(tx, "c\0arl")
    tx.settle()
    assert len(found(tx, "c\0arl", "anna")) == 2
