"""`#link #same #merge #spam`: tickets that have to do with each other, and one that has nothing to do with us."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS = "anna@example.com", "ben@example.com"
MIA = "Mia Mai <mia@else.example>"
MIAS, ERIKAS = "mia@else.example", "erika@customer.example"


@pytest.fixture
def three(desk: World) -> World:
    """Two tickets of Erika, one of Mia; Ben works on the first."""
    desk.write(ERIKA, "No network", "Nothing works.")
    desk.write(ERIKA, "No network at all", "Since nine.")
    desk.write(MIA, "Network?", "It is gone.")
    desk.answer(about(desk, 1001, BENS), "#take", sender=BEN)
    desk.new_letters()
    return desk


def about(desk: World, number: int, to: str = ANNAS) -> Received:
    """The letter that told of the new ticket."""
    return next(each for each in desk.letters(to, "new_ticket") if f"[#{number}]" in each.header("Subject"))


def says(desk: World, number: int, text: str, sender: str = ANNA, to: str = ANNAS) -> str:
    """An agent answers the letter about a ticket; returns what he is told."""
    desk.answer(about(desk, number, to), text, sender=sender)
    told = [
        each for each in desk.letters(to) if each.header("X-Mailgate-Letter") in ("command_done", "command_refused")
    ]
    return " ".join(told[-1].text.split())


def links(desk: World, number: int) -> list[tuple[str, int]]:
    return [(each["kind"], each["number"]) for each in desk.ticket(number)["links"]]


# -- link --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["#link 1003", "#verknüpfen #1003", "#link [#1003]"])
def test_linked_tickets_name_each_other(three: World, command: str) -> None:
    assert "#1001 and #1003 are linked. To undo: #link -1003" in says(three, 1001, command)
    assert (links(three, 1001), links(three, 1003)) == ([("related", 1003)], [("related", 1001)])
    assert three.new_letters() == ["command_done to anna@example.com"]
    three.answer(three.letter(ANNAS), "#link -1003", sender=ANNA)
    assert (links(three, 1001), links(three, 1003)) == ([], [])
    assert [each for each in three.actions(1003) if "linked" in each] == ["linked", "unlinked"]


@pytest.mark.parametrize("command", ["#link", "#same", "#merge"])
def test_an_unknown_number_and_one_of_others_answer_the_same(three: World, command: str) -> None:
    says(three, 1003, "#category rooms")
    before = three.ticket(1003)["events"]
    unseen, unknown = says(three, 1001, f"{command} 1003"), says(three, 1001, f"{command} 4711")
    assert "There is no #1003 for you." in unseen
    assert "There is no #4711 for you." in unknown
    assert three.ticket(1003)["events"] == before


@pytest.mark.parametrize("command", ["#link", "#same", "#merge"])
def test_who_may_only_read_the_other_ticket_can_not_tie_to_it(desk_with: DeskWith, command: str) -> None:
    desk = desk_with({"agents": {"cleo": {"name": "Cleo Chen", "email": "cleo@example.com", "sees": "all"}}})
    desk.write(ERIKA, "Window", "Cold.")
    desk.write(ERIKA, "Network", "Gone.")
    desk.answer(desk.letters(ANNAS)[0], "#category rooms", sender=ANNA)
    desk.answer(desk.letter("cleo@example.com"), f"{command} 1002", sender=CLEO)
    assert "You may read #1002, but not act on it" in " ".join(desk.letter("cleo@example.com").text.split())
    assert links(desk, 1002) == []


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("#link 1001", "That is #1001 itself."),
        ("#link -1002", "#1001 is not tied to #1002 in this way."),
        ("#link Printer", "'Printer' is no number of a ticket; write it like 1042."),
        ("#merge -1002", "A merge is taken back with #undo."),
    ],
)
def test_what_can_not_be_tied_is_said_in_words(three: World, command: str, why: str) -> None:
    assert why in says(three, 1001, command)
    assert links(three, 1001) == []


# -- the same cause ----------------------------------------------------------------------------------------------------


def test_what_has_the_same_cause_is_resolved_with_the_other_by_a_letter_of_its_own(three: World) -> None:
    done = says(three, 1003, "#take; same 1001")
    assert "#1003 has the same cause as #1001 and is resolved with it. To undo: #same -1001" in done
    assert three.new_letters() == ["command_done to anna@example.com", "status_changed to ben@example.com"]
    assert "Wer #1001 löst, löst beide" in " ".join(three.letter(BENS).text.split())
    resolved = says(three, 1001, "#gelöst\nLiebe Erika,\ndas Netz geht wieder.", BEN, BENS)
    assert "#1003 mit derselben Ursache ist auch gelöst; Mia Mai wurde benachrichtigt." in resolved
    assert "Rückgängig mit: #1003 wiedereröffnen" in resolved
    assert three.new_letters() == [
        "command_done to ben@example.com",
        "resolved to erika@customer.example",
        "resolved to mia@else.example",
        "status_changed to anna@example.com",
    ]
    assert (three.state(1001), three.state(1003)) == (("resolved", "ben"), ("resolved", "anna"))


def test_each_reporters_letter_is_about_her_own_ticket_and_greets_nobody_else(three: World) -> None:
    says(three, 1003, "#gleich 1001")
    says(three, 1001, "#resolve\nLiebe Erika,\ndas Netz geht wieder.", BEN, BENS)
    hers = three.letter(MIAS, "resolved")
    assert "[#1003]" in hers.header("Subject")
    assert "das Netz geht wieder." in hers.text
    assert "Erika" not in hers.text + hers.html
    assert "Liebe Erika" in three.letter(ERIKAS, "resolved").text
    assert three.ticket(1003)["solution"] == "das Netz geht wieder."


def test_who_has_two_of_them_gets_one_letter_that_names_both(three: World) -> None:
    says(three, 1002, "#same 1001")
    says(three, 1001, "#resolve\nLiebe Erika,\ndas Netz geht wieder.", BEN, BENS)
    assert three.new_letters().count("resolved to erika@customer.example") == 1
    letter, other = three.letter(ERIKAS, "resolved"), three.ticket(1002)
    assert f"Resolved with it: 1002 · {other['subject']}" in letter.text
    assert f"<b>1002</b> &middot; {other['subject']}" in letter.html
    assert (other["status"], other["solution"]) == ("resolved", "das Netz geht wieder.")
    assert other["messages"][-1]["purpose"] == "solution"
    assert other["messages"][-1]["letter"] == three.ticket(1001)["messages"][-1]["letter"]


def test_two_of_somebody_elses_are_one_letter_too(three: World) -> None:
    three.write(MIA, "The net again", "It is gone.")
    three.new_letters()
    says(three, 1003, "#same 1001")
    says(three, 1004, "#same 1001")
    says(three, 1001, "#resolve\nDas Netz geht wieder.", BEN, BENS)
    assert [each for each in three.new_letters() if "mia@" in each] == ["resolved to mia@else.example"]
    assert "1004 · The net again" in three.letter(MIAS, "resolved").text
    assert three.state(1004)[0] == "resolved"


def test_where_somebody_reads_along_each_has_its_own_letter(three: World) -> None:
    says(three, 1002, "#cc max@reader.example; same 1001")
    says(three, 1001, "#resolve\nDas Netz geht wieder.", BEN, BENS)
    assert three.new_letters().count("resolved to erika@customer.example") == 2
    assert three.letter("max@reader.example", "resolved")


def test_the_undo_of_a_resolution_opens_what_was_resolved_with_it(three: World) -> None:
    says(three, 1003, "#same 1001")
    says(three, 1001, "#resolve\nIt works again.", BEN, BENS)
    taken_back = says(three, 1001, "#undo", BEN, BENS)
    assert (three.state(1001), three.state(1003)) == (("in_progress", "ben"), ("new", None))
    assert "Mail an Erika Krause, Mia Mai ist schon hinausgegangen" in taken_back


def test_a_ticket_can_be_tied_to_one_cause_only_and_never_in_a_circle(three: World) -> None:
    says(three, 1003, "#same 1001")
    assert "#1003 is resolved with #1001 already." in says(three, 1003, "#same 1002")
    assert "#1003 is resolved with #1001 itself." in says(three, 1001, "#same 1003")
    says(three, 1003, "#same -1001")
    assert links(three, 1003) == []


def test_nothing_is_resolved_with_what_is_resolved_already(three: World) -> None:
    says(three, 1001, "#resolve\nDone.")
    assert "#1001 is resolved: it will not be resolved any more" in says(three, 1003, "#same 1001")


# -- merge -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["#merge 1001", "#zusammenführen #1001"])
def test_a_merged_ticket_lives_on_in_the_other_whose_handler_gets_its_words(three: World, command: str) -> None:
    done = says(three, 1002, command)
    assert "#1002 is merged into #1001: what comes for it goes there. To undo: #undo" in done
    assert three.state(1002) == ("merged", None)
    assert (links(three, 1001), links(three, 1002)) == ([("merged", 1002)], [("merged", 1001)])
    assert three.new_letters() == ["command_done to anna@example.com", "new_message to ben@example.com"]
    told = " ".join(three.letter(BENS).text.split())
    assert "Since nine." in told
    assert "Anna Alt hat #1002 mit #1001 zusammengeführt." in told


def test_words_beside_merge_are_a_note_that_the_handler_of_the_other_gets(three: World) -> None:
    says(three, 1002, "#merge 1001\nShe is impatient.")
    told = three.letter(BENS, "new_message").text
    assert told.index("She is impatient.") < told.index("Since nine.")
    assert not any("customer" in each for each in three.new_letters())
    assert three.message(1002)["purpose"] == "note"


def test_later_mail_on_the_merged_ticket_goes_to_the_other(three: World) -> None:
    says(three, 1002, "#merge 1001")
    acknowledged = next(each for each in three.letters(ERIKAS) if "[#1002]" in each.header("Subject"))
    mail = three.answer(acknowledged, "It is still down.", sender=ERIKA)
    assert three.mail_state(mail)["ticket"] == 1001
    assert "#1002 is merged into #1001" in three.decision(mail)["ticket"]["matched_by"]
    tagged = three.mail(Mail(ERIKA, SUPPORT, "Re: [#1002] No network at all", "And still."))
    assert three.mail_state(tagged)["ticket"] == 1001
    assert three.state(1002)[0] == "merged"


def test_an_agents_answer_to_a_letter_about_the_merged_ticket_goes_out_on_the_other(three: World) -> None:
    says(three, 1002, "#merge 1001")
    three.answer(about(three, 1002), "Dear Erika, we are on it.", sender=ANNA)
    assert three.message(1001)["new_text"] == "Dear Erika, we are on it."
    assert "[#1001]" in three.letter(ERIKAS, "reply").header("Subject")


def test_a_merged_ticket_is_final_but_for_undo(three: World) -> None:
    says(three, 1002, "#merge 1001")
    for command in ("priority high", "reopen", "note She called.", "tag x"):
        assert "#1002 is merged into another ticket and can not be changed" in says(three, 1001, f"#1002 {command}")
    done = three.letters(ANNAS, "command_done")[0]
    three.answer(done, "#undo", sender=ANNA)
    told = " ".join(three.letter(ANNAS).text.split())
    assert "#1002 is as before: status: new." in told
    assert "#1002 and #1001 have nothing to do with each other any more." in told
    assert (three.state(1002), links(three, 1001)) == (("new", None), [])


def test_a_merge_that_nothing_proved_is_taken_back_by_yes(three: World) -> None:
    says(three, 1002, "#merge 1001")
    done = three.letter(ANNAS, "command_done")
    three.answer(done, "#undo", sender=ANNA, stranger=True)
    assert three.state(1002)[0] == "merged"
    three.answer(three.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert three.state(1002)[0] == "new"


def test_after_a_merge_only_the_whole_mail_can_be_taken_back(three: World) -> None:
    done = says(three, 1002, "#tag vpn; merge 1001")
    assert "To undo: #tag" not in done
    assert done.count("To undo: #undo") == 2
    three.answer(three.letter(ANNAS, "command_done"), "#undo", sender=ANNA)
    assert (three.state(1002)[0], three.ticket(1002)["tags"]) == ("new", [])


def test_tickets_of_different_reporters_are_never_merged(three: World) -> None:
    why = says(three, 1003, "#merge 1001")
    assert "#1003 and #1001 have different reporters" in why
    assert "#same resolves them together" in why
    assert "body=%23same%201001" in why
    assert three.state(1003)[0] == "new"


def test_merging_into_a_merged_ticket_offers_where_that_lives_on(three: World) -> None:
    three.write(ERIKA, "Network again", "Hello?")
    says(three, 1002, "#merge 1001")
    refused = says(three, 1004, "#merge 1002")
    assert "#1002 is merged itself, into #1001." in refused
    assert "body=%23merge%201001" in refused


def test_who_reads_along_goes_along(three: World) -> None:
    says(three, 1002, "#cc max@reader.example")
    says(three, 1002, "#merge 1001")
    three.answer(about(three, 1001, BENS), "Liebe Erika, bald geht es.", sender=BEN)
    assert "reply to max@reader.example" in three.new_letters()


# -- spam --------------------------------------------------------------------------------------------------------------


def test_spam_is_closed_and_marked_and_nobody_outside_hears_of_it(desk_with: DeskWith) -> None:
    desk = desk_with({"letters": {"closed": ["reporter"]}})
    desk.write(MIA, "Buy this", "Cheap!")
    desk.answer(desk.letter(BENS), "#take", sender=BEN)
    desk.new_letters()
    done = says(desk, 1001, "#spam")
    assert "#1001 is marked as spam and closed; nobody outside is told. To undo: #undo" in done
    assert (desk.state()[0], desk.ticket()["tags"]) == ("closed", ["spam"])
    assert desk.new_letters() == ["command_done to anna@example.com", "status_changed to ben@example.com"]
    assert "Anna Alt hat #1001 als Spam vermerkt." in desk.letter(BENS).text
    says(desk, 1001, "#undo")
    assert (desk.state(), desk.ticket()["tags"]) == (("in_progress", "ben"), [])


def test_who_may_not_see_the_other_any_more_is_not_told_of_it_and_its_group_is(three: World) -> None:
    says(three, 1003, "#same 1002")
    says(three, 1003, "#category rooms; assign office")
    three.new_letters()
    done = says(three, 1002, "#resolve\nThe switch was replaced.")
    assert three.state(1003)[0] == "resolved"
    assert "1003" not in done
    assert {"resolved to mia@else.example", "status_changed to cleo@example.com"} <= set(three.new_letters())


def test_a_short_answer_behind_the_greeting_reaches_everybody(three: World) -> None:
    says(three, 1003, "#same 1002")
    says(three, 1002, "#resolve\n\nHi Erika, Done.")
    assert "Done." in three.letter(MIAS, "resolved").text
