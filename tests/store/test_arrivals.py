"""Looking back into the journal: the bytes, how often a mail came, which older ones it names."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from mailgate.errors import StoreUnavailable
from mailgate.store import arrivals, claim
from mailgate.store.db import Store
from tests.store.example import arrive, settings_at, transmission


def test_small_and_large_mails_come_back_byte_for_byte(store: Store) -> None:
    mails = [transmission("small"), transmission("large", text="long " * 50_000)]
    for row, mail in zip(claim.load(store, arrive(store, *mails)), mails, strict=True):
        assert arrivals.raw(store, row) == mail.raw


@pytest.mark.sqlite
def test_where_no_file_can_be_opened_the_mail_is_not_to_blame(store: Store) -> None:
    mail = transmission("large", text="long " * 50_000)
    [row] = claim.load(store, arrive(store, mail))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(StoreUnavailable, match="Too many open files"):
            arrivals.raw(store, row)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert arrivals.raw(store, row) == mail.raw


@pytest.mark.sqlite
def test_while_the_folder_of_large_mails_is_away_the_mail_is_not_to_blame(store: Store) -> None:
    mail = transmission("large", text="long " * 50_000)
    [row] = claim.load(store, arrive(store, mail))
    away = store.blobs.rename(store.blobs.with_name("away"))
    with pytest.raises(StoreUnavailable, match="not there"):
        arrivals.raw(store, row)
    away.rename(store.blobs)
    assert arrivals.raw(store, row) == mail.raw
    (store.blobs / row.sha256).unlink()
    with pytest.raises(FileNotFoundError):
        arrivals.raw(store, row)


def test_the_same_transmission_is_counted_where_it_came_first(store: Store) -> None:
    one, other = transmission("one"), transmission("other")
    assert arrive(store, one, other, one, one) == [1, 2, 1, 1]
    assert arrivals.seen(store, [1, 2]) == {1: 3, 2: 1}
    assert arrivals.count(store) == 2


def test_only_older_mails_are_parents(store: Store) -> None:
    arrive(store, transmission("first"), transmission("second", references="<first@x.example> <third@x.example>"))
    arrive(store, transmission("third", references="<second@x.example>"), transmission("fourth"))
    names = [(), ("first@x.example", "third@x.example"), ("second@x.example",), ()]
    mails = zip(claim.load(store, [1, 2, 3, 4]), names, strict=True)
    found = arrivals.before(store, settings_at(Path()), mails)
    assert [each.parents for each in found] == [(), (1,), (2,), ()]
