"""Known trouble stands on top of acknowledgements and in digests while it lasts, and ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG, Json
from tests.stories.mailer import Mail
from tests.stories.mornings import at
from tests.stories.world import ERIKA, MALLORY, SUPPORT, World

WIFI: Json = {
    "from": "2026-11-23 09:30",
    "until": "2026-11-23 12:00",
    "text": {"en": "The Wi-Fi is down until noon.", "de": "Das WLAN ist bis Mittag aus."},
}
"""Half past nine to noon in Berlin; stories begin at ten."""
REPORTER = "erika@customer.example"


def told(desk: World, **how: str) -> str:
    """What the reporter of a new ticket reads."""
    number = desk.write(ERIKA, how.get("subject", "Help"), how.get("text", "Nothing works."))["number"]
    text = desk.letter(REPORTER, "acknowledged").text
    assert text.startswith(str(number))
    return text


def test_it_stands_on_top_while_it_lasts_and_ends_by_itself(desk_with: DeskWith) -> None:
    desk = desk_with({"notices": [WIFI]})
    lines = [line for line in told(desk).split("\n") if line]
    assert lines[:4] == [
        "1001 · We have your message",
        "Help",
        "Known trouble: The Wi-Fi is down until noon.",
        "Hello Erika Krause,",
    ]
    assert "Known trouble: The Wi-Fi is down until noon." in desk.letter(REPORTER, "acknowledged").html
    desk.later(hours=2)
    assert "Known trouble" not in told(desk)


def test_each_reads_it_in_his_language(desk_with: DeskWith) -> None:
    groups: Json = {"all": {"name": "All", "match": ["*"], "language": "de"}}
    assert "Bekannte Störung: Das WLAN ist bis Mittag aus." in told(
        desk_with({"notices": [WIFI], "customer_groups": groups})
    )


@pytest.mark.parametrize(
    ("category", "subject", "is_told"),
    [
        ("network", "vpn drops", True),
        ("network/vpn", "vpn drops", True),
        ("network", "A chair", False),
        ("network/vpn", "Network", False),
        (None, "A chair", True),
    ],
)
def test_a_category_means_all_below_it_and_none_means_everything(
    desk_with: DeskWith, category: str | None, subject: str, is_told: bool
) -> None:
    desk = desk_with({"notices": [{**WIFI, **({"category": category} if category else {})}]})
    assert ("Known trouble" in told(desk, subject=subject)) is is_told


def test_several_stand_below_one_another_and_a_zone_of_its_own_counts(desk_with: DeskWith) -> None:
    later = {**WIFI, "from": "2026-11-23T08:00:00Z", "until": "2026-11-23T09:30:00Z", "text": "Telephones too."}
    desk = desk_with({"notices": [WIFI, later]})
    assert "Known trouble: The Wi-Fi is down until noon.\n\nTelephones too." in told(desk)
    desk.later(minutes=31)
    assert "Telephones" not in told(desk)


def test_the_short_one_to_an_unproven_address_carries_it_too(desk_with: DeskWith) -> None:
    """It is ours, and public: nothing of what the mail says comes back by it."""
    desk = desk_with({"notices": [WIFI]})
    desk.mail(Mail(MALLORY, SUPPORT, "Buy", "Now"), stranger=True)
    letter = desk.letter("mallory@elsewhere.example", "acknowledged_minimal")
    assert "Known trouble: The Wi-Fi is down until noon." in letter.text
    assert "Buy" not in letter.text


def test_what_was_written_with_the_same_words_before_and_after_is_right(desk_with: DeskWith) -> None:
    """Letters of one shape are written once and filled in: a notice makes another shape."""
    desk = desk_with({"notices": [{**WIFI, "from": "2026-11-23 11:00"}]})
    found = []
    for _ in range(3):
        found += ["Known trouble" in told(desk), "Known trouble" in told(desk)]
        desk.later(hours=1)
    assert found == [False, False, True, True, False, False]


def test_the_digest_says_until_when(desk_with: DeskWith) -> None:
    desk = desk_with(
        {"notices": [{**WIFI, "until": "2026-11-24 12:00", "category": "rooms"}], "digest": {"to": "group"}}
    )
    told(desk)
    at(desk, datetime(2026, 11, 23, 7, 0, tzinfo=UTC) + timedelta(days=1))
    text = " ".join(desk.letter("anna@example.com", "digest").text.split())
    assert "Known trouble: The Wi-Fi is down until noon. (until Tuesday, 24 November 2026, 12:00)" in text
    assert CONFIG["site"]["timezone"] == "Europe/Berlin"
