"""Outlook's doubled blank lines, Gmail's broken ones, and text that only looks like them."""

from __future__ import annotations

import pytest

from mailgate.mail.spacing import as_written, unbroken
from tests.growth import assert_linear

OUTLOOK = '<p class="MsoNormal">x</p>'


def test_each_line_of_outlook_is_a_paragraph_and_a_blank_line_of_the_writer_is_one_too() -> None:
    assert as_written("Dear Erika,\n\n\n\nit works.\n\nAnna", OUTLOOK) == "Dear Erika,\n\nit works.\nAnna"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Dear Erika,\n\n\n\nit works.\n\nAnna", None),
        ("Dear Erika,\n\n\n\nit works.\n\nAnna", "<p>x</p>"),
        ("Dear Erika,\n\nit works.\n\nAnna", OUTLOOK),
        ("Dear Erika,\n\n\nit works.\n\n\n\nAnna", OUTLOOK),
        ("Dear Erika,\n\n\n\nit works.\nAnna", OUTLOOK),
        ("", OUTLOOK),
    ],
)
def test_what_is_not_doubled_everywhere_by_outlook_stays_as_it_is(text: str, html: str | None) -> None:
    assert as_written(text, html) == text


LONG = "#ask cleo@desk.example, tim.toner@printers.example, sue.spare@parts.example, x@y.example by fri"
BROKEN = "#ask cleo@desk.example, tim.toner@printers.example, sue.spare@parts.example,\nx@y.example by fri"


def test_a_line_that_the_program_broke_is_one_again_where_the_html_has_it_so() -> None:
    assert (
        unbroken(f"Hi,\n\n{BROKEN}\n\nAnna", f"<div>Hi,</div><div>{LONG}</div><div>Anna</div>")
        == f"Hi,\n\n{LONG}\n\nAnna"
    )


def test_lines_that_the_writer_broke_himself_stay_broken() -> None:
    own = BROKEN.replace("\n", "<br>")
    for html in (None, f"<div>{own}</div>", f"<div>{LONG} or so</div>"):
        assert unbroken(BROKEN, html) == BROKEN
    assert unbroken("short\nlines", "<div>short lines</div>") == "short\nlines"


def test_breaking_undone_costs_in_proportion_to_the_lines() -> None:
    line = "word " * 15 + "end\n"
    assert_linear(lambda quarters: unbroken(line * (150 * quarters), f"<p>{line * 3}</p>"), 1)
