"""`mute`: an agent does without letters about what others do, and nobody gets them in his place."""

from __future__ import annotations

from tests.stories.conftest import DeskWith
from tests.stories.world import ANNA, BEN, ERIKA

REPORTER = "erika@customer.example"


def test_a_muted_letter_goes_to_the_others_only(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"ben": {"mute": ["new_ticket"]}}})
    desk.write(ERIKA, "Printer", "It burns.")
    assert desk.new_letters() == [f"acknowledged to {REPORTER}", "new_ticket to anna@example.com"]


def test_it_goes_to_nobody_in_his_place(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"ben": {"mute": ["new_message"]}}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter("ben@example.com", "new_ticket"), "#take", sender=BEN)
    desk.new_letters()
    desk.answer(desk.letter(REPORTER), "It still burns.", sender=ERIKA)
    assert desk.new_letters() == []


def test_whoever_loses_a_ticket_may_have_muted_that_too(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"ben": {"mute": ["status_changed"]}}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter("ben@example.com", "new_ticket"), "#take", sender=BEN)
    desk.new_letters()
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#take", sender=ANNA)
    assert desk.new_letters() == ["command_done to anna@example.com"]


def test_what_becomes_of_his_own_mails_is_never_muted(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"ben": {"mute": ["new_message", "assigned", "status_changed", "reminder"]}}})
    desk.write(ERIKA, "Printer", "It burns.")
    letter = desk.letter("ben@example.com", "new_ticket")
    desk.new_letters()
    desk.answer(letter, "#tkae", sender=BEN)
    assert desk.new_letters() == ["command_refused to ben@example.com"]


def test_what_else_is_said_reaches_him_by_its_own_letter(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"ben": {"mute": ["assigned"]}}})
    desk.write(ERIKA, "Printer", "It burns.")
    letter = desk.letter("anna@example.com", "new_ticket")
    desk.new_letters()
    desk.answer(letter, "#assign ben\nPlease call her.", sender=ANNA)
    assert desk.new_letters() == ["command_done to anna@example.com", "new_message to ben@example.com"]
