"""The trace above a mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailgate.mail.message import Headers
from mailgate.mail.trace import below_trace, known_by, message_id_of, received_chain
from tests.mail.writing import mail

BELOW = mail("Subject: x", "Message-ID: <1@x>", "Received: from inside")


@pytest.mark.parametrize(
    "trace",
    [
        b"Return-Path: <a@b.test>\r\nReceived: from a\r\n by b;\r\n\tSat\r\nDelivered-To: x@y.test\r\n",
        b"X-Original-To: a@b.test\r\nAuthentication-Results: mx; spf=pass\r\nARC-Seal: i=1\r\n",
        b"X-MS-Exchange-Organization-AuthAs: Internal\r\nreceived: from a\r\n",
        b"From a@b.test Sat Nov 21 10:00:00 2026\r\nReceived: from a\r\n",
        b"",
    ],
)
def test_below_the_trace_the_same_mail_has_the_same_bytes(trace: bytes) -> None:
    assert below_trace(trace + BELOW) == BELOW


def test_a_trace_field_further_down_belongs_to_the_mail() -> None:
    assert b"Received: from inside" in below_trace(BELOW)


def test_a_mail_of_trace_alone_is_empty_below() -> None:
    assert below_trace(b"Received: x\r\n\r\nbody") == b"\r\nbody"
    assert below_trace(b"") == b""


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (BELOW, "1@x"),
        (b"message-id :\r\n <2@x>\r\nMessage-ID: <3@x>\r\n\r\n", "2@x"),
        (b"Message-ID: <>\r\n\r\n", None),
        (b"Subject: x\rMessage-ID: <4@x>\r\n\r\n", None),
        (b"Subject: x\r\n\r\nMessage-ID: <5@x>", None),
        (b"", None),
    ],
)
def test_the_message_id_is_found_without_reading_the_mail(raw: bytes, found: str | None) -> None:
    assert message_id_of(raw) == found
    assert known_by(raw) == (len(raw) - len(below_trace(raw)), found)


RECEIVED = (
    "from mx.example.com (mx [192.0.2.1]) by desk.example.com with ESMTPS id 2; Sat, 21 Nov 2026 10:00:05 +0000",
    "from laptop (laptop [198.51.100.7]) by mx.example.com with ESMTPSA id 1; Sat, 21 Nov 2026 11:00:00 +0100",
)


def test_the_chain_goes_from_the_sender_to_us() -> None:
    chain = received_chain(Headers(tuple(("Received", value) for value in RECEIVED)))
    assert [hop.received_by for hop in chain] == ["mx.example.com", "desk.example.com"]
    assert chain[0].received_from.startswith("laptop")
    assert chain[0].at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert chain[1].protocol == "ESMTPS"


@pytest.mark.parametrize(
    "value", ["", ";", "(" * 5_000, "from \x00\ud800 by", "by " * 2_000, "from a by b; 99 Foo 99999"]
)
def test_a_hop_nobody_can_read_is_still_a_hop(value: str) -> None:
    chain = received_chain(Headers((("Received", value), ("Received", RECEIVED[0]))))
    assert len(chain) == 2
    assert chain[0].received_by == "desk.example.com"


def test_of_endless_chains_the_newest_hundred_are_read() -> None:
    assert len(received_chain(Headers((("Received", RECEIVED[0]),) * 900))) == 100
