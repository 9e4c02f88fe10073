"""The wording of attributions, matched word by word."""

from __future__ import annotations

import pytest

from mailgate.mail.wordings import folded, matches, may_match


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("On Monday Erika wrote:", True),
        ("Am Montag schrieb Erika:", True),
        ("W dniu 23.11.2026 o 10:00, Erika pisze:", True),
        ("2026-11-23 10:00 GMT+01:00 Erika <e@x.example>:", True),
        ("Erika  Krause\u00a0schrieb am Montag:", False),
        ("Erika ezt írta (időpont: 2026. nov. 23.):", False),
        ("Erika 님이 작성:", False),
    ],
)
def test_the_fixed_words_stand_in_their_order_with_anything_between(text: str, opens: bool) -> None:
    assert matches(text, opens=opens)
    assert may_match(text)


@pytest.mark.parametrize(
    "text", ["Ontario wrote: no", "Onwards Erika wrote", "Erika typewrote:", "Amsel schrieb", "On:", ""]
)
def test_a_part_of_a_word_is_none_of_them(text: str) -> None:
    assert not matches(text, opens=True)
    assert not matches(text, opens=False)


def test_scripts_without_spaces_need_none() -> None:
    assert matches("Erika <e@x.example> 于2026年11月23日周一 10:00写道:", opens=False)
    assert matches("在2026年11月23日Erika写道:", opens=True)


def test_a_date_and_an_address_are_enough_only_together() -> None:
    assert not matches("2026 Erika <e@x.example>:", opens=True)
    assert not matches("23.11.2026 10:00 Erika:", opens=True)


def test_letters_are_compared_small_and_blanks_are_single() -> None:
    assert folded("  Am\t MONTAG ") == "am montag"


def test_a_line_without_any_of_the_words_is_not_tried() -> None:
    assert not may_match("The printer is dead")
