"""A token used by somebody else gives no right: the words are added, marked, and go no further (CONTRACT 7)."""

from __future__ import annotations

import pytest

from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, MALLORY, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"


@pytest.fixture
def annas(desk: World) -> World:
    """Anna has answered and resolved Erika's ticket."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#resolve\nWe brought a new one.", sender=ANNA)
    desk.new_letters()
    return desk


@pytest.mark.parametrize(("stolen", "whose"), [((REPORTER, "resolved"), REPORTER), ((ANNAS, "new_ticket"), "Anna Alt")])
def test_the_words_are_added_and_marked_and_nothing_else_happens(
    annas: World, stolen: tuple[str, str], whose: str
) -> None:
    mail = annas.answer(annas.letter(*stolen), "#reopen\nPlease open the door.", sender=MALLORY)
    message = annas.message()
    assert (message["direction"], message["purpose"], message["public"]) == ("in", "reply", False)
    assert message["trust"] == "claimed"
    assert message["remark"] == f"Written by mallory@elsewhere.example, not by {whose}."
    assert message["new_text"] == "#reopen\nPlease open the door."
    assert annas.state() == ("resolved", "anna")
    assert annas.decision(mail)["trust"]["level"] == "claimed"


@pytest.mark.parametrize("stolen", [(REPORTER, "resolved"), (ANNAS, "new_ticket")])
def test_the_assignee_alone_is_told_and_warned(annas: World, stolen: tuple[str, str]) -> None:
    annas.answer(annas.letter(*stolen), "Please open the door.", sender=MALLORY)
    assert annas.new_letters() == ["new_message to anna@example.com"]
    told = annas.letter(ANNAS)
    assert "Written by mallory@elsewhere.example, not by" in told.text
    assert "Please open the door." in told.text


def test_an_answer_to_that_goes_to_the_reporter_not_to_the_thief(annas: World) -> None:
    annas.answer(annas.letter(REPORTER), "Please open the door.", sender=MALLORY)
    annas.answer(annas.letter(ANNAS), "Dear Erika, was this you?", sender=ANNA)
    assert "was this you" in annas.letter(REPORTER).text
    assert annas.letters("mallory@elsewhere.example") == []


def test_a_reporter_who_writes_from_another_address_is_heard_but_not_believed(annas: World) -> None:
    annas.answer(annas.letter(REPORTER), "It burns again.", sender="Erika <erika.private@home.example>")
    assert annas.state() == ("resolved", "anna")
    assert annas.message()["remark"] == "Written by erika.private@home.example, not by erika@customer.example."
    assert "It burns again." in annas.letter(ANNAS, "new_message").text


def test_a_reporter_who_got_an_agents_letter_has_no_agents_right(annas: World) -> None:
    annas.answer(annas.letter(ANNAS, "new_ticket"), "#close", sender=ERIKA)
    assert annas.state() == ("resolved", "anna")


def test_a_stolen_token_does_not_open_a_closed_ticket(annas: World) -> None:
    annas.answer(annas.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    annas.answer(annas.letter(REPORTER), "Open up.", sender=MALLORY)
    assert annas.state() == ("closed", "anna")
    annas.answer(annas.letter(REPORTER), "It burns again.", sender=ERIKA)
    assert annas.state() == ("in_progress", "anna")


def test_a_forged_reporter_with_a_stolen_token_is_only_as_good_as_the_token(annas: World) -> None:
    annas.answer(annas.letter(REPORTER), "It burns again.", sender=ERIKA, stranger=True)
    assert (annas.message()["trust"], annas.message()["public"]) == ("token", True)


def test_an_invented_token_is_a_new_mail(annas: World) -> None:
    mail = annas.mail(Mail(MALLORY, f"support+{'a' * 24}@example.com", "Hello", "Let me in."))
    assert annas.mail_state(mail)["ticket"] == 1002


def test_the_thiefs_own_ticket_gets_no_word_of_the_other(annas: World) -> None:
    annas.mail(Mail(MALLORY, "support@example.com", "Re: [#1001] Printer on fire", "What is new?"))
    assert annas.ticket(1002)["links"] == [{"kind": "mentions", "number": 1001}]
    acknowledged = annas.letter("mallory@elsewhere.example")
    assert "1001" not in acknowledged.text
    assert "Erika" not in acknowledged.text


def test_tokens_in_words_do_not_travel_on(annas: World) -> None:
    address = annas.letter(ANNAS, "new_ticket").header("Reply-To").partition("<")[2].strip(">")
    annas.answer(annas.letter(REPORTER), f"You can reach them at {address}.", sender=ERIKA)
    assert "You can reach them at [link removed]" in annas.letter(ANNAS, "new_message").text
    annas.answer(annas.letter(ANNAS, "new_message"), f"Write to {address} please.", sender=ANNA)
    assert "Write to [link removed] please." in annas.letter(REPORTER, "reply").text


def test_who_is_not_the_person_of_the_ticket_can_not_join_by_its_tag(annas: World) -> None:
    annas.write(BEN, "Re: [#1001] Printer on fire", "#note\nI was there.")
    assert annas.message()["purpose"] == "note"
    cleos = annas.mail(Mail("Cleo Chen <cleo@example.com>", "support@example.com", "Re: [#1001] Printer", "And I?"))
    assert annas.mail_state(cleos)["ticket"] == 1002
