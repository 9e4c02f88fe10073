"""A provider that hangs, is away, or says numbers that are none: mail goes on for as long as a token holds."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from mailgate.clock import SetClock
from mailgate.oauth import kept
from mailgate.oauth.access import Access, NoToken
from mailgate.oauth.endpoint import TRIES
from tests.doubles.oauth_server import OAuthServer
from tests.oauth.conftest import HOUR, MORNING, Made, logged_in, quick


async def test_a_provider_that_hangs_keeps_nobody_whose_token_still_holds(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("code")
    logged_in(mine, server, left=timedelta(minutes=10))
    server.hold()
    access = Access(mine, pause=0.01, patience=0.05)
    async with asyncio.timeout(2):
        assert [await access.token(clock) for _ in range(3)] == ["access-old"] * 3
    server.release()
    async with asyncio.timeout(5):
        while await access.token(clock) not in server.valid:
            await asyncio.sleep(0.05)


async def test_a_provider_that_is_away_is_not_asked_anew_by_each_who_waits(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("code")
    logged_in(mine, server)
    server.next("token", 500, times=TRIES)
    access = quick(mine)
    said = await asyncio.gather(*(access.token(clock) for _ in range(8)), return_exceptions=True)
    assert {type(each) for each in said} == {NoToken}
    assert len(server.asked) == TRIES
    server._canned.clear()
    clock.advance(timedelta(minutes=1))
    assert await access.token(clock) in server.valid


@pytest.mark.parametrize("seconds", ["\xb2", "9" * 5000, "-1", "1e5", "Mon, 99 Foo 2026"])
async def test_a_wish_to_be_left_in_peace_that_is_none_is_passed_over(
    server: OAuthServer, login: Made, clock: SetClock, seconds: str
) -> None:
    server.next("token", 503, {}, Retry_After=seconds)
    access = quick(login("secret"))
    with suppress(NoToken):
        await access.token(clock)
    clock.advance(timedelta(days=1))
    assert await access.token(clock) in server.valid


@pytest.mark.parametrize("lasts", [b"1e999", b"-1e999", b"NaN", b"-5", b"[]", b"null", b'"x"'])
async def test_a_life_that_is_none_is_the_usual_one(
    server: OAuthServer, login: Made, clock: SetClock, lasts: bytes
) -> None:
    server.next("token", 200, b'{"access_token": "a", "expires_in": ' + lasts + b"}")
    mine = login("secret")
    assert await quick(mine).token(clock) == "a"
    tokens = kept.load(mine.file)
    assert tokens
    assert tokens.expires_at == MORNING + HOUR
