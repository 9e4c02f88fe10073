"""Limits of what mails do: commands, reopening, letters. What one of them stops is said, and stands in the history."""

from __future__ import annotations

import pytest

from tests.limits.shown import shows
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"


@shows("letter_size")
def test_a_letter_carries_so_many_bytes_of_files_and_names_the_others(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"letter_size": "1KiB"}})
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "See.", files={"fits.bin": b"x" * 1024}))
    assert list(desk.letter(ANNAS).files) == ["fits.bin"]
    desk.mail(Mail(ERIKA, SUPPORT, "Window", "See.", files={"large.bin": b"x" * 1025}))
    letter = desk.letter(ANNAS, "new_ticket")
    assert letter.files == {}
    assert "large.bin (1 kB, too large to come along)" in letter.text


@shows("reopen_per_day")
def test_a_ticket_is_reopened_so_often_in_a_day(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"reopen_per_day": 1}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "#resolve\nDear Erika, water.", sender=ANNA)
    desk.answer(desk.letter(REPORTER, "resolved"), "It burns again.", sender=ERIKA)
    assert desk.state()[0] == "in_progress"
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve", sender=ANNA)
    desk.answer(desk.letter(REPORTER, "resolved"), "And again it burns.", sender=ERIKA)
    assert (desk.state()[0], "not_reopened" in desk.actions()) == ("resolved", True)


@shows("commands_per_ticket")
def test_a_mail_has_so_many_commands_for_a_ticket(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"commands_per_ticket": 2}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "#priority high; take", sender=ANNA)
    assert (desk.ticket()["priority"], desk.ticket()["assignee"]) == ("high", "anna")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#priority low; assign ben; note So.", sender=ANNA)
    assert (desk.ticket()["priority"], desk.ticket()["assignee"]) == ("high", "anna")
    assert "more than 2 commands" in " ".join(desk.letter(ANNAS, "command_refused").text.split())


@shows("tickets_per_mail")
def test_a_mail_commands_so_many_tickets(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"tickets_per_mail": 2}})
    for subject in ("A", "B", "C"):
        desk.write(ERIKA, subject, "x")
    own = desk.letters(ANNAS, "new_ticket")[0]
    desk.answer(own, "#priority high\n#1002 priority high", sender=ANNA)
    desk.answer(own, "#priority low\n#1002 priority low\n#1003 priority low", sender=ANNA)
    assert [desk.ticket(number)["priority"] for number in (1001, 1002, 1003)] == ["high", "high", "normal"]
    assert "more than 2 tickets" in " ".join(desk.letter(ANNAS, "command_refused").text.split())


PLENTY = dict.fromkeys(
    (
        "per_mailbox_day_unproven",
        "per_domain_hour_unproven",
        "total_per_hour_unproven",
        "per_mailbox_minute",
        "per_mailbox_day",
        "total_per_hour",
    ),
    1000,
)
BUDGETS = {  # the first senders are within it, the last one is beyond; whether anybody vouches for them
    "per_mailbox_day_unproven": (("erika@a.example", "erika+x@a.example"), False, "unproven, to this mailbox in a day"),
    "per_domain_hour_unproven": (("a@x.example", "b@sub.x.example"), False, "unproven, to this domain in an hour"),
    "total_per_hour_unproven": (("a@a.example", "b@b.example"), False, "unproven, in all in an hour"),
    "per_mailbox_minute": (("erika@a.example", "erika@a.example"), True, "to this mailbox in a minute"),
    "per_mailbox_day": (("erika@a.example", "erika@a.example"), True, "to this mailbox in a day"),
    "total_per_hour": (("a@a.example", "b@b.example"), True, "in all in an hour"),
}


@shows(*BUDGETS)
@pytest.mark.parametrize("key", BUDGETS)
def test_so_many_acknowledgements_leave(desk_with: DeskWith, key: str) -> None:
    senders, vouched, words = BUDGETS[key]
    desk = desk_with({"limits": {"acknowledgements": {**PLENTY, key: 1}}, "letters": {"new_ticket": []}})
    for number, sender in enumerate(senders):
        desk.mail(Mail(sender, SUPPORT, f"Trouble {number}"), vouched=vouched)
    assert [letter.to for letter in desk.relay.letters] == [senders[0]]
    assert _why_silent(desk, 1002) == f"budget used up: 1 {words}"


def _why_silent(desk: World, ticket: int) -> str:
    events = desk.ticket(ticket)["events"]
    found: str = next(event["detail"]["why"] for event in events if event["action"] == "suppressed")
    return found
