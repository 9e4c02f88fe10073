"""`#wait [for WHO] [until DATE]` as people write it, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailgate.rules.arguments import Unclear, Who
from mailgate.rules.dates import NoDate
from mailgate.rules.nothing import is_none
from mailgate.rules.waiting import Reporter, Waiting, When, read_waiting
from tests.rules.example import settings

DESK = settings()
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
REPORTER = Reporter("erika@customer.example", "Erika Krause")


def said(text: str, reporter: Reporter = REPORTER) -> Waiting:
    return read_waiting(DESK, text, reporter, When(NOON, timezone="Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("", Waiting(None)),
        ("for reporter", Waiting("reporter")),
        ("auf den kunden", Waiting("reporter")),
        ("auf Kunden", Waiting("reporter")),
        ("for erika", Waiting("reporter")),
        ("for Erika Krause until fri 14:00", Waiting("reporter", None, FRIDAY)),
        ("auf Melder bis fr 14:00", Waiting("reporter", None, FRIDAY)),
        ("until fri 14:00 for erika", Waiting("reporter", None, FRIDAY)),
        ("for erika@customer.example", Waiting("reporter")),
        ("auf Stellungnahme", Waiting("statement")),
        ("for a part", Waiting("part")),
        ("until fri 14:00", Waiting(None, None, FRIDAY)),
        ("fri 14:00", Waiting(None, None, FRIDAY)),
        ("for ben", Waiting("other", Who("agent", "ben"))),
        ("ben", Waiting("other", Who("agent", "ben"))),
        ("for supplier@else.example", Waiting("other", Who("address", "supplier@else.example"))),
    ],
)
def test_it_is_read_as_it_is_meant(text: str, means: Waiting) -> None:
    assert said(text) == means


def test_somebody_unknown_is_refused_with_whole_arguments_that_are_clear() -> None:
    with pytest.raises(Unclear) as refused:
        said("for bne until fri 14:00")
    assert refused.value.near[0] == "for ben until fri 14:00"
    assert refused.value.near[-1] == "for reporter until fri 14:00"


def test_a_name_of_the_reporter_and_of_one_of_us_is_refused() -> None:
    with pytest.raises(Unclear) as refused:
        said("for ben", Reporter("ben@customer.example", "Ben Krause"))
    assert refused.value.near == ("for reporter", "for ben")


@pytest.mark.parametrize("text", ["until soon", "for ben until 1.1.2020", "1.1.2020"])
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NoDate):
        said(text)


@pytest.mark.parametrize("text", ["none", "None.", "keiner", "Niemand", "-", "–"])
def test_none_takes_away_what_stands_there(text: str) -> None:
    assert is_none(text)
    assert not is_none(f"{text} of them")
