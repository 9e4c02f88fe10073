"""What each command needs, row by row: done with full proof, and below it nothing but a note and a question to the
registered address."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World
from tests.threats.looking import dump, outside

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"


@dataclass(frozen=True)
class Proof:
    """How a mail of Anna's comes in."""

    token: bool
    vouched: bool


FULL, TOKEN, ALIGNED, NONE = Proof(True, True), Proof(True, False), Proof(False, True), Proof(False, False)
LESS = pytest.mark.parametrize("proof", [TOKEN, ALIGNED, NONE], ids=["token", "aligned", "claimed"])
LEVEL = {FULL: "proven", TOKEN: "token", ALIGNED: "aligned", NONE: "claimed"}


@pytest.fixture
def new(desk: World) -> World:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.new_letters()
    return desk


def write(desk: World, proof: Proof, text: str) -> int:
    if proof.token:
        return desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=ANNA, stranger=not proof.vouched)
    mail = Mail(ANNA, SUPPORT, "Re: Printer", text, headers={"In-Reply-To": "<first@customer.example>"})
    return desk.mail(mail, stranger=not proof.vouched)


def test_plain_words_with_full_proof_reach_the_reporter(new: World) -> None:
    write(new, FULL, "Dear Erika, water.")
    assert outside(new) == ["reply to erika@customer.example"]


@LESS
def test_with_less_they_are_kept_inside_and_she_is_asked_at_her_registered_address(new: World, proof: Proof) -> None:
    number = write(new, proof, "Dear Erika, water.")
    assert new.new_letters() == ["confirm to anna@example.com"]
    assert (new.message()["public"], new.message()["purpose"]) == (False, "note")
    assert new.decision(number)["trust"]["level"] == LEVEL[proof]


@pytest.mark.parametrize("proof", [FULL, TOKEN, ALIGNED], ids=["proven", "token", "aligned"])
def test_a_note_needs_one_proof(new: World, proof: Proof) -> None:
    write(new, proof, "#note\nShe called.")
    assert (new.message()["purpose"], new.message()["remark"]) == ("note", None)
    assert outside(new) == []


def test_without_any_it_is_an_unverified_note(new: World) -> None:
    write(new, NONE, "#note\nShe called.")
    assert "Nothing proves that Anna Alt wrote this." in new.message()["remark"]
    assert new.new_letters() == ["confirm to anna@example.com"]


ROWS = {
    "taking": ("#take", "assignee", "anna"),
    "assigning": ("#assign ben", "assignee", "ben"),
    "priority": ("#priority urgent", "priority", "urgent"),
    "category": ("#category rooms", "category", "rooms"),
    "kind": ("#kind incident", "kind", "incident"),
    "closing": ("#close", "status", "closed"),
    "resolving": ("#resolve", "status", "resolved"),
}
EVERY_ROW = pytest.mark.parametrize("row", ROWS)


@EVERY_ROW
def test_a_command_with_full_proof_is_done(new: World, row: str) -> None:
    text, column, value = ROWS[row]
    write(new, FULL, text)
    assert new.ticket()[column] == value


@EVERY_ROW
@LESS
def test_with_less_it_is_asked_back_and_a_yes_does_it_once(new: World, row: str, proof: Proof) -> None:
    text, column, value = ROWS[row]
    before = dump(new)
    write(new, proof, text)
    assert (dump(new), new.new_letters()) == (before, ["confirm to anna@example.com"])
    new.answer(new.letter(ANNAS, "confirm"), "#yes", sender=ANNA, stranger=True)
    assert new.ticket()[column] == value


@LESS
def test_reopening_is_asked_back_too(new: World, proof: Proof) -> None:
    write(new, FULL, "#close")
    before = dump(new)
    write(new, proof, "#reopen")
    assert dump(new) == before


@pytest.mark.parametrize("proof", [FULL, TOKEN, ALIGNED, NONE], ids=["proven", "token", "aligned", "claimed"])
@pytest.mark.parametrize(
    "text", ["#delete", "#erase erika@customer.example", "#löschen", "#config x", "#take\n#DELETE it"]
)
def test_deleting_and_configuring_is_never_done_by_mail_and_refused_in_words(
    new: World, proof: Proof, text: str
) -> None:
    before = dump(new)
    write(new, proof, text)
    assert dump(new) == before
    assert new.new_letters() == ["command_refused to anna@example.com"]
    assert "is never done by mail" in new.letter(ANNAS, "command_refused").text
