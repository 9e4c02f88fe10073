"""By which digests a mail is known again, whatever its size."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailgate.store.transmission import Transmission, digests

MAIL = Transmission(
    received_at=datetime(2026, 11, 22, tzinfo=UTC),
    source="smtp",
    peer=None,
    helo=None,
    trusted=False,
    submitted_by=None,
    envelope_from="",
    recipients=("support@example.com",),
    raw=b"",
)
TRACE = b"Received: from a by b\r\n"
HEAD = b"Subject: x\r\n\r\n"  # of 14 bytes


@pytest.mark.parametrize("size", [14, 2046, 2047, 2048, 4094, 4095, 16_384, 16_385, 200_000])
def test_digests_are_sha256_of_all_bytes_and_of_those_below_the_trace(size: int) -> None:
    below = HEAD + (bytes(range(256)) * (size // 256 + 1))[: size - len(HEAD)]
    found = digests(replace(MAIL, raw=TRACE + below))
    assert found.sha256 == hashlib.sha256(TRACE + below).hexdigest()
    assert found.content == hashlib.sha256(below).hexdigest()
    assert digests(replace(MAIL, raw=below)).content == digests(replace(MAIL, raw=below)).sha256 == found.content
