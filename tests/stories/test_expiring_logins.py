"""The admins are told 30, 7 and 1 day before a login of a mailbox ends, once each, and that it is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from mailgate.oauth import kept, login
from mailgate.oauth.kept import Tokens
from tests.stories.clockwork import strike
from tests.stories.conftest import DeskWith
from tests.stories.world import World

OPS, BENS = "ops@example.com", "ben@example.com"
ENDS = date(2027, 1, 31)


def reading(desk_with: DeskWith, **oauth: object) -> World:
    """A desk that reads a mailbox of Microsoft 365, and whose admins read English and German."""
    by = {"tenant": "example.com", "client_id": "app-id", **oauth}
    box = {"name": "m365", "address": "it@example.com", "user": "it@example.com", "provider": "microsoft365"}
    return desk_with({"site": {"admins": [OPS, BENS]}, "intake": {"imap": [{**box, "oauth": by}]}})


def days_before(desk: World, days: float) -> list[str]:
    """The letters of that day, and of the next two when nothing new is to be said."""
    desk.clock.at = datetime.combine(ENDS, datetime.min.time(), UTC) - timedelta(days=days)
    strike(desk, seconds=1)
    return [*strike(desk, seconds=20), *strike(desk, hours=5), *strike(desk, hours=5)]


def test_a_secret_with_a_noted_day_is_told_three_times_and_when_it_is_over(desk_with: DeskWith) -> None:
    desk = reading(desk_with, secret_expires=str(ENDS))
    told = {days: len(days_before(desk, days)) for days in (40, 29.5, 20, 8, 6.9, 3, 0.9, -0.5, -2)}
    assert told == {40: 0, 29.5: 2, 20: 0, 8: 0, 6.9: 2, 3: 0, 0.9: 2, -0.5: 2, -2: 0}
    text = " ".join(desk.letter(OPS, "alert").text.split())
    assert "The secret of the login m365 has expired on 2027-01-31." in text
    assert "put a new secret in place" in text.lower()
    german = " ".join(desk.letter(BENS, "alert").text.split())
    assert "Das Geheimnis der Anmeldung m365 ist am 31.01.2027 abgelaufen." in german


def test_a_login_of_a_person_is_told_and_over_when_he_has_logged_in_again(desk_with: DeskWith) -> None:
    desk = reading(desk_with)
    [mine] = login.all_of(desk.settings)
    end = datetime.combine(ENDS, datetime.min.time(), UTC)
    kept.save(mine.file, Tokens("a", end - timedelta(90), end, "r", end - timedelta(90), end))
    assert len(days_before(desk, 5)) == 2
    assert "The login m365 expires within 7 days, on 2027-01-31." in " ".join(desk.letter(OPS, "alert").text.split())
    kept.save(mine.file, Tokens("b", end, end, "s", end, end + timedelta(90)))
    strike(desk, seconds=20)
    assert strike(desk, minutes=2) == [f"alert to {BENS}", f"alert to {OPS}"]
    assert "all clear" in desk.letter(OPS, "alert").header("Subject")
