"""A notice of known trouble: from when, until when, and of what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailgate.rules import known_trouble
from mailgate.settings.model import Settings


def settings(**notice: Any) -> Settings:
    whole = {"from": "2026-12-01 08:00", "until": "2026-12-01 18:00", "text": {"de": "Aus.", "en": "Down."}, **notice}
    site = {"admins": ["ops@example.com"], "timezone": "Europe/Berlin", "language": "de"}
    return Settings.model_validate(
        {"site": site, "addresses": [{"address": "support@example.com"}], "notices": [whole]}
    )


def test_times_without_a_zone_are_meant_where_the_site_is() -> None:
    (notice,) = settings().notices
    assert known_trouble.begins(settings(), notice) == datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    (notice,) = settings(until="2026-12-01T18:00:00Z").notices
    assert known_trouble.ends(settings(), notice) == datetime(2026, 12, 1, 18, 0, tzinfo=UTC)


def test_it_holds_from_its_first_moment_until_just_before_its_last() -> None:
    begins, second = datetime(2026, 12, 1, 7, 0, tzinfo=UTC), timedelta(seconds=1)
    ends = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    held = [bool(known_trouble.in_force(settings(), at)) for at in (begins - second, begins, ends - second, ends)]
    assert held == [False, True, True, False]


@pytest.mark.parametrize(
    ("category", "about", "holds"),
    [
        ("network", "network", True),
        ("network", "network/wifi", True),
        ("network", "networks", False),
        ("network/wifi", "network", False),
        (None, "rooms", True),
    ],
)
def test_it_is_of_its_category_and_all_below(category: str | None, about: str, holds: bool) -> None:
    noon = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
    assert bool(known_trouble.said(settings(category=category), noon, about, "en")) is holds


def test_whoever_reads_a_language_it_has_not_reads_that_of_the_site() -> None:
    noon = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
    assert [known_trouble.said(settings(), noon, "x", each) for each in ("en", "de", "fr")] == ["Down.", "Aus.", "Aus."]
