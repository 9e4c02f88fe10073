"""Our line, whatever mail programs did to it; and sentences that only speak of it."""

from __future__ import annotations

import pytest

from mailgate.mail.lines import Line, read_lines
from mailgate.mail.marker import MARKER, Found, find_marker, speaks_of_marker
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits


def lines(text: str) -> tuple[Line, ...]:
    return read_lines(Message(headers=Headers(()), sender=None, text=text), Limits())


def test_the_marker_is_what_the_contract_says() -> None:
    assert MARKER == "=== write above this line ==="


@pytest.mark.parametrize(
    "line",
    [
        MARKER,
        f"> {MARKER}",
        f"> > {MARKER}",
        "  ===  write  above this line  ===  ",
        "*=== write above this line ===*",
        "——— write above this line ———",
        "--- Write Above This Line ---",
        "=== write\u00a0above this\u200b line ===",
        "write above this line",
        "=3D=3D=3D write above this line =3D=3D=3D",
    ],
)
def test_it_is_found_however_it_was_mangled(line: str) -> None:
    found = find_marker(lines(f"Yes.\n{line}\nold"))
    assert found is not None
    assert (found.start, found.end) == (1, 2)


@pytest.mark.parametrize(
    "text", ["=== write above\nthis line ===", "> === write above this\n> line ===", "===\nwrite above this line\n==="]
)
def test_it_is_found_in_pieces(text: str) -> None:
    found = find_marker(lines(text))
    assert found is not None
    assert found.clear


def test_words_before_it_on_its_line_are_told() -> None:
    assert find_marker(lines(f"Yes. {MARKER} old")) == Found(0, 1, clear=False)
    assert find_marker(lines(f"{MARKER} old")) == Found(0, 1, clear=True)


def test_the_topmost_counts() -> None:
    assert find_marker(lines(f"> {MARKER}\n{MARKER}")) == Found(0, 1, clear=True)


@pytest.mark.parametrize("text", ["Please write above this line of the form.", "write above", "", "line ==="])
def test_a_sentence_about_it_is_not_it(text: str) -> None:
    assert find_marker(lines(text)) is None


def test_a_sentence_about_it_is_a_trace() -> None:
    assert speaks_of_marker(lines("Please write above this line of the form."))
    assert not speaks_of_marker(lines("Please write."))
