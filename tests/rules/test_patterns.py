"""Words of the configuration in words of a mail: whole ones, whatever their spelling."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.rules.patterns import fold, words
from tests.growth import assert_linear

LETTERS = st.text(st.sampled_from("ab Vä-_*+.\nß\u200bé1"), max_size=12)


@pytest.mark.parametrize(
    ("pattern", "text", "holds"),
    [
        ("vpn", "My VPN-tunnel", True),
        ("vpn", "my vpns", False),
        ("vpn*", "my vpns", True),
        ("*vpn", "openvpn is down", True),
        ("*vpn", "openvpns are down", False),
        ("open*vpn", "open-source vpn", False),
        ("open*vpn", "openbsdvpn", True),
        ("büro", "im Buero", True),
        ("no network", "no\nnetwork today", True),
        ("c++", "c++ or c+++", True),
        ("*", "", True),
        ("", "anything", False),
    ],
)
def test_whole_words_are_found(pattern: str, text: str, holds: bool) -> None:
    assert (words(pattern).find(fold(text)) is not None) is holds


@given(LETTERS, LETTERS)
def test_a_star_is_the_rest_of_a_word_and_nothing_else_is(pattern: str, text: str) -> None:
    meant = "".join(r"\w*" if part == "*" else re.escape(part) for part in re.findall(r"\*|[^*]+", fold(pattern)))
    edge = (r"\b" if fold(pattern)[:1].isalnum() else "", r"\b" if fold(pattern)[-1:].isalnum() else "")
    expected = bool(fold(pattern)) and re.search(f"{edge[0]}{meant}{edge[1]}", fold(text)) is not None
    if not re.search(r"\*\W|\W\*|\*\*", fold(pattern)):
        assert (words(pattern).find(fold(text)) is not None) is expected


@pytest.mark.parametrize("pattern", ["aa b", "a*b", "*ab"])
def test_it_costs_no_more_than_the_length_of_the_text(pattern: str) -> None:
    asked = words(pattern)
    assert_linear(lambda n: asked.find(fold("aab " * n)), 20_000)
