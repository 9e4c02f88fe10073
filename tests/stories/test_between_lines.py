"""A list or a digest is answered between its quoted lines, as people do; only what is certain is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailgate.mail.html import to_text
from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
PAUL = "Paul Pohl <paul@other.example>"
WROTE = "On Mon, Nov 23, 2026 at 10:00 AM Example Support <support@example.com> wrote:\n\n"


@pytest.fixture
def listed(desk: World) -> World:
    """Three tickets, and Anna has asked for the list of them."""
    desk.write(ERIKA, "Printer on fire", "It burns since Monday.")
    desk.write(PAUL, "VPN drops", "Every five minutes.")
    desk.write(PAUL, "Please #close my account", "Thanks.")
    desk.mail(Mail(ANNA, SUPPORT, "please", "#list"))
    desk.new_letters()
    return desk


def quoted(letter: Received, behind: dict[str, str], *, mark: str = "> ", text: str = "") -> str:
    """Our letter as a program quotes it, with words behind the lines that hold these; `text`: as it was quoted."""
    lines = []
    for line in (text or letter.text).split("\n"):
        lines.append(f"{mark}{line}".rstrip())
        lines += [words for part, words in behind.items() if part in line]
    return WROTE + "\n".join(lines)


def answer(desk: World, behind: dict[str, str], above: str = "", **how: str) -> list[str]:
    """Anna answers her list; returns the new letters."""
    letter = desk.letter(ANNAS, "list")
    desk.answer(letter, f"{above}\n\n{quoted(letter, behind, **how)}", sender=ANNA, quoted=False)
    return desk.new_letters()


def refusal(desk: World) -> str:
    return " ".join(desk.letter(ANNAS, "command_refused").text.split())


def test_each_command_acts_on_the_ticket_whose_line_stands_before_it(listed: World) -> None:
    assert answer(listed, {"1002 · ": "#take; due fri", "1001 · ": "#priority high\n#note ask for the model"}) == [
        "command_done to anna@example.com",
        "new_message to ben@example.com",
    ]
    assert listed.state(1002) == ("in_progress", "anna")
    assert listed.ticket(1002)["due_at"] == "2026-11-27T16:00:00.000000Z"
    assert listed.ticket(1001)["priority"] == "high"
    assert listed.message(1001)["new_text"] == "ask for the model"
    assert listed.state(1003) == ("new", None)


def test_a_command_may_stand_behind_the_second_line_or_behind_the_words_of_the_first(listed: World) -> None:
    answer(listed, {"Erika Krause": "#take"})
    assert listed.state(1001) == ("in_progress", "anna")
    letter = listed.letter(ANNAS, "list")
    text = letter.text.replace("1002 · VPN drops", "1002 · VPN drops   #take")
    listed.answer(letter, quoted(letter, {}, text=text), sender=ANNA, quoted=False)
    assert listed.state(1002) == ("in_progress", "anna")


def test_commands_above_and_between_go_together_and_words_that_point_down_are_for_nobody(listed: World) -> None:
    assert answer(listed, {"1002 · ": "#take"}, "#1001 priority low\n\nSee below.") == [
        "command_done to anna@example.com"
    ]
    assert listed.ticket(1001)["priority"] == "low"
    assert listed.state(1002)[0] == "in_progress"


def test_typed_inside_the_quotation_it_counts_too(listed: World) -> None:
    answer(listed, {"1002 · ": "> #take"})
    assert listed.state(1002) == ("in_progress", "anna")


def test_the_html_of_the_letter_is_known_as_well(listed: World) -> None:
    letter = listed.letter(ANNAS, "list")
    shown = to_text(letter.html)
    assert "1002 · " not in shown
    answer(listed, {"VPN drops": "#take", "Printer on fire": "#priority high"}, text=shown)
    assert listed.state(1002) == ("in_progress", "anna")
    assert listed.ticket(1001)["priority"] == "high"


def test_greeting_closing_and_signature_around_them_do_no_harm(listed: World) -> None:
    below = "#take\n\nBest regards\nAnna Alt\n-- \nExample Ltd, 1 High Street\nTel. +49 30 123456"
    letter = listed.letter(ANNAS, "list")
    kept = letter.text[: letter.text.index("1001 · ")].rstrip() + "\n\n"
    answer(listed, {}, text=kept.replace("Please", "Please"))
    listed.answer(letter, quoted(letter, {}, text=kept) + "\n" + below, sender=ANNA, quoted=False)
    assert listed.state(1002) == ("in_progress", "anna")


def test_a_command_in_the_signature_below_them_stops_it(listed: World) -> None:
    below = "Best regards\nAnna Alt\n-- \nExample Ltd, 1 High Street\nTel. +49 30 123456\n#1001 close"
    letter = listed.letter(ANNAS, "list")
    text = f"{quoted(letter, {'1002 · ': '#take'})}\n{below}"
    listed.answer(letter, text, sender=ANNA, quoted=False)
    assert "It stands in your signature" in refusal(listed)
    assert (listed.state(1001), listed.state(1002)) == (("new", None), ("new", None))


def test_of_a_quotation_cut_down_to_the_lines_that_matter_the_numbers_count(listed: World) -> None:
    letter = listed.letter(ANNAS, "list")
    listed.answer(
        letter, ">   1002 · VPN drops\n#take\n>   1001 · Printer on fire\n#priority high", sender=ANNA, quoted=False
    )
    assert listed.state(1002) == ("in_progress", "anna")
    assert listed.ticket(1001)["priority"] == "high"


def test_a_number_that_the_letter_did_not_show_is_refused(listed: World) -> None:
    listed.write(ERIKA, "A window", "Broken.")
    listed.new_letters()
    letter = listed.letter(ANNAS, "list")
    listed.answer(letter, ">   1004 · A window\n#take\n>   1002 · VPN drops\n#take", sender=ANNA, quoted=False)
    assert listed.new_letters() == ["command_refused to anna@example.com"]
    assert "“1004 · A window”, does not stand in our letter like that" in refusal(listed)
    assert (listed.state(1002), listed.state(1004)) == (("new", None), ("new", None))


def test_a_number_that_somebody_changed_in_the_quotation_is_refused(listed: World) -> None:
    letter = listed.letter(ANNAS, "list")
    forged = letter.text.replace("1002 · VPN drops", "1001 · VPN drops")
    answer(listed, {"VPN drops": "#take"}, text=forged)
    assert "does not stand in our letter like that" in refusal(listed)
    assert listed.state(1001) == ("new", None)


def test_without_marks_nothing_is_certain_and_the_right_line_is_one_tap_away(listed: World) -> None:
    frame = (
        "From: Example Support <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\n"
        "To: Anna Alt <anna@example.com>\nSubject: Tickets\n\n"
    )
    letter = listed.letter(ANNAS, "list")
    body = quoted(letter, {"1002 · ": "#take"}, mark="").removeprefix(WROTE)
    listed.answer(letter, f"\n\n-----Original Message-----\n{frame}{body}", sender=ANNA, quoted=False)
    assert listed.new_letters() == ["command_refused to anna@example.com"]
    assert "does not mark what it quotes" in refusal(listed)
    assert "#1002 take" in refusal(listed)
    assert listed.state(1002) == ("new", None)


def test_a_subject_that_reads_like_a_command_is_none_however_it_is_wrapped(listed: World) -> None:
    letter = listed.letter(ANNAS, "list")
    wrapped = letter.text.replace("Please #close my account", "Please\n#close my account")
    assert "\n#close my account" in wrapped
    answer(listed, {"1001 · ": "#priority high"}, text=wrapped)
    assert listed.state(1003) == ("new", None)
    assert listed.ticket(1001)["priority"] == "high"


def test_a_command_that_stands_in_the_line_itself_is_not_certain(listed: World) -> None:
    answer(listed, {"1003 · ": "#close"})
    assert "The line of 1003 holds this too" in refusal(listed)
    assert listed.state(1003) == ("new", None)


def test_what_is_left_of_a_wrapped_line_is_no_command_for_the_one_before_it(listed: World) -> None:
    letter = listed.letter(ANNAS, "list")
    text = ">   1002 · VPN drops\n> #close my account\n>   1001 · Printer on fire\n#take"
    listed.answer(letter, text, sender=ANNA, quoted=False)
    assert listed.new_letters() == ["command_refused to anna@example.com"]
    assert (listed.state(1001), listed.state(1002)) == (("new", None), ("new", None))


def test_a_command_behind_no_line_of_a_ticket_is_refused(listed: World) -> None:
    answer(listed, {"Open tickets": "#take"})
    assert "stands behind no line of a ticket" in refusal(listed)


def test_words_between_the_lines_go_to_nobody_and_stop_all_of_it(listed: World) -> None:
    answer(listed, {"1002 · ": "#take", "1001 · ": "Tell her that it is the fuse."})
    assert "These words between the lines have no place to go" in refusal(listed)
    assert listed.state(1002) == ("new", None)


@pytest.mark.parametrize("command", ["#answer Dear Paul, it works.", "#resolve It works.", "#ask x@y.example"])
def test_nothing_is_written_to_anybody_from_between_the_lines(listed: World, command: str) -> None:
    answer(listed, {"1002 · ": command})
    assert "in an answer to a letter about the ticket" in refusal(listed)
    assert listed.state(1002) == ("new", None)
    assert not listed.letters("paul@other.example", "reply")


def test_a_typing_mistake_between_the_lines_stops_all_and_is_put_right_with_its_number(listed: World) -> None:
    answer(listed, {"1002 · ": "#tkae", "1001 · ": "#priority high"})
    assert "#1002 take" in refusal(listed)
    assert listed.ticket(1001)["priority"] != "high"


def test_what_may_have_been_meant_gets_no_second_number(listed: World) -> None:
    assert answer(listed, {"1001 · ": "#1002 resolve; note done"}) == ["command_refused to anna@example.com"]
    assert "#1002 resolve <mailto:" in refusal(listed)
    assert "#1001" not in refusal(listed)


def test_commands_without_a_ticket_may_stand_anywhere(listed: World) -> None:
    assert answer(listed, {"1002 · ": "#take", "Open tickets": "#list mine"}) == [
        "command_done to anna@example.com",
        "list to anna@example.com",
    ]


def test_what_the_reader_may_not_see_any_more_is_refused_as_ever(listed: World) -> None:
    listed.answer(listed.letter(ANNAS, "new_ticket"), "#1002 category rooms\n#1002 assign office", sender=ANNA)
    listed.new_letters()
    answer(listed, {"1002 · ": "#take"})
    assert listed.state(1002) == ("new", None)


def test_a_mail_that_is_not_proven_is_asked_back_with_the_numbers(listed: World) -> None:
    letter = listed.letter(ANNAS, "list")
    text = quoted(letter, {"1002 · ": "#take"})
    listed.answer(letter, text, sender=ANNA, quoted=False, stranger=True)
    assert listed.state(1002) == ("new", None)
    assert "#1002 take" in listed.letter(ANNAS, "confirm").text
    listed.answer(listed.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert listed.state(1002) == ("in_progress", "anna")


FORGED: dict[str, tuple[str, Callable[[str], str]]] = {
    "a remark behind it": (
        "again: #1001 decline",
        lambda text: text.replace("#1001 decline", "#1001 decline  <- once more"),
    ),
    "a part of it": ("again: #1001 spam", lambda text: f"{row_of(text, 1001)}\n#take\n#1001 spam"),
    "a wrapped part": ("Please #1001 close my account", lambda text: f"{row_of(text, 1001)}\n#1001 close\nmy account"),
}


def row_of(text: str, number: int) -> str:
    return next(line for line in text.split("\n") if f"{number} ·" in line)


@pytest.mark.parametrize("how", FORGED)
def test_a_reporters_subject_names_a_ticket_and_commands_nothing(desk: World, how: str) -> None:
    subject, trimmed = FORGED[how]
    desk.write(ERIKA, "Printer jam", "It is stuck.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#take", sender=ANNA)
    desk.write(ERIKA, subject, "Again.")
    desk.mail(Mail(ANNA, SUPPORT, "please", "#list"))
    desk.new_letters()
    text = trimmed(desk.letter(ANNAS, "list").text)
    assert answer(desk, {"1002 ·": "#take"}, text=text) == ["command_refused to anna@example.com"]
    assert "holds this too, so it is not certain who wrote it" in refusal(desk)
    assert (desk.state(1001), desk.state(1002)[0]) == (("in_progress", "anna"), "new")
