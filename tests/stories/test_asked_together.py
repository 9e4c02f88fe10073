"""The first unproven mail of an hour is asked about at once, further ones of that hour in one letter at its end."""

from __future__ import annotations

from typing import Any

import pytest

from mailgate.desk import kept
from tests.cli.terminal import terminal_of
from tests.stories.asking import hours_end, links, not_sent, tap
from tests.stories.world import ANNA, BEN, ERIKA, MALLORY, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"
YES, ALL = "Yes, do it", "Yes, do all"


@pytest.fixture
def two(desk: World) -> World:
    """Erika has two tickets; Anna has a letter about each."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.write(ERIKA, "VPN is slow", "It crawls.")
    desk.new_letters()
    return desk


@pytest.fixture
def collected(two: World) -> World:
    """She was asked about the first mail at 10:00; two more came by 10:20, and the hour is over."""
    unproven(two, 1001, "#take")
    two.later(minutes=10)
    unproven(two, 1001, "Dear Erika, water.", files={"plan.pdf": b"%PDF"})
    two.later(minutes=10)
    unproven(two, 1002, "#close")
    assert two.new_letters() == ["confirm to anna@example.com"]
    assert hours_end(two, minutes=40) == ["confirm to anna@example.com"]
    return two


def unproven(desk: World, number: int, text: str, *, sender: str = ANNA, **changed: Any) -> None:
    """Anna answers her letter about that ticket from a place where nobody vouches for her."""
    mailbox = sender.partition("<")[2].strip(">")
    letter = next(each for each in desk.letters(mailbox, "new_ticket") if f"[#{number}]" in each.header("Subject"))
    desk.answer(letter, text, sender=sender, stranger=True, **changed)


def yes(desk: World, text: str = "#yes", *, sender: str = ANNA) -> None:
    desk.answer(desk.letter(ANNAS, "confirm"), text, sender=sender)


def replies(desk: World) -> int:
    return len(desk.letters(REPORTER, "reply"))


def test_the_first_of_an_hour_is_asked_about_at_once_and_the_others_wait(two: World) -> None:
    unproven(two, 1001, "#take")
    unproven(two, 1001, "Dear Erika, water.")
    unproven(two, 1002, "#close")
    assert two.new_letters() == ["confirm to anna@example.com"]
    assert hours_end(two, minutes=59) == []
    assert hours_end(two, minutes=1) == ["confirm to anna@example.com"]
    assert hours_end(two, minutes=1) == []


def test_the_letter_names_each_with_its_ticket_its_words_and_its_files(collected: World) -> None:
    letter = collected.letter(ANNAS, "confirm")
    text = " ".join(letter.text.split())
    assert text.index("1001 · Printer on fire") < text.index("Send your words to Erika Krause.")
    assert text.index("Dear Erika, water.") < text.index("1002 · VPN is slow")
    assert "Carry out on #1002: #close" in text
    assert "plan.pdf" in text
    assert "Monday, 23 November 2026, 10:10" in text
    assert "#take" not in text, "it was asked about before"


def test_one_yes_does_all_of_them_once(collected: World) -> None:
    yes(collected)
    assert collected.new_letters() == [
        "command_done to anna@example.com",
        "reply to erika@customer.example",
        "status_changed to ben@example.com",
    ]
    assert collected.state(1001) == ("in_progress", "anna")
    assert collected.state(1002)[0] == "closed"
    assert collected.letter(REPORTER, "reply").files == {"plan.pdf": b"%PDF"}
    yes(collected)
    assert replies(collected) == 1
    assert "There is nothing (more)" in collected.letter(ANNAS, "command_refused").text


def test_command_done_names_the_effects_of_all(collected: World) -> None:
    yes(collected)
    assert "#1002 is closed." in collected.letter(ANNAS, "command_done").text


def test_a_tap_does_one_of_them_and_the_others_still_wait(collected: World) -> None:
    letter = collected.letter(ANNAS, "confirm")
    tap(collected, letter, YES, 1, sender=ANNA)
    assert (collected.state(1002)[0], replies(collected)) == ("closed", 0)
    tap(collected, letter, YES, 1, sender=ANNA)
    assert replies(collected) == 0
    yes(collected)
    assert (replies(collected), collected.state(1001)[0]) == (1, "in_progress")


@pytest.mark.parametrize("sender", [BEN, MALLORY, ERIKA])
def test_nobody_else_can_tap(collected: World, sender: str) -> None:
    letter = collected.letter(ANNAS, "confirm")
    for label, number in ((YES, 0), (YES, 1), (ALL, 0)):
        tap(collected, letter, label, number, sender=sender)
    assert (replies(collected), collected.state(1001), collected.state(1002)) == (0, ("new", None), ("new", None))


def test_one_can_be_thrown_away_and_the_rest_done(collected: World) -> None:
    letter = collected.letter(ANNAS, "confirm")
    tap(collected, letter, "No, throw it away", 0, sender=ANNA)
    yes(collected)
    assert (replies(collected), collected.state(1002)[0]) == (0, "closed")


def test_drop_throws_all_away(collected: World) -> None:
    yes(collected, "#drop")
    assert "2 kept mails of yours were thrown away." in collected.letter(ANNAS, "command_done").text
    yes(collected)
    assert (replies(collected), collected.state(1002)) == (0, ("new", None))


@pytest.mark.parametrize(("hours", "sent"), [(23.9, 1), (24.1, 0)])
def test_the_day_begins_with_the_letter_that_asks(collected: World, hours: float, sent: int) -> None:
    collected.later(hours=hours)
    yes(collected)
    assert replies(collected) == sent


def test_what_has_become_impossible_is_refused_and_the_rest_is_done(collected: World) -> None:
    closing = next(each for each in collected.letters(ANNAS, "new_ticket") if "[#1002]" in each.header("Subject"))
    collected.answer(closing, "#close", sender=ANNA)
    collected.new_letters()
    yes(collected)
    both = ["command_done to anna@example.com", "command_refused to anna@example.com"]
    assert collected.new_letters() == [*both, "reply to erika@customer.example"]
    assert "closed already" in " ".join(collected.letter(ANNAS, "command_refused").text.split())


def test_rights_are_checked_again_when_it_is_done(collected: World) -> None:
    bens = next(
        each for each in collected.letters("ben@example.com", "new_ticket") if "[#1002]" in each.header("Subject")
    )
    collected.answer(bens, "#category rooms", sender=BEN)
    collected.new_letters()
    yes(collected)
    assert collected.state(1002)[0] == "new"
    refused = collected.letter(ANNAS, "command_refused")
    assert "There is no #1002 for you." in refused.text
    assert "VPN is slow" not in refused.text.partition("On Mon")[0]


def test_words_beside_several_are_refused_and_nothing_is_lost(collected: World) -> None:
    yes(collected, "Yes please.")
    assert replies(collected) == 0
    collected.answer(collected.letter(ANNAS, "command_refused"), "#yes", sender=ANNA)
    assert (replies(collected), collected.state(1002)[0]) == (1, "closed")
    yes(collected)
    assert replies(collected) == 1


def test_commands_for_several_are_refused_in_words(collected: World) -> None:
    yes(collected, "#note")
    assert "These are several mails" in " ".join(collected.letter(ANNAS, "command_refused").text.split())


def test_after_the_hour_the_next_is_asked_about_at_once_again(collected: World) -> None:
    unproven(collected, 1002, "#priority high")
    assert collected.new_letters() == ["confirm to anna@example.com"]


def test_only_one_had_to_wait_and_its_letter_looks_like_any(two: World) -> None:
    unproven(two, 1001, "#take")
    unproven(two, 1002, "Dear Erika, patience.")
    hours_end(two, hours=1)
    letter = two.letter(ANNAS, "confirm")
    assert letter.header("Subject") == "Re: [#1002] VPN is slow"
    assert "Is this from you?" in letter.text
    yes(two)
    assert (replies(two), two.state(1001)) == (1, ("new", None))


def test_each_agent_has_an_hour_of_his_own(two: World) -> None:
    unproven(two, 1001, "#take")
    unproven(two, 1001, "#nehmen\n#übernehmen", sender=BEN)
    unproven(two, 1002, "#übernehmen", sender=BEN)
    assert two.new_letters() == [
        "command_refused to ben@example.com",
        "confirm to anna@example.com",
        "confirm to ben@example.com",
    ]


def test_one_mail_for_several_tickets_is_asked_about_in_one_letter(two: World) -> None:
    unproven(two, 1001, "#take\n#1002 take")
    assert two.new_letters() == ["confirm to anna@example.com"]
    assert len(links(two.letter(ANNAS), YES)) == 2
    yes(two)
    assert (two.state(1001), two.state(1002)) == (("in_progress", "anna"), ("in_progress", "anna"))


def test_a_flood_is_asked_about_in_letters_of_fifty(two: World) -> None:
    for number in range(54):
        unproven(two, 1001, f"#note\nIt is number {number}.\n#take")
    two.new_letters()
    assert hours_end(two, hours=1) == ["confirm to anna@example.com"]
    assert len(links(two.letter(ANNAS, "confirm"), YES)) == 50
    assert hours_end(two, hours=1) == ["confirm to anna@example.com"]
    assert len(links(two.letter(ANNAS, "confirm"), YES)) == 3


def test_what_waits_is_no_letter_that_waits(two: World) -> None:
    unproven(two, 1001, "#take")
    unproven(two, 1002, "#take")
    assert [letter["state"] for letter in two.ticket(1002)["letters"]] == ["sent"] * len(two.ticket(1002)["letters"])


def test_a_daemon_that_was_down_asks_when_it_is_back(two: World) -> None:
    unproven(two, 1001, "#take")
    unproven(two, 1002, "#take")
    two.new_letters()
    assert hours_end(two, days=3) == ["confirm to anna@example.com"]
    yes(two)
    assert two.state(1002) == ("in_progress", "anna")


def test_a_german_agent_reads_and_taps_german(two: World) -> None:
    unproven(two, 1001, "#übernehmen", sender=BEN)
    unproven(two, 1001, "Guten Tag, hier ist Wasser.", sender=BEN)
    unproven(two, 1002, "#schließen", sender=BEN)
    hours_end(two, hours=1)
    letter = two.letter("ben@example.com", "confirm")
    assert "Ist das alles von Ihnen?" in letter.text
    tap(two, letter, "Ja, alle ausführen", 0, sender=BEN)
    assert (replies(two), two.state(1002)[0]) == (1, "closed")


def test_without_subaddresses_the_token_of_each_stands_in_the_subject(desk: World) -> None:
    for subject in ("A", "B"):
        desk.write(ERIKA, subject, "x", to="plain@example.com")
    for text in ("#take", "#take\n#priority high", "#close"):
        desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=ANNA, stranger=True)
    hours_end(desk, hours=1)
    tap(desk, desk.letter(ANNAS, "confirm"), YES, 1, sender=ANNA)
    assert (desk.state(1002)[0], desk.ticket(1002)["priority"]) == ("closed", "normal")


# -- what the ticket says of it ----------------------------------------------------------------------------------------


def test_the_ticket_says_that_the_answer_was_not_sent_until_it_is_done(two: World) -> None:
    unproven(two, 1001, "Dear Erika, water.")
    assert not_sent(two) == ["answer not sent: Dear Erika, water."]
    yes(two)
    assert not_sent(two) == []


def test_ticket_says_so_to_people(two: World) -> None:
    unproven(two, 1001, "Dear Erika, water.")
    unproven(two, 1001, "Dear Erika, more water.")
    said = terminal_of(two)("ticket", "1001").out
    assert "answer not sent: M-3 of anna, asked by L-7, #yes counts until 2026-11-24T10:00" in said
    assert "answer not sent: M-4 of anna, still to be asked, #yes counts until 2026-11-24T11:00" in said
    yes(two)
    assert "M-3 of anna" not in terminal_of(two)("ticket", "1001").out


def test_or_thrown_away(two: World) -> None:
    unproven(two, 1001, "Dear Erika, water.")
    yes(two, "#drop")
    assert not_sent(two) == []


def test_also_while_it_waits_to_be_asked_about(two: World) -> None:
    unproven(two, 1002, "#take")
    unproven(two, 1001, "Dear Erika, water.")
    assert two.ticket(1001)["not_sent"][0]["letter"] is None
    hours_end(two, hours=1)
    assert two.ticket(1001)["not_sent"][0]["letter"] is not None
    assert not_sent(two, 1002) == ["commands not carried out: ['#take']"]


def test_and_when_it_is_too_late_for_a_yes_drop_still_ends_it(two: World) -> None:
    unproven(two, 1001, "Dear Erika, water.")
    two.later(days=20)
    forget(two)
    yes(two)
    assert not_sent(two) == ["answer not sent: Dear Erika, water."]
    yes(two, "#drop")
    assert not_sent(two) == []


def test_a_yes_that_came_to_nothing_leaves_it_unsent(two: World) -> None:
    unproven(two, 1001, "#question\nDear Erika, which one?")
    two.answer(two.letters("ben@example.com", "new_ticket")[0], "#close", sender=BEN)
    yes(two)
    assert not_sent(two) == ["answer not sent: Dear Erika, which one?"]


def test_a_closed_ticket_forgets_it_after_its_time(two: World) -> None:
    unproven(two, 1001, "Dear Erika, water.")
    two.answer(two.letters("ben@example.com", "new_ticket")[0], "#close", sender=BEN)
    two.later(days=2)
    forget(two)
    assert not_sent(two) == []


def test_a_command_for_another_ticket_stands_on_that_ticket(two: World) -> None:
    unproven(two, 1001, "#1002 note She called.\n#1002 take")
    assert (not_sent(two, 1001), len(not_sent(two, 1002))) == ([], 1)


def test_an_agent_who_left_meanwhile_is_not_asked(two: World) -> None:
    unproven(two, 1001, "#take")
    unproven(two, 1002, "#close")
    two.new_letters()
    gone = two.settings.agents["anna"].model_copy(update={"active": False})
    two.settings = two.settings.model_copy(update={"agents": {**two.settings.agents, "anna": gone}})
    assert hours_end(two, hours=1) == []
    assert not_sent(two, 1002) == []


def forget(desk: World) -> None:
    """The job that forgets what is past its time."""
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        kept.forget_expired(tx)
