"""Who is trusted with what: relays, submission, LMTP; by address alone, as the configuration says at that moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mailgate.intake.endpoint import plain_ip
from mailgate.intake.peers import Peer, peer_of
from tests.intake.desk import open_desk, settings_for

RELAYS = {"smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.7", "10.0.0.0/8", "2001:db8::/32", "mx"]}}


@pytest.mark.parametrize(
    ("ip", "trusted"),
    [
        ("127.0.0.7", True),
        ("127.0.0.70", False),
        ("10.1.2.3", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        (None, False),
    ],
)
def test_a_relay_is_trusted_by_its_address(tmp_path: Path, ip: str | None, trusted: bool) -> None:
    assert peer_of(settings_for(tmp_path, intake=RELAYS), "smtp", ip).trusted is trusted


def test_one_ipv6_customer_counts_as_one() -> None:
    assert Peer("2001:db8:1:2::a").counted_as == Peer("2001:db8:1:2:ffff::b").counted_as
    assert Peer("2001:db8:1:2::a").counted_as != Peer("2001:db8:1:3::a").counted_as


@pytest.mark.parametrize(
    ("peername", "ip"),
    [
        (("192.0.2.1", 25), "192.0.2.1"),
        (("::ffff:192.0.2.1", 25, 0, 0), "192.0.2.1"),
        (("fe80::1%eth0", 25, 0, 2), "fe80::1"),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_plain(peername: Any, ip: str | None) -> None:
    assert plain_ip(peername) == ip


async def test_the_row_says_that_a_relay_brought_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=RELAYS) as desk:
        await (await desk.call(ip="127.0.0.7")).hand_in()
        row = desk.rows()[0]
    assert (row.source, row.peer, row.trusted, row.submitted_by) == ("smtp", "127.0.0.7", True, None)


async def test_only_listed_peers_may_submit(tmp_path: Path) -> None:
    intake = {**RELAYS, "submission": {"listen": "127.0.0.1:0", "trusted_peers": ["127.0.0.8"]}}
    async with open_desk(tmp_path, intake=intake) as desk:
        stranger = await desk.call("submission", ip="127.0.0.7")
        await stranger.ask("EHLO client.example")
        assert (await stranger.ask("MAIL FROM:<anna@example.com>")).startswith("554 5.7.0")
        assert (await stranger.ask("RCPT TO:<support@example.com>")).startswith("503")
        assert (await stranger.ask("AUTH PLAIN x")).startswith("502")
        await (await desk.call("submission", ip="127.0.0.8")).hand_in()
        row = desk.rows()[0]
    assert (row.source, row.trusted, row.submitted_by) == ("submission", False, "127.0.0.8")


async def test_a_reload_counts_from_the_next_mail_on(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call(ip="127.0.0.7")
        await client.hand_in()
        desk.listeners.settings = settings_for(tmp_path, intake=RELAYS)
        await client.hand_in(b"Subject: another\r\n\r\nx\r\n")
        assert [row.trusted for row in desk.rows()] == [False, True]
        await client.ask("QUIT")
        await client.rest()
        assert await desk.reception.is_deserted_within(1)
        assert desk.reception.connections.total == 0
