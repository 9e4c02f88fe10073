"""How letters to us name people: once, and never one of us by his own address (CONTRACT 5)."""

from __future__ import annotations

import pytest

from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS, BENS = "anna@example.com", "ben@example.com"


@pytest.fixture
def known(desk: World) -> World:
    desk.write(ERIKA, "No network", "Nothing works.")
    desk.new_letters()
    return desk


def told(desk: World, to: str = ANNAS) -> str:
    return " ".join(desk.letter(to).text.partition("────")[0].split())


def test_who_has_no_name_is_named_once(known: World) -> None:
    known.answer(known.letter(ANNAS), "#from otto@old.example", sender=ANNA)
    assert "#1001 is reported by otto@old.example; answers go there." in told(known)
    known.answer(known.letter(ANNAS, "new_ticket"), "#from Olga Old <olga@old.example>", sender=ANNA)
    assert "#1001 is reported by Olga Old (olga@old.example); answers go there." in told(known)


def test_who_has_no_name_is_named_once_in_german_too(known: World) -> None:
    known.answer(known.letter(BENS, "new_ticket"), "#melder otto@old.example", sender=BEN)
    assert "#1001 ist von otto@old.example gemeldet; Antworten gehen dorthin." in told(known, BENS)


def test_one_of_us_who_reported_it_is_named_and_his_address_stands_nowhere(known: World) -> None:
    first = known.letter(ANNAS, "new_ticket")
    known.answer(first, "#from ben@example.com", sender=ANNA)
    assert "#1001 is reported by Ben Beck; answers go there." in told(known)
    for text in ("#take", "#show", "#history", "It works.", "#note Look.", "#from otto@old.example", "#list"):
        known.answer(first, text, sender=ANNA)
    known.mail(Mail("ben@example.com", SUPPORT, "Re: [#1001] No network", "And now?"))
    letters = [each for each in known.relay.letters if each.to != BENS]
    assert len(letters) > 8
    for each in letters:
        ours = each.text.partition("On Mon, 23 Nov")[0]
        assert BENS not in ours.replace("#from ben@example.com", ""), ours
        assert BENS not in each.header("Reply-To")


def test_an_answer_to_one_of_us_who_reported_it_is_named_by_his_name(known: World) -> None:
    known.answer(known.letter(ANNAS, "new_ticket"), "#from ben@example.com\n#take", sender=ANNA)
    known.mail(Mail("ben@example.com", SUPPORT, "Re: [#1001] No network", "And now?"))
    letter = known.letter(ANNAS, "new_message")
    assert letter.header("Reply-To").startswith("Answer to Ben Beck <")
    assert "Ben Beck wrote" in letter.text
