"""An agent who also reports: the token says in which role somebody writes, not who he is elsewhere (CONTRACT 5)."""

from __future__ import annotations

import pytest

from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World


@pytest.fixture
def annas(desk: World) -> World:
    """Anna, of the network team, has reported a broken window to the office team."""
    desk.write(ANNA, "Broken window", "Since this morning the window in my room has been broken.\n#category rooms")
    desk.new_letters()
    return desk


def test_an_agent_who_writes_to_us_is_acknowledged_like_any_reporter(desk: World) -> None:
    ticket = desk.write(ANNA, "VPN is slow", "Dear colleagues, it takes an hour to send a mail.")
    assert (ticket["reporter"]["email"], ticket["reporter"]["internal"]) == ("anna@example.com", True)
    assert desk.new_letters() == ["acknowledged to anna@example.com", "new_ticket to ben@example.com"]
    assert desk.actions()[:2] == ["created", "message"]


def test_commands_may_describe_the_ticket_that_an_agents_mail_opens(annas: World) -> None:
    ticket = annas.ticket()
    assert (ticket["category"], ticket["group"]) == ("rooms", "office")
    assert ticket["messages"][0]["new_text"] == "Since this morning the window in my room has been broken."
    assert "#category" not in annas.letter("cleo@example.com").text
    assert "Rooms" in annas.letter("anna@example.com", "command_done").text


def test_answers_to_an_agents_report_go_to_him_as_reporter(annas: World) -> None:
    annas.answer(annas.letter("cleo@example.com"), "Dear Anna,\nwe come at noon.", sender=CLEO)
    assert annas.new_letters() == ["reply to anna@example.com"]


def test_his_answer_with_the_reporters_token_is_a_reporters_reply_and_its_commands_are_text(annas: World) -> None:
    annas.answer(annas.letter("cleo@example.com"), "#question\nWhich one?", sender=CLEO)
    annas.new_letters()
    annas.answer(annas.letter("anna@example.com", "question"), "#resolve\nThe left one.", sender=ANNA)
    assert annas.new_letters() == ["new_message to cleo@example.com"]
    message = annas.message()
    assert (message["purpose"], message["new_text"]) == ("reply", "#resolve\nThe left one.")
    assert annas.state() == ("in_progress", "cleo")


def test_on_other_peoples_tickets_he_is_an_agent(annas: World) -> None:
    annas.write(ERIKA, "Printer", "It burns.")
    annas.answer(annas.letter("anna@example.com", "new_ticket"), "Dear Erika, water helps.", sender=ANNA)
    assert annas.state(1002) == ("in_progress", "anna")
    assert annas.message(1002)["purpose"] == "answer"


def test_without_a_token_his_reply_on_his_own_ticket_is_the_reporters(annas: World) -> None:
    annas.answer(annas.letter("cleo@example.com"), "#resolve\nDone.", sender=CLEO)
    annas.write(ANNA, "Re: [#1001] Broken window", "It is broken again.")
    assert annas.state() == ("in_progress", "cleo")
    assert annas.message()["purpose"] == "reply"


def test_nobody_is_told_about_his_own_report_or_reply(desk: World) -> None:
    desk.write(ANNA, "VPN is slow", "It takes an hour to send a mail.")
    desk.answer(desk.letter("anna@example.com", "acknowledged"), "Now it takes two.", sender=ANNA)
    assert desk.new_letters() == [
        "acknowledged to anna@example.com",
        "new_message to ben@example.com",
        "new_ticket to ben@example.com",
    ]


def test_who_handles_his_own_ticket_gets_the_letter_of_the_reporter_only(desk: World) -> None:
    desk.write(ANNA, "VPN is slow", "It takes an hour.")
    desk.answer(desk.letter("ben@example.com"), "#assign anna", sender=BEN)
    desk.new_letters()
    desk.answer(desk.letter("anna@example.com", "assigned"), "#resolve\nI restarted it.", sender=ANNA)
    assert desk.new_letters() == ["command_done to anna@example.com", "resolved to anna@example.com"]
