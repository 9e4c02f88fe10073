"""`mailgate trace`: one time line, whoever or whatever it is asked about."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

KEYS = {"at", "what", "text", "mail", "letter", "ticket", "detail"}


def events(run: Terminal, what: str) -> list[dict[str, Any]]:
    found = run.json("trace", what)
    assert set(found) == {"events"}
    assert all(set(each) == KEYS for each in found["events"])
    assert [each["at"] for each in found["events"]] == sorted(each["at"] for each in found["events"])
    return list(found["events"])


def words(found: list[dict[str, Any]], what: str) -> list[str]:
    return [each["text"] for each in found if each["what"] == what]


def test_an_address_arrived_was_taken_for_something_and_people_were_told(look: Terminal) -> None:
    found = events(look, "otto@partner.example")
    assert [each["what"] for each in found][:2] == ["arrived", "judged"]
    [arrived], [judged] = words(found, "arrived"), words(found, "judged")
    assert arrived.startswith("M-3 arrived by smtp from 127.0.0.1: otto@partner.example -> it@example.com")
    assert "M-3 handled, taken for new_ticket" in judged
    assert "rule VPN trouble (routing.yaml:1); trust aligned; ticket #1002" in judged
    assert [text.partition(":")[0] for text in words(found, "letter")] == [
        "L-5 new_ticket to anna@example.com",
        "L-6 new_ticket to ben@example.com",
        "L-7 acknowledged to otto@partner.example",
    ]
    assert len(words(found, "sent")) == 3
    assert "answer 250 2.0.0" in words(found, "sent")[0]


def test_a_ticket_shows_both_sides_and_its_history(look: Terminal) -> None:
    found = events(look, "1001")
    assert {each["mail"] for each in found if each["what"] == "arrived"} == {"M-1", "M-2"}
    assert any(text.startswith("answer by agent:anna") for text in words(found, "desk"))
    assert any("reply to erika@customer.example" in text for text in words(found, "letter"))
    assert {each["ticket"] for each in found} <= {1001, None}


@pytest.mark.parametrize("what", ["<hostile@elsewhere.example>", "hostile@elsewhere.example", "M-7", "m-7"])
def test_a_message_id_and_a_number_name_the_same_mail(look: Terminal, what: str) -> None:
    found = events(look, what)
    assert {each["mail"] for each in found if each["what"] in ("arrived", "judged")} == {"M-7"}
    assert words(found, "again") == ["M-7 came again, the very same: counted, not handled again"]


def test_a_letter_is_found_by_its_number_and_by_its_message_id(look: Terminal) -> None:
    letter = look.json("letter", "L-7")
    by_number, by_id = events(look, "L-7"), events(look, letter["message_id"])
    assert by_number == by_id
    assert [each["what"] for each in by_number] == ["letter", "sent"]


def test_the_sender_is_found_by_from_too_whatever_the_envelope_says(desk: World, run: Terminal) -> None:
    desk.mail(Mail("Eva <Eva@Customer.example>", SUPPORT, "Lamp", envelope_from="bounces@lists.example"))
    assert words(events(run, "eva@customer.example"), "arrived")
    assert words(events(run, "bounces@lists.example"), "arrived")
    assert not events(run, "va@customer.example")


def test_held_and_waiting_mails_say_so(desk: World, run: Terminal) -> None:
    held = desk.mail(Mail(ERIKA, SUPPORT, "hold me"))
    waits = desk.hand_in(Mail(ERIKA, SUPPORT, "later"))
    found = events(run, "erika@customer.example")
    assert f"M-{held} held, taken for held: to be looked at" in words(found, "judged")[0]
    assert words(found, "waiting") == [f"M-{waits} is not handled yet, tried 0 times"]


def test_what_the_relay_and_a_bounce_said_stands_there(desk: World, run: Terminal) -> None:
    desk.relay.refuse("eva@customer.example", "550 5.1.1 no such user")
    desk.write("Eva <eva@customer.example>", "Lamp", "Dark.")
    found = events(run, "eva@customer.example")
    assert any("550 5.1.1 no such user" in text for text in words(found, "failed"))
    desk.relay.refuse("otto@partner.example", "451 4.2.1 later")
    desk.write("Otto <otto@partner.example>", "Tube", "Dark.")
    [waits] = words(events(run, "otto@partner.example"), "waiting")
    assert "451 4.2.1 later" in waits


def test_who_was_refused_is_found_as_well(desk: World, run: Terminal) -> None:
    with smtplib.SMTP(*desk.address(), source_address=("127.0.0.2", 0)) as client:
        client.ehlo("client.example")
        client.mail("otto@partner.example")
        assert client.rcpt("suport@example.com")[0] == 550
    desk.journal.close()
    for asked in ("otto@partner.example", "suport@example.com"):
        [refused] = words(events(run, asked), "refused")
        assert "otto@partner.example -> suport@example.com: 550 5.1.1 no such address here" in refused


def test_what_an_admin_did_stands_there(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "hold me"))
    run("mail", str(number), "--release")
    assert any(text.startswith("mail release by admin") for text in words(events(run, f"M-{number}"), "desk"))


def test_people_read_one_line_for_each(look: Terminal) -> None:
    said = look("trace", "anna@example.com")
    lines = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert lines[0][:4].isdigit()
    assert len(lines) == 1 + len(events(look, "anna@example.com"))
    assert look("trace", "nobody@nowhere.example").out == "Nothing is known of nobody@nowhere.example.\n"


@pytest.mark.parametrize("unknown", ["4711", "M-99", "L-99"])
def test_an_unknown_number_is_one_sentence_and_exit_code_1(look: Terminal, unknown: str) -> None:
    said = look("trace", unknown)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith("There is no ")


@pytest.mark.parametrize("wrong", [[], ["erika"], [""], ["1001", "1002"]], ids=str)
def test_wrong_usage_is_exit_code_2(look: Terminal, wrong: list[str]) -> None:
    assert look("trace", *wrong).code == 2
