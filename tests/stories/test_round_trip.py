"""From a reporter's mail to the reopened and closed ticket, letter by letter, in English and in German."""

from __future__ import annotations

from tests.stories.speech import GERMAN, Speech, in_both_languages
from tests.stories.world import ERIKA, World

REPORTER = "erika@customer.example"


def written(desk: World, say: Speech) -> None:
    """Erika has written, and the group has been told."""
    desk.write(ERIKA, "Printer on fire", say.request)
    desk.new_letters()


def told(desk: World, say: Speech, text: str) -> None:
    """The agent answers the letter that told him of the ticket."""
    desk.answer(desk.letter(say.agent_email, "new_ticket"), text, sender=say.agent, language=say.language)


@in_both_languages
def test_a_mail_becomes_a_ticket_is_acknowledged_and_told_to_the_group(desk: World, say: Speech) -> None:
    ticket = desk.write(ERIKA, "Printer on fire", say.request)
    assert (ticket["number"], ticket["status"], ticket["group"]) == (1001, "new", "network")
    assert (ticket["reporter"]["email"], ticket["reporter"]["name"]) == (REPORTER, "Erika Krause")
    assert ticket["language"] == say.language
    assert desk.new_letters() == [
        "acknowledged to erika@customer.example",
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
    ]
    assert say.thanks_for_writing in desk.letter(REPORTER).text
    assert say.request.splitlines()[2] in desk.letter(say.agent_email).text


@in_both_languages
def test_an_agents_answer_reaches_the_reporter_and_takes_the_ticket(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, say.answer)
    assert desk.new_letters() == ["reply to erika@customer.example"]
    reply = desk.letter(REPORTER, "reply")
    assert reply.text.startswith(say.answer)
    assert "write above this line" not in reply.text
    ticket = desk.ticket()
    assert desk.state() == ("in_progress", say.agent_name.lower().split()[0])
    assert ticket["first_response_at"] == "2026-11-23T09:00:00.000000Z"
    assert (ticket["messages"][-1]["purpose"], ticket["messages"][-1]["direction"]) == ("answer", "out")


@in_both_languages
def test_after_a_question_the_ticket_waits_for_the_reporter(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, say.question)
    assert desk.new_letters() == [f"command_done to {say.agent_email}", "question to erika@customer.example"]
    assert say.asks_for_answer in desk.letter(REPORTER, "question").text
    ticket = desk.ticket()
    assert (ticket["status"], ticket["waiting_for"]) == ("waiting", "reporter")
    assert desk.message()["purpose"] == "question"


@in_both_languages
def test_the_reporters_reply_to_a_question_goes_to_the_agent_alone(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, say.question)
    desk.new_letters()
    desk.answer(desk.letter(REPORTER, "question"), say.reply, sender=ERIKA, language=say.language)
    assert desk.new_letters() == [f"new_message to {say.agent_email}"]
    ticket = desk.ticket()
    assert (ticket["status"], ticket["waiting_for"]) == ("in_progress", None)
    assert desk.message()["new_text"] == say.reply
    assert say.reply.splitlines()[2] in desk.letter(say.agent_email, "new_message").text


@in_both_languages
def test_resolving_sends_the_solution(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, say.resolve)
    assert desk.new_letters() == [f"command_done to {say.agent_email}", "resolved to erika@customer.example"]
    resolved = desk.letter(REPORTER, "resolved")
    assert say.resolve.splitlines()[1] in resolved.text
    assert say.open_again_by_answering in resolved.text
    ticket = desk.ticket()
    assert (ticket["status"], ticket["solution"]) == ("resolved", say.resolve.splitlines()[1])
    assert ticket["resolved_at"]


@in_both_languages
def test_a_reply_to_the_resolution_opens_the_ticket_again(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, say.resolve)
    desk.new_letters()
    desk.answer(desk.letter(REPORTER, "resolved"), say.reply, sender=ERIKA, language=say.language)
    assert desk.state() == ("in_progress", say.agent_name.lower().split()[0])
    assert desk.ticket()["resolved_at"] is None
    assert desk.new_letters() == [f"new_message to {say.agent_email}"]
    assert say.told_of_reply in desk.letter(say.agent_email, "new_message").text


@in_both_languages
def test_closing_tells_nobody_outside(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, say.answer)
    desk.new_letters()
    told(desk, say, say.close)
    assert desk.new_letters() == [f"command_done to {say.agent_email}"]
    assert desk.state()[0] == "closed"
    assert desk.ticket()["closed_at"]


@in_both_languages
def test_a_reply_to_a_closed_ticket_opens_it_with_its_assignee(desk: World, say: Speech) -> None:
    written(desk, say)
    told(desk, say, f"{say.close}\n{say.answer}")
    desk.later(days=29)
    desk.answer(desk.letter(REPORTER, "reply"), say.reply, sender=ERIKA, language=say.language)
    assert desk.state() == ("in_progress", say.agent_name.lower().split()[0])
    assert desk.ticket()["closed_at"] is None


def test_each_letter_is_in_the_language_of_its_reader(desk: World) -> None:
    written(desk, GERMAN)
    desk.answer(desk.letter("anna@example.com"), "#question\nIn welchem Stockwerk ist das?", sender="anna@example.com")
    assert "Your question was sent to Erika Krause" in desk.letter("anna@example.com", "command_done").text
    assert "brauchen wir Ihre Antwort" in desk.letter(REPORTER, "question").text
    assert {each["language"] for each in desk.ticket()["letters"] if each["to"] == "anna@example.com"} == {"en"}
