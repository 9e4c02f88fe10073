"""Mails and ways in, made by hand: these tests need no parser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.mail.message import Address, Envelope, Headers, Message

Fields = tuple[tuple[str, str], ...]
Mailer = Callable[..., Message]
WayIn = Callable[..., Envelope]


@pytest.fixture
def mail() -> Mailer:
    def make(*fields: tuple[str, str], sender: str | None = "anna@example.com") -> Message:
        return Message(headers=Headers(fields), sender=Address("", sender) if sender else None)

    return make


@pytest.fixture
def way_in() -> WayIn:
    def make(**changed: Any) -> Envelope:
        said: dict[str, Any] = {
            "sender": "anna@example.com",
            "recipients": ("support@example.com",),
            "received_at": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
            "trusted": True,
            "authserv_id": "mx.example.com",
        }
        return Envelope(**{**said, **changed})

    return make
