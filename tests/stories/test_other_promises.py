"""Another configuration: what falls due on open tickets is reckoned anew, some at a time, where it has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.desk import reckoning
from mailgate.settings.model import Settings
from tests.stories.beginnings import settings_of
from tests.stories.conftest import DeskWith
from tests.stories.example import Json, merged
from tests.stories.timing import PROMISING, incident, moments, reckon, set_to
from tests.stories.world import ANNA, ERIKA, World

AS_PROMISED = ("11-23 12:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")
QUICKER: Json = {"kinds": {"incident": {"response": "1h", "yellow_after": "1h", "red_after": "2h", "solution": "2h"}}}
AS_PROMISED_NOW = ("11-23 11:00", "11-23 12:00", "11-23 11:00", "11-23 12:00")


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    """Erika has reported an incident on Monday, at 10:00; all is reckoned."""
    desk = incident(desk_with(PROMISING))
    reckon(desk)
    return desk


def now_says(desk: World, changes: Json, folder: Path) -> Settings:
    """The desk works with another configuration from now on."""
    other = folder / str(len(list(folder.iterdir())))
    desk.settings = settings_of(other, folder / "state", desk.relay.url, merged(PROMISING, changes))
    return desk.settings


def test_open_tickets_follow_and_their_history_is_silent(desk: World, tmp_path: Path) -> None:
    before = desk.ticket()
    now_says(desk, QUICKER, tmp_path)
    set_to(desk, "2026-11-23 10:30")
    assert reckon(desk) == 1
    assert moments(desk) == AS_PROMISED_NOW
    after = desk.ticket()
    assert (after["events"], after["updated_at"]) == (before["events"], before["updated_at"])


@pytest.mark.parametrize(
    "changes",
    [
        {"calendars": {"office": {"closed": ["2026-11-24"]}}},
        {"kinds": {"incident": {"normal": {"solution": "3h"}}}},
        {"customer_groups": {"staff": {"name": "All", "match": "*", "promises": {"solution": "1h"}}}},
    ],
    ids=["calendar", "priority", "customer group"],
)
def test_whatever_decides_about_deadlines_is_noticed(desk: World, tmp_path: Path, changes: Json) -> None:
    now_says(desk, changes, tmp_path)
    assert reckon(desk) == 1
    assert moments(desk)[1] != AS_PROMISED[1]


def test_where_nothing_of_it_has_changed_nothing_is_done(desk: World, tmp_path: Path) -> None:
    assert reckon(desk) == 0
    now_says(desk, {"answers_take": False}, tmp_path)
    assert reckon(desk) == 0
    now_says(desk, QUICKER, tmp_path)
    assert (reckon(desk), reckon(desk)) == (1, 0)
    now_says(desk, {}, tmp_path)
    assert (reckon(desk), moments(desk)) == (1, AS_PROMISED)


def test_pauses_and_dates_count_as_before_and_what_is_done_stays(desk: World, tmp_path: Path) -> None:
    incident(desk)
    for number, text in ((1001, "#question\nWhich?"), (1002, "#resolve\nDone.")):
        set_to(desk, "2026-11-23 11:00")
        (letter,) = (
            each for each in desk.letters("anna@example.com", "new_ticket") if f"#{number}" in each.header("Subject")
        )
        desk.answer(letter, text, sender=ANNA)
    set_to(desk, "2026-11-23 14:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    now_says(desk, QUICKER, tmp_path)
    reckon(desk)
    assert moments(desk) == ("11-23 12:00", "11-23 15:00", "11-23 11:00", "11-23 15:00")  # answered as promised then
    assert moments(desk, 1002) == AS_PROMISED


def test_it_goes_on_where_it_was_stopped_and_begins_again_where_it_must(
    desk: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        incident(desk)
    monkeypatch.setattr(reckoning, "AT_ONCE", 2)
    now_says(desk, QUICKER, tmp_path)
    for done in (2, 2):
        with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
            assert reckoning.go_on(tx) == done
    assert [moments(desk, number) == AS_PROMISED_NOW for number in range(1001, 1006)] == [True] * 4 + [False]
    assert reckon(desk) == 1  # as after a restart
    now_says(desk, {}, tmp_path)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        reckoning.go_on(tx)
    now_says(desk, QUICKER, tmp_path)
    assert reckon(desk) == 5  # also those two that were reckoned by the one between
    assert moments(desk) == AS_PROMISED_NOW
