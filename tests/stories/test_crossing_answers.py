"""Two agents answer the same mail: the second, who could not know of the first, is asked before his answer leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.asking import hours_end, not_sent, tap
from tests.stories.conftest import DeskWith
from tests.stories.sharing import COORDINATED, request, shared_out
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ANNAS, BENS = "anna@example.com", "ben@example.com"
REPORTER = "erika@customer.example"
WATER, SAND = "Dear Erika, please use water.", "Liebe Erika, bitte nehmen Sie Sand."
ASKED = ["confirm to ben@example.com"]


def burning(desk: World) -> World:
    """Both were told of the ticket at 10:00; Anna answered it at 10:10, and Ben, at 10:20, does not know."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.later(minutes=10)
    desk.answer(desk.letter(ANNAS), WATER, sender=ANNA)
    desk.later(minutes=10)
    desk.new_letters()
    return desk


@pytest.fixture
def answered(desk: World) -> World:
    return burning(desk)


def ben_answers(desk: World, text: str = SAND, **how: Any) -> int:
    """He answers the letter that told him of the ticket."""
    return desk.answer(desk.letters(BENS, "new_ticket")[0], text, sender=BEN, **how)


def anna_answers_again(desk: World, text: str) -> None:
    desk.later(minutes=5)
    desk.answer(desk.letters(ANNAS, "new_ticket")[0], text, sender=ANNA)
    desk.later(minutes=5)
    desk.new_letters()


def yes(desk: World, text: str = "#ja", **how: Any) -> list[str]:
    desk.answer(desk.letter(BENS, "confirm"), text, sender=BEN, **how)
    return desk.new_letters()


def said(desk: World, number: int = 1001) -> list[str]:
    """What the reporter was told, in order."""
    return [each["new_text"] for each in desk.ticket(number)["messages"] if each["direction"] == "out"]


def test_an_answer_that_crosses_a_colleagues_is_asked_back(answered: World) -> None:
    ben_answers(answered)
    assert answered.new_letters() == ASKED
    confirm = answered.letter(BENS)
    text = " ".join(confirm.text.split())
    assert "Anna Alt hat Erika Krause am Montag, 23. November 2026, 10:10 Uhr geantwortet, nach der Mail" in text
    assert f"Die Antwort von Anna Alt: {WATER}" in text
    assert ("Namen ist eingegangen" in text, SAND in text) == (False, True)
    assert (SAND in confirm.html, WATER in confirm.html) == (True, True)
    assert (said(answered), not_sent(answered)) == ([WATER], [f"answer not sent: {SAND}"])
    assert (answered.state(), len(answered.ticket()["messages"])) == (("in_progress", "anna"), 2)


def test_a_yes_sends_it_once(answered: World) -> None:
    ben_answers(answered)
    tap(answered, answered.letter(BENS), "Ja, ausführen", 0, sender=BEN)
    assert "reply to erika@customer.example" in answered.new_letters()
    assert (said(answered), not_sent(answered)) == ([WATER, SAND], [])
    assert yes(answered) == ["command_refused to ben@example.com"]
    assert said(answered) == [WATER, SAND]


def test_a_drop_throws_it_away(answered: World) -> None:
    ben_answers(answered)
    answered.new_letters()
    assert yes(answered, "#verwerfen") == ["command_done to ben@example.com"]
    assert (said(answered), not_sent(answered)) == ([WATER], [])


def test_a_third_answer_in_the_meantime_is_asked_about_once_more(answered: World) -> None:
    ben_answers(answered)
    anna_answers_again(answered, "Oder Schaum.")
    answered.later(minutes=50)
    assert yes(answered) == ASKED
    confirm = answered.letter(BENS)
    assert ("Oder Schaum." in confirm.text, WATER in confirm.text, "10:25 Uhr" in confirm.text) == (True, False, True)
    yes(answered)
    assert said(answered) == [WATER, "Oder Schaum.", SAND]


@pytest.mark.parametrize(
    "text", ["#notiz\nSand liegt im Keller.", "#stichwort +feuer", "#schließen", "#zuweisen ben\nDa!"]
)
def test_what_the_reporter_does_not_get_crosses_nothing(answered: World, text: str) -> None:
    ben_answers(answered, text)
    assert "confirm to ben@example.com" not in answered.new_letters()
    assert answered.ticket()["not_sent"] == []


@pytest.mark.parametrize("text", ["#gelöst", "#rückfrage\nWo?", "#antwort\nSand.", "#zuweisen cleo\n#antwort\nSand."])
def test_commands_that_write_to_the_reporter_are_asked_back_whole(answered: World, text: str) -> None:
    ben_answers(answered, text)
    assert answered.new_letters() == ASKED
    assert (said(answered), answered.state()) == ([WATER], ("in_progress", "anna"))
    assert len([each for each in yes(answered) if each.endswith(REPORTER)]) == 1


def test_his_own_earlier_answer_is_no_crossing(answered: World) -> None:
    answered.answer(answered.letters(ANNAS, "new_ticket")[0], "And take care.", sender=ANNA)
    assert said(answered) == [WATER, "And take care."]


def test_a_newer_message_of_the_reporter_is_no_crossing(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.later(minutes=10)
    desk.answer(desk.letter(REPORTER), "It smokes, too.", sender=ERIKA)
    desk.later(minutes=10)
    ben_answers(desk)
    assert said(desk) == [SAND]


def test_an_internal_note_is_no_crossing(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.later(minutes=10)
    desk.answer(desk.letter(ANNAS), "#note\nIt is the old one.", sender=ANNA)
    desk.later(minutes=10)
    ben_answers(desk)
    assert said(desk) == [SAND]


def test_who_answers_a_letter_that_is_newer_knows_of_it(answered: World) -> None:
    answered.answer(answered.letter(REPORTER, "reply"), "There is no water.", sender=ERIKA)
    answered.answer(answered.letters(ANNAS, "new_message")[-1], "#assign ben\nYours.", sender=ANNA)
    answered.answer(answered.letter(BENS, "assigned"), SAND, sender=BEN)
    assert said(answered) == [WATER, SAND]


def test_an_unproven_answer_that_crosses_is_one_question_with_both_reasons(answered: World) -> None:
    ben_answers(answered, stranger=True)
    assert answered.new_letters() == ASKED
    text = " ".join(answered.letter(BENS).text.split())
    assert "Ist das von Ihnen?" in text
    assert "nichts beweist, dass sie auch von dort kommt" in text
    assert "Anna Alt hat Erika Krause am Montag" in text
    assert "reply to erika@customer.example" in yes(answered)
    assert said(answered) == [WATER, SAND]


def test_with_several_tickets_only_the_answer_that_crosses_waits(answered: World) -> None:
    answered.write(ERIKA, "VPN is slow", "It crawls.")
    answered.new_letters()
    ben_answers(answered, f"#1002 answer Ein Neustart hilft.\n\n{SAND}")
    assert "Ein Neustart hilft." in said(answered, 1002)
    assert (said(answered), not_sent(answered)) == ([WATER], [f"answer not sent: {SAND}"])


def test_of_another_ticket_he_knows_what_his_newest_letter_about_it_tells(answered: World) -> None:
    """They answer old letters about one ticket with commands for another, of which they were told later."""
    answered.write(ERIKA, "VPN is slow", "It crawls.")
    answered.later(minutes=5)
    ben_answers(answered, "#1002 answer Ein Neustart hilft.")
    answered.later(minutes=5)
    answered.answer(answered.letters(ANNAS, "new_ticket")[0], "#1002 answer Or a cable.", sender=ANNA)
    assert said(answered, 1002) == ["Ein Neustart hilft."]
    assert "confirm to anna@example.com" in answered.new_letters()


def test_a_question_that_had_to_wait_tells_of_answers_up_to_then(answered: World) -> None:
    ben_answers(answered, "#gelöst")
    answered.later(minutes=5)
    ben_answers(answered)
    anna_answers_again(answered, "Oder Schaum.")
    assert hours_end(answered, minutes=45) == ASKED
    text = answered.letter(BENS).text
    assert (WATER in text, "Oder Schaum." in text) == (True, True)
    assert "reply to erika@customer.example" in yes(answered)


def test_a_corrected_answer_crosses_as_the_refused_one_did(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.later(minutes=5)
    desk.answer(desk.letter(ANNAS), WATER, sender=ANNA)
    desk.later(minutes=5)
    ben_answers(desk, f"#gelost\n{SAND}")
    desk.later(minutes=5)
    desk.new_letters()
    tap(desk, desk.letter(BENS, "command_refused"), "#gelöst", 0, sender=BEN)
    assert desk.new_letters() == ASKED


def test_a_released_draft_that_crosses_is_asked_back_and_sent_as_it_was(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(COORDINATED)))
    desk.answer(desk.letter(BENS, "assigned"), "It is long enough.", sender=BEN)
    desk.answer(desk.letter("cleo@example.com", "assigned"), "They are free.", sender=CLEO)
    desk.later(minutes=5)
    desk.answer(desk.letter(BENS, "assigned"), "#1001 answer Wir sind dran.", sender=BEN)
    desk.later(minutes=5)
    desk.answer(desk.letter(ANNAS, "merged_draft"), "#release", sender=ANNA)
    assert (desk.letter(ANNAS).header("X-Mailgate-Letter"), said(desk)) == ("confirm", ["Wir sind dran."])
    desk.answer(desk.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert said(desk) == ["Wir sind dran.", "It is long enough.\n\nThey are free."]


def test_where_nobody_wants_to_be_asked_it_is_sent(desk_with: DeskWith) -> None:
    desk = burning(desk_with({"crossing": "send"}))
    ben_answers(desk)
    assert said(desk) == [WATER, SAND]


def test_the_history_and_the_decision_say_why(answered: World) -> None:
    number = ben_answers(answered, f"#antwort\n{SAND}")
    why = "Anna Alt answered Erika Krause on Monday, 23 November 2026, 10:10, after the letter that this mail answers."
    refused = [event for event in answered.ticket()["events"] if event["action"] == "refused"]
    assert [(event["actor"], event["detail"]["why"]) for event in refused] == [("agent:ben", why)]
    assert [(each["ok"], each["why"]) for each in answered.decision(number)["commands"]] == [(False, why)]
