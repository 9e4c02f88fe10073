"""`run --dry-clock`: what the next days would bring is what they bring, and asking changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailgate.desk import outbox_views
from mailgate.dry_clock import AHEAD, Foretold, foretell
from mailgate.store import snapshot
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.world import ANNA, ERIKA, World

WEEK = timedelta(days=7)
ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
TIMED: Json = {
    "kinds": {"incident": {"yellow_after": "90m", "red_after": "4h", "response": None, "solution": "4h"}},
    "groups": {"network": {"coordinator": "ben"}},
    "auto_close": {"waiting_for_reporter": "6d"},
}
Line = tuple[str, str, int | None]


def in_a_word(one: Foretold) -> Line:
    return f"{one.at:%a %H:%M}", f"{one.template} to {one.to}" if one.template else f"becomes {one.status}", one.ticket


def foretold(desk: World, ahead: timedelta = timedelta(hours=8)) -> list[Line]:
    return [in_a_word(each) for each in foretell(desk.store, desk.settings, desk.clock, ahead)]


@pytest.fixture
def busy(desk_with: DeskWith) -> World:
    """One incident that Anna has taken, one request on which Erika was asked something."""
    desk = desk_with(TIMED)
    desk.write(ERIKA, "VPN down", "Nothing works.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.write(ERIKA, "A new screen", "Please.")
    desk.answer(desk.letter(ANNAS), "Which size do you need?\n\n#question", sender=ANNA)
    desk.new_letters()
    return desk


def test_the_coming_days_are_told_letter_by_letter(busy: World) -> None:
    said = foretold(busy, WEEK)
    assert ("Mon 10:30", f"reminder to {ANNAS}", 1001) in said
    assert ("Mon 14:00", "escalated to ben@example.com", 1001) in said
    assert ("Thu 09:00", f"reminder_reporter to {REPORTER}", 1002) in said
    assert ("Sun 09:00", "becomes closed", 1002) in said
    assert any(what == f"digest to {ANNAS}" for _, what, _ in said)


def test_digests_and_statements_are_told_to_the_minute(desk_with: DeskWith) -> None:
    desk = desk_with({"digest": {"at": "11:07"}})
    desk.write(ERIKA, "VPN down", "Nothing works.")
    desk.answer(desk.letter(ANNAS), "#take; ask eva@lab.example by 23.11.2026 11:03\nWhy?", sender=ANNA)
    told = foretold(desk, timedelta(minutes=67, seconds=30))
    assert ("Mon 10:07", f"digest to {ANNAS}", None) in told
    assert ("Mon 10:03", f"reminder to {ANNAS}", 1001) in told


def test_what_was_told_is_what_happens(busy: World) -> None:
    told = list(foretell(busy.store, busy.settings, busy.clock, WEEK))
    end, seen = busy.clock.now() + WEEK, len(queued(busy))
    for at in sorted({each.at for each in told} | {end}):
        busy.clock.at = at
        while any(job.run(busy.store, lambda: busy.settings, busy.clock, busy.turns) for job in AHEAD):
            pass
        new, seen = queued(busy)[seen:], len(queued(busy))
        assert new == [(each.template, each.to, each.ticket) for each in told if each.at == at and each.template]
    assert busy.state(1002)[0] == "closed"


def test_asking_changes_nothing(busy: World) -> None:
    before = busy.ticket(1001), busy.ticket(1002)
    assert foretold(busy) == foretold(busy)
    assert (busy.ticket(1001), busy.ticket(1002)) == before
    busy.work()
    assert busy.new_letters() == []


def test_a_large_desk_is_copied_into_a_file(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said = foretold(busy)
    monkeypatch.setattr(snapshot, "MOST_BYTES", 0)
    assert foretold(busy) == said


def test_a_quiet_desk_has_nothing_ahead(desk: World) -> None:
    assert foretold(desk) == []


def queued(desk: World) -> list[tuple[str, str, int | None]]:
    """Every letter of the desk, in the order in which they were written."""
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found = outbox_views.search(tx)[1]
    return [(each["template"], each["to"], each["ticket"]) for each in found]
