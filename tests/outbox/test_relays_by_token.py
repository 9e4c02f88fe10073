"""Relays that are logged in to with a token of Microsoft 365 or Google."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailgate.errors import ConfigurationError
from mailgate.outbox.deliver import Sender
from mailgate.outbox.relays import read_relays
from mailgate.settings.model import Settings
from tests.doubles.oauth_server import APP, SECRET, OAuthServer
from tests.doubles.relay import Relay
from tests.oauth.conftest import server as _server
from tests.outbox.letters_due import Outbox

server = _server
USER = "it@example.com"


@pytest.fixture
def relay(server: OAuthServer) -> Iterator[Relay]:
    """Takes what the provider has handed out."""
    with Relay(tokens=server.valid) as relay:
        yield relay


def outbox(folder: Path, relay: Relay, **oauth: Any) -> Outbox:
    (folder / "secret").write_text(SECRET)
    own = {"tenant": "example.com", "client_id": APP, "secret_file": "secret", **oauth}
    return Outbox(folder, [{"url": relay.url, "user": USER, "oauth": own}])


def test_a_letter_leaves_in_the_name_of_the_user_by_a_token(tmp_path: Path, server: OAuthServer, relay: Relay) -> None:
    desk = outbox(tmp_path, relay)
    for each in range(3):
        desk.put(f"r{each}@x.example")
    desk.rounds()
    assert {letter.user for letter in relay.wait_for(3)} == {USER}
    assert server.grants() == ["client_credentials"]


def test_a_token_that_was_taken_back_is_renewed_and_the_letter_leaves(
    tmp_path: Path, server: OAuthServer, relay: Relay
) -> None:
    desk = outbox(tmp_path, relay)
    first = desk.put("a@x.example")
    desk.rounds()
    relay.hang_up()
    server.valid.clear()
    second = desk.put("b@x.example")
    desk.rounds()
    assert (desk[first].state, desk[second].state) == ("sent", "sent")
    assert len({token for _, token in relay.shown}) == 2


def test_an_alert_over_one_of_the_relays_takes_its_login(tmp_path: Path, server: OAuthServer, relay: Relay) -> None:
    desk = outbox(tmp_path, relay)
    apart = Outbox(tmp_path / "apart", [{"url": "maildir:out"}, desk.relays[0]], alerts=relay.url)
    (tmp_path / "apart" / "secret").write_text(SECRET)
    apart.put("ops@example.com", template="alert")
    apart.rounds()
    assert relay.wait_for(1)[0].user == USER


def test_a_relay_that_takes_no_token_costs_no_attempt_and_says_what_may_be_missing(
    tmp_path: Path, server: OAuthServer
) -> None:
    with Relay(tokens=set()) as relay:
        desk = outbox(tmp_path, relay)
        number = desk.put("a@x.example")

        async def story(sender: Sender) -> str:
            await sender.send_due()
            return sender.troubles[relay.url]

        trouble = desk.with_sender(story)
    assert "the server takes no token for it@example.com (535" in trouble
    assert "SMTP.SendAsApp" in trouble
    assert (desk[number].state, desk[number].attempts, len(relay.shown)) == ("pending", 0, 2)


@pytest.mark.parametrize("what", ["denied", "away", "no xoauth2"])
def test_without_a_token_letters_wait_and_leave_when_there_is_one(
    tmp_path: Path, server: OAuthServer, relay: Relay, what: str
) -> None:
    desk = outbox(tmp_path, relay)
    if what == "denied":
        (tmp_path / "secret").write_text("wrong")
    elif what == "away":
        server.next("token", 503, times=9, Retry_After="30")
    else:
        relay.tokens = None
    number = desk.put("a@x.example")
    desk.rounds()
    told = {"denied": "the secret in", "away": "is busy", "no xoauth2": "does not offer XOAUTH2"}
    assert (desk[number].state, desk[number].attempts) == ("pending", 0)
    assert told[what] in desk[number].answer
    (tmp_path / "secret").write_text(SECRET)
    server._canned.clear()
    relay.tokens = server.valid
    desk.rounds(timedelta(minutes=10))
    assert desk[number].state == "sent"


def settings(folder: Path, relay: dict[str, Any], **mailbox: Any) -> Settings:
    box: dict[str, Any] = {"name": "m365", "address": USER, "user": USER, "provider": "microsoft365"}
    box |= {"oauth": {"client_id": APP}, **mailbox}
    return Settings(
        site={"admins": ["ops@example.com"], "state": str(folder)},
        addresses=[{"address": USER}],
        intake={"imap": [box]},
        delivery={"relays": [relay]},
    )


def test_a_relay_may_take_the_login_of_a_mailbox_and_its_user(tmp_path: Path) -> None:
    url = "smtp+starttls://smtp.office365.com"
    [way] = read_relays(settings(tmp_path, {"url": url, "oauth": {"same_as": "m365"}}))
    assert way.login
    assert (way.user, way.login.name, way.login.grant, way.port) == (USER, "m365", "code", 587)
    other = {"url": url, "user": "sales@example.com", "oauth": {"same_as": "m365"}}
    assert read_relays(settings(tmp_path, other))[0].user == "sales@example.com"


@pytest.mark.parametrize(
    ("relay", "words"),
    [
        ({"url": "smtp://smtp.office365.com", "oauth": {"same_as": "m365"}}, "only over TLS"),
        ({"url": "smtps://smtp.gmail.com", "user": "u", "oauth": {"client_id": "c"}}, "Google wants the secret"),
        ({"url": "smtps://mail.example.com", "user": "u", "oauth": {"client_id": "c"}}, "can not be told"),
        ({"url": "smtps://smtp.gmail.com", "oauth": {"client_id": "c"}}, "user is missing"),
        ({"url": "smtps://smtp.gmail.com", "oauth": {"same_as": "x"}}, "'x' is none"),
        ({"url": "smtps://x.example", "user": "u", "password_file": "p", "oauth": {"same_as": "m365"}}, "not both"),
    ],
)
def test_half_a_login_is_a_sentence(tmp_path: Path, relay: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_relays(settings(tmp_path, relay))
