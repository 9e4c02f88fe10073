"""`#take` and `#assign`: whose ticket it is then, and who is told. The one who acts never is."""

from __future__ import annotations

import pytest

from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

OTHERS = ("reply", "question", "resolved")


@pytest.mark.parametrize("command", ["#take", "#übernehmen", "#UEBERNEHMEN", "#Take.", "#u\u0308bernehmen"])
def test_taking_makes_it_mine_and_tells_nobody_else(new: World, command: str) -> None:
    new.answer(new.letter("anna@example.com"), command, sender=ANNA)
    assert new.state() == ("in_progress", "anna")
    assert new.new_letters() == ["command_done to anna@example.com"]
    assert "#1001 is yours." in new.letter("anna@example.com").text
    ticket = new.ticket()
    assert (ticket["accepted_at"], ticket["first_response_at"]) == ("2026-11-23T09:00:00.000000Z", None)
    assert [event["actor"] for event in ticket["events"] if event["action"] == "take"] == ["agent:anna"]


def test_taking_from_a_colleague_tells_him_in_his_language(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "#take", sender=ANNA)
    assert bens.new_letters() == ["command_done to anna@example.com", "status_changed to ben@example.com"]
    assert "Anna Alt hat #1001 übernommen." in bens.letter("ben@example.com").text
    assert "#assign ben" in bens.letter("anna@example.com").text


def test_the_undo_that_command_done_names_undoes_it(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "#take", sender=ANNA)
    bens.answer(bens.letter("anna@example.com", "command_done"), "#assign ben", sender=ANNA)
    assert bens.state() == ("assigned", "ben")


def test_words_beside_take_go_to_the_reporter(new: World) -> None:
    new.answer(new.letter("anna@example.com"), "#take\nDear Erika,\nI am on my way.", sender=ANNA)
    assert new.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]
    assert new.ticket()["first_response_at"]


@pytest.mark.parametrize(
    "who", ["ben", "Ben Beck", "BECK", "ben@example.com", "ben@example.com<mailto:ben@example.com>"]
)
def test_assigning_tells_the_new_assignee_alone(new: World, who: str) -> None:
    new.answer(new.letter("anna@example.com"), f"#assign {who}", sender=ANNA)
    assert new.state() == ("assigned", "ben")
    assert new.new_letters() == ["assigned to ben@example.com", "command_done to anna@example.com"]
    assert "It burns." in new.letter("ben@example.com", "assigned").text


def test_words_beside_assign_are_a_note_for_whoever_is_next(new: World) -> None:
    new.answer(new.letter("anna@example.com"), "#zuweisen ben\nShe is a friend of the director.", sender=ANNA)
    assigned = new.letter("ben@example.com", "assigned").text
    assert assigned.index("She is a friend") < assigned.index("It burns.")
    assert (new.message()["purpose"], new.message()["public"]) == ("note", False)
    assert not any(template in each for each in new.new_letters() for template in OTHERS)
    assert new.ticket()["first_response_at"] is None


def test_with_answer_beside_it_the_words_go_to_the_reporter_all_the_same(new: World) -> None:
    new.answer(new.letter("anna@example.com"), "#assign ben; answer\nDear Erika, Ben will come.", sender=ANNA)
    assert new.new_letters() == [
        "assigned to ben@example.com",
        "command_done to anna@example.com",
        "reply to erika@customer.example",
    ]
    assert new.state() == ("assigned", "ben")


def test_assigning_away_from_a_colleague_tells_him_too(bens: World) -> None:
    bens.write(ERIKA, "Window", "Cold.")
    bens.answer(bens.letter("anna@example.com"), "#1001 assign cleo", sender=ANNA)
    told = bens.new_letters()
    assert "assigned to cleo@example.com" in told
    assert "status_changed to ben@example.com" in told


def test_assigning_to_a_group_tells_its_members_what_it_is_about(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#assign office\nYours, I think.", sender=BEN)
    ticket = bens.ticket()
    assert (ticket["status"], ticket["assignee"], ticket["group"]) == ("new", None, "office")
    assert bens.new_letters() == ["command_done to ben@example.com", "new_ticket to cleo@example.com"]
    text = bens.letter("cleo@example.com").text
    assert "Yours, I think." in text
    assert "It burns." in text


def test_the_files_of_the_reporter_reach_the_new_assignee(new: World) -> None:
    new.mail(Mail(ERIKA, "support@example.com", "Photo", "See here.", files={"fire.jpg": b"\xff\xd8fire"}))
    new.answer(new.letter("anna@example.com"), "#assign ben", sender=ANNA)
    assert new.letter("ben@example.com", "assigned").files == {"fire.jpg": b"\xff\xd8fire"}


def test_who_got_it_sees_it_and_who_had_it_goes_on_seeing_it(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#assign cleo", sender=BEN)
    bens.answer(bens.letter("cleo@example.com", "assigned"), "#take", sender=CLEO)
    assert bens.state() == ("in_progress", "cleo")


@pytest.mark.parametrize(
    ("line", "why", "near"),
    [
        ("#assign bne", "nobody here is called 'bne'", "#assign ben"),
        ("#assign nobody@else.example", "can be assigned to an agent or a group, not to an address", None),
        ("#assign", "#assign needs somebody", None),
    ],
)
def test_assigning_to_nobody_we_know_changes_nothing(new: World, line: str, why: str, near: str | None) -> None:
    new.answer(new.letter("anna@example.com"), line, sender=ANNA)
    assert new.state() == ("new", None)
    assert new.new_letters() == ["command_refused to anna@example.com"]
    text = " ".join(new.letter("anna@example.com").text.split())
    assert f"» {line}" in text
    assert why in text.replace("Nobody", "nobody")
    assert near is None or near in text


def test_two_people_of_one_name_are_each_a_one_tap_link(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    agents = desk.settings.agents
    desk.settings = desk.settings.model_copy(
        update={
            "agents": {**agents, "ben2": agents["ben"].model_copy(update={"email": "b@x.example", "name": "Ben Alt"})}
        }
    )
    desk.answer(desk.letter("anna@example.com"), "#assign ben alt", sender=ANNA)
    assert desk.state() == ("assigned", "ben2")
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#assign Alt", sender=ANNA)
    refused = desk.letter("anna@example.com", "command_refused").text
    assert "body=%23assign%20anna" in refused
    assert "body=%23assign%20ben2" in refused
