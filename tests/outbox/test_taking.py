"""Letters are taken in a name of its own each time, and what a lost COMMIT took is given back at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.outbox.taking import Taker
from mailgate.store.db import Store, Tx
from tests.outbox.letters_due import Outbox

CLAIM = timedelta(minutes=2)


@dataclass(frozen=True)
class Deaf(Store):
    """It commits, and nobody hears of it; so many times."""

    times: list[int] = field(default_factory=list)

    @contextmanager
    def claiming(self, *about: Any) -> Iterator[Tx]:
        with super().claiming(*about) as tx:
            yield tx
        if self.times:
            self.times.pop()
            raise StoreUnavailable("The connection was lost.")


def taker(outbox: Outbox, lost: int = 0) -> Taker:
    store = Deaf(outbox.store.journal, outbox.store.desk, outbox.store.blobs, times=[1] * lost)
    return Taker(store, outbox.turns, "sender")


def take(taker: Taker, outbox: Outbox) -> list[sa.Row[Any]]:
    return taker.take(outbox.settings, outbox.clock.now(), 10, CLAIM)


def test_each_time_has_a_name_of_its_own(outbox: Outbox) -> None:
    ours, names = taker(outbox), list[str]()
    for address in ("erika@x.example", "otto@x.example"):
        outbox.put(address)
        (row,) = take(ours, outbox)
        names.append(row.worker)
    assert len(set(names)) == 2
    assert all(name.startswith("sender:") for name in names)


@pytest.mark.parametrize("lost", [1, 3])
def test_what_was_taken_unheard_is_taken_again_at_once_and_in_no_doubt(outbox: Outbox, lost: int) -> None:
    number, ours = outbox.put("erika@x.example"), taker(outbox, lost)
    for _ in range(lost):
        with pytest.raises(StoreUnavailable):
            take(ours, outbox)
        assert outbox[number].worker
    [row] = take(ours, outbox)
    assert (row.id, row.doubtful) == (number, 0)


def test_what_there_was_no_memory_to_begin_with_is_free_with_the_next_that_are_taken(outbox: Outbox) -> None:
    number, ours = outbox.put("erika@x.example"), taker(outbox)
    ours.has_not_begun(take(ours, outbox))
    assert outbox[number].worker
    [row] = take(ours, outbox)
    assert (row.id, row.doubtful) == (number, 0)


def test_what_others_have_taken_is_not_given_back(outbox: Outbox) -> None:
    number = outbox.put("erika@x.example")
    [theirs] = take(taker(outbox), outbox)
    ours = taker(outbox, lost=1)
    outbox.put("otto@x.example")
    with pytest.raises(StoreUnavailable):
        take(ours, outbox)
    take(ours, outbox)
    assert outbox[number].worker == theirs.worker
