"""An answer of which it is not certain that it holds only an agent's own words never leaves, whatever he answers to the
letter that says so; it is kept, and he can keep it as a note."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.mailer import quote
from tests.stories.world import ANNA, ERIKA, World

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
FOREIGN = "Þann 22.11.2026 12:15 ritaði Erika via Example Support:"


@pytest.fixture
def told(desk: World) -> Received:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.new_letters()
    return desk.letter(ANNAS)


def without_line(told: Received) -> str:
    """Our letter, from below its first line on."""
    return "\n".join(told.text.splitlines()[2:])


def in_unknown_frame(told: Received) -> str:
    return f"{FOREIGN}\n{quote(told).partition(chr(10))[2]}"


def refused(desk: World) -> Received:
    return desk.letter(ANNAS, "command_refused")


def says(letter: Received) -> str:
    return " ".join(letter.text.split())


@pytest.mark.parametrize("below", [without_line, in_unknown_frame])
@pytest.mark.parametrize("command", ["#answer", "#resolve", "#question", "#forward boss@other.example"])
def test_no_command_sends_what_was_not_certain(desk: World, told: Received, below: object, command: str) -> None:
    assert callable(below)
    desk.answer(told, f"Dear Erika, water.\n\n{below(told)}", sender=ANNA, quoted=False)
    assert desk.new_letters() == ["command_refused to anna@example.com"]
    for _ in range(2):
        desk.answer(refused(desk), command, sender=ANNA)
        assert desk.new_letters() == ["command_refused to anna@example.com"]
    assert (desk.state(), len(desk.ticket()["messages"])) == (("new", None), 1)
    assert "commands do not change what stands in it" in says(refused(desk))


def test_the_letter_says_how_to_go_on(desk: World, told: Received) -> None:
    desk.answer(told, f"Dear Erika, water.\n\n{in_unknown_frame(told)}", sender=ANNA, quoted=False)
    said = says(refused(desk))
    assert "write it once more in a new answer to the same mail as before" in said
    assert "with only the right commands" not in said
    assert "Dear Erika, water." in said
    desk.new_letters()
    desk.answer(told, "Dear Erika, water.", sender=ANNA)
    assert desk.letter(REPORTER, "reply").text.startswith("Dear Erika, water.")


def test_the_ticket_shows_that_it_was_not_sent_for_fourteen_days(desk: World, told: Received) -> None:
    desk.answer(told, f"Dear Erika, water.\n\n{without_line(told)}", sender=ANNA, quoted=False)
    (unsent,) = desk.ticket()["not_sent"]
    assert (unsent["said"], unsent["kind"], unsent["agent"]) == ("answer not sent", "refused", "anna")
    desk.answer(refused(desk), "#drop", sender=ANNA)
    assert desk.ticket()["not_sent"] == []


def test_as_a_note_it_stays_inside(desk: World, told: Received) -> None:
    desk.answer(told, f"Dear Erika, water.\n\n{without_line(told)}", sender=ANNA, quoted=False)
    desk.answer(refused(desk), "#note", sender=ANNA)
    assert (desk.message()["purpose"], desk.message()["public"]) == ("note", False)
    assert desk.message()["new_text"].startswith("Dear Erika, water.")
    assert desk.letters(REPORTER, "reply") == []


def test_a_mistyped_command_above_it_makes_it_no_more_certain(desk: World, told: Received) -> None:
    desk.answer(told, f"#tkae\nDear Erika, water.\n\n{without_line(told)}", sender=ANNA, quoted=False)
    desk.new_letters()
    desk.answer(refused(desk), "#take", sender=ANNA)
    assert desk.new_letters() == ["command_refused to anna@example.com"]
    assert desk.letters(REPORTER, "reply") == []


def test_unproven_and_uncertain_is_not_sent_on_yes(desk: World, told: Received) -> None:
    desk.answer(told, f"Dear Erika, water.\n\n{without_line(told)}", sender=ANNA, quoted=False, stranger=True)
    desk.answer(desk.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert desk.letters(REPORTER, "reply") == []
    assert "goes to nobody outside as it stands" in says(refused(desk))


@pytest.mark.parametrize("place", ["below", "inside"])
def test_an_answer_in_or_below_the_quoted_letter_is_kept_and_shown(desk: World, told: Received, place: str) -> None:
    quoted = quote(told)
    mail = (
        f"{quoted}\n\nDear Erika, water." if place == "below" else quoted.replace("> It burns.", "> It burns.\nWater!")
    )
    desk.answer(told, mail, sender=ANNA, quoted=False)
    assert desk.new_letters() == ["command_refused to anna@example.com"]
    assert ("Dear Erika, water." if place == "below" else "Water!") in refused(desk).text
    assert "write it once more" in says(refused(desk))
    desk.later(days=13.9)
    desk.answer(refused(desk), "#note", sender=ANNA)
    assert "ater" in desk.message()["new_text"]
