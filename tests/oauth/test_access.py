"""Tokens that last: kept, renewed early and by one at a time, rotated without loss, refused in words."""

from __future__ import annotations

import asyncio
import os
import resource
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.clock import SetClock
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.oauth import kept
from mailgate.oauth.access import NoToken
from mailgate.oauth.kept import Tokens
from tests.doubles.oauth_server import OAuthServer
from tests.oauth.conftest import HOUR, MORNING, Made, logged_in, quick


async def test_an_application_gets_a_token_by_its_secret_and_shows_it_for_three_quarters_of_its_life(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    access = quick(login("secret"))
    first = await access.token(clock)
    clock.advance(timedelta(minutes=44))
    assert await access.token(clock) == first
    clock.advance(timedelta(minutes=2))
    second = await access.token(clock)
    assert (second != first, server.grants()) == (True, ["client_credentials"] * 2)
    assert server.asked[0].form["scope"] == "https://outlook.office365.com/.default"


async def test_a_rotated_refresh_token_is_on_the_disk_before_the_access_token_is_shown(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.strict = True
    mine = login("code")
    logged_in(mine, server)
    for _ in range(4):
        shown = await quick(mine).token(clock)
        tokens = kept.load(mine.file)
        assert tokens
        assert tokens.access == shown
        clock.advance(HOUR)
    assert len({each.form["refresh_token"] for each in server.asked}) == 4


async def test_what_is_kept_can_be_read_by_us_alone(server: OAuthServer, login: Made, clock: SetClock) -> None:
    mine = login("secret")
    await quick(mine).token(clock)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (mine.folder, *mine.folder.iterdir())]
    assert modes == [0o700, 0o600, 0o600]
    tokens = kept.load(mine.file)
    assert tokens
    assert tokens.access not in repr(tokens)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
async def test_what_root_keeps_belongs_to_whoever_owns_the_state_folder(
    server: OAuthServer, login: Made, clock: SetClock, tmp_path: Path
) -> None:
    """`mailgate connect` is run by root, and the daemon by a user of its own."""
    os.chown(tmp_path, 4711, 4712)
    mine = login("secret")
    await quick(mine).token(clock)
    owners = {(each.stat().st_uid, each.stat().st_gid) for each in (mine.folder, *mine.folder.iterdir())}
    assert owners == {(4711, 4712)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for others")
@pytest.mark.parametrize("how", [os.symlink, os.link])
async def test_root_gives_away_no_file_that_somebody_has_put_in_the_place_of_a_lock(
    login: Made, tmp_path: Path, how: Callable[[Path, Path], None]
) -> None:
    mine, foreign = login("secret"), tmp_path / "foreign"
    foreign.write_text("root's own")
    os.chown(tmp_path, 4711, 4712)
    mine.folder.mkdir()
    how(foreign, mine.file.with_suffix(".lock"))
    with suppress(StoreUnavailable):
        await quick(mine).keep(Tokens("b", MORNING, MORNING + HOUR))
    assert foreign.stat().st_uid == 0


async def test_readers_and_relays_that_want_one_at_once_ask_once(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("code")
    logged_in(mine, server)
    crowd = [quick(mine) for _ in range(8)]  # as many processes: they share nothing but the file
    shown = await asyncio.gather(*(each.token(clock) for each in crowd))
    assert (len(set(shown)), server.grants()) == (1, ["refresh_token"])


async def test_mailboxes_of_one_application_share_its_token_and_people_do_not(login: Made) -> None:
    assert login("secret", name="a").file == login("secret", name="b").file
    assert login("code", name="a").file != login("code", name="b").file


async def test_whoever_gives_up_loses_no_token_that_was_under_way(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.strict = True
    mine = login("code")
    logged_in(mine, server)
    server.hold()
    impatient = asyncio.create_task(quick(mine).token(clock))
    while not server.asked:
        await asyncio.sleep(0.01)
    impatient.cancel()
    server.release()
    assert (await quick(mine).token(clock)) in server.valid
    assert server.grants() == ["refresh_token"]


async def test_a_disk_that_takes_nothing_delays_the_token_and_loses_none(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.strict = True
    mine = login("code")
    logged_in(mine, server)
    access, (soft, hard) = quick(mine), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))  # no file may be longer: every write fails
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="can not be written"):
                await access.token(clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await access.token(clock) in server.valid
    assert server.grants() == ["refresh_token"]


async def test_tokens_that_could_not_be_kept_do_not_undo_a_later_login(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    """The disk was full when the daemon renewed; meanwhile a person has logged in with the command."""
    mine = login("code")
    logged_in(mine, server)
    daemon, (soft, hard) = quick(mine), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        with pytest.raises(StoreUnavailable, match="can not be written"):
            await daemon.token(clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    server.revoke()
    await quick(mine).keep(Tokens("anew", MORNING, MORNING + HOUR, server.issue(), MORNING))
    clock.advance(HOUR)
    assert await daemon.token(clock) in server.valid


CRASH = """
import asyncio, os, sys
from datetime import datetime
from pathlib import Path
from mailgate.clock import SetClock
from mailgate.oauth import kept
from mailgate.oauth.access import Access
from mailgate.oauth.login import Login
kept.save = lambda file, tokens: os.kill(os.getpid(), 9)
login = Login("m365", "microsoft365", "example.com", "app-id", None, Path(sys.argv[1]))
asyncio.run(Access(login).token(SetClock(datetime.fromisoformat(sys.argv[2]))))
"""


async def test_a_crash_between_the_answer_and_the_disk_loses_no_access(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("code")
    logged_in(mine, server)
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", CRASH, str(mine.folder), clock.at.isoformat())
    assert await asyncio.wait_for(ended.wait(), 20) == -9
    assert server.grants() == ["refresh_token"]
    assert await quick(mine).token(clock) in server.valid, "the old refresh token counts until the new one was used"
    clock.advance(HOUR)
    assert await quick(mine).token(clock) in server.valid
    assert [each for each in os.listdir(mine.folder) if each.startswith(".unfinished")] == []


async def test_a_token_that_a_server_refuses_is_renewed_once_and_not_at_each_try(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    access = quick(login("secret"))
    first = await access.token(clock)
    second = await access.another(first, clock)
    assert second not in (None, first)
    assert await access.another(str(second), clock) is None
    assert await access.another(first, clock) == second, "whoever held the old one gets the new one"
    clock.advance(timedelta(minutes=6))
    assert await access.another(str(second), clock) not in (None, second)


@pytest.mark.parametrize(
    ("status", "body", "more"),
    [(500, b"<html>", {}), (503, {"error": "temporarily_unavailable"}, {}), (429, None, {"Retry_After": "0"})],
)
async def test_a_provider_that_is_busy_for_a_moment_is_asked_again(
    server: OAuthServer, login: Made, clock: SetClock, status: int, body: object, more: dict[str, str]
) -> None:
    server.next("token", status, body, times=2, **more)
    assert await quick(login("secret")).token(clock) in server.valid
    assert len(server.asked) == 3


async def test_a_provider_that_wants_to_be_left_in_peace_is(server: OAuthServer, login: Made, clock: SetClock) -> None:
    server.next("token", 429, {"error": "slow"}, Retry_After="120")
    access = quick(login("secret"))
    for _ in range(3):
        with pytest.raises(NoToken, match=r"Microsoft 365: the provider is busy \(HTTP 429\)"):
            await access.token(clock)
    assert len(server.asked) == 1
    clock.advance(timedelta(seconds=121))
    assert await access.token(clock) in server.valid


async def test_while_it_can_not_be_renewed_an_early_token_goes_on(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("code")
    logged_in(mine, server, left=timedelta(minutes=3))
    server.next("token", 500, times=9)
    assert await quick(mine).token(clock) == "access-old"
    clock.advance(timedelta(minutes=4))
    with pytest.raises(NoToken, match="busy"):
        await quick(mine).token(clock)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', {"access_token": 7}, {"access_token": ""}, {"access_token": "a\r\nb"}, b"\xff" * 300_000,
     {"access_token": "a", "token_type": "mac"}],
)  # fmt: skip
async def test_an_answer_that_is_none_is_told_in_words(
    server: OAuthServer, login: Made, clock: SetClock, body: object
) -> None:
    server.next("token", 200, body, times=9)
    with pytest.raises(NoToken, match=r"Microsoft 365: .*answer"):
        await quick(login("secret")).token(clock)


REFUSALS = [
    ("invalid_client", "AADSTS7000215: Invalid client secret provided.", "the secret in .*secret is wrong", False),
    ("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", "has expired; make a new", False),
    ("unauthorized_client", "AADSTS700016: Application not found", "not known in the tenant example.com", False),
    ("invalid_request", "AADSTS90002: Tenant 'x' not found.", "there is no tenant example.com", False),
    ("invalid_grant", "AADSTS50173: expired", "password was changed.*mailgate connect m365", True),
    ("interaction_required", "AADSTS50076: MFA", "second factor; log in again: `mailgate connect m365`", True),
    ("invalid_grant", "", "not valid any more; log in again: `mailgate connect m365`", True),
    ("invalid_grant", "AADSTS53003: Blocked", "conditional access.*an admin has to make an exception", True),
    ("strange_error", "Something\x1b[31m else", r"gives no token: strange_error: Something", False),
]


@pytest.mark.parametrize(("code", "words", "told", "person"), REFUSALS)
async def test_a_refusal_says_what_to_do(
    server: OAuthServer, login: Made, clock: SetClock, code: str, words: str, told: str, person: bool
) -> None:
    mine = login("secret")
    logged_in(mine, server)
    server.next("token", 400, {"error": code, "error_description": f"{words} Trace ID: 7 Correlation ID: 8"}, times=9)
    access = quick(mine)
    with pytest.raises(NoToken, match=told) as refused:
        await access.token(clock)
    assert refused.value.needs_person is person
    assert "Trace" not in str(refused.value)
    with pytest.raises(NoToken, match=told):
        await access.token(clock)
    assert len(server.asked) == 1, "a clear no is not asked for again at once"


async def test_another_secret_is_tried_at_once(server: OAuthServer, login: Made, clock: SetClock) -> None:
    mine = login("secret", secret="wrong")
    access = quick(mine)
    with pytest.raises(NoToken, match="is wrong"):
        await access.token(clock)
    login("secret")
    assert await access.token(clock) in server.valid


async def test_a_clock_that_differs_is_named(server: OAuthServer, login: Made, clock: SetClock) -> None:
    words = {"error": "invalid_client", "error_description": "AADSTS700024: Client assertion is not within its time"}
    server.next("token", 401, words, Date="Mon, 23 Nov 2026 08:30:00 GMT")
    with pytest.raises(NoToken, match=r"set the clock.*clock of this machine is 30 minutes ahead of theirs"):
        await quick(login("secret")).token(clock)


async def test_tokens_from_before_the_clock_was_set_back_are_not_shown_for_ever(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    mine = login("code")
    logged_in(mine, server, left=timedelta(days=2))
    clock.at = MORNING
    assert await quick(mine).token(clock) in server.valid


async def test_without_anybody_who_has_logged_in_the_command_is_named(login: Made, clock: SetClock) -> None:
    with pytest.raises(NoToken, match="nobody has logged in for m365 yet; run `mailgate connect m365`") as refused:
        await quick(login("code")).token(clock)
    assert refused.value.needs_person


async def test_half_a_file_is_no_login(server: OAuthServer, login: Made, clock: SetClock) -> None:
    mine = login("code")
    logged_in(mine, server)
    for content in (b"", b"{}", b'{"access": "x", "obtained_at": 7}', b"\xff\xfe", mine.file.read_bytes()[:-5]):
        mine.file.write_bytes(content)
        assert kept.load(mine.file) is None


async def test_a_secret_that_is_gone_or_empty_is_a_sentence(login: Made, clock: SetClock, tmp_path: Path) -> None:
    mine = login("secret", secret="")
    with pytest.raises(ConfigurationError, match="is empty"):
        await quick(mine).token(clock)
    (tmp_path / "secret").unlink()
    with pytest.raises(ConfigurationError, match="can not be read"):
        await quick(mine).token(clock)


async def test_a_provider_that_is_away_is_told_with_its_host(
    monkeypatch: pytest.MonkeyPatch, login: Made, clock: SetClock
) -> None:
    monkeypatch.setenv("MAILGATE_OAUTH_AT", "http://127.0.0.1:9")
    with pytest.raises(NoToken, match=r"127\.0\.0\.1:9 can not be reached"):
        await quick(login("secret")).token(clock)


def test_only_a_loopback_address_takes_the_place_of_a_provider(monkeypatch: pytest.MonkeyPatch, login: Made) -> None:
    mine = login("secret")
    for elsewhere in ("http://evil.example", "https://127.0.0.1:9", "http://localhost.evil.example", "x"):
        monkeypatch.setenv("MAILGATE_OAUTH_AT", elsewhere)
        place = mine.of.at(mine.of.tokens, "a/b")
        assert place == "https://login.microsoftonline.com/a%2Fb/oauth2/v2.0/token"
