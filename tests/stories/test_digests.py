"""The morning digest: to whom, when, what stands in it, and never twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from mailgate.desk import digested, seals
from mailgate.jobs import JOBS
from tests.cli.terminal import terminal_of
from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG, Json
from tests.stories.follows import follow, renamed
from tests.stories.mailer import Mail
from tests.stories.mornings import at, chapters, strike
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"
TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
"""Eight in Berlin."""
COORDINATED: Json = {"groups": {"network": {"coordinator": "anna"}}}


@pytest.fixture
def shared(desk_with: DeskWith) -> World:
    """Anna coordinates three tickets: one is hers, one is Ben's, one is nobody's."""
    desk = desk_with({**COORDINATED, "unanswered": {"coordinator": "none", "deputy": "none"}})
    for subject in ("Printer on fire", "Screen flickers", "Mouse is gone"):
        desk.write(ERIKA, subject, "Please help.")
    desk.answer(desk.letter(ANNAS), "#1001 take; due today\n#1002 assign ben\n#1003 accept", sender=ANNA)
    desk.new_letters()
    return desk


def digest(desk: World, to: str) -> str:
    return desk.letter(to, "digest").text


def test_at_eight_each_hears_what_is_up_with_his_tickets_the_gravest_first(shared: World) -> None:
    assert not [each for each in at(shared, TUESDAY - timedelta(minutes=1)) if "digest" in each]
    told = at(shared, TUESDAY)
    assert [each for each in told if "digest" in each] == ["digest to anna@example.com", "digest to ben@example.com"]
    assert chapters(shared.letter(ANNAS, "digest")) == {
        "Overdue": [1001],
        "Nobody has them yet": [1003],
        "Also open": [1002],
    }
    assert chapters(shared.letter(BENS, "digest")) == {"Warten auf Annahme": [1002]}
    assert (
        shared.letter(ANNAS, "digest").header("Subject") == "Example Support: your tickets on Tuesday, 24 November 2026"
    )


def test_a_line_shows_light_and_deadline_and_is_no_command(shared: World) -> None:
    at(shared, TUESDAY)
    text = digest(shared, ANNAS)
    assert (
        "  1001 · red · Printer on fire\n      Erika Krause · in progress · Anna Alt · Monday, 23 November 2026,"
        in text
    )
    assert not any(line.lstrip().startswith("#") for line in text.split("\n"))
    assert "Accept 1002" not in text
    assert re.search(r"1002 annehmen +<mailto:[^>]*body=%231002%20annehmen>", digest(shared, BENS))


def test_nobody_gets_one_twice_on_a_day_whatever_the_clock_does(shared: World) -> None:
    at(shared, TUESDAY)
    for moment in (
        TUESDAY + timedelta(minutes=1),
        TUESDAY - timedelta(days=1),
        TUESDAY - timedelta(hours=23),
        TUESDAY,
        TUESDAY + timedelta(hours=5),
    ):
        assert not [each for each in at(shared, moment) if "digest" in each], moment
    tomorrow = at(shared, TUESDAY + timedelta(days=1))
    assert [each for each in tomorrow if "digest" in each] == [
        "digest to anna@example.com",
        "digest to ben@example.com",
    ]
    assert not [each for each in at(shared, TUESDAY) if "digest" in each], "the clock is a day back"
    assert not [each for each in at(shared, TUESDAY + timedelta(days=1, hours=1)) if "digest" in each]


def test_who_is_called_otherwise_from_now_on_has_had_his(shared: World) -> None:
    def anna_is_alma(content: Json) -> None:
        renamed("agents", "anna", "alma")(content)
        content["groups"]["network"].update(members=["alma", "ben"], coordinator="alma")

    at(shared, TUESDAY)
    follow(shared, people=anna_is_alma)
    assert not [each for each in strike(shared, hours=1) if "digest" in each]


def test_a_clock_that_was_weeks_ahead_keeps_nobody_from_the_next_ones(shared: World) -> None:
    at(shared, TUESDAY + timedelta(days=21))
    at(shared, TUESDAY)
    told = at(shared, TUESDAY + timedelta(days=1))
    assert [each for each in told if "digest" in each] == ["digest to anna@example.com", "digest to ben@example.com"]


def test_after_days_of_standstill_only_todays_is_sent(shared: World) -> None:
    assert len([each for each in at(shared, TUESDAY + timedelta(days=8)) if each.startswith("digest to anna")]) == 1


@pytest.mark.parametrize(
    ("moment", "is_sent"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 28, 7, 0, tzinfo=UTC), False),
    ],
    ids=["before eight", "late start", "just before the close", "closed for today", "on Saturday"],
)
def test_who_starts_late_still_has_todays_until_the_calendar_closes(
    shared: World, moment: datetime, is_sent: bool
) -> None:
    assert any("digest to anna" in each for each in at(shared, moment)) is is_sent


def test_sent_late_it_is_not_written_for_what_came_after_eight_alone(shared: World) -> None:
    shared.clock.advance(TUESDAY + timedelta(hours=2) - shared.clock.now())
    shared.write(ERIKA, "A chair", "Broken.", to="plain@example.com")
    shared.answer(shared.letter(ANNAS, "new_ticket"), "#1004 assign cleo", sender=ANNA)
    told = [each for each in strike(shared, seconds=2) if "digest" in each]
    assert told == ["digest to anna@example.com", "digest to ben@example.com"]
    assert "digest to cleo@example.com" in at(shared, TUESDAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("settings", "moment"),
    [
        ({"at": "09:30"}, datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        ({"calendar": "always"}, datetime(2026, 11, 28, 7, 0, tzinfo=UTC)),
        ({"at": "18:00"}, datetime(2026, 11, 24, 17, 0, tzinfo=UTC)),
    ],
    ids=["another time", "also on Saturday", "when the office has closed"],
)
def test_time_and_calendar_are_as_configured(desk_with: DeskWith, settings: Json, moment: datetime) -> None:
    desk = desk_with({**COORDINATED, "digest": settings})
    desk.write(ERIKA, "Printer", "Burns.")
    assert not [each for each in at(desk, moment - timedelta(seconds=1)) if "digest" in each]
    assert "digest to anna@example.com" in at(desk, moment)


@pytest.mark.parametrize(
    ("to", "readers"),
    [
        (["assignee"], {BENS}),
        (["coordinator"], {ANNAS}),
        (["group"], {ANNAS, BENS}),
        (["assignee", "coordinator"], {ANNAS, BENS}),
        ([], set()),
    ],
)
def test_whom_it_goes_to_is_configured(desk_with: DeskWith, to: list[str], readers: set[str]) -> None:
    desk = desk_with({**COORDINATED, "digest": {"to": to}})
    desk.write(ERIKA, "Printer", "Burns.")
    desk.answer(desk.letter(BENS), "#take", sender=BEN)
    assert {each.removeprefix("digest to ") for each in at(desk, TUESDAY) if "digest" in each} == readers


def test_who_has_nothing_to_read_gets_no_letter_and_no_second_look(shared: World) -> None:
    at(shared, TUESDAY)
    assert not shared.letters(CLEOS)
    (job,) = (each for each in JOBS if each.name == "write digests")
    assert job.look
    with shared.store.reading(shared.settings, shared.clock.now()) as tx:
        assert job.look(shared.store, tx) is None


def test_it_can_be_muted(desk_with: DeskWith) -> None:
    agents = {"anna": {**CONFIG["agents"]["anna"], "mute": ["digest"]}}
    desk = desk_with({**COORDINATED, "agents": agents})
    desk.write(ERIKA, "Printer", "Burns.")
    assert not [each for each in at(desk, TUESDAY) if "digest" in each]


def test_nobody_is_shown_what_he_may_not_see(desk_with: DeskWith) -> None:
    categories = {**CONFIG["categories"], "general": {"name": "General", "group": "network", "readers": ["office"]}}
    desk = desk_with({"categories": categories, "digest": {"to": ["group"]}})
    desk.write(ERIKA, "My salary", "A secret.")
    desk.write(ERIKA, "vpn drops", "Again.")
    at(desk, TUESDAY)
    assert "salary" not in digest(desk, ANNAS)
    assert chapters(desk.letter(ANNAS, "digest")) == {"Overdue": [1002]}


def test_what_is_out_of_sight_stands_nowhere(shared: World) -> None:
    shared.answer(shared.letter(ANNAS, "new_ticket"), "#1001 wait for the supplier\n#1003 snooze +5d", sender=ANNA)
    at(shared, TUESDAY)
    assert chapters(shared.letter(ANNAS, "digest")) == {"Overdue": [1001], "Also open": [1002]}


def test_beside_another_date_it_is_said_which_of_them_is_the_deadline(desk_with: DeskWith) -> None:
    kinds = {"request": {"name": "Request", "response": "1d", "solution": "3d", "calendar": "office"}}
    desk = desk_with({**COORDINATED, "kinds": kinds})
    desk.write(ERIKA, "One", "Please.")
    at(desk, TUESDAY)
    assert "10:00, deadline Thursday, 26 November 2026, 10:00" in " ".join(digest(desk, ANNAS).split())
    desk.answer(desk.letter(BENS, "new_ticket"), "#rückfrage\nWelcher ist es?", sender=BEN)
    at(desk, TUESDAY + timedelta(days=1))
    assert "08:00 Uhr, Frist Donnerstag, 26. November 2026" in " ".join(digest(desk, BENS).split())


def test_since_when_a_ticket_waits_for_the_reporter(shared: World) -> None:
    shared.answer(shared.letter(BENS, "assigned"), "#question\nWhich screen is it?", sender=BEN)
    at(shared, TUESDAY)
    assert chapters(shared.letter(BENS, "digest")) == {"Warten auf andere": [1002]}
    assert "seit Montag, 23. November 2026, 10:00 Uhr" in " ".join(digest(shared, BENS).split())


def test_what_comes_back_in_sight_today_is_named(shared: World) -> None:
    shared.answer(shared.letter(ANNAS, "new_ticket"), "#1003 snooze 24.11.2026 14:00", sender=ANNA)
    at(shared, TUESDAY)
    assert chapters(shared.letter(ANNAS, "digest"))["Back in sight today"] == [1003]
    assert "back at Tuesday, 24 November 2026, 14:00" in " ".join(digest(shared, ANNAS).split())


def test_an_answer_that_was_not_sent_stands_there_until_it_is_settled(shared: World) -> None:
    letter = shared.letter(BENS, "assigned")
    shared.answer(letter, "Dear Erika, turn it off and on.", sender=BEN, stranger=True)
    at(shared, TUESDAY)
    for address, heading in ((BENS, "Nicht gesendete Antworten"), (ANNAS, "Answers not sent")):
        assert chapters(shared.letter(address, "digest"))[heading] == [1002]
    assert "wartet auf #ja" in digest(shared, BENS)
    shared.answer(shared.letter(BENS, "confirm"), "#ja", sender=BEN)
    at(shared, TUESDAY + timedelta(days=1))
    assert "Nicht gesendete Antworten" not in chapters(shared.letter(BENS, "digest"))


def test_a_statement_whose_date_has_passed_is_named(shared: World) -> None:
    shared.answer(shared.letter(BENS, "assigned"), "#ask expert@elsewhere.example by today\nWhat is it?", sender=BEN)
    at(shared, TUESDAY)
    assert chapters(shared.letter(BENS, "digest"))["Überfällige Teile und Stellungnahmen"] == [1002]
    assert "Stellungnahme von expert@elsewhere.example war am Montag" in " ".join(digest(shared, BENS).split())


def test_held_mails_that_wait_for_him_are_pointed_at(desk_with: DeskWith) -> None:
    agents = {"anna": {**CONFIG["agents"]["anna"], "admin": True}}
    desk = desk_with({"agents": agents})
    desk.mail(Mail(ERIKA, SUPPORT, "hold me", "x"))
    at(desk, TUESDAY)
    assert "M-1 is held and waits for a decision" in digest(desk, ANNAS)


def test_the_newest_seal_of_the_history_is_the_anchor_of_the_day(shared: World) -> None:
    (seal,) = (each for each in JOBS if each.name == "seal the history")
    seal.run(shared.store, lambda: shared.settings, shared.clock, shared.turns)
    at(shared, TUESDAY)
    found = re.search(
        r"Seal of the history: 1, Monday, 23 November 2026, 10:00\n([0-9a-f]{64})\n", digest(shared, ANNAS)
    )
    assert found
    with shared.store.reading(shared.settings, shared.clock.now()) as tx:
        newest = seals.newest(tx)
    assert newest
    assert newest.hash == found[1]


def test_the_first_digest_of_all_has_an_anchor_too(shared: World) -> None:
    at(shared, TUESDAY)
    found = re.search(
        r"Seal of the history: 1, Tuesday, 24 November 2026, 08:00\n([0-9a-f]{64})\n", digest(shared, ANNAS)
    )
    assert found
    verified = terminal_of(shared)("audit", "verify", "--anchor", found[1])
    assert verified.code == 0, verified


def test_a_digest_is_answered_line_by_line_and_between_its_lines(shared: World) -> None:
    at(shared, TUESDAY)
    letter = shared.letter(ANNAS, "digest")
    shared.answer(letter, "#1001 priority low", sender=ANNA)
    assert shared.ticket(1001)["priority"] == "low"
    lines = "\n".join(f"> {line}" + ("\n#take" if "1003 · " in line else "") for line in letter.text.split("\n"))
    shared.answer(letter, f"On Mon, Example Support <support@example.com> wrote:\n\n{lines}", sender=ANNA, quoted=False)
    assert shared.state(1003) == ("in_progress", "anna")


def test_words_in_an_answer_go_to_nobody(shared: World) -> None:
    at(shared, TUESDAY)
    letter = shared.letter(ANNAS, "digest")
    assert '"Commands only"' in letter.header("Reply-To") or "Commands only" in letter.header("Reply-To")
    shared.new_letters()
    shared.answer(letter, "Dear Erika, we are on it.", sender=ANNA)
    assert shared.new_letters() == ["command_refused to anna@example.com"]


def test_who_was_owed_one_gets_it_soon_in_working_hours_and_once(shared: World) -> None:
    at(shared, TUESDAY)
    at(shared, TUESDAY + timedelta(hours=12))
    with shared.store.transaction(shared.settings, shared.clock.now()) as tx:
        digested.owe(tx, "ben")
    assert not [each for each in strike(shared, minutes=5) if "digest" in each], "it is late in the evening"
    wednesday = TUESDAY + timedelta(days=1, hours=1)
    told = [each for each in at(shared, wednesday) if "digest" in each]
    assert told.count("digest to ben@example.com") == 1, "the morning's and the owed one are one"
    assert "während mailgate nicht lief" in shared.letter(BENS, "digest").header("Subject")
    assert not [each for each in strike(shared, minutes=5) if "digest" in each]


def test_what_is_owed_during_the_day_comes_besides(shared: World) -> None:
    at(shared, TUESDAY + timedelta(hours=2))
    with shared.store.transaction(shared.settings, shared.clock.now()) as tx:
        digested.owe(tx, "anna")
    assert [each for each in strike(shared, minutes=1) if "digest" in each] == ["digest to anna@example.com"]
    assert "mailgate was not running for a while" in digest(shared, ANNAS)
    assert not [each for each in strike(shared, minutes=1) if "digest" in each]


def test_the_deputys_digest_holds_what_he_stands_in_for_and_the_absent_gets_none(shared: World) -> None:
    shared.mail(Mail(BEN, SUPPORT, "x", "#away 24.11.2026..27.11.2026 cleo"))
    shared.answer(shared.letter(BENS, "confirm"), "#ja", sender=BEN)
    told = at(shared, TUESDAY)
    assert "digest to cleo@example.com" in told
    assert "digest to ben@example.com" not in told
    assert chapters(shared.letter(CLEOS, "digest")) == {"Waiting for you to accept": [1002]}
    assert "Ben Beck (you stand in)" in " ".join(digest(shared, CLEOS).split())


def test_without_a_deputy_the_group_sees_to_the_tickets_of_the_absent(shared: World) -> None:
    shared.mail(Mail(BEN, SUPPORT, "x", "#away 24.11.2026..27.11.2026"))
    shared.answer(shared.letter(BENS, "confirm"), "#ja", sender=BEN)
    at(shared, TUESDAY)
    assert 1002 in [each for those in chapters(shared.letter(ANNAS, "digest")).values() for each in those]
    assert "Ben Beck (you stand in)" in " ".join(digest(shared, ANNAS).split())


def test_time_that_is_getting_short_and_what_is_due_today_have_chapters_of_their_own(desk_with: DeskWith) -> None:
    desk = desk_with(COORDINATED)
    for subject in ("One", "Two", "Three"):
        desk.write(ERIKA, subject, "Please.")
    desk.answer(desk.letter(ANNAS), "#1001 due 3.12.2026\n#1002 due 2.12.2026\n#1003 due 24.12.2026", sender=ANNA)
    at(desk, TUESDAY + timedelta(days=8))
    assert chapters(desk.letter(ANNAS, "digest")) == {
        "Due today": [1002],
        "Time is getting short": [1001],
        "Nobody has them yet": [1003],
    }


def test_a_first_answer_that_was_promised_counts_as_due_until_somebody_gives_it(desk_with: DeskWith) -> None:
    kinds = {"request": {"name": "Request", "response": "1d", "calendar": "office"}}
    desk = desk_with({**COORDINATED, "kinds": kinds})
    for subject in ("One", "Two"):
        desk.write(ERIKA, subject, "Please.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, soon.", sender=ANNA)
    at(desk, TUESDAY)
    assert chapters(desk.letter(ANNAS, "digest")) == {"Due today": [1001], "Also open": [1002]}
    assert "first answer due on Tuesday, 24 November 2026, 10:00" in " ".join(digest(desk, ANNAS).split())
    at(desk, TUESDAY + timedelta(days=1))
    assert chapters(desk.letter(ANNAS, "digest")) == {"Overdue": [1001], "Also open": [1002]}


@pytest.mark.parametrize("minutes", [0, 45])
def test_who_has_no_tickets_hears_of_what_is_held_also_where_it_is_late(desk_with: DeskWith, minutes: int) -> None:
    admin = {"name": "Anna Alt", "email": "anna@example.com", "language": "en", "admin": True}
    desk = desk_with({**COORDINATED, "agents": {"anna": admin}})
    desk.mail(Mail(ERIKA, SUPPORT, "hold me", "Odd."))
    desk.new_letters()
    assert at(desk, TUESDAY + timedelta(minutes=minutes)) == ["digest to anna@example.com"]
