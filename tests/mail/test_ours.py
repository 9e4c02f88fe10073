"""Text of our letter is found again after wrapping and quoting, and only that."""

from __future__ import annotations

import pytest

from mailgate.mail.lines import Line
from mailgate.mail.ours import foreign, strays

LETTER = """1042 · New from Erika

The printer in the big meeting room has been dead since this morning, please help.
Short."""


@pytest.mark.parametrize(
    "kept",
    [
        "> The printer in the big meeting room has\n> been dead since this morning, please help.",
        "THE PRINTER IN THE BIG MEETING ROOM HAS BEEN DEAD SINCE THIS MORNING, PLEASE HELP!",
        "You wrote: The printer in the big meeting room has been dead since this morning. Really?",
    ],
)
def test_a_line_of_ours_is_found_whatever_happened_to_it(kept: str) -> None:
    found = strays(kept, LETTER)
    assert found is not None
    assert found.startswith("The printer")


@pytest.mark.parametrize("kept", ["", "Short.", "The printer is fine.", "1042", "Which meeting room?"])
def test_words_of_his_own_are_not_taken_for_ours(kept: str) -> None:
    assert strays(kept, LETTER) is None


def test_closings_belong_to_everybody() -> None:
    assert strays("Mit freundlichen Grüßen", "Hallo\nMit freundlichen Grüßen\nErika") is None


def test_what_stands_between_our_lines_is_foreign() -> None:
    below = [Line("1042 · New from Erika"), Line("The printer in the big meeting"), Line("Switch it on."), Line("")]
    below += [Line("room has been dead since this morning, please help."), Line("Short.")]
    assert foreign(below, LETTER) == [2]


def test_pieces_of_several_lines_are_ours_together() -> None:
    letter = "\n".join(f"{name} reported it once more on {day}." for name, day in DAYS)
    kept = "\n".join(f"{at} {line[:26]} …" for at, line in enumerate(letter.split("\n")))
    assert strays(kept, letter) == letter.split("\n")[0]
    assert strays(kept.split("\n")[0], letter) is None


DAYS = (("Gwendolyn", "Monday"), ("Maximilian", "Tuesday"), ("Theodor A", "Wednesday"), ("Bartholomew", "Friday"))
