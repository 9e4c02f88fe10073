"""What is promised, by kind, priority and customer group, and when it falls due after the clock has stood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailgate.rules import promises
from mailgate.rules.hours import open_time
from mailgate.rules.promises import Asked, Moments
from mailgate.settings.model import Settings
from tests.rules.example import settings

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {
    "timezone": "Europe/Berlin",
    "open": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
    "holidays": "DE-BY",
    "closed": ["2026-12-24"],
}
INCIDENT = {"yellow_after": "4h", "red_after": "8h", "response": "2h", "solution": "1d", "calendar": "office"}
PARTNERS = {"name": "Partners", "match": "*@partner.example", "promises": {"response": "1h", "solution": "8h"}}


def desk(kind: dict[str, Any], **more: Any) -> Settings:
    written: dict[str, Any] = {"calendars": {"office": OFFICE, "never": {}}, "customer_groups": {"partners": PARTNERS}}
    return settings(**{**written, **more}, kinds={"incident": kind})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def shown(moment: datetime | None) -> str | None:
    return moment.astimezone(BERLIN).isoformat(" ", "minutes")[5:16] if moment else None


def due(
    made: Settings,
    start: str = "2026-11-23 10:00",
    *,
    priority: str = "normal",
    group: str | None = None,
    pauses: tuple[tuple[str, str], ...] = (),
    is_part: bool = False,
) -> tuple[str | None, ...]:
    """Response, solution, yellow and red of an incident, on the clock in Berlin."""
    stood = tuple((at(begins), at(ends)) for begins, ends in pauses)
    asked = Asked("incident", priority, group, at(start).astimezone(UTC), is_part)
    found = promises.moments(made, asked, stood)
    return tuple(map(shown, (found.response, found.solution, found.yellow, found.red)))


def test_thresholds_count_in_the_calendar_of_the_kind() -> None:
    assert due(desk(INCIDENT)) == ("11-23 12:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")
    over_christmas = due(desk(INCIDENT), "2026-12-23 15:00")
    assert over_christmas == ("12-23 17:00", "12-28 15:00", "12-28 11:00", "12-28 16:00")


def test_a_kind_without_a_calendar_counts_plain_time() -> None:
    kind = {"response": "2h", "solution": "1d"}
    assert due(desk(kind), "2026-11-21 23:00") == ("11-22 01:00", "11-22 23:00", "11-22 11:00", "11-22 23:00")
    # The day on which the clock is set back has 25 hours, and a day of plain time has 24.
    assert due(desk(kind), "2026-10-24 23:00")[1] == "10-25 22:00"


def test_thresholds_that_are_left_out_are_half_and_all_of_the_solution() -> None:
    assert due(desk({"solution": "7h", "calendar": "office"}), "2026-11-23 09:00")[2:] == ("11-23 13:30", "11-23 17:00")
    assert due(desk({"solution": "1d", "calendar": "office"}), "2026-11-20 10:00") == (
        *(None, "11-23 10:00"),
        *("11-20 14:30", "11-23 10:00"),  # of the seven hours between them half
    )
    assert due(desk({"red_after": "1h"})) == (None, None, None, "11-23 11:00")
    assert due(desk({"yellow_after": "1h", "solution": "4h"}))[2:] == ("11-23 11:00", "11-23 14:00")


PRIORITIES = [
    ({"urgent": {"response": "1h"}}, ("11-23 11:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")),
    ({"urgent": {"solution": "4h"}}, ("11-23 12:00", "11-23 15:00", "11-23 12:00", "11-23 15:00")),
    ({"urgent": {"solution": "4h", "red_after": "3h"}}, ("11-23 12:00", "11-23 15:00", "11-23 12:00", "11-23 14:00")),
    ({"urgent": {"red_after": "5h"}}, ("11-23 12:00", "11-24 10:00", "11-23 15:00", "11-23 16:00")),
    ({"urgent": {"solution": "3d"}}, ("11-23 12:00", "11-26 10:00", "11-24 14:30", "11-26 10:00")),
    ({"high": {"solution": "1h"}}, ("11-23 12:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")),
]


@pytest.mark.parametrize(("section", "moments"), PRIORITIES)
def test_a_priority_overrides_its_kind_field_by_field(section: dict[str, Any], moments: tuple[str, ...]) -> None:
    assert due(desk({**INCIDENT, **section}), priority="urgent") == moments


def test_of_kind_and_customer_group_the_shorter_binds() -> None:
    # The group's solution lies behind the kind's, but its half and its end before the kind's own thresholds.
    assert due(desk(INCIDENT), group="partners") == ("11-23 11:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")
    slow = {**INCIDENT, "solution": "3d", "red_after": "3d", "yellow_after": "2d"}
    assert due(desk(slow), group="partners") == ("11-23 11:00", "11-24 11:00", "11-23 15:00", "11-24 11:00")
    quick = {**INCIDENT, "response": "30m"}
    assert due(desk(quick), group="partners")[0] == "11-23 10:30"
    assert due(desk({}), group="partners") == ("11-23 11:00", "11-23 18:00", "11-23 14:00", "11-23 18:00")


def test_nobody_waits_for_a_first_answer_on_a_part() -> None:
    assert due(desk(INCIDENT), is_part=True) == (None, "11-24 10:00", "11-23 15:00", "11-24 11:00")


def test_what_counts_in_a_calendar_that_never_opens_is_not_promised() -> None:
    assert due(desk({**INCIDENT, "calendar": "never"}), group="partners") == (None, None, None, None)
    assert due(desk({**INCIDENT, "solution": "900d", "yellow_after": None, "red_after": None}))[:2] == (
        *("11-23 12:00",),
        None,
    )


PAUSES = [
    ((("2026-11-23 11:00", "2026-11-23 14:00"),), ("11-23 15:00", "11-24 12:00", "11-23 17:00", "11-24 14:00")),
    # Over night nothing is open, so nothing moves.
    ((("2026-11-23 17:00", "2026-11-24 09:00"),), ("11-23 12:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")),
    # What had passed when it began stays passed.
    ((("2026-11-23 16:00", "2026-11-24 10:00"),), ("11-23 12:00", "11-24 12:00", "11-23 15:00", "11-24 14:00")),
    ((("2026-11-23 12:00", "2026-11-23 14:00"),), ("11-23 12:00", "11-24 11:00", "11-23 16:00", "11-24 12:00")),
    (
        (("2026-11-23 11:00", "2026-11-23 12:00"), ("2026-11-23 15:00", "2026-11-30 15:00")),
        ("11-23 14:00", "12-01 11:00", "11-30 16:00", "12-01 12:00"),
    ),
]


@pytest.mark.parametrize(("pauses", "moments"), PAUSES)
def test_what_was_open_moves_on_by_the_open_time_of_a_pause(
    pauses: tuple[tuple[str, str], ...], moments: tuple[str, ...]
) -> None:
    assert due(desk(INCIDENT), pauses=pauses) == moments


def test_working_time_leaves_out_the_pauses() -> None:
    made, stood = desk(INCIDENT), ((at("2026-11-23 11:00"), at("2026-11-23 14:00")),)
    spent = promises.spent(made, "office", at("2026-11-23 10:00"), at("2026-11-23 15:00"), stood)
    assert spent == timedelta(hours=2)
    assert promises.spent(made, "office", at("2026-11-23 12:00"), at("2026-11-23 13:30"), stood) == timedelta()


def test_a_date_is_yellow_in_the_last_quarter_of_the_open_time_before_it() -> None:
    yellow = promises.yellow_before(desk(INCIDENT), "incident", at("2026-11-23 09:00"), at("2026-11-26 17:00"))
    assert shown(yellow) == "11-25 17:00"
    at_once = promises.yellow_before(desk(INCIDENT), "incident", at("2026-11-21 09:00"), at("2026-11-22 17:00"))
    assert shown(at_once) == "11-22 17:00"  # no hour of it is open


def test_the_digest_knows_what_deadlines_follow_from_and_nothing_else() -> None:
    now = promises.digest(desk(INCIDENT))
    assert promises.digest(desk(INCIDENT)) == now
    assert promises.digest(desk(INCIDENT, answers_take=False)) == now
    others = [
        desk({**INCIDENT, "urgent": {"solution": "4h"}}),
        desk(INCIDENT, calendars={"office": {**OFFICE, "closed": []}, "never": {}}),
        desk(INCIDENT, customer_groups={"partners": {**PARTNERS, "match": "*@elsewhere.example"}}),
        desk(INCIDENT, site={"admins": ["ops@example.com"], "timezone": "Asia/Tokyo"}),
    ]
    assert len({now, *map(promises.digest, others)}) == 5


MINUTES = st.integers(0, 9 * 1440)
CUTS = st.lists(MINUTES, min_size=2, max_size=8, unique=True).map(sorted)


def moments_after(minutes: list[int]) -> tuple[tuple[datetime, datetime], ...]:
    start = at("2026-03-25 10:00").astimezone(UTC)  # into the night in which the clock is set forward
    cuts = [start + timedelta(minutes=each) for each in minutes]
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


@given(CUTS, st.integers(0, 8))
@effort(max_examples=100, deadline=None)
def test_a_pause_that_is_cut_in_two_is_the_same_pause(minutes: list[int], where: int) -> None:
    made, asked = desk(INCIDENT), Asked("incident", "normal", "partners", at("2026-03-25 10:00").astimezone(UTC))
    pauses = moments_after(minutes)
    cut = tuple(
        each
        for number, (begins, ends) in enumerate(pauses)
        for middle in [begins + (ends - begins) / 3]
        for each in (((begins, middle), (middle, ends)) if number == where % len(pauses) else ((begins, ends),))
    )
    assert promises.moments(made, asked, cut) == promises.moments(made, asked, pauses)


@given(CUTS)
@effort(max_examples=100, deadline=None)
def test_what_a_promise_leaves_open_is_as_long_with_pauses_as_without(minutes: list[int]) -> None:
    made, asked = desk(INCIDENT), Asked("incident", "normal", None, at("2026-03-25 10:00").astimezone(UTC))
    pauses, plain = moments_after(minutes), promises.moments(made, asked)
    found = promises.moments(made, asked, pauses)
    for before, after in zip(_all(plain), _all(found), strict=True):
        counted = tuple(each for each in pauses if each[0] < after)
        without = promises.spent(made, "office", asked.start, after, counted)
        assert without == open_time(made, "office", asked.start, before)


def _all(moments: Moments) -> tuple[datetime, ...]:
    found = (moments.response, moments.solution, moments.yellow, moments.red)
    assert all(found)
    return tuple(each for each in found if each)
