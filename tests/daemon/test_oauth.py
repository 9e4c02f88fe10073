"""The daemon with a mailbox and a relay of Microsoft 365: it waits for a person, and goes on by itself from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.oauth.providers import OVERRIDE
from tests.daemon.node import BUSY, Node
from tests.doubles.exchange import Exchange
from tests.doubles.oauth_server import OAuthServer
from tests.doubles.relay import Relay
from tests.stories.example import Json, merged

USER, ERIKA = "support@example.com", "erika@customer.example"
MAIL = (
    "Received: from AM0PR02MB5555.eurprd02.prod.outlook.com by DB8PR02MB4444.eurprd02.prod.outlook.com with HTTPS\r\n"
    "Authentication-Results: spf=pass smtp.mailfrom=customer.example; dkim=none;dmarc=pass action=none\r\n"
    " header.from=customer.example;compauth=pass reason=100\r\n"
    "Received: from mail.customer.example (192.0.2.7) by DB5EUR03FT012.mail.protection.outlook.com with SMTP; Mon\r\n"
    f"From: {ERIKA}\r\nTo: {USER}\r\nSubject: Printer on fire\r\nMessage-ID: <1@customer.example>\r\n\r\nIt burns.\r\n"
).encode()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        monkeypatch.setenv(OVERRIDE, server.url)
        yield server


def of_provider(mailbox: Exchange, relay: Relay, alerts: Relay) -> Json:
    """Mail comes in and goes out by one login; alerts go another way."""
    box: Json = {"name": "m365", "address": USER, "user": USER, "provider": "microsoft365", "host": "127.0.0.1"}
    box |= {"port": mailbox.port, "tls": "none", "oauth": {"client_id": "app-id"}}
    out = {"relays": [{"url": relay.url, "oauth": {"same_as": "m365"}}]}
    return merged(BUSY, {"intake": {"imap": [box]}, "delivery": out, "alerts": {"relay": alerts.url}})


def test_a_person_logs_in_once_and_mail_comes_in_and_goes_out(tmp_path: Path, provider: OAuthServer) -> None:
    mailbox, relay = Exchange(provider.valid.__contains__, None), Relay(tokens=provider.valid)
    with mailbox, relay, Relay() as alerts, Node(tmp_path, of_provider(mailbox, relay, alerts)) as node:
        node.start()
        node.until(lambda: any("nobody has logged in for m365 yet" in each for each in node.status()["problems"]))
        assert node.run("connect").code == 0
        node.until(lambda: node.status()["mailboxes"][0]["connected"])
        mailbox.deliver(MAIL)
        node.until(lambda: node.settled(1))
        assert relay.wait_for(1, ERIKA)[0].user == USER
        [mail] = node.mails()
        assert (mail["source"], mail["sort"]) == ("imap:m365", "new_ticket")
        assert node.run("mail", "1", "--why").out.count("Exchange Online: dmarc=pass for customer.example")
        assert node.end() == 0
    assert {user for user, _ in mailbox.users} == {USER}
    assert provider.grants() == ["device_code"], "the daemon uses what the command has kept"
