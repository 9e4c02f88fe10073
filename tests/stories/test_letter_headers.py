"""What stands on the envelope and in the headers of each letter (CONTRACT 5 and 9)."""

from __future__ import annotations

import re

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, token_of
from tests.stories.speech import ENGLISH, GERMAN, Speech, in_both_languages
from tests.stories.world import ANNA, BEN, ERIKA, World

REPORTER = "erika@customer.example"
TO_US = "OOF, AutoReply, RN, NRN"


@pytest.fixture
def told_all(desk: World) -> World:
    """A ticket whose people got a letter of every sort that this version writes."""
    desk.write(ERIKA, "Re: AW: Printer on fire", ENGLISH.request)
    new = desk.letter("anna@example.com")
    desk.answer(new, ENGLISH.answer, sender=ANNA)
    desk.answer(new, ENGLISH.question, sender=ANNA)
    desk.answer(desk.letter(REPORTER), ENGLISH.reply, sender=ERIKA)
    desk.answer(new, "#assign ben\nYours.", sender=ANNA)
    desk.answer(new, "#tkae", sender=ANNA)
    desk.answer(new, "#help", sender=ANNA)
    desk.answer(new, "Not proven", sender=ANNA, stranger=True)
    desk.answer(desk.letter("ben@example.com", "assigned"), "#resolve\nDone.", sender=BEN)
    desk.answer(new, "#reopen", sender=ANNA)
    desk.answer(new, "#take", sender=ANNA)
    desk.relay.refuse(REPORTER)
    desk.answer(new, "This never arrives.", sender=ANNA)
    return desk


AS_THE_TABLE_SAYS = {
    "acknowledged": ("auto-replied", "All"),
    "reopened": ("auto-generated", "All"),
    "reply": ("", ""),
    "question": ("", ""),
    "resolved": ("", ""),
    "new_ticket": ("auto-generated", TO_US),
    "new_message": ("auto-generated", TO_US),
    "assigned": ("auto-generated", TO_US),
    "status_changed": ("auto-generated", TO_US),
    "delivery_failed": ("auto-generated", TO_US),
    "command_done": ("auto-replied", TO_US),
    "command_refused": ("auto-replied", TO_US),
    "confirm": ("auto-replied", TO_US),
    "help": ("auto-replied", TO_US),
}


def test_every_letter_says_of_itself_what_the_table_says(told_all: World) -> None:
    found = {
        each.header("X-Mailgate-Letter"): (each.header("Auto-Submitted"), each.header("X-Auto-Response-Suppress"))
        for each in told_all.relay.letters
    }
    assert found == AS_THE_TABLE_SAYS


def test_the_subject_is_the_same_for_the_life_of_the_ticket(told_all: World) -> None:
    assert {each.header("Subject") for each in told_all.relay.letters} == {"Re: [#1001] Printer on fire"}
    assert {each.header("X-Mailgate-Ticket") for each in told_all.relay.letters} == {"1001"}


def test_delivery_reports_come_back_to_an_address_that_names_the_letter(told_all: World) -> None:
    for letter in told_all.relay.letters:
        assert letter.envelope_from == f"support+b-{token_of(letter)}@example.com"
        assert re.fullmatch(rf"<1001\.{token_of(letter)}@example\.com>", letter.header("Message-ID"))
        assert letter.header("References").split()[-1] == f"<{token_of(letter)}.mailgate@example.com>"


def test_every_letter_has_a_token_of_its_own(told_all: World) -> None:
    tokens = [token_of(each) for each in told_all.relay.letters]
    assert len(set(tokens)) == len(tokens)
    assert all(re.fullmatch("[a-z2-7]{24}", each) for each in tokens)


def test_only_letters_to_us_say_group_priority_and_light(told_all: World) -> None:
    for letter in told_all.relay.letters:
        facts = [letter.header(f"X-Mailgate-{name}") for name in ("Group", "Priority", "Light")]
        assert facts == (["", "", ""] if letter.to == REPORTER else ["network", "normal", "off"])


def first_ids(letters: list[Received]) -> set[str]:
    """What mail programs group by: the first id of References."""
    return {letter.header("References").split()[0] for letter in letters[1:]}


def test_all_letters_about_a_ticket_to_an_agent_are_one_conversation(told_all: World) -> None:
    letters = told_all.letters("anna@example.com")
    assert first_ids(letters) == {letters[0].header("Message-ID")}


def test_all_letters_to_the_reporter_belong_to_the_conversation_his_mail_began(desk: World) -> None:
    first = Mail(
        ERIKA, "support@example.com", "Printer on fire", ENGLISH.request, message_id="<first@customer.example>"
    )
    desk.mail(first)
    new = desk.letter("anna@example.com")
    desk.answer(new, ENGLISH.answer, sender=ANNA)
    desk.answer(desk.letter(REPORTER), ENGLISH.reply, sender=ERIKA, message_id="<second@customer.example>")
    desk.answer(new, ENGLISH.resolve, sender=ANNA)
    letters = desk.letters(REPORTER)
    assert [each.header("In-Reply-To") for each in letters] == [
        *["<first@customer.example>"] * 2,
        "<second@customer.example>",
    ]
    assert {each.header("References").split()[0] for each in letters} == {"<first@customer.example>"}


@in_both_languages
def test_names_say_who_writes_and_where_an_answer_goes(desk: World, say: Speech) -> None:
    desk.write(ERIKA, "Printer on fire", say.request)
    new = desk.letter(say.agent_email)
    assert new.header("From") == "Erika Krause via Example Support <support@example.com>"
    assert new.header("Reply-To") == f"{say.answer_to} <support+{token_of(new)}@example.com>"
    desk.answer(new, say.answer, sender=say.agent)
    reply = desk.letter(REPORTER, "reply")
    assert reply.header("From") == f'"{say.agent_name} (Example Support)" <support@example.com>'
    assert reply.header("Reply-To") == f"Example Support <support+{token_of(reply)}@example.com>"
    assert desk.letter(REPORTER, "acknowledged").header("From") == "Example Support <support@example.com>"


@in_both_languages
def test_the_answer_to_a_note_is_named_a_note(desk: World, say: Speech) -> None:
    desk.write(ERIKA, "Printer on fire", say.request)
    other = ANNA if say is GERMAN else BEN
    desk.answer(desk.letter(say.agent_email), "#take", sender=say.agent)
    desk.answer(desk.letter(other.partition("<")[2].strip(">")), "#note She is a friend of mine.", sender=other)
    told = desk.letter(say.agent_email, "new_message")
    assert told.header("Reply-To").startswith("Interne Notiz" if say is GERMAN else "Internal note")
    with_words = "er ist immer so" if say is GERMAN else "she always is"
    desk.answer(told, with_words, sender=say.agent, language=say.language)
    assert (desk.message()["purpose"], desk.message()["public"]) == ("note", False)
    assert desk.letters(REPORTER, "reply") == []


def test_an_agents_own_address_stands_nowhere_in_what_we_send_outside(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", ENGLISH.request)
    for text in (ENGLISH.answer, ENGLISH.question, ENGLISH.resolve):
        desk.answer(desk.letter("anna@example.com"), text, sender=ANNA)
    for letter in desk.letters(REPORTER):
        assert b"anna@example.com" not in letter.raw


def test_letters_come_from_the_address_the_ticket_came_in_by(desk: World) -> None:
    desk.write(ERIKA, "No network", ENGLISH.request, to="it@example.com")
    desk.answer(desk.letter("anna@example.com"), ENGLISH.answer, sender=ANNA)
    assert desk.letter(REPORTER, "acknowledged").header("From") == "IT Desk <it@example.com>"
    assert desk.letter(REPORTER, "reply").header("From") == '"Anna Alt (IT Desk)" <it@example.com>'
    assert desk.letter(REPORTER, "reply").envelope_from.startswith("it+b-")


def test_without_subaddresses_the_token_travels_in_the_message_id(desk: World) -> None:
    desk.write(ERIKA, "No network", ENGLISH.request, to="plain@example.com")
    new = desk.letter("anna@example.com")
    assert (new.header("Reply-To"), new.envelope_from) == (
        "Answer to Erika Krause <plain@example.com>",
        "plain@example.com",
    )
    desk.answer(new, ENGLISH.answer, sender=ANNA)
    desk.answer(desk.letter(REPORTER, "reply"), ENGLISH.reply, sender=ERIKA)
    assert [each["purpose"] for each in desk.ticket()["messages"]] == ["report", "answer", "reply"]
    assert desk.ticket()["messages"][-1]["trust"] == "proven"


def test_without_subaddresses_one_tap_links_carry_the_token_in_the_subject(desk: World) -> None:
    desk.write(ERIKA, "No network", ENGLISH.request, to="plain@example.com")
    link = re.search(r"mailto:(\S+?)\?subject=(\S+?)&body=%23take", desk.letter("anna@example.com").text)
    assert link
    subject = link[2].replace("%5B", "[").replace("%5D", "]").replace("%23", "#").replace("%20", " ")
    assert re.fullmatch(r"\[#1001 [a-z2-7]{24}\]", subject)
    desk.mail(Mail(ANNA, link[1], subject, "#take"))
    assert desk.state() == ("in_progress", "anna")


@pytest.mark.parametrize(("chosen", "sender"), [("null", ""), ("plain", "support@example.com")])
def test_automatic_letters_leave_with_the_configured_envelope_sender(
    desk_with: DeskWith, chosen: str, sender: str
) -> None:
    desk = desk_with({"delivery": {"automatic_sender": chosen}})
    desk.write(ERIKA, "Printer on fire", ENGLISH.request)
    assert desk.letter(REPORTER, "acknowledged").envelope_from == sender
    assert desk.letter("anna@example.com").envelope_from.startswith("support+b-")
