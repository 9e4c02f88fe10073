"""What stands in an agent's signature is never carried out, and a command there is not lost either (CONTRACT 6)."""

from __future__ import annotations

import pytest

from tests.stories.answering import answers, says, text_of
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

CARD = "-- \nAnna Alt\nExample Ltd · Phone 1234"
WHY = "It stands in your signature, where nothing is carried out"


@pytest.mark.parametrize("line", ["#close", "#schließen", "#1001 close", "# close", "#clsoe", "!close"])
def test_a_command_in_the_signature_does_nothing_and_comes_back(mine: World, line: str) -> None:
    told = says(mine, f"It prints again.\n\n{CARD}\n{line}")
    assert line in told
    assert WHY in told
    assert mine.state() == ("in_progress", "anna")
    assert not mine.letters("erika@customer.example", "reply")


def test_one_tap_carries_it_out_with_the_words(mine: World) -> None:
    says(mine, f"It prints again.\n\n{CARD}\n#close")
    refused = mine.letter("anna@example.com", "command_refused")
    answers(mine, refused, f"#close\n\n{CARD}")
    assert mine.state() == ("closed", "anna")
    assert "It prints again." in text_of(mine, ERIKA, "reply")
    assert "Phone 1234" not in text_of(mine, ERIKA, "reply")


def test_a_hashtag_leaves_the_signature_a_signature(mine: World) -> None:
    says(mine, f"It prints again.\n\n{CARD}\n#teamspirit\n#1042")
    out = mine.letter("erika@customer.example", "reply").text
    assert "It prints again." in out
    assert not any(each in out for each in ("Phone 1234", "teamspirit", "1042"))


def test_what_stands_above_the_signature_too_is_carried_out(mine: World) -> None:
    """Else whoever has a command in each signature could not even correct his mail."""
    says(mine, f"#close\n\n{CARD}\n#close")
    assert mine.state() == ("closed", "anna")


def test_a_command_before_the_footer_of_a_phone_is_carried_out(mine: World) -> None:
    says(mine, "It prints again.\n#close\n\nSent from my iPhone")
    assert mine.state() == ("closed", "anna")


def test_commands_below_a_signature_without_dashes_come_back(mine: World) -> None:
    card = "Kind regards\nAnna Alt\nExample Ltd\nPhone +44 20 7946 0123"
    assert WHY in says(mine, f"It prints again.\n\n{card}\n\n#close")
    assert mine.state() == ("in_progress", "anna")


def test_a_command_in_the_signature_below_the_quoted_letter_comes_back(mine: World) -> None:
    letter = mine.letters("anna@example.com", "new_ticket")[0]
    quoted = "\n".join(f"> {line}" for line in letter.text.split("\n"))
    mine.answer(letter, f"It prints again.\n\n{quoted}\n\n{CARD}\n#close", sender=ANNA, quoted=False)
    assert WHY in text_of(mine, ANNA, "command_refused")
    assert mine.state() == ("in_progress", "anna")


def test_a_mail_that_an_agent_writes_anew_is_read_alike(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "The lift", f"It stands still.\n\n{CARD}\n#priority high"))
    assert desk.tickets() == []
    assert WHY in text_of(desk, ANNA, "command_refused")
