"""`#undo`: the last mail with commands of this agent on this ticket, whatever they were, within seven days."""

from __future__ import annotations

import pytest

from tests.stories.answering import says
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.follows import follow, renamed, retired
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS, BENS, ERIKAS = "anna@example.com", "ben@example.com", "erika@customer.example"
PASSING = ("updated_at", "events", "letters", "mails", "messages", "first_response_at", "times")
"""What goes on: it changed now, and the history says so."""
GROUPS = {
    "network": {"name": "Network team", "members": ["anna", "ben"], "coordinator": "cleo"},
    "office": {"name": "Office team", "members": ["cleo"]},
}


@pytest.fixture
def bens(desk_with: DeskWith) -> World:
    """Ben works on the first ticket of two; Cleo coordinates."""
    desk = desk_with({"groups": GROUPS, "second_level": {"group": "office"}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.write(ERIKA, "Printer", "Still.")
    desk.answer(desk.letters(BENS, "new_ticket")[0], "#take", sender=BEN)
    desk.answer(
        desk.letters(BENS, "new_ticket")[0], "#tag old; phone 110; wanted +9d\n#cc max@reader.example", sender=BEN
    )
    desk.new_letters()
    return desk


def as_it_is(desk: World, number: int = 1001) -> Json:
    return {name: value for name, value in desk.ticket(number).items() if name not in PASSING}


COMMANDS = [
    *["#take", "#assign cleo", "#assign office", "#unassign", "#priority high", "#kind incident", "#category rooms"],
    *["#tag +new -old", "#channel email; time 45m", "#phone 112", "#company Krause", "#department Sales"],
    *[
        "#from mia@else.example",
        "#customer Max <max@m.example>, 089 12, Muster AG",
        "#cc +a@b.example -max@reader.example",
    ],
    *["#conceal", "#link 1002", "#same 1002", "#merge 1002", "#spam", "#close", "#resolve\nDone.", "#question\nWhich?"],
    *["#due +3d", "#wanted +5d", "#wait until +3d", "#snooze +3d", "#level 2", "#coordinator anna", "#watch"],
    *["#take; close", "#resolve\nDone.\n\n#tag x; priority low", "#reveal; take; answer\nI am on it."],
]


@pytest.mark.parametrize("commands", COMMANDS)
def test_everything_a_mail_changed_is_as_before(bens: World, commands: str) -> None:
    before = as_it_is(bens), as_it_is(bens, 1002)
    says(bens, commands)
    assert (as_it_is(bens), as_it_is(bens, 1002)) != before, bens.letter(ANNAS).text
    answered = bens.letter(ANNAS, "command_done")
    bens.answer(answered, "#undo", sender=ANNA)
    assert bens.letter(ANNAS).header("X-Mailgate-Letter") == "command_done", bens.letter(ANNAS).text
    assert (as_it_is(bens), as_it_is(bens, 1002)) == before


@pytest.mark.parametrize("word", ["#undo", "#rückgängig", "#RUECKGAENGIG"])
def test_the_letter_names_what_is_as_before_and_the_history_who_did_it(bens: World, word: str) -> None:
    says(bens, "#take; priority high")
    assert "#1001 is as before: handled by: Ben Beck; priority: normal." in says(bens, word)
    event = next(each for each in bens.ticket()["events"] if each["action"] == "undo")
    assert (event["actor"], event["detail"]["commands"]) == ("agent:anna", ["#take; priority high"])


def test_whoever_was_told_of_it_is_told_that_it_is_taken_back(bens: World) -> None:
    says(bens, "#assign cleo")
    bens.new_letters()
    says(bens, "#undo")
    told = [
        "command_done to anna@example.com",
        "status_changed to ben@example.com",
        "status_changed to cleo@example.com",
    ]
    assert bens.new_letters() == told
    assert "Anna Alt hat bei #1001 zurückgenommen: #zuweisen cleo" in " ".join(bens.letter(BENS).text.split())
    cleos = " ".join(bens.letter("cleo@example.com").text.split())
    assert "Anna Alt has taken back what was done on #1001: #assign cleo" in cleos


def test_only_the_last_mail_with_commands_counts_and_plain_answers_are_none(bens: World) -> None:
    says(bens, "#priority high")
    says(bens, "#tag x")
    says(bens, "Dear Erika, we are coming.")
    says(bens, "#undo")
    ticket = bens.ticket()
    assert (ticket["priority"], ticket["tags"]) == ("high", ["old"])


def test_each_agent_takes_back_only_what_is_his(bens: World) -> None:
    says(bens, "#priority high")
    says(bens, "#undo", BEN)
    assert (bens.ticket()["priority"], bens.ticket()["tags"]) == ("high", [])


def test_a_second_undo_takes_nothing_more_back(bens: World) -> None:
    says(bens, "#priority high")
    says(bens, "#tag x")
    says(bens, "#undo")
    assert "The last mail with commands on #1001 is taken back already: #tag x." in says(bens, "#undo")
    assert bens.ticket()["priority"] == "high"


def test_there_has_to_be_one_and_not_older_than_a_week(bens: World) -> None:
    assert "There is no mail with commands on #1001 to take back." in says(bens, "#undo")
    says(bens, "#priority high")
    bens.later(days=8)
    assert "is older than 7 days" in says(bens, "#undo")
    assert bens.ticket()["priority"] == "high"


@pytest.mark.parametrize(
    ("done", "since", "why"),
    [
        ("#priority high; tag x", "#priority low", "Ben Beck has changed this on #1001 since: priority."),
        ("#phone 112", "#phone 113", "Ben Beck has changed this on #1001 since: data beside the ticket."),
        ("#close", "#reopen", "Ben Beck has changed this on #1001 since: status."),
    ],
)
def test_what_somebody_else_has_changed_since_stays_and_so_does_the_rest(
    bens: World, done: str, since: str, why: str
) -> None:
    says(bens, done)
    says(bens, since, BEN)
    before = as_it_is(bens)
    assert f"{why} So nothing was taken back." in says(bens, "#undo")
    assert as_it_is(bens) == before


def test_the_reporters_answer_to_a_question_is_not_undone_over_her_head(bens: World) -> None:
    says(bens, "#question\nWhich printer?")
    bens.answer(bens.letter(ERIKAS, "question"), "The red one.", sender=ERIKA)
    assert "Erika Krause has changed this on #1001 since: status." in says(bens, "#undo")


def test_what_another_field_has_become_since_is_left_alone(bens: World) -> None:
    says(bens, "#priority high")
    says(bens, "#tag x", BEN)
    says(bens, "#undo")
    assert (bens.ticket()["priority"], bens.ticket()["tags"]) == ("normal", ["old", "x"])


# -- what others take part in ------------------------------------------------------------------------------------------


def test_a_statement_asked_for_is_not_waited_for_any_more(bens: World) -> None:
    says(bens, "#ask expert@elsewhere.example by +3d\nWhat do you think?")
    assert [each["state"] for each in bens.ticket()["statements"]] == ["asked"]
    told = says(bens, "#undo")
    assert [each["state"] for each in bens.ticket()["statements"]] == ["withdrawn"]
    assert "Mail to expert@elsewhere.example has left and can not come back." in told


def test_parts_that_nobody_has_begun_with_are_closed_and_their_handlers_told(bens: World) -> None:
    before = as_it_is(bens)
    says(bens, "#split\n#part ben\nThe power?\n#part cleo\nThe paper?")
    assert len(bens.ticket()["children"]) == 2
    bens.new_letters()
    assert "The part #1003 is closed; whoever had it is told." in says(bens, "#undo")
    told = [
        "command_done to anna@example.com",
        "status_changed to ben@example.com",
        "status_changed to cleo@example.com",
    ]
    assert bens.new_letters() == told
    assert as_it_is(bens) == before
    assert [bens.ticket(number)["status"] for number in (1003, 1004)] == ["closed", "closed"]


def test_a_part_that_somebody_works_on_is_not_taken_back_over_his_head(bens: World) -> None:
    says(bens, "#split\n#part ben\nThe power?\n#part cleo\nThe paper?")
    bens.answer(bens.letter(BENS, "assigned"), "#accept", sender=BEN)
    assert "Ben Beck has changed this on #1003 since: status. So nothing was taken back." in says(bens, "#undo")
    assert len(bens.ticket()["children"]) == 2


# -- what has left -----------------------------------------------------------------------------------------------------


def test_what_has_left_can_not_come_back_and_the_letter_says_so(bens: World) -> None:
    says(bens, "#resolve\nWe put it out.")
    told = says(bens, "#undo")
    assert "Mail to Erika Krause, max@reader.example has left and can not come back." in told
    assert bens.state() == ("in_progress", "ben")
    assert bens.ticket()["first_response_at"]


def test_a_mail_that_only_said_something_can_not_be_taken_back(bens: World) -> None:
    says(bens, "#note She called.")
    told = says(bens, "#undo")
    assert "Nothing of the last mail with commands on #1001 can be taken back. The note stays where it is." in told
    assert bens.new_letters()[-1] == "new_message to ben@example.com"


def test_what_waits_for_the_relay_never_leaves(bens: World) -> None:
    bens.relay.defer(ERIKAS)
    bens.relay.defer("max@reader.example")
    says(bens, "#resolve\nWe put it out.")
    told = says(bens, "#undo")
    assert "Mail to Erika Krause, max@reader.example was stopped before it left." in told
    assert not bens.letters(ERIKAS, "resolved")
    said = next(each for each in bens.ticket()["messages"] if each["purpose"] == "solution")
    assert (said["public"], said["remark"]) == (False, "Anna Alt stopped it before it left.")
    assert bens.ticket()["first_response_at"] is None
    assert [each["state"] for each in bens.ticket()["letters"] if each["template"] == "resolved"] == ["cancelled"] * 2


# -- how it is written -------------------------------------------------------------------------------------------------


def test_it_stands_alone(bens: World) -> None:
    says(bens, "#priority high")
    assert "#undo stands alone: it takes back another mail, not this one." in says(bens, "#undo; tag x")
    assert (bens.ticket()["priority"], bens.ticket()["tags"]) == ("high", ["old"])


def test_nothing_is_taken_back_without_proof(bens: World) -> None:
    says(bens, "#priority high")
    bens.answer(bens.letter(ANNAS), "#undo", sender=ANNA, stranger=True)
    assert bens.ticket()["priority"] == "high"
    bens.answer(bens.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert bens.ticket()["priority"] == "normal"


def test_what_a_yes_carried_out_can_be_taken_back_too(bens: World) -> None:
    bens.answer(bens.letters(ANNAS, "new_ticket")[0], "#priority high", sender=ANNA, stranger=True)
    bens.answer(bens.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    says(bens, "#undo")
    assert bens.ticket()["priority"] == "normal"


def test_commands_for_several_tickets_are_taken_back_ticket_by_ticket(bens: World) -> None:
    says(bens, "#priority high\n#1002 priority low")
    says(bens, "#1002 undo")
    assert (bens.ticket(1001)["priority"], bens.ticket(1002)["priority"]) == ("high", "normal")


# -- names that changed since ------------------------------------------------------------------------------------------


def test_what_is_called_otherwise_by_now_comes_back_under_its_new_name(bens: World) -> None:
    says(bens, "#category rooms", BEN)
    says(bens, "#category network")
    follow(bens, categories=renamed("categories", "rooms", "offices"))
    says(bens, "#undo")
    assert bens.ticket()["category"] == "offices"


def test_who_is_not_at_work_any_more_does_not_get_it_back(bens: World) -> None:
    says(bens, "#take")
    follow(bens, people=retired("agents", "ben"))
    says(bens, "#undo")
    assert bens.state() == ("new", None)
