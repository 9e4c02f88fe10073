"""`#from` and `#customer`: who reported a ticket, on whose behalf it is opened, from where a person writes too."""

from __future__ import annotations

import pytest

from tests.stories.answering import answers, says
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS = "anna@example.com", "ben@example.com"
ERIKAS, AT_HOME = "erika@customer.example", "erika@home.example"
MIA = "Mia Mai <mia@else.example>"


@pytest.fixture
def bens(desk: World) -> World:
    """Erika has written, and Ben works on it."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(BENS, "new_ticket"), "#take\nIch komme.", sender=BEN)
    desk.new_letters()
    return desk


def reporter(desk: World, number: int = 1001) -> str:
    found: str = desk.ticket(number)["reporter"]["email"]
    return found


# -- somebody else -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["#from", "#melder"])
def test_somebody_else_reported_it_and_gets_the_answers_from_now_on(bens: World, command: str) -> None:
    done = says(bens, f"{command} Mia Mai <mia@else.example<mailto:mia@else.example>>")
    assert "#1001 is reported by Mia Mai (mia@else.example); answers go there. To undo: #from erika@" in done
    assert bens.new_letters() == ["command_done to anna@example.com", "status_changed to ben@example.com"]
    told = " ".join(bens.letter(BENS).text.split())
    assert "Anna Alt hat berichtigt, wer #1001 gemeldet hat: Mia Mai." in told
    assert "Ihre Antwort geht an Mia Mai." in told
    bens.answer(bens.letter(BENS), "Liebe Mia, ich komme.", sender=BEN)
    assert bens.new_letters() == ["reply to mia@else.example"]


def test_the_undo_of_from_names_who_reported_it_before(bens: World) -> None:
    says(bens, "#from mia@else.example")
    bens.answer(bens.letter(ANNAS), f"#from {ERIKAS}", sender=ANNA)
    assert reporter(bens) == ERIKAS


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        ("support@example.com", "That is an address of ours: support@example.com."),
        (ERIKAS, "Erika Krause is the reporter of #1001 already."),
        ("Erika Krause", "'Erika Krause' is no address."),
        ("a@x.example, b@x.example", "'a@x.example, b@x.example' is no address."),
    ],
)
def test_nobody_we_could_answer_is_refused(bens: World, argument: str, why: str) -> None:
    assert why in says(bens, f"#from {argument}")
    assert reporter(bens) == ERIKAS


# -- one more address --------------------------------------------------------------------------------------------------


@pytest.fixture
def from_home(bens: World) -> World:
    """Erika has answered from another address, with the token of hers."""
    bens.answer(bens.letter(ERIKAS, "reply"), "It still burns.", sender=f"E. Krause <{AT_HOME}>")
    bens.new_letters()
    return bens


def test_words_with_her_token_from_elsewhere_say_how_they_come_to_count(from_home: World) -> None:
    assert from_home.message()["public"] is False
    advice = " ".join(from_home.letter(BENS, "new_message").text.split())
    assert f"Ist {AT_HOME} auch Erika Krause, so nimmt #melder {AT_HOME} die Adresse auf." in advice


def test_from_adds_the_address_to_her_and_what_comes_from_there_counts(from_home: World) -> None:
    from_home.answer(from_home.letter(BENS, "new_message"), f"#melder {AT_HOME}<mailto:{AT_HOME}>", sender=BEN)
    assert "gilt von jetzt an als von Erika Krause geschrieben" in " ".join(from_home.letter(BENS).text.split())
    assert reporter(from_home) == ERIKAS
    from_home.answer(from_home.letter(ERIKAS, "reply"), "Are you there?", sender=f"E. Krause <{AT_HOME}>")
    message = from_home.message()
    assert (message["from"], message["public"], message["trust"]) == (AT_HOME, True, "proven")
    said = [each["actor"] for each in from_home.ticket()["events"] if each["action"] == "message"]
    assert said == ["reporter", "agent:ben", f"person:{AT_HOME}", "reporter"]


def test_a_new_mail_from_there_is_hers_and_is_acknowledged_there(from_home: World) -> None:
    says(from_home, f"#from {AT_HOME}")
    from_home.new_letters()
    ticket = from_home.write(f"E. Krause <{AT_HOME}>", "Chair", "It wobbles.")
    assert ticket["reporter"]["email"] == ERIKAS
    assert f"acknowledged to {AT_HOME}" in from_home.new_letters()


def test_undo_takes_the_address_away_again(from_home: World) -> None:
    says(from_home, f"#from {AT_HOME}")
    assert f"{AT_HOME} is no address of Erika Krause any more." in says(from_home, "#undo")
    from_home.answer(from_home.letter(ERIKAS, "reply"), "Are you there?", sender=f"E. Krause <{AT_HOME}>")
    assert from_home.message()["public"] is False


def test_an_agents_address_is_never_a_reporters_too(bens: World) -> None:
    bens.answer(bens.letter(ERIKAS, "reply"), "I read it too.", sender=CLEO)
    assert "belongs to one of us" in says(bens, "#from cleo@example.com")


def test_who_wrote_without_her_token_is_somebody_else(bens: World) -> None:
    bens.mail(Mail(f"<{AT_HOME}>", SUPPORT, "Re: [#1001] Printer", "Me again."))
    says(bens, f"#from {AT_HOME}")
    assert (reporter(bens), reporter(bens, 1002)) == (AT_HOME, AT_HOME)


# -- on behalf ---------------------------------------------------------------------------------------------------------

CALL = "#phone 089 12345\n#from Erika Krause <erika@customer.example>\n\nShe called: the printer burns."


def test_a_call_is_recorded_as_the_ticket_of_whoever_called(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Printer", CALL))
    ticket = desk.ticket()
    assert (ticket["reporter"]["email"], ticket["reporter"]["phone"]) == (ERIKAS, "089 12345")
    assert desk.new_letters() == ["command_done to anna@example.com", "new_ticket to ben@example.com"]
    assert "is reported by Erika Krause" in desk.letter(ANNAS).text
    assert "suppressed" in desk.actions()
    desk.answer(desk.letter(BENS), "Liebe Frau Krause, ich komme.", sender=BEN)
    assert "reply to erika@customer.example" in desk.new_letters()


def test_what_is_said_of_her_can_be_taken_back_at_once(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Printer", CALL))
    done = answers(desk, desk.letter(ANNAS, "command_done"), "#undo")
    assert "#1001 is as before: reported by: Anna Alt." in done
    assert "The data of Erika Krause are as before." in done
    assert reporter(desk) == ANNAS


def test_whoever_could_not_take_it_back_is_offered_no_undo(desk: World) -> None:
    desk.mail(Mail(CLEO, SUPPORT, "Printer", CALL))
    assert "To undo" not in desk.letter("cleo@example.com", "command_done").text


def test_a_wrong_address_opens_nothing_and_is_corrected_by_an_answer(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Printer", "#from Erika\n\nShe called."))
    assert desk.tickets() == []
    answers(desk, desk.letter(ANNAS, "command_refused"), f"#from {ERIKAS}")
    assert reporter(desk) == ERIKAS
    assert desk.message()["new_text"] == "She called."


# -- the end customer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["#customer", "#endkunde"])
def test_behind_a_partner_stands_somebody_with_data(bens: World, word: str) -> None:
    done = says(bens, f"{word} Max Muster <max@m.example<mailto:max@m.example>>, 089 12-34, Muster AG")
    assert "#1001 is for the end customer Max Muster (max@m.example), who is never written to. To undo: #undo" in done
    person = bens.ticket()["end_customer"]
    known = {name: person[name] for name in ("email", "name", "phone", "company")}
    assert known == {"email": "max@m.example", "name": "Max Muster", "phone": "089 12-34", "company": "Muster AG"}
    assert bens.new_letters() == ["command_done to anna@example.com"]


def test_the_end_customer_before_is_named_as_the_undo(bens: World) -> None:
    says(bens, "#customer Max Muster <max@m.example>")
    done = says(bens, "#customer Moritz Muster <moritz@m.example>")
    assert "To undo: #customer Max Muster <max@m.example>" in done
    assert "#1001 is as before: end customer: Max Muster." in says(bens, "#undo")


def test_an_end_customer_without_address_is_refused(bens: World) -> None:
    assert "'Max Muster' holds no address; write NAME <ADDRESS>" in says(bens, "#customer Max Muster")
    assert bens.ticket()["end_customer"] is None
