"""Statements asked for by a date: whoever was asked is reminded before and after, and whoever asked hears of it."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.reports import delivery_report
from tests.stories.sharing import COORDINATED, said
from tests.stories.silence import day_by_day, passes
from tests.stories.world import ANNA, CLEO, ERIKA, SUPPORT, World

EVA, LAB, ANNAS = "Eva Expert <eva@lab.example>", "eva@lab.example", "anna@example.com"
REMINDED, ASKER_TOLD = f"statement_reminder to {LAB}", f"reminder to {ANNAS}"


@pytest.fixture
def case(desk_with: DeskWith) -> World:
    """A request whose words and subject nobody else is to read; it is Monday, 10 o'clock."""
    return opened(desk_with(COORDINATED))


def opened(desk: World) -> World:
    desk.mail(Mail(ERIKA, SUPPORT, "Smell in the cellar", "It smells of gas.\n\nErika"))
    desk.new_letters()
    return desk


def ask(desk: World, command: str, question: str = "Is that dangerous?\n\nAnna") -> Received:
    """Anna asks; returns the request that Eva got."""
    desk.answer(desk.letter(ANNAS, "new_ticket"), f"{command}\n\n{question}", sender=ANNA)
    desk.new_letters()
    return desk.letter(LAB, "statement_request")


def states(desk: World) -> list[str]:
    return [each["state"] for each in desk.ticket()["statements"]]


def flat(letter: Received) -> str:
    return " ".join(letter.text.split())


def test_a_statement_asked_for_by_friday_that_comes_on_saturday(case: World) -> None:
    request = ask(case, "#ask eva@lab.example by fri")
    assert passes(case, days=3, hours=6, minutes=59) == []
    assert passes(case, minutes=1) == [REMINDED]  # Thursday, 17:00
    assert states(case) == ["asked"]
    assert passes(case, hours=23, minutes=59) == []
    assert passes(case, minutes=1) == [ASKER_TOLD, REMINDED]
    assert states(case) == ["overdue"]
    assert day_by_day(case, 5) == {}

    case.answer(case.letter(LAB, "statement_reminder"), "Yes, leave the house.", sender=EVA)
    assert states(case) == ["answered"]
    assert said(case)[-1] == ("statement", "Yes, leave the house.", False)
    clocks = [each["action"] for each in case.ticket()["events"] if each["actor"] == "clock"]
    clocks = [each for each in clocks if each != "letter"]
    assert clocks == ["reminded", "statement_overdue", "reminded", "reminded"]
    assert case.letter(LAB, "statement_reminder").header("Subject") == request.header("Subject")
    assert case.letter(LAB, "statement_reminder").header("In-Reply-To") != ""


def test_the_reminder_is_the_question_and_nothing_else_of_the_ticket(case: World) -> None:
    ask(case, "#ask eva@lab.example by fri")
    passes(case, days=3, hours=7)
    letter = case.letter(LAB, "statement_reminder")
    assert letter.text == (
        "1001 · We need your statement\n\nHello,\n\n"
        "Anna Alt asked you for a statement on Monday, 23 November 2026, 10:00:\n\n"
        "> Is that dangerous?\n>\n> Anna\n\n"
        "Please just answer this mail by Friday, 27 November 2026, 17:00. Your answer\n"
        "is for us alone; nobody outside reads it.\n\nExample Support\n"
    )
    whole = letter.raw.decode() + letter.html
    assert not any(secret in whole for secret in ("gas", "cellar", "Erika", "Krause", "customer.example"))
    assert letter.header("Subject") == "Re: [#1001] Request for a statement"
    assert letter.header("Auto-Submitted") == "auto-generated"
    passes(case, days=1)
    assert "It was asked for by Friday, 27 November 2026, 17:00, and has not come yet." in flat(case.letter(LAB))


def test_whoever_asked_reads_who_has_not_answered_in_one_letter(case: World) -> None:
    ask(case, "#ask Eva <eva@lab.example>, cleo by fri")
    letters = [each for letters in day_by_day(case, 6).values() for each in letters]
    assert letters.count(ASKER_TOLD) == 1
    assert letters.count("statement_reminder to cleo@example.com") == 2
    text = flat(case.letter(ANNAS, "reminder"))
    assert "The statement of eva@lab.example was asked for by Friday, 27 November 2026, 17:00 and has not come." in text
    assert "The statement of Cleo Chen was asked for by Friday, 27 November 2026, 17:00 and has not come." in text


def test_letters_name_what_is_overdue(case: World) -> None:
    ask(case, "#ask eva@lab.example, cleo by fri")
    passes(case, days=5)
    case.answer(case.letter("cleo@example.com", "statement_request"), "I know nothing.", sender=CLEO)
    assert "Statements: 1 of 2, overdue: eva@lab.example." in flat(case.letter(ANNAS, "new_message"))


def test_one_of_us_answers_his_reminder_as_a_statement_too(case: World) -> None:
    ask(case, "#ask eva@lab.example, cleo by fri")
    passes(case, days=5)
    case.answer(case.letter("cleo@example.com", "statement_reminder"), "It is harmless.\n#close", sender=CLEO)
    assert states(case) == ["overdue", "answered"]
    assert case.ticket()["status"] == "new"
    assert case.letters("erika@customer.example", "reply") == []


@pytest.mark.parametrize("end", ["answered", "withdrawn", "closed"])
def test_who_need_not_answer_is_not_reminded(case: World, end: str) -> None:
    request = ask(case, "#ask eva@lab.example by fri")
    if end == "answered":
        case.answer(request, "It is harmless.", sender=EVA)
    else:
        last = case.letter(ANNAS, "command_done" if end == "withdrawn" else "new_ticket")
        case.answer(last, "#undo" if end == "withdrawn" else "#close", sender=ANNA)
    case.new_letters()
    assert day_by_day(case, 10) == {}
    assert states(case) == ["answered" if end == "answered" else "withdrawn"]


def test_without_a_date_there_is_one_reminder(case: World) -> None:
    ask(case, "#ask eva@lab.example")
    assert day_by_day(case, 20) == {3: [REMINDED]}
    assert "Please just answer this mail. Your answer is for us alone" in flat(case.letter(LAB))
    assert states(case) == ["asked"]


def test_nobody_is_hurried_while_it_is_resolved(case: World) -> None:
    ask(case, "#ask eva@lab.example by fri")
    case.answer(case.letter(ANNAS, "new_ticket"), "#resolve\nIt was nothing.", sender=ANNA)
    case.new_letters()
    assert day_by_day(case, 6) == {}
    assert states(case) == ["overdue"]
    case.answer(case.letter(ANNAS, "new_ticket"), "#reopen", sender=ANNA)
    case.new_letters()
    assert REMINDED in [each for letters in day_by_day(case, 2).values() for each in letters]


def test_after_a_week_in_which_nobody_looked_one_reminder_is_enough(case: World) -> None:
    ask(case, "#ask eva@lab.example by fri")
    letters = passes(case, days=10)
    assert letters.count(REMINDED) == 1
    assert "overdue" in case.letter(LAB).text
    assert ASKER_TOLD not in letters  # his digest says it
    assert states(case) == ["overdue"]
    assert [passes(case), passes(case, days=-1), passes(case, days=1)] == [[], [], []]


def test_letters_wait_for_the_opening_and_the_state_does_not(desk_with: DeskWith) -> None:
    desk = opened(desk_with({**COORDINATED, "default_kind": "incident"}))
    ask(desk, "#ask eva@lab.example by fri")
    assert REMINDED not in passes(desk, days=3, hours=7)  # Thursday, 17:00: closed
    assert REMINDED in passes(desk, hours=16)
    desk.later(hours=8)
    desk.new_letters()
    assert REMINDED not in passes(desk, hours=1)
    assert states(desk) == ["overdue"]
    letters = passes(desk, days=2, hours=15)  # Monday, 9:00
    assert (letters.count(REMINDED), letters.count(ASKER_TOLD)) == (1, 1)


def test_an_address_that_fails_is_not_reminded_and_whoever_asked_hears_of_it(case: World) -> None:
    request = ask(case, "#ask eva@lab.example by fri")
    case.hand_in_bytes(delivery_report(request), "", (request.envelope_from,))
    case.work()
    case.new_letters()
    assert [each for letters in day_by_day(case, 6).values() for each in letters] == [ASKER_TOLD]
    stopped = [each["detail"] for each in case.ticket()["events"] if each["action"] == "suppressed"]
    assert [each["template"] for each in stopped] == ["statement_reminder"] * 2


def test_a_statement_asked_for_on_a_merged_ticket_is_reminded_of_and_heard(case: World) -> None:
    ask(case, "#ask eva@lab.example by fri")
    case.write(ERIKA, "Gas", "The same again.")
    case.answer(case.letter(ANNAS, "new_ticket"), "#1001 merge 1002", sender=ANNA)
    assert case.ticket(1001)["status"] == "merged"
    case.new_letters()
    letters = [each for letters in day_by_day(case, 5).values() for each in letters]
    assert letters.count(REMINDED) == 2
    case.answer(case.letter(LAB, "statement_reminder"), "It is harmless.", sender=EVA)
    assert states(case) == ["answered"]
    assert "new_message to anna@example.com" in case.new_letters()


def test_many_reminders_to_one_expert_come_a_few_a_minute(case: World) -> None:
    for number in range(4):
        case.write(ERIKA, f"Smell {number}", f"Again: {number}.")
    for each in case.letters(ANNAS, "new_ticket"):
        case.answer(each, "#ask eva@lab.example by fri\n\nIs that dangerous?", sender=ANNA)
    case.new_letters()
    assert passes(case, days=3, hours=7) == [REMINDED] * 3
    assert passes(case, minutes=1) == [REMINDED] * 2


def test_two_questions_to_one_person_are_two_statements(case: World) -> None:
    ask(case, "#ask eva@lab.example by fri", "Is that dangerous?")
    ask(case, "#ask eva@lab.example by 30.11.", "What does it cost?")
    passes(case, days=3, hours=7)
    first = case.letter(LAB, "statement_reminder")
    assert "> Is that dangerous?" in first.text
    case.answer(first, "It is harmless.", sender=EVA)
    assert states(case) == ["answered", "asked"]
