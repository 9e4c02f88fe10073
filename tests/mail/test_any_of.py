"""Whether one of many words stands in a text is what Python says of each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.any_of import AnyOf
from mailgate.mail.phrases import phrases
from tests.growth import assert_linear

_SIGNS = "ab.*\\|(\nß漢 "


@given(st.lists(st.text(_SIGNS, min_size=1, max_size=4), min_size=1, max_size=9), st.text(_SIGNS, max_size=40))
def test_one_of_them_does_or_none(words: list[str], text: str) -> None:
    assert AnyOf(words).stands_in(text) is any(word in text for word in words)


def test_every_known_word_is_found() -> None:
    known = (*phrases().disclaimers, *phrases().banners, *phrases().brands)
    any_of = AnyOf(known)
    assert all(any_of.stands_in(f"… {word} …") for word in known)
    assert not any_of.stands_in("The printer is on fire.")


def test_no_text_makes_it_slow() -> None:
    any_of = AnyOf(phrases().disclaimers)
    assert_linear(lambda size: any_of.stands_in("this e-mail " * size), 20_000)
