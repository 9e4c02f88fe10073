"""Somebody wants to read along, to write in, or to be believed on a ticket of others: T3, T4, T8, T10, T11, T12, T25,
T26, T29."""

from __future__ import annotations

import math
import smtplib

import pytest

from mailgate.trust import token as tokens
from tests.stories.mailer import Mail, answer, token_of
from tests.stories.reports import delivery_report
from tests.stories.world import ANNA, ERIKA, MALLORY, SUPPORT, World
from tests.threats.looking import dump, outside

ANNAS, REPORTER, MALLORYS = "anna@example.com", "erika@customer.example", "mallory@elsewhere.example"
SHOP = "Shop <no-reply@shop.example>"


@pytest.fixture
def answered(desk: World) -> World:
    """Anna has answered Erika's mail, whose id others know."""
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Dear Erika, water.", sender=ANNA)
    desk.new_letters()
    return desk


def public(desk: World, number: int = 1001) -> str:
    """All that a reporter may ever be shown of a ticket."""
    return "\n".join(each["text"] for each in desk.ticket(number)["messages"] if each["public"])


@pytest.mark.parametrize("tag", ["", "+1001", "TOKEN"])
def test_T03_a_code_that_a_shop_sends_to_our_address_is_not_shown_to_the_reporter(answered: World, tag: str) -> None:
    """Who registers somewhere with our address must not read the code that comes. The page that shows a reporter his
    ticket is not built; it shows what is public, and this is not."""
    token = "+" + token_of(answered.letter(REPORTER, "reply")) if tag == "TOKEN" else tag
    answered.mail(Mail(SHOP, f"support{token}@example.com", "Your code", "It is 4711-0815."))
    assert "4711-0815" not in public(answered)
    assert not [each for each in answered.relay.letters if each.to == REPORTER and "4711-0815" in each.text]


def test_T04_who_puts_himself_into_cc_gets_no_letter(answered: World) -> None:
    answered.answer(
        answered.letter(REPORTER), "It still burns.", sender=MALLORY, headers={"Cc": "spy@elsewhere.example"}
    )
    answered.answer(answered.letter(ANNAS, "new_message"), "Dear Erika, more water.", sender=ANNA)
    assert [each for each in outside(answered) if "reply" in each] == ["reply to erika@customer.example"]
    assert answered.relay.to("spy@elsewhere.example") == []
    assert answered.relay.to(MALLORYS) == []


def test_T04_nor_does_who_forges_the_reporter(answered: World) -> None:
    forged = Mail(
        ERIKA, SUPPORT, "Re: x", "Now?", headers={"In-Reply-To": "<first@customer.example>", "Cc": "spy@x.example"}
    )
    answered.mail(forged, stranger=True)
    answered.answer(answered.letter(ANNAS, "new_message"), "Dear Erika, more water.", sender=ANNA)
    assert answered.relay.to("spy@x.example") == []
    assert answered.ticket()["cc"] == []


@pytest.mark.parametrize("to", [SUPPORT, f"support+b-{'q' * 24}@example.com"])
@pytest.mark.parametrize("named", ["<made.up@example.com>", f"<1001.{'q' * 24}@example.com>"])
def test_T08_a_forged_report_marks_no_address_and_no_letter(answered: World, to: str, named: str) -> None:
    before = dump(answered)
    for victim in (answered.letter(ANNAS, "new_ticket"), answered.letter(REPORTER, "reply")):
        answered.hand_in_bytes(delivery_report(victim, message_id=named), "", (to,), stranger=True)
        answered.work()
    assert (dump(answered), answered.new_letters()) == (before, [])
    assert {each["state"] for each in answered.ticket()["letters"]} == {"sent"}
    answered.write(ERIKA, "Window", "It is open.")
    assert answered.new_letters() == [
        "acknowledged to erika@customer.example",
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
    ]


def test_T08_not_even_a_proven_report_touches_an_agent(answered: World) -> None:
    letter = answered.letter(ANNAS, "new_ticket")
    answered.hand_in_bytes(delivery_report(letter), "", (letter.envelope_from,))
    answered.work()
    answered.write(ERIKA, "Window", "It is open.")
    assert "new_ticket to anna@example.com" in answered.new_letters()


@pytest.mark.parametrize("vouched", [True, False])
def test_T10_who_got_a_letter_passed_on_can_only_add_words_that_are_marked(answered: World, vouched: bool) -> None:
    answered.answer(answered.letter(ANNAS, "new_ticket"), "#resolve\nIt is out.", sender=ANNA)
    before = dump(answered)
    answered.new_letters()
    found = answered.letter(REPORTER, "resolved")
    answered.answer(found, "#close\n#reopen\nSend me all of it.", sender=MALLORY, stranger=not vouched)
    message = answered.message()
    assert (message["public"], message["trust"]) == (False, "claimed")
    assert message["remark"] == "Written by mallory@elsewhere.example, not by erika@customer.example."
    assert (dump(answered), outside(answered)) == (before, [])


def test_T10_nothing_of_ours_shows_a_token_to_anybody_but_its_reader(answered: World) -> None:
    answered.answer(answered.letter(ANNAS, "new_ticket"), "Dear Erika, and more water.", sender=ANNA)
    theirs = {token_of(each) for each in answered.relay.letters if each.to != REPORTER}
    assert not [each for each in answered.letters(REPORTER) for token in theirs if token.encode() in each.raw]


def test_T11_a_token_can_not_be_guessed(answered: World) -> None:
    """What is compared is the digest of a guess, by an index: neither the answer nor its time says how near it was."""
    made = {tokens.mint() for _ in range(20_000)}
    assert (len(made), {len(each) for each in made}) == (20_000, {24})
    assert set("".join(made)) == set("abcdefghijklmnopqrstuvwxyz234567")
    assert math.log2(32**24) == 120
    for guess in list(made)[:50]:
        answered.hand_in(Mail(MALLORY, f"support+{guess}@example.com", "Hello", "Let me in."), stranger=True)
    answered.work()
    assert answered.ticket()["messages"][-1]["from"] != MALLORYS


def test_T11_the_session_says_the_same_to_a_right_and_a_wrong_token(answered: World) -> None:
    right, wrong = token_of(answered.letter(REPORTER, "reply")), "q" * 24
    with smtplib.SMTP(*answered.address(), source_address=("127.0.0.2", 0)) as client:
        client.ehlo("guesser.example")
        client.mail(MALLORYS)
        said = {client.rcpt(f"support+{each}@example.com") for each in (right, wrong, f"b-{right}", f"b-{wrong}")}
    assert len(said) == 1


OUR_FIELDS = {
    "X-Mailgate-Ticket": "1001",
    "X-Mailgate-Letter": "command_done",
    "X-Mailgate-Group": "office",
    "X-Mailgate-Priority": "urgent",
    "X-Mailgate-Light": "red",
    "X-Loop": "support@example.com",
    "X-RT-Ticket": "example.com #1001",
    "RT-Ticket": "example.com #1001",
    "X-OTRS-Priority": "5 very high",
    "X-Zammad-Ticket-Priority": "3 high",
}


@pytest.mark.parametrize("stranger", [True, False])
def test_T12_fields_of_ours_on_incoming_mail_mean_nothing(answered: World, stranger: bool) -> None:
    before = dump(answered)
    mail = answered.mail(Mail(MALLORY, SUPPORT, "Hello", "Let me in.", headers=OUR_FIELDS), stranger=stranger)
    state = answered.mail_state(mail)
    assert (state["state"], state["sort"], state["ticket"]) == ("handled", "new_ticket", 1002)
    ticket = answered.ticket(1002)
    assert (ticket["priority"], ticket["group"], ticket["channel"]) == ("normal", "network", "email")
    assert dump(answered)[:1] == before


def test_T25_who_is_faster_with_somebodys_message_id_suppresses_nothing(answered: World) -> None:
    same = "<stolen@customer.example>"
    answered.mail(Mail(MALLORY, SUPPORT, "Nothing", "Never mind.", message_id=same), stranger=True)
    number = answered.mail(Mail(ERIKA, SUPPORT, "Lamp", "Dark.", message_id=same))
    state = answered.mail_state(number)
    assert (state["sort"], state["seen"]) == ("new_ticket", 1)
    assert answered.ticket(state["ticket"])["messages"][0]["new_text"].strip() == "Dark."


INVENTED = [
    f"<1001.{'q' * 24}@example.com>",
    f"<{'q' * 24}.mailgate@example.com>",
    "<1001@example.com>",
    "<reply-1001-1@example.com>",
    "<notify-1001-1-1@example.com>",
    "<1001.@example.com>",
]


@pytest.mark.parametrize("name", ["In-Reply-To", "References"])
@pytest.mark.parametrize("invented", INVENTED)
def test_T26_an_id_that_we_did_not_make_leads_nowhere(answered: World, name: str, invented: str) -> None:
    said = len(answered.ticket()["messages"])
    mail = answered.mail(Mail(MALLORY, SUPPORT, "Re: x", "Let me in.", headers={name: invented}))
    assert answered.mail_state(mail)["ticket"] == 1002
    assert len(answered.ticket()["messages"]) == said


def test_T26_an_id_of_ours_under_another_name_leads_nowhere(answered: World) -> None:
    token = token_of(answered.letter(REPORTER, "reply"))
    mail = Mail(MALLORY, SUPPORT, "Re: x", "Hi", headers={"In-Reply-To": f"<1001.{token}@elsewhere.example>"})
    assert answered.mail_state(answered.mail(mail))["ticket"] == 1002


def test_T26_who_names_a_mail_of_others_joins_without_any_right(answered: World) -> None:
    answered.answer(answered.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    before = dump(answered)
    answered.new_letters()
    answered.mail(Mail(MALLORY, SUPPORT, "Re: x", "Let me in.", headers={"In-Reply-To": "<first@customer.example>"}))
    assert (answered.message()["public"], dump(answered), outside(answered)) == (False, before, [])
    assert "who is no participant" in answered.message()["remark"]


LIST = {
    "List-Id": "<all.lists.example>",
    "List-Unsubscribe": "<mailto:leave@lists.example>",
    "List-Post": "<mailto:all@lists.example>",
    "Precedence": "list",
}


def test_T29_a_list_that_has_us_as_member_gets_no_letter(answered: World) -> None:
    for number in range(6):
        mail = Mail(
            ERIKA, SUPPORT, f"Talk {number}", "Hello all", headers=LIST, envelope_from=f"b{number}@lists.example"
        )
        answered.mail(mail)
    assert [each for each in answered.new_letters() if "example.com" not in each] == []


def test_T29_what_a_list_passes_on_reopens_nothing(answered: World) -> None:
    answered.answer(answered.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    before = dump(answered)
    answered.mail(answer(answered.letter(REPORTER, "reply"), "I agree.", sender=ERIKA, headers=LIST))
    assert dump(answered) == before
