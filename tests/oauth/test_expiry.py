"""What ends is said 30, 7 and 1 day ahead, once each, and only where it is known."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from mailgate.clock import SetClock
from mailgate.oauth import kept
from mailgate.oauth.access import Access
from mailgate.oauth.expiry import ends
from mailgate.oauth.kept import Tokens
from mailgate.oauth.login import Login
from tests.doubles.oauth_server import OAuthServer
from tests.oauth.conftest import MORNING, Made

DAY = timedelta(days=1)


def said(login: Login, days_before: float, end: datetime) -> str | None:
    """In English; None: nothing."""
    words = [each.said(end - days_before * DAY) for each in ends(login)]
    return next((str(each) for each in words if each), None)


NOTED = datetime(2027, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (31, None),
        (30, "expires within 30 days, on 2027-05-01"),
        (8, "expires within 30 days, on 2027-05-01"),
        (7, "expires within 7 days, on 2027-05-01"),
        (1.5, "expires within 7 days, on 2027-05-01"),
        (1, "expires within a day, on 2027-05-01"),
        (0, "has expired on 2027-05-01"),
        (-9, "has expired on 2027-05-01"),
    ],
)
def test_a_day_that_an_admin_has_noted_is_said_in_stages(login: Made, days: float, words: str | None) -> None:
    told = said(login("secret", expires=date(2027, 5, 1)), days, NOTED)
    assert told == (f"the secret of the login m365 {words}" if words else None)


def test_it_is_said_in_german_too(login: Made) -> None:
    [end] = ends(login("secret", expires=date(2027, 5, 1)))
    told = end.said(NOTED - DAY)
    assert told
    assert told.german == "das Geheimnis der Anmeldung m365 läuft binnen eines Tages ab, am 01.05.2027"


def jwt(**claims: object) -> str:
    parts = ({"alg": "RS256"}, claims)
    head = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts]
    return ".".join((*head, "c2ln"))


def test_an_assertion_says_itself_when_it_ends_and_short_ones_are_nobodys_business(login: Made) -> None:
    until = int(NOTED.timestamp())
    year = login("secret", secret=jwt(iat=until - 365 * 86400, exp=until))
    assert said(year, 6, NOTED) == "the secret of the login m365 expires within 7 days, on 2027-05-01"
    hour = login("secret", secret=jwt(iat=until - 3600, exp=until))
    assert said(hour, 0.01, NOTED) is None
    for strange in (jwt(exp="x"), jwt(exp=1e99), jwt(), "a.b.c", "..", "no"):
        assert ends(login("secret", secret=strange)) == ()


async def test_an_assertion_is_shown_in_the_place_of_a_secret(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.next("token", 200, {"access_token": "a"})
    await Access(login("secret", secret=jwt(exp=9))).token(clock)
    form = server.asked[0].form
    assert form["client_assertion"].startswith("ey")
    assert (form["client_assertion_type"].rpartition(":")[2], "client_secret" in form) == ("jwt-bearer", False)


async def test_a_login_whose_provider_says_how_long_it_lasts_is_said(
    server: OAuthServer, login: Made, clock: SetClock
) -> None:
    server.refresh_lasts = 90 * 86400
    mine = login("code")
    kept.save(mine.file, Tokens("a", MORNING - DAY, MORNING, server.issue(), MORNING - DAY))
    await Access(mine, pause=0.01).token(clock)
    assert said(mine, 6, MORNING + 90 * DAY) == "the login m365 expires within 7 days, on 2027-02-21"
    assert said(mine, 40, MORNING + 90 * DAY) is None
    clock.advance(DAY)
    await Access(mine, pause=0.01).token(clock)
    assert said(mine, 0, MORNING + 90 * DAY) == "the login m365 expires within a day, on 2027-02-22", "it is renewed"


def test_a_login_that_is_renewed_each_day_worries_nobody(login: Made) -> None:
    mine = login("code")
    kept.save(mine.file, Tokens("a", MORNING, MORNING + DAY / 24, "r", MORNING, MORNING + DAY))
    assert said(mine, 0.5, MORNING + DAY) is None
    assert said(mine, -0.5, MORNING + DAY) == "the login m365 has expired on 2026-11-24"


def test_a_secret_that_can_not_be_read_is_told_elsewhere(login: Made) -> None:
    mine = login("secret")
    assert mine.secret
    mine.secret.unlink()
    assert ends(mine) == ()
