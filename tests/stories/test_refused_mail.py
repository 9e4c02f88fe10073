"""A refused mail changes nothing; its words wait 14 days for the right command, and are carried out once or thrown
away."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"


@pytest.fixture
def refused(desk: World) -> World:
    """Anna has mistyped a command above an answer with a file."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(
        desk.letter(ANNAS), "#tkae\n#priority high\n\nDear Erika, read this.", sender=ANNA, files={"plan.pdf": b"%PDF"}
    )
    assert desk.new_letters()[-1] == "new_ticket to ben@example.com"
    return desk


def newest(desk: World) -> Received:
    return desk.letter(ANNAS, "command_refused")


def tapped(letter: Received, label: str) -> Mail:
    """The mail that a one-tap link writes."""
    found = re.search(rf"{re.escape(label)}\s+<mailto:(\S+?)\?subject=(\S*?)&body=(\S*?)>", letter.text)
    assert found, letter.text
    return Mail(ANNA, found[1], unquote(found[2]), unquote(found[3]).replace("\r\n", "\n"))


def test_the_right_command_carries_it_out_as_if_written_so(refused: World) -> None:
    refused.answer(newest(refused), "#take; priority high", sender=ANNA)
    assert refused.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]
    reply = refused.letter(REPORTER, "reply")
    assert reply.text.startswith("Dear Erika, read this.\n\n-- ")
    assert reply.files == {"plan.pdf": b"%PDF"}
    assert (refused.state(), refused.ticket()["priority"]) == (("in_progress", "anna"), "high")


def test_one_tap_corrects_the_line_and_keeps_the_other_commands(refused: World) -> None:
    refused.mail(tapped(newest(refused), "#take"))
    assert (refused.state(), refused.ticket()["priority"]) == (("in_progress", "anna"), "high")
    assert refused.letter(REPORTER, "reply").text.startswith("Dear Erika, read this.")


def test_an_unknown_argument_is_corrected_by_one_tap_with_the_other_commands(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#priority high; assign bne\nYours, I think.", sender=ANNA)
    desk.mail(tapped(newest(desk), "#assign ben"))
    assert (desk.state(), desk.ticket()["priority"]) == (("assigned", "ben"), "high")
    assert "Yours, I think." in desk.letter("ben@example.com", "assigned").text


@pytest.mark.parametrize(("label", "purpose"), [("#note", "note"), ("#answer", "answer")])
def test_one_tap_chooses_between_two_destinations(desk: World, label: str, purpose: str) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#answer\n#note\nWell.", sender=ANNA)
    desk.mail(tapped(newest(desk), label))
    assert (desk.message()["purpose"], desk.message()["new_text"]) == (purpose, "Well.")


def test_the_words_on_a_mistyped_line_come_along(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#nte She called.\nShe was angry.", sender=ANNA)
    desk.mail(tapped(newest(desk), "#note She called."))
    assert desk.message()["new_text"] == "She called.\nShe was angry."


def test_a_file_without_words_waits_too(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#tkae\n#priority high", sender=ANNA, files={"plan.pdf": b"%PDF"})
    assert "plan.pdf" in newest(desk).text
    assert "plan.pdf" in newest(desk).html
    desk.mail(tapped(newest(desk), "#take"))
    assert desk.letter(REPORTER, "reply").files == {"plan.pdf": b"%PDF"}


def test_dropping_throws_it_away(refused: World) -> None:
    refused.mail(tapped(newest(refused), "No, throw it away"))
    assert refused.new_letters() == ["command_done to anna@example.com"]
    assert "thrown away" in refused.letter(ANNAS).text
    refused.answer(newest(refused), "#take", sender=ANNA)
    assert refused.letters(REPORTER, "reply") == []
    assert refused.state() == ("new", None)


def test_it_is_not_carried_out_twice(refused: World) -> None:
    first = newest(refused)
    refused.answer(first, "#take", sender=ANNA)
    refused.new_letters()
    refused.answer(first, "#take; close", sender=ANNA)
    assert refused.new_letters() == ["command_refused to anna@example.com"]
    assert "There is nothing (more)" in newest(refused).text
    assert len(refused.letters(REPORTER, "reply")) == 1


@pytest.mark.parametrize(("days", "sent"), [(13.9, 1), (14.1, 0)])
def test_it_is_kept_for_fourteen_days(refused: World, days: float, sent: int) -> None:
    refused.later(days=days)
    refused.answer(newest(refused), "#answer", sender=ANNA)
    assert len(refused.letters(REPORTER, "reply")) == sent


def test_a_wrong_correction_loses_nothing_and_either_letter_can_still_be_answered(refused: World) -> None:
    first = newest(refused)
    refused.answer(first, "#taek", sender=ANNA)
    second = newest(refused)
    assert second.header("Message-ID") != first.header("Message-ID")
    assert "Dear Erika, read this." in second.text
    refused.answer(second, "#take", sender=ANNA)
    assert refused.letter(REPORTER, "reply").files == {"plan.pdf": b"%PDF"}
    refused.answer(first, "#close", sender=ANNA)
    assert refused.state() == ("in_progress", "anna")


def test_after_a_wrong_correction_the_first_letter_still_works_once(refused: World) -> None:
    first = newest(refused)
    refused.answer(first, "#assign bne", sender=ANNA)
    refused.answer(newest(refused), "#assign ben", sender=ANNA)
    assert refused.state() == ("assigned", "ben")
    assert refused.message()["new_text"] == "Dear Erika, read this."
    refused.answer(first, "#answer", sender=ANNA)
    assert refused.letters(REPORTER, "reply") == []


def test_words_in_a_correction_have_no_place(refused: World) -> None:
    refused.new_letters()
    refused.answer(newest(refused), "#take\nAnd one more thing: bring a bucket.", sender=ANNA)
    assert refused.new_letters() == ["command_refused to anna@example.com"]
    assert "Dear Erika, read this." in newest(refused).text
    assert refused.state() == ("new", None)


def test_yes_is_no_correction(refused: World) -> None:
    refused.answer(newest(refused), "#yes", sender=ANNA)
    assert refused.letters(REPORTER, "reply") == []
    refused.answer(newest(refused), "#take", sender=ANNA)
    assert len(refused.letters(REPORTER, "reply")) == 1


def test_nobody_else_can_use_it(refused: World) -> None:
    refused.answer(newest(refused), "#take", sender=BEN)
    assert refused.state() == ("new", None)
    assert refused.letters(REPORTER, "reply") == []


def test_yes_and_drop_mean_nothing_elsewhere(refused: World) -> None:
    refused.new_letters()
    for command in ("#yes", "#drop"):
        refused.answer(refused.letter(ANNAS, "new_ticket"), f"{command}\nDear Erika, we are coming.", sender=ANNA)
        assert refused.new_letters() == ["command_refused to anna@example.com"]
        assert "Dear Erika, we are coming." in newest(refused).text


def test_a_correction_that_is_not_proven_is_asked_back_with_the_words(refused: World) -> None:
    refused.answer(newest(refused), "#take", sender=ANNA, stranger=True)
    assert refused.state() == ("new", None)
    confirm = refused.letter(ANNAS, "confirm")
    assert "Dear Erika, read this." in confirm.text
    refused.answer(confirm, "#yes", sender=ANNA)
    assert refused.letter(REPORTER, "reply").text.startswith("Dear Erika, read this.")


def test_an_uncertain_cut_comes_back_and_nothing_is_sent(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.new_letters()
    told = desk.letter(ANNAS)
    below = "\n".join(told.text.splitlines()[2:])
    desk.answer(told, f"Dear Erika, water.\n\n{below}", sender=ANNA, quoted=False)
    assert desk.new_letters() == ["command_refused to anna@example.com"]
    assert "It is not certain that your mail holds only your own words." in " ".join(newest(desk).text.split())
    assert desk.state() == ("new", None)


def test_a_wrong_command_in_a_mail_that_opens_a_ticket_opens_none_until_corrected(desk: World) -> None:
    mail = desk.mail(Mail(ANNA, "support@example.com", "VPN is slow", "#category netwrok\nIt takes an hour."))
    assert (desk.tickets(), desk.new_letters()) == ([], ["command_refused to anna@example.com"])
    assert desk.mail_state(mail)["ticket"] is None
    assert "It takes an hour." in newest(desk).text


@pytest.mark.parametrize("wrong", ["#category rmoos", "#kategroie rooms", "#take"])
def test_corrected_such_a_mail_opens_its_ticket_as_if_written_so(desk: World, wrong: str) -> None:
    mail = Mail(ANNA, "support@example.com", "Window", f"{wrong}\nIt is cold.", files={"photo.jpg": b"cold"})
    desk.mail(mail)
    desk.new_letters()
    desk.answer(newest(desk), "#priority hgih", sender=ANNA)
    assert desk.tickets() == []
    desk.answer(newest(desk), "#category rooms; priority high", sender=ANNA)
    ticket = desk.ticket()
    assert (ticket["subject"], ticket["category"], ticket["group"]) == ("Window", "rooms", "office")
    assert (ticket["reporter"]["email"], ticket["priority"]) == (ANNAS, "high")
    assert ticket["messages"][0]["new_text"] == "It is cold."
    assert desk.letter("cleo@example.com", "new_ticket").files == {"photo.jpg": b"cold"}
    assert len(desk.letters(ANNAS, "acknowledged")) == 1


def test_beside_commands_that_describe_it_only_the_one_that_needs_a_ticket_is_marked(desk: World) -> None:
    desk.mail(
        Mail(ANNA, "support@example.com", "A call", "#from mia@else.example\n#phone 110\n#take\nHer lamp is out.")
    )
    said = newest(desk).text
    assert [line.strip() for line in said.splitlines() if "»" in line] == ["» #take"]
    desk.answer(newest(desk), "#from mia@else.example; phone 110", sender=ANNA)
    assert (desk.ticket()["reporter"]["email"], desk.ticket()["reporter"]["phone"]) == ("mia@else.example", "110")


# -- where there is nothing to keep ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sender", "text"), [(ANNA, "#reopen"), (ANNA, "#tkae"), (BEN, "#wiedereröffnen")])
def test_of_commands_alone_nothing_is_kept_and_nothing_is_to_be_thrown_away(
    desk: World, sender: str, text: str
) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    to = sender.partition("<")[2].rstrip(">")
    desk.answer(desk.letter(to, "new_ticket"), text, sender=sender)
    said = " ".join(desk.letter(to, "command_refused").text.split())
    assert not any(each in said for each in ("14 days", "14 Tage", "#drop", "#verwerfen", "%23drop"))
    assert "answer this mail with the right commands." in said or "mit den richtigen Befehlen." in said


def test_files_alone_are_kept_and_the_letter_says_so(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#tkae", sender=ANNA, files={"plan.pdf": b"%PDF"})
    said = " ".join(newest(desk).text.split())
    assert "kept for 14 days; #drop throws them away" in said


def test_where_nothing_is_left_to_confirm_there_is_nothing_to_correct_either(refused: World) -> None:
    refused.answer(newest(refused), "#drop", sender=ANNA)
    refused.answer(newest(refused), "#drop", sender=ANNA)
    said = " ".join(newest(refused).text.split())
    assert "There is nothing (more) to confirm or to correct here" in said
    assert "To correct it" not in said
    assert "14 days" not in said
