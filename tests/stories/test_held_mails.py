"""`held`: what is held is shown to the admins and the coordinator, collected, and decided by an answer, once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.doubles.relay import Received
from tests.stories.clockwork import strike
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

OPS, ANNAS, BENS, CLEOS = "ops@example.com", "anna@example.com", "ben@example.com", "cleo@example.com"
SUBJECT = "Cheap watches at http://www.evil.example/buy"

CONFIG: dict[str, Any] = {
    "site": {"admins": [OPS, ANNAS]},
    "agents": {"anna": {"admin": True}},
    "groups": {"network": {"coordinator": "ben"}, "office": {"coordinator": "cleo"}},
    "rules": [
        {
            "name": "Odd ones",
            "when": {"subject": "watches"},
            "then": {"hold": "to be looked at", "category": "network", "continue": False},
        },
        {"name": "Rooms", "when": {"subject": "room"}, "then": {"hold": "a room", "category": "rooms"}},
    ],
}


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    return desk_with(CONFIG)


def hold(desk: World, subject: str = SUBJECT, text: str = "Secret offer inside.") -> int:
    number = desk.mail(Mail("Mallory <mallory@elsewhere.example>", SUPPORT, subject, text))
    assert desk.mail_state(number)["state"] == "held"
    return number


def shown(desk: World, to: str = ANNAS) -> Received:
    strike(desk, seconds=20)
    return desk.letter(to, "held")


def decide(desk: World, text: str, *, letter: Received | None = None, sender: str = ANNA, **how: Any) -> list[str]:
    """Answer the letter `held`; returns the letters that came of it."""
    desk.new_letters()
    desk.answer(letter or desk.letter(ANNAS, "held"), text, sender=sender, **how)
    return desk.new_letters()


def plain(letter: Received) -> str:
    return " ".join(letter.text.split())


# -- shown -------------------------------------------------------------------------------------------------------------


def test_the_admins_and_the_coordinator_concerned_are_shown_it(desk: World) -> None:
    hold(desk)
    assert strike(desk, seconds=5) == []
    assert strike(desk, seconds=15) == [f"held to {ANNAS}", f"held to {BENS}", f"held to {OPS}"]
    assert strike(desk, days=3, minutes=1) != []  # only the trouble that nobody decides
    assert len(desk.letters(ANNAS, "held")) == 1


def test_each_line_says_who_what_why_and_when_and_nothing_of_the_text(desk: World) -> None:
    number = hold(desk)
    letter = shown(desk)
    for said in (f"M-{number} · Mallory <mallory@elsewhere.example> · Cheap watches", "Held: To be looked at."):
        assert said in plain(letter)
    assert "Came Monday, 23 November 2026, 10:00." in plain(letter)
    assert "Secret" not in letter.raw.decode()


def test_nothing_of_a_stranger_is_a_link(desk: World) -> None:
    hold(desk)
    letter = shown(desk)
    assert "hxxp://www[.]evil[.]example/buy" in plain(letter)
    links = set(re.findall(r'href="(\w+):', letter.html))
    assert links == {"mailto"}
    assert "evil.example" not in letter.html


def test_what_is_held_within_the_hour_stands_in_one_letter_at_its_end(desk: World) -> None:
    hold(desk)
    strike(desk, seconds=20)
    for subject in ("watches two", "watches three"):
        hold(desk, subject)
        assert strike(desk, minutes=20) == []
    assert f"held to {ANNAS}" in strike(desk, minutes=20)
    text = plain(desk.letter(ANNAS, "held"))
    assert "2 mails wait for a decision" in text
    assert "watches two" in text
    assert "Cheap" not in text


def test_a_coordinator_sees_only_what_would_have_gone_to_his_group(desk: World) -> None:
    watches, room = hold(desk), hold(desk, "A room")
    shown(desk)
    assert [f"M-{watches} ·" in plain(desk.letter(to, "held")) for to in (ANNAS, BENS, CLEOS)] == [True, True, False]
    assert [f"M-{room} ·" in plain(desk.letter(to, "held")) for to in (ANNAS, BENS, CLEOS)] == [True, False, True]


def test_who_can_not_decide_by_mail_is_told_how_else(desk: World) -> None:
    number = hold(desk)
    letter = shown(desk, OPS)
    assert "mailto:" not in letter.text
    assert f"`mailgate mail M-{number}` shows it" in plain(letter)


def test_a_german_reader_reads_german(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "watches", "x", headers={"X-Spam-Flag": "YES"}))
    shown(desk, BENS)
    text = plain(desk.letter(BENS, "held"))
    assert f"#M-{number} behalten" in text
    assert "Eine Mail wartet auf eine Entscheidung" in text


def test_a_coordinator_who_muted_it_is_not_told(desk_with: DeskWith) -> None:
    desk = desk_with({**CONFIG, "agents": {"anna": {"admin": True}, "ben": {"mute": ["held"]}}})
    hold(desk)
    assert strike(desk, seconds=20) == [f"held to {ANNAS}", f"held to {OPS}"]


# -- decided -----------------------------------------------------------------------------------------------------------


def test_keep_lets_it_go_on_as_if_nothing_had_held_it(desk: World) -> None:
    number = hold(desk)
    letters = decide(desk, f"#M-{number} keep", letter=shown(desk))
    assert f"command_done to {ANNAS}" in letters
    assert f"M-{number} goes on as if nothing had held it." in plain(desk.letter(ANNAS, "command_done"))
    assert desk.mail_state(number)["state"] == "handled"
    assert desk.ticket()["reporter"]["email"] == "mallory@elsewhere.example"


@pytest.mark.parametrize(
    ("word", "said", "reason"),
    [
        ("drop", "was thrown away.", "to be looked at"),
        ("verwerfen", "was thrown away.", "to be looked at"),
        ("spam", "was thrown away and marked as spam.", "spam, says anna"),
    ],
)
def test_drop_and_spam_throw_it_away(desk: World, word: str, said: str, reason: str) -> None:
    number = hold(desk)
    assert decide(desk, f"#M-{number} {word}", letter=shown(desk)) == [f"command_done to {ANNAS}"]
    assert said in plain(desk.letter(ANNAS, "command_done"))
    state = desk.mail_state(number)
    assert (state["state"], state["reason"]) == ("dropped", reason)
    assert desk.tickets() == []


def test_a_tap_writes_the_command(desk: World) -> None:
    number = hold(desk)
    letter = shown(desk)
    assert f"body=%23M-{number}%20keep" in letter.html
    assert f"body=%23M-{number}%20spam" in letter.text


def test_several_lines_decide_about_several_mails_and_text_does_no_harm(desk: World) -> None:
    one, two, three = hold(desk), hold(desk, "watches 2"), hold(desk, "watches 3")
    shown(desk)
    assert decide(desk, f"#M-{one} drop\n#M-{two} spam; M-{three} drop\n\nBest\nAnna") == [f"command_done to {ANNAS}"]
    assert [desk.mail_state(each)["state"] for each in (one, two, three)] == ["dropped"] * 3


def test_the_coordinator_decides_about_what_was_shown_to_him(desk: World) -> None:
    number = hold(desk)
    assert decide(desk, f"#M-{number} verwerfen", letter=shown(desk, BENS), sender=BEN) == [f"command_done to {BENS}"]
    assert "wurde verworfen." in plain(desk.letter(BENS, "command_done"))


def test_whoever_was_faster_is_named(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    decide(desk, f"#M-{number} drop", letter=desk.letter(BENS, "held"), sender=BEN)
    assert decide(desk, f"#M-{number} keep") == [f"command_refused to {ANNAS}"]
    assert f"Ben Beck has thrown M-{number} away already." in plain(desk.letter(ANNAS, "command_refused"))
    assert desk.mail_state(number)["state"] == "dropped"


def test_what_the_machine_released_is_said_too(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    desk.release(number)
    decide(desk, f"#M-{number} drop")
    assert f"M-{number} is not held any more." in plain(desk.letter(ANNAS, "command_refused"))


def test_the_right_lines_are_done_and_the_wrong_ones_refused(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    letters = decide(desk, f"#M-{number} drop\n#M-999 keep")
    assert letters == [f"command_done to {ANNAS}", f"command_refused to {ANNAS}"]
    assert "There is no held mail M-999 for you." in plain(desk.letter(ANNAS, "command_refused"))


def test_two_decisions_about_one_mail_are_none(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    assert decide(desk, f"#M-{number} drop\n#M-{number} keep") == [f"command_refused to {ANNAS}"]
    assert desk.mail_state(number)["state"] == "held"


# -- who may -----------------------------------------------------------------------------------------------------------


def test_a_mail_one_was_not_shown_answers_like_one_that_does_not_exist(desk: World) -> None:
    watches, room = hold(desk), hold(desk, "A room")
    shown(desk)
    said = []
    for number in (watches, 999):
        decide(desk, f"#M-{number} keep", letter=desk.letter(CLEOS, "held"), sender=CLEO)
        words = plain(desk.letter(CLEOS, "command_refused")).replace(f"M-{number}", "M")
        said.append(re.sub(r"\+[a-z2-7]{24}@", "@", words))
    assert said[0] == said[1]
    assert [desk.mail_state(each)["state"] for each in (watches, room)] == ["held", "held"]


def test_what_is_not_proven_is_asked_back_and_done_by_yes(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    assert decide(desk, f"#M-{number} drop", stranger=True) == [f"confirm to {ANNAS}"]
    assert f"Throw M-{number} away." in plain(desk.letter(ANNAS, "confirm"))
    assert desk.mail_state(number)["state"] == "held"
    assert decide(desk, "#yes", letter=desk.letter(ANNAS, "confirm")) == [f"command_done to {ANNAS}"]
    assert desk.mail_state(number)["state"] == "dropped"


def test_nobody_is_asked_back_about_a_mail_he_was_not_shown(desk: World) -> None:
    watches = hold(desk)
    hold(desk, "A room")
    shown(desk)
    letters = decide(desk, f"#M-{watches} drop", letter=desk.letter(CLEOS, "held"), sender=CLEO, stranger=True)
    assert letters == [f"command_refused to {CLEOS}"]


def test_a_stolen_letter_decides_nothing(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    decide(desk, f"#M-{number} keep", sender=ERIKA)
    assert desk.mail_state(number)["state"] == "held"


def test_elsewhere_it_is_no_command(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    desk.write(ERIKA, "Printer", "It burns.")
    letters = decide(desk, f"#M-{number} drop\nDear Erika", letter=desk.letter(ANNAS, "new_ticket"))
    assert letters == [f"command_refused to {ANNAS}"]
    assert "in an answer to the letter that lists them" in plain(desk.letter(ANNAS, "command_refused"))


def test_a_near_miss_comes_back_with_the_right_word(desk: World) -> None:
    number = hold(desk)
    shown(desk)
    assert decide(desk, f"#M-{number} kepp") == [f"command_refused to {ANNAS}"]
    refused = desk.letter(ANNAS, "command_refused")
    assert f"body=%23M-{number}%20keep" in refused.text
    decide(desk, f"#M-{number} keep", letter=refused)
    assert desk.mail_state(number)["state"] == "handled"


def test_commands_without_proof_are_held_and_say_why(desk: World) -> None:
    number = desk.mail(Mail(ANNA, SUPPORT, "x", "#close"), stranger=True)
    assert desk.mail_state(number)["state"] == "held"
    assert "Commands in the name of anna, without ticket and without proof." in plain(shown(desk, OPS))


# -- the coordinator is away -------------------------------------------------------------------------------------------


@pytest.fixture
def bens_away(desk: World) -> World:
    """Ben coordinates the network team, and is away; Cleo stands in. She coordinates the office team herself."""
    desk.write(ERIKA, "Network", "Gone.", to="it@example.com")
    desk.answer(desk.letter(BENS), "#abwesend heute..+5d cleo", sender=BEN)
    desk.new_letters()
    return desk


def test_the_deputy_of_an_absent_coordinator_is_shown_it_too_and_decides(bens_away: World) -> None:
    hold(bens_away)
    assert strike(bens_away, seconds=20) == [f"held to {each}" for each in (ANNAS, BENS, CLEOS, OPS)]
    letter = bens_away.letter(CLEOS, "held")
    assert "Ben Beck is away until Saturday, 28 November 2026, and you stand in" in plain(letter)
    number = letter.header("Subject").partition("M-")[2].partition(" ")[0]
    assert decide(bens_away, f"#M-{number} drop", letter=letter, sender=CLEO) == [f"command_done to {CLEOS}"]
    assert bens_away.mail_state(int(number))["state"] == "dropped"


def test_what_concerns_him_and_her_herself_comes_in_one_letter(bens_away: World) -> None:
    hold(bens_away)
    hold(bens_away, "Which room?")
    assert strike(bens_away, seconds=20).count(f"held to {CLEOS}") == 1
    assert all(each in plain(bens_away.letter(CLEOS, "held")) for each in ("watches", "Which room?"))


def test_when_he_is_back_she_decides_no_more(bens_away: World) -> None:
    hold(bens_away)
    strike(bens_away, seconds=20)
    letter = bens_away.letter(CLEOS, "held")
    bens_away.answer(bens_away.letter(BENS, "command_done"), "#zurück", sender=BEN)
    number = letter.header("Subject").partition("M-")[2].partition(" ")[0]
    decide(bens_away, f"#M-{number} drop", letter=letter, sender=CLEO)
    assert bens_away.mail_state(int(number))["state"] == "held"
