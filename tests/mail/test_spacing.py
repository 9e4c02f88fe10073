"""Outlook's doubled blank lines, and text that only looks like them."""

from __future__ import annotations

import pytest

from mailgate.mail.spacing import as_written

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
