"""`alerts.relay`: alerts leave by another way than the one that broke, or by the ordinary one where that breaks too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.outbox.deliver import Sender
from tests.doubles.relay import Relay
from tests.outbox.letters_due import Outbox

OPS = "ops@example.com"


@pytest.fixture
def apart() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def both(tmp_path: Path, relay: Relay, apart: Relay) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path, [{"url": relay.url}], alerts=apart.url)
    yield outbox
    outbox.store.close()


def test_alerts_go_apart_and_nothing_else(both: Outbox, relay: Relay, apart: Relay) -> None:
    both.put(OPS, template="alert")
    both.put(OPS, template="held")
    both.put("erika@x.example", template="reply")
    both.rounds()
    assert len(apart.letters) == 1
    assert len(relay.letters) == 2


def test_a_dead_relay_does_not_keep_its_own_alert(both: Outbox, relay: Relay, apart: Relay) -> None:
    relay.go_away()
    both.put("erika@x.example", template="reply")
    both.rounds()
    both.put(OPS, template="alert")
    both.rounds()
    assert both.states() == ["pending", "sent"]
    assert len(apart.letters) == 1


@pytest.mark.parametrize("breaks", ["away", "refuses", "defers"])
def test_where_that_way_breaks_too_the_ordinary_one_is_taken(
    both: Outbox, relay: Relay, apart: Relay, breaks: str
) -> None:
    if breaks == "away":
        apart.go_away()
    else:
        (apart.refuse if breaks == "refuses" else apart.defer)(OPS)
    both.put(OPS, template="alert")
    both.rounds()
    assert both.states() == ["sent"]
    assert len(relay.letters) == 1


def test_where_both_are_away_it_waits_and_costs_no_attempt(both: Outbox, relay: Relay, apart: Relay) -> None:
    relay.go_away()
    apart.go_away()
    number = both.put(OPS, template="alert")

    async def story(sender: Sender) -> None:
        await sender.send_due()
        assert set(sender.troubles) == {relay.url, apart.url}

    both.with_sender(story)
    assert (both[number].state, both[number].attempts) == ("pending", 0)


def test_refused_by_one_and_put_off_by_the_other_is_not_given_up(both: Outbox, relay: Relay, apart: Relay) -> None:
    apart.refuse(OPS)
    relay.defer(OPS)
    both.put(OPS, template="alert")
    both.rounds()
    assert both.states() == ["pending"]


def test_a_folder_will_do(tmp_path: Path, relay: Relay) -> None:
    outbox = Outbox(tmp_path, [{"url": relay.url}], alerts="maildir:alerts")
    outbox.put(OPS, template="alert")
    outbox.rounds()
    assert len(list((tmp_path / "alerts" / "new").iterdir())) == 1
    assert relay.letters == []
    outbox.store.close()
