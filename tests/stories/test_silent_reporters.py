"""A reporter who does not answer: he is reminded, told that his ticket closes, and it closes; any answer goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import answer
from tests.stories.reports import delivery_report
from tests.stories.sharing import COORDINATED, request, shared_out
from tests.stories.silence import day_by_day, passes
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ANNAS, ERIKAS = "anna@example.com", "erika@customer.example"
REMINDED, LAST_WORD = f"reminder_reporter to {ERIKAS}", f"closing_soon to {ERIKAS}"
VACATION = {"Auto-Submitted": "auto-replied"}
QUESTION = "#question\nDear Erika,\n\nwhich printer is it?\n\nKind regards\nAnna"


@pytest.fixture
def asked(desk: World) -> World:
    """Anna has asked Erika something."""
    return ask(desk)


def ask(desk: World, text: str = QUESTION) -> World:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=ANNA)
    desk.new_letters()
    return desk


def told(desk: World, letter: str) -> str:
    """The newest of these letters to the reporter, its lines joined."""
    return " ".join(desk.letter(ERIKAS, letter).text.split())


def suppressed(desk: World, letter: str, number: int = 1001) -> list[str]:
    events = desk.ticket(number)["events"]
    return [
        each["detail"]["why"]
        for each in events
        if each["action"] == "suppressed" and each["detail"]["template"] == letter
    ]


# -- never answered ----------------------------------------------------------------------------------------------------


def test_a_question_that_is_never_answered_until_the_answer_comes_after_all(asked: World) -> None:
    assert day_by_day(asked, 13) == {3: [REMINDED], 6: [REMINDED], 11: [LAST_WORD]}
    assert asked.state() == ("waiting", "anna")
    assert passes(asked, days=1) == []
    assert asked.state() == ("closed", "anna")
    assert asked.ticket()["closed_at"] == "2026-12-07T09:00:00.000000Z"
    clocks = [each["action"] for each in asked.ticket()["events"] if each["actor"] == "clock"]
    assert [each for each in clocks if each != "letter"] == ["reminded", "reminded", "closing_soon", "auto_close"]

    assert day_by_day(asked, 20) == {}
    asked.answer(asked.letter(ERIKAS, "closing_soon"), "The red one.", sender=ERIKA)
    assert asked.state() == ("in_progress", "anna")
    assert asked.new_letters() == ["new_message to anna@example.com"]
    assert day_by_day(asked, 20) == {}


def test_the_reminder_repeats_the_question_and_says_how_it_ends(asked: World) -> None:
    passes(asked, days=3)
    letter = asked.letter(ERIKAS, "reminder_reporter")
    assert letter.text == (
        "1001 · We need your answer\nPrinter on fire\n\nHello Erika Krause,\n\n"
        "We asked you on Monday, 23 November 2026, 10:00, and need your answer to go\non:\n\n"
        "> Dear Erika,\n>\n> which printer is it?\n>\n> Kind regards\n> Anna\n\n"
        "Please just answer this mail.\n\n"
        "If nothing comes, your request closes by itself on Monday, 7 December 2026,\n10:00.\n\nExample Support\n"
    )
    assert letter.header("Auto-Submitted") == "auto-generated"
    assert letter.header("X-Auto-Response-Suppress") == "All"
    assert letter.header("From") == "Example Support <support@example.com>"
    assert letter.header("Subject") == asked.letter(ERIKAS, "question").header("Subject")
    assert asked.letter(ERIKAS, "acknowledged").header("In-Reply-To") == letter.header("In-Reply-To")


def test_the_last_word_says_when_it_closes(asked: World) -> None:
    passes(asked, days=11)
    said = told(asked, "closing_soon")
    assert said.startswith("1001 · Will be closed soon Printer on fire Hello Erika Krause,")
    assert "If none comes, it closes by itself on Monday, 7 December 2026, 10:00." in said
    assert "> which printer is it?" in said


def test_the_last_word_says_until_when_an_answer_opens_it_again(asked: World) -> None:
    passes(asked, days=11)
    assert "Once it is closed, an answer by Wednesday, 6 January 2027, 10:00 opens it again." in told(
        asked, "closing_soon"
    )
    passes(asked, days=3)
    assert asked.state()[0] == "closed"
    passes(asked, days=29)
    asked.answer(asked.letter(ERIKAS, "closing_soon"), "The red one.", sender=ERIKA)
    assert asked.state()[0] == "in_progress"


def test_an_answer_to_a_reminder_is_his_answer(asked: World) -> None:
    passes(asked, days=3)
    asked.answer(asked.letter(ERIKAS, "reminder_reporter"), "The red one.", sender=ERIKA)
    assert asked.state() == ("in_progress", "anna")
    assert asked.message()["purpose"] == "reply"
    asked.new_letters()
    assert day_by_day(asked, 20) == {}


def test_a_vacation_ends_nothing_and_counts_for_nothing(asked: World) -> None:
    passes(asked, days=2)
    question = asked.letter(ERIKAS, "question")
    asked.mail(answer(question, "I am away until Christmas.", sender=ERIKA, headers=VACATION))
    asked.new_letters()
    assert day_by_day(asked, 4) == {1: [REMINDED], 4: [REMINDED]}
    asked.mail(answer(asked.letter(ERIKAS), "I am away until Christmas.", sender=ERIKA, headers=VACATION))
    asked.new_letters()
    assert "> which printer is it?" in told(asked, "reminder_reporter")
    assert day_by_day(asked, 7) == {5: [LAST_WORD]}
    assert asked.state()[0] == "waiting"


def test_whoever_is_asked_once_more_has_as_long_again(asked: World) -> None:
    passes(asked, days=4)
    asked.answer(asked.letter(ANNAS, "new_ticket"), "#question\nAnd which room?", sender=ANNA)
    asked.new_letters()
    assert day_by_day(asked, 12) == {3: [REMINDED], 6: [REMINDED], 11: [LAST_WORD]}
    assert "> And which room?" in told(asked, "reminder_reporter")
    passes(asked, days=1)
    asked.answer(asked.letter(ANNAS, "new_ticket"), "#answer\nIs anybody there?", sender=ANNA)
    asked.new_letters()
    assert day_by_day(asked, 4) == {3: [REMINDED]}
    assert "> And which room?" in told(asked, "reminder_reporter")
    assert asked.state()[0] == "waiting"


def test_waiting_without_a_question_repeats_our_last_words(desk: World) -> None:
    ask(desk, "#wait for reporter\nDear Erika, please send us a picture.")
    assert passes(desk, days=3) == [REMINDED]
    assert "> Dear Erika, please send us a picture." in told(desk, "reminder_reporter")


def test_a_question_that_was_answered_is_not_repeated_whatever_a_program_says(asked: World) -> None:
    asked.answer(asked.letter(ERIKAS, "question"), "The red one.", sender=ERIKA)
    words = "#wait for reporter\nDear Erika, please switch it off and on."
    asked.answer(asked.letter(ANNAS, "new_message"), words, sender=ANNA)
    asked.mail(answer(asked.letter(ERIKAS, "reply"), "I am away.", sender=ERIKA, headers=VACATION))
    asked.new_letters()
    assert passes(asked, days=3) == [REMINDED]
    assert "> Dear Erika, please switch it off and on." in told(asked, "reminder_reporter")


def test_who_was_never_asked_is_told_that_we_wait(desk: World) -> None:
    ask(desk, "#wait for reporter")
    assert passes(desk, days=3) == [REMINDED]
    assert "Your request 1001 waits for your answer. Please just answer this mail." in told(desk, "reminder_reporter")


@pytest.mark.parametrize("command", ["#wait for ben", "#wait until 24.12."])
def test_who_is_not_waited_for_is_not_reminded(desk: World, command: str) -> None:
    assert day_by_day(ask(desk, command), 20) == {}
    assert desk.state()[0] == "waiting"


def test_a_du_reads_german(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"site": {"language": "de", "form_of_address": "informal"}}))
    passes(desk, days=3)
    said = told(desk, "reminder_reporter")
    assert said.startswith("1001 · Deine Antwort fehlt noch Printer on fire Hallo Erika Krause,")
    assert "am Montag, 23. November 2026, 10:00 Uhr haben wir dich etwas gefragt" in said
    assert "Kommt nichts, wird deine Anfrage am Montag, 7. Dezember 2026, 10:00 Uhr von selbst geschlossen." in said


# -- as the configuration says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", ["never", {"waiting_for_reporter": "none"}, {"waiting_for_reporter": None}])
def test_closing_can_be_off_and_then_no_letter_speaks_of_it(desk_with: DeskWith, off: Json | str | None) -> None:
    desk = ask(desk_with({"auto_close": off}))
    assert day_by_day(desk, 30) == {3: [REMINDED], 6: [REMINDED]}
    assert "closes by itself" not in told(desk, "reminder_reporter")
    assert desk.state()[0] == "waiting"


def test_reminders_can_be_off(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"reminders": []}))
    assert day_by_day(desk, 15) == {11: [LAST_WORD]}
    assert desk.state()[0] == "closed"


def test_without_max_he_is_reminded_once_and_others_hear_of_it_too(desk_with: DeskWith) -> None:
    rule = {"when": {"waiting_for_reporter": "2d"}, "to": ["reporter", "assignee"]}
    desk = ask(desk_with({"reminders": [rule]}))
    assert day_by_day(desk, 10) == {2: ["reminder to anna@example.com", REMINDED]}
    text = " ".join(desk.letter(ANNAS, "reminder").text.split())
    assert "Erika Krause was asked on Monday, 23 November 2026, 10:00 and has not answered." in text


def test_nobody_outside_is_reminded_after_the_last_word_but_we_are(desk_with: DeskWith) -> None:
    rules = [
        {"when": {"waiting_for_reporter": "4d"}, "to": "reporter", "max": 9},
        {"when": {"waiting_for_reporter": "13d"}, "to": "assignee"},
    ]
    desk = ask(desk_with({"reminders": rules}))
    expected = {4: [REMINDED], 8: [REMINDED], 11: [LAST_WORD], 13: ["reminder to anna@example.com"]}
    assert day_by_day(desk, 14) == expected


def test_durations_of_seconds_work_as_well(desk_with: DeskWith) -> None:
    rule = {"when": {"waiting_for_reporter": "2s"}, "to": "reporter", "max": 2}
    desk = ask(desk_with({"reminders": [rule], "auto_close": {"waiting_for_reporter": "8s"}}))
    assert [passes(desk, seconds=1) for _ in range(7)] == [[], [REMINDED], [], [REMINDED], [], [LAST_WORD], []]
    passes(desk, seconds=1)
    assert desk.state()[0] == "closed"


def test_a_wait_of_seconds_is_not_bound_by_the_budget_of_a_minute(desk_with: DeskWith) -> None:
    rule = {"when": {"waiting_for_reporter": "2s"}, "to": "reporter", "max": 2}
    told = {"letters": {"closed": ["reporter"]}, "auto_close": {"waiting_for_reporter": "8s"}}
    desk = ask(desk_with({"reminders": [rule], **told}))
    seen = sorted(each for _ in range(8) for each in passes(desk, seconds=1))
    assert seen == ["closed to erika@customer.example", LAST_WORD, REMINDED, REMINDED]
    assert suppressed(desk, "closing_soon") == []
    assert desk.state()[0] == "closed"


def test_a_wait_ends_in_time_also_where_a_budget_stops_the_last_word(desk_with: DeskWith) -> None:
    rule = {"when": {"waiting_for_reporter": "2s"}, "to": "reporter", "max": 2}
    limits = {"acknowledgements": {"per_mailbox_day": 3}}
    desk = ask(desk_with({"reminders": [rule], "auto_close": {"waiting_for_reporter": "8s"}, "limits": limits}))
    assert sorted(each for _ in range(8) for each in passes(desk, seconds=1)) == [REMINDED] * 2
    assert suppressed(desk, "closing_soon") == ["budget used up: 3 to this mailbox in a day"]
    assert desk.state()[0] == "closed"


def test_letters_wait_for_the_opening_of_the_kinds_calendar_and_the_end_with_them(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"default_kind": "incident"}))
    assert passes(desk, days=3) == [REMINDED]  # Thursday
    assert passes(desk, days=3) == []  # Sunday
    assert passes(desk, hours=21) == []  # Monday, 7:00
    assert passes(desk, hours=2) == [REMINDED]
    assert passes(desk, days=4, hours=1) == [LAST_WORD]


# -- how it closes -----------------------------------------------------------------------------------------------------


def test_letters_closed_tells_the_reporter_why_and_how_to_go_on(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"letters": {"closed": ["reporter"]}}))
    day_by_day(desk, 13)
    assert passes(desk, days=1) == ["closed to erika@customer.example"]
    assert (
        "Your request 1001 is closed. No answer came to our question, so it closed by itself. Is something still open?"
        " Just answer this mail by Wednesday, 6 January 2027, 10:00, and we go on." in told(desk, "closed")
    )
    desk.later(days=29)
    desk.answer(desk.letter(ERIKAS, "closed"), "The red one.", sender=ERIKA)
    assert desk.state() == ("in_progress", "anna")


def test_it_closes_in_time_and_the_letters_of_that_wait_for_the_opening(desk_with: DeskWith) -> None:
    told = {"letters": {"closed": ["reporter"]}, "auto_close": {"waiting_for_reporter": "12d"}}
    desk = ask(desk_with({"default_kind": "incident", **told}))
    day_by_day(desk, 11)
    assert passes(desk, days=1) == []  # Saturday
    assert desk.ticket()["closed_at"] == "2026-12-05T09:00:00.000000Z"
    assert passes(desk, days=1, hours=22) == []
    assert passes(desk, hours=1) == ["closed to erika@customer.example"]


def test_who_could_take_it_hears_that_a_question_was_never_answered(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"answers_take": False}))
    day_by_day(desk, 13)
    assert passes(desk, days=1) == ["status_changed to anna@example.com", "status_changed to ben@example.com"]
    text = " ".join(desk.letter(ANNAS, "status_changed").text.split())
    assert "Erika Krause was asked on Monday, 23 November 2026, 10:00 and has not answered" in text
    assert "#1001 closed by itself." in text


def test_what_was_resolved_closes_without_a_word_and_its_letter_has_said_so(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"answers_take": False}), "#resolve\nIt is out.")
    assert (
        "Is something still wrong? Just answer this mail, and we open it again. Otherwise it closes by itself on"
        " Monday, 30 November 2026, 10:00." in told(desk, "resolved")
    )
    assert day_by_day(desk, 6) == {}
    assert desk.state()[0] == "resolved"
    assert passes(desk, days=1) == []
    assert desk.state() == ("closed", None)
    assert desk.ticket()["resolved_at"] == "2026-11-23T09:00:00.000000Z"


def test_an_objection_in_time_stops_it(desk: World) -> None:
    ask(desk, "#resolve\nIt is out.")
    passes(desk, days=6)
    desk.answer(desk.letter(ERIKAS, "resolved"), "It still burns.", sender=ERIKA)
    desk.new_letters()
    day_by_day(desk, 10)
    assert desk.state() == ("in_progress", "anna")


def test_what_is_never_closed_says_nothing_of_it(desk_with: DeskWith) -> None:
    desk = ask(desk_with({"auto_close": {"resolved": None}}), "#resolve\nIt is out.")
    assert "closes" not in told(desk, "resolved")
    assert day_by_day(desk, 30) == {}
    assert desk.state()[0] == "resolved"


# -- nobody looked, or the clock was wrong -----------------------------------------------------------------------------


def test_after_weeks_of_silence_of_ours_he_is_told_first_and_has_his_days(asked: World) -> None:
    assert passes(asked, days=16) == [LAST_WORD]
    assert "it closes by itself on Saturday, 12 December 2026, 10:00" in told(asked, "closing_soon")
    assert day_by_day(asked, 2) == {}
    assert asked.state()[0] == "waiting"
    assert passes(asked, days=1) == []
    assert asked.state()[0] == "closed"


def test_after_a_week_of_it_one_reminder_is_enough(asked: World) -> None:
    assert passes(asked, days=7) == [REMINDED]
    assert day_by_day(asked, 3) == {}


def test_looking_twice_and_a_clock_that_jumps_a_day_send_nothing_twice(asked: World) -> None:
    assert passes(asked, days=3) == [REMINDED]
    assert passes(asked) == []
    assert passes(asked, days=-1) == []
    assert passes(asked, days=1) == []
    assert passes(asked, days=8) == [LAST_WORD]
    assert [passes(asked, days=days) for days in (-1, 1)] == [[], []]
    assert asked.state()[0] == "waiting"
    passes(asked, days=3)
    assert asked.state()[0] == "closed"


def test_many_letters_to_one_reporter_come_a_few_a_minute_and_none_is_lost(desk: World) -> None:
    for number in range(5):
        desk.write(ERIKA, f"Printer {number}", f"It burns: {number}.")
        desk.answer(desk.letter(ANNAS, "new_ticket"), QUESTION, sender=ANNA)
        desk.later(minutes=2)
    desk.new_letters()
    assert [passes(desk, days=4), passes(desk, seconds=59)] == [[REMINDED] * 3, []]
    assert passes(desk, seconds=1) == [REMINDED] * 2
    assert [suppressed(desk, "reminder_reporter", number) for number in range(1001, 1006)] == [[]] * 5


# -- whom no letter reaches --------------------------------------------------------------------------------------------


def test_an_address_that_fails_gets_nothing_and_its_ticket_closes(asked: World) -> None:
    letter = asked.letter(ERIKAS, "question")
    asked.hand_in_bytes(delivery_report(letter), "", (letter.envelope_from,))
    asked.work()
    asked.new_letters()
    assert day_by_day(asked, 14) == {}
    assert asked.state()[0] == "closed"
    for name, times in (("reminder_reporter", 2), ("closing_soon", 1)):
        stopped = suppressed(asked, name)
        assert len(stopped) == times
        assert stopped[0].startswith("letters to erika@customer.example come back since 2026-11-23")
    assert "reminded" not in asked.actions()


def test_nobody_reminds_a_program(desk: World) -> None:
    desk.write("Shop <no-reply@shop.example>", "Your order", "It is on its way.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), QUESTION, sender=ANNA)
    desk.new_letters()
    assert day_by_day(desk, 14) == {}
    assert suppressed(desk, "reminder_reporter") == ["nobody reads mail to no-reply@shop.example"] * 2


# -- parts -------------------------------------------------------------------------------------------------------------


def test_a_question_about_a_part_is_reminded_of_and_the_part_stays_open(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with({**COORDINATED, "auto_close": {"waiting_for_reporter": "14d"}})))
    desk.answer(desk.letter("ben@example.com", "assigned"), "#question\nHow many metres?", sender=BEN)
    desk.new_letters()
    found = [each for letters in day_by_day(desk, 15).values() for each in letters if "erika" in each]
    assert found == [REMINDED, REMINDED]
    assert desk.letter(ERIKAS, "reminder_reporter").header("X-Mailgate-Ticket") == "1002"
    assert desk.ticket(1002)["status"] == "waiting"


def test_parts_close_with_the_whole_and_their_handlers_hear_of_it(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(COORDINATED)))
    for agent, address in ((BEN, "ben@example.com"), (CLEO, "cleo@example.com")):
        desk.answer(desk.letter(address, "assigned"), "#accept", sender=agent)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve\nAll is done.", sender=ANNA)
    desk.new_letters()
    passes(desk, days=6)
    desk.new_letters()
    letters = passes(desk, days=1)
    assert [desk.ticket(number)["status"] for number in (1001, 1002, 1003)] == ["closed"] * 3
    assert [each for each in letters if each.startswith("status_changed")] == [
        "status_changed to ben@example.com",
        "status_changed to cleo@example.com",
    ]


OFFICE: Json = {
    "kinds": {"request": {"calendar": "office"}},
    "calendars": {"office": {"timezone": "UTC", "open": {"mon-fri": ["09:00-17:00"]}}},
}


def asked_on_wednesday(desk: World) -> World:
    desk.clock.advance(timedelta(days=2))
    return ask(desk)


def test_of_two_reminders_that_wait_for_monday_none_is_lost(desk_with: DeskWith) -> None:
    silence = [("3d", "reporter"), ("4d", "assignee")]
    rules = [{"when": {"waiting_for_reporter": after}, "to": to} for after, to in silence]
    desk = asked_on_wednesday(desk_with({**OFFICE, "reminders": rules}))
    assert day_by_day(desk, 6) == {5: ["reminder to anna@example.com", REMINDED]}


def test_our_own_reminder_is_not_lost_beside_the_last_word(desk_with: DeskWith) -> None:
    rule = {"when": {"waiting_for_reporter": "10d"}, "to": "assignee"}
    desk = asked_on_wednesday(desk_with({**OFFICE, "reminders": [rule]}))
    assert sorted(each for day in day_by_day(desk, 13).values() for each in day) == [
        LAST_WORD,
        "reminder to anna@example.com",
    ]
