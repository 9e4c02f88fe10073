"""`delivery.hold`: agents' words wait a while, and until then `#undo` stops them; nothing else waits."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mailgate.desk.outbox_views import LETTER, wants_to_leave
from tests.stories.conftest import DeskWith
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS, BENS, REPORTER = "anna@example.com", "ben@example.com", "erika@customer.example"


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    """Words wait for five minutes. Erika has written at 10:00."""
    desk = desk_with({"delivery": {"hold": "5m"}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    assert "acknowledged to erika@customer.example" in desk.new_letters()
    return desk


def says(desk: World, text: str) -> list[str]:
    desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=ANNA)
    return desk.new_letters()


def test_an_answer_waits_and_leaves_then(desk: World) -> None:
    assert says(desk, "Dear Erika, water.") == []
    desk.later(minutes=4)
    assert desk.new_letters() == []
    desk.later(minutes=1)
    assert desk.new_letters() == ["reply to erika@customer.example"]


@pytest.mark.parametrize(
    "text", ["Dear Erika, petrol.", "#question\nPetrol?", "#resolve\nPetrol.", "#assign ben\n#answer\nPetrol."]
)
def test_undo_stops_it_in_time(desk: World, text: str) -> None:
    before = desk.state()
    says(desk, text)
    desk.later(minutes=4)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#undo", sender=ANNA)
    done = desk.letter(ANNAS, "command_done").text
    assert "Mail to Erika Krause was stopped before it left." in done
    desk.later(minutes=9)
    assert (
        desk.letters(REPORTER, "reply") + desk.letters(REPORTER, "question") + desk.letters(REPORTER, "resolved") == []
    )
    assert (desk.state(), desk.message()["public"], desk.ticket()["first_response_at"]) == (before, False, None)


def test_words_to_an_expert_wait_too(desk: World) -> None:
    says(desk, "#ask eva@lab.example\nIs it dangerous?")
    assert desk.letters("eva@lab.example") == []
    desk.later(minutes=5)
    assert desk.new_letters() == ["statement_request to eva@lab.example"]


def test_colleagues_are_told_at_once_and_the_agent_of_the_moment(desk: World) -> None:
    told = says(desk, "#assign ben\n#answer\nWater.")
    assert told == ["assigned to ben@example.com", "command_done to anna@example.com"]
    done = " ".join(desk.letter(ANNAS, "command_done").text.split())
    assert "It has not left yet: that happens on Monday, 23 November 2026, 10:05. To undo: #undo" in done


def test_an_answer_that_has_left_is_no_mail_with_commands(desk: World) -> None:
    """It counts for #undo only while it waits: later #undo is about the mail with commands before it."""
    says(desk, "#priority high")
    says(desk, "Dear Erika, water.")
    desk.later(minutes=6)
    says(desk, "#undo")
    assert (desk.ticket()["priority"], desk.message()["public"]) == ("normal", True)


def test_an_answer_is_taken_back_once(desk: World) -> None:
    says(desk, "#priority high")
    says(desk, "Dear Erika, petrol.")
    says(desk, "#undo")
    says(desk, "#undo\n")
    assert "is taken back already: an answer" in " ".join(desk.letter(ANNAS).text.split())
    assert desk.ticket()["priority"] == "high"


def test_what_waits_on_purpose_is_no_backlog(desk: World) -> None:
    says(desk, "Dear Erika, water.")
    waiting = [each for each in desk.ticket()["letters"] if each["template"] == "reply"]
    assert [(each["state"], each["next_at"]) for each in waiting] == [("pending", "2026-11-23T09:05:00.000000Z")]
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert tx.all(sa.select(LETTER.c.id).where(wants_to_leave(tx))) == []


def test_without_it_words_leave_at_once_and_a_plain_answer_is_not_undone(desk_with: DeskWith) -> None:
    plain = desk_with({})
    plain.write(ERIKA, "Printer on fire", "It burns.")
    plain.answer(plain.letter(BENS), "Liebe Erika, Wasser.", sender=BEN)
    assert "reply to erika@customer.example" in plain.new_letters()
    plain.answer(plain.letter(BENS), "#undo", sender=BEN)
    assert plain.new_letters() == ["command_refused to ben@example.com"]
