"""The one time a person is needed: a code typed at another device, or an agreement in a browser."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from mailgate.clock import SetClock
from mailgate.oauth.access import Access, NoToken
from mailgate.oauth.login import Login
from mailgate.oauth.person import Asking, Invitation, log_in
from tests.doubles.oauth_server import OAuthServer
from tests.oauth.conftest import Made

HASTE = 0.002


def asking(shown: list[Invitation], address: Callable[[str], str] = lambda url: url) -> Asking:
    """A person who looks at what is shown; `address`: what he copies, made of where he was sent."""

    async def copied() -> str:
        return address(shown[-1].url)

    return Asking(shown.append, copied, second=HASTE)


async def asked(login: Login, clock: SetClock, address: Callable[[str], str] = lambda url: url) -> list[Invitation]:
    """A person is asked, and what he gives is kept."""
    shown: list[Invitation] = []
    await Access(login).keep(await log_in(login, asking(shown, address), clock))
    return shown


async def test_a_code_is_shown_and_asked_for_until_it_is_typed(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.pending = 3
    mine = login("code")
    [shown] = await asked(mine, clock)
    assert (shown.code, shown.url) == ("ABCD-EFGH", "https://login.example/device")
    assert server.grants() == ["device_code"] * 4
    assert "SMTP.Send offline_access" in server.asked[0].form["scope"]
    assert await Access(mine).token(clock) in server.valid


async def test_whoever_is_told_to_ask_less_often_does(server: OAuthServer, login: Made, clock: SetClock) -> None:
    server.next("token", 400, {"error": "slow_down"})
    loop = asyncio.get_running_loop()
    began = loop.time()
    await log_in(login("code"), replace(asking([]), second=0.1), clock)
    assert loop.time() - began > (1 + 6) * 0.1


async def test_a_broken_line_is_no_answer(server: OAuthServer, login: Made, clock: SetClock) -> None:
    server.next("token", 502, b"<html>", times=4)
    await asked(login("code"), clock)
    assert len(server.grants()) == 5


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("authorization_declined", "whoever was asked did not agree"),
        ("access_denied", "whoever was asked did not agree"),
        ("expired_token", "nobody has typed the code in time"),
        ("bad_verification_code", "not the one that was given"),
    ],
)
async def test_a_person_who_does_not_is_told_in_words_and_nothing_is_kept(
    server: OAuthServer, login: Made, clock: SetClock, decision: str, words: str
) -> None:
    server.decision = decision
    mine = login("code")
    with pytest.raises(NoToken, match=words):
        await asked(mine, clock)
    assert not mine.folder.exists()


async def test_a_code_that_nobody_types_is_not_asked_for_for_ever(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    code = {"device_code": "d", "user_code": "u", "verification_url": "https://x", "expires_in": 3, "interval": 1}
    server.next("devicecode", 200, code)
    server.pending = 100
    with pytest.raises(NoToken, match="in time"):
        await asked(login("code"), clock)
    assert len(server.grants()) == 3


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no", {"device_code": 7, "user_code": "x", "verification_uri": "y"}])
async def test_a_provider_that_gives_no_code_is_told(
    server: OAuthServer, login: Made, clock: SetClock, body: object
) -> None:
    server.next("devicecode", 200, body, times=3)
    with pytest.raises(NoToken, match="answer"):
        await asked(login("code"), clock)


async def test_whoever_gives_up_leaves_nothing_half(server: OAuthServer, login: Made, clock: SetClock) -> None:
    server.pending = 1000
    mine = login("code")
    waiting = asyncio.create_task(asked(mine, clock))
    while len(server.asked) < 3:
        await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert not mine.folder.exists()


def agreed(url: str, **other: str) -> str:
    """What the browser shows at the end."""
    said = parse_qs(urlsplit(url).query)
    return f"{said['redirect_uri'][0]}/?" + "&".join(
        f"{name}={value}" for name, value in {"state": said["state"][0], "code": "4/x", **other}.items()
    )


async def test_in_a_browser_the_address_at_the_end_is_all_that_is_needed(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("browser", name="gmail")
    [shown] = await asked(mine, clock, agreed)
    wanted = {name: values[0] for name, values in parse_qs(urlsplit(shown.url).query).items()}
    assert (wanted["scope"], wanted["access_type"]) == ("https://mail.google.com/", "offline")
    form = server.asked[0].form
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == wanted["code_challenge"]
    assert (form["code"], form["client_secret"]) == ("4/x", "geheim")
    assert await Access(mine).token(clock) in server.valid
    assert server.grants() == ["authorization_code"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (lambda url: "", "holds no code"),
        (lambda url: "http://[", "holds no code"),
        (lambda url: agreed(url, state="another"), "belongs to another try"),
        (lambda url: agreed(url, error="access_denied"), "did not agree"),
        (lambda url: agreed(url, error="admin_policy_enforced"), "an admin has to allow it"),
    ],
)
async def test_an_address_that_was_not_copied_well_is_told(
    server: OAuthServer, login: Made, clock: SetClock, address: Callable[[str], str], words: str
) -> None:
    with pytest.raises(NoToken, match=words):
        await asked(login("browser"), clock, address)
    assert server.asked == []


async def test_a_login_that_would_end_within_the_hour_is_none(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.next("token", 200, {"access_token": "a", "expires_in": 3600})
    with pytest.raises(NoToken, match="no refresh token"):
        await asked(login("browser"), clock, agreed)
