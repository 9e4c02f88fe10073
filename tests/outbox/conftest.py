"""A relay to send to, and an outbox that sends to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.relay import Relay
from tests.outbox.letters_due import Outbox


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def outbox(tmp_path: Path, relay: Relay) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path, [{"url": relay.url}])
    yield outbox
    outbox.store.close()
