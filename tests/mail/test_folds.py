"""The text outside all folds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.folds import Fold, shown

BLANKS = "".join(chr(place) for place in range(0x3001) if chr(place).isspace())


@pytest.mark.parametrize("above", ["", "many words \n" * 25_000], ids=["small", "large"])
@given(text=st.text(st.sampled_from("ab\n\n" + BLANKS), max_size=20))
def test_without_folds_only_blanks_at_the_ends_of_lines_are_missing(above: str, text: str) -> None:
    lines = [line.rstrip() for line in f"{above}{text}".split("\n")]
    assert shown(f"{above}{text}", ()) == "\n".join(lines).strip("\n")


def test_one_blank_line_stands_for_what_is_folded_in_between() -> None:
    assert shown(
        "above  \n\n> quoted\n\n\nbelow\n-- \nname", [Fold("quote", 2, 3, ""), Fold("signature", 6, 8, "")]
    ) == ("above\n\nbelow")
