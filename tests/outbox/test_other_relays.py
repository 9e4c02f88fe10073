"""The relays change while letters leave: those under way arrive, the next take the new way, and nothing stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from mailgate.errors import ConfigurationError
from mailgate.outbox.deliver import Sender
from mailgate.settings.model import Settings
from mailgate.settings.site import Delivery
from tests.doubles.relay import Relay
from tests.outbox.letters_due import Outbox


@pytest.fixture
def other() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


def with_relays(settings: Settings, *relays: dict[str, Any]) -> Settings:
    delivery = Delivery.model_validate({"relays": relays})
    return settings.model_copy(update={"delivery": delivery})


def test_the_next_letter_takes_the_new_way(outbox: Outbox, relay: Relay, other: Relay) -> None:
    outbox.put("erika@x.example")

    async def story(sender: Sender) -> None:
        await sender.send_due()
        sender.go_by(sender.ways(with_relays(outbox.settings, {"url": other.url})))
        outbox.put("otto@x.example")
        await sender.send_due()

    outbox.with_sender(story)
    assert [letter.to for letter in relay.letters] == ["erika@x.example"]
    assert [letter.to for letter in other.letters] == ["otto@x.example"]


def test_a_letter_under_way_arrives_and_its_connection_is_not_kept(outbox: Outbox, relay: Relay, other: Relay) -> None:
    relay.hold("DATA")
    outbox.put("erika@x.example")

    async def story(sender: Sender) -> None:
        stop = asyncio.Event()
        sending = asyncio.create_task(sender.run(stop))
        await asyncio.to_thread(relay.wait_until_held)
        [left] = sender._ways.roads
        sender.go_by(sender.ways(with_relays(outbox.settings, {"url": other.url})))
        sender.wake()
        async with asyncio.timeout(5):
            while sender._left:
                await asyncio.sleep(0.01)
        relay.release()
        async with asyncio.timeout(5):
            while outbox.states() != ["sent"]:
                await asyncio.sleep(0.01)
        assert left._connections._idle == []
        stop.set()
        await sending

    outbox.with_sender(story)
    assert len(relay.letters) == 1


def test_a_relay_that_stays_keeps_its_connection_and_its_rest(outbox: Outbox, relay: Relay, other: Relay) -> None:
    async def story(sender: Sender) -> None:
        [road] = sender._ways.roads
        sender.go_by(sender.ways(with_relays(outbox.settings, {"url": other.url}, {"url": relay.url})))
        assert sender._ways.roads[1] is road
        assert sender._left == []

    outbox.with_sender(story)


def test_a_relay_that_can_not_be_understood_changes_nothing(outbox: Outbox, relay: Relay) -> None:
    async def story(sender: Sender) -> None:
        with pytest.raises(ConfigurationError, match="not understood"):
            sender.ways(with_relays(outbox.settings, {"url": "gopher://x"}))
        outbox.put("erika@x.example")
        await sender.send_due()

    outbox.with_sender(story)
    assert len(relay.letters) == 1
