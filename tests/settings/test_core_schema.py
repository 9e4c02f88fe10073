"""YAML 1.2: what is a number, a truth value or nothing, and what is text after all."""

from __future__ import annotations

import pytest

from mailgate.settings.core_schema import Value, resolved


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("42", 42),
        ("-7", -7),
        ("007", 7),
        ("0o17", 15),
        ("0xff", 255),
        ("1.5", 1.5),
        ("1e3", 1000.0),
    ],
)
def test_these_words_are_values(word: str, value: Value) -> None:
    assert resolved(word) == value
    assert type(resolved(word)) is type(value)


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "Off", "y", "nUll", "1_000", "0b1", "12:30", "2026-12-24", ".", "1.2.3", "9" * 5000]
)
def test_everything_else_is_text(word: str) -> None:
    assert resolved(word) == word
