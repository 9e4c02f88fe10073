"""From a reporter's mail to the reopened ticket, letter by letter."""

from __future__ import annotations

from tests.stories.world import ANNA, ERIKA, World


def test_a_mail_becomes_a_ticket_with_an_acknowledgement_and_the_group_is_told(desk: World) -> None:
    ticket = desk.write(ERIKA, "Printer on fire", "It burns.\nPlease help.")
    assert (ticket["number"], ticket["status"], ticket["group"]) == (1001, "new", "network")
    assert ticket["reporter"]["email"] == "erika@customer.example"
    acknowledged = desk.letter("erika@customer.example", "acknowledged")
    assert "1001" in acknowledged.text
    told = desk.letter("anna@example.com", "new_ticket")
    assert "It burns." in told.text
    assert desk.letter("ben@example.com", "new_ticket")


def test_an_agents_answer_reaches_the_reporter_and_takes_the_ticket(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "Dear Erika,\nthrow water.\n\nAnna", sender=ANNA)
    reply = desk.letter("erika@customer.example", "reply")
    assert "throw water." in reply.text
    assert "write above this line" not in reply.text
    ticket = desk.ticket(1001)
    assert (ticket["status"], ticket["assignee"]) == ("in_progress", "anna")
