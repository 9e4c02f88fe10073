"""What is said of a relay that was reached: how to be safer there, and which letters it takes."""

from __future__ import annotations

from typing import Any

import pytest

from mailgate.online.relays import Greeting, _judged
from mailgate.outbox.relays import Way
from mailgate.settings.model import Settings

SETTINGS = Settings(site={"admins": ["ops@example.com"]}, addresses=[{"address": "support@example.com"}])
ALL = frozenset({"smtputf8"})


def wrong(way: Way, **greeting: Any) -> list[str]:
    found = _judged((), way, Greeting(**{"encrypted": True, "most": 0, "extensions": ALL, **greeting}), SETTINGS)
    return [each.words for each in found if each.weight != "good"]


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("mail.relay.example", 25, "smtp+starttls://mail.relay.example:25"),
        ("2001:db8::7", 2525, "smtp+starttls://[2001:db8::7]:2525"),
    ],
)
def test_what_to_write_instead_names_the_port_that_was_asked(host: str, port: int, url: str) -> None:
    [line] = wrong(Way(f"smtp://{host}", "smtp", host, port))
    assert line.endswith(f"write {url}")


@pytest.mark.parametrize(
    ("most", "advice"),
    [
        (10_000_000, "set it to 6MiB"),
        (1_000_000, "set it to 558KiB"),
        (250_000, "set it to 34KiB"),
        (150_000, "let the relay take more"),
    ],
)
def test_the_size_to_set_is_one_that_the_relay_takes(most: int, advice: str) -> None:
    [line] = wrong(Way("smtps://mail.relay.example", "smtps", "mail.relay.example", 465), most=most)
    assert line.endswith(advice)
