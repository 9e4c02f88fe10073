"""What the HTML of a mail says about its lines."""

from __future__ import annotations

import pytest

from mailgate.mail.markup import Origin, origins

CITED = """<div>Yes, it works.</div>
<blockquote type="cite"><p>Is it switched on now?</p><p>Or not?</p></blockquote><p>Bye.</p>"""


def test_lines_are_placed_in_or_outside_a_quotation() -> None:
    found = origins(CITED, ["Yes, it works.", "", "Is it switched on now?", "Or not?", "Bye."], 10_000)
    assert found == [Origin.FRESH, Origin.UNKNOWN, Origin.CITED, Origin.CITED, Origin.FRESH]


def test_wrapping_does_not_matter() -> None:
    found = origins(CITED, ["Yes, it", "works.", "Is it switched", "on now?", "Or not?"], 10_000)
    assert found == [Origin.FRESH] * 2 + [Origin.CITED] * 3


def test_a_line_that_is_not_there_is_unknown_and_moves_nothing() -> None:
    found = origins(CITED, ["[a picture of a cat]", "Yes, it works.", "Is it switched on now?"], 10_000)
    assert found == [Origin.UNKNOWN, Origin.FRESH, Origin.CITED]


@pytest.mark.parametrize(
    "frame",
    [
        '<div id="divRplyFwdMsg">',
        '<div id="appendonsend"></div><div>',
        '<div class="yahoo_quoted">',
        '<div name="quote">',
    ],
)
def test_below_the_frame_of_a_program_begins_the_rest(frame: str) -> None:
    found = origins(f"<p>Yes, it works.</p>{frame}From: support</div>", ["Yes, it works.", "From: support"], 10_000)
    assert found == [Origin.FRESH, Origin.REST]


def test_a_quotation_of_his_own_is_fresh() -> None:
    assert origins("<blockquote>The manual says</blockquote>", ["The manual says"], 10_000) == [Origin.UNKNOWN]


@pytest.mark.parametrize("html", ["", "<", "<!-- x", "\x00", "<div " * 500, "<blockquote type=cite>" * 3000 + "x"])
def test_hopeless_markup_says_nothing_bad(html: str) -> None:
    assert len(origins(html, ["x"], 100_000)) == 1


def test_markup_above_the_limit_is_ignored() -> None:
    assert origins(CITED, ["Or not?"], 10) == [Origin.UNKNOWN]
