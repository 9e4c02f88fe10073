"""Soft line breaks (RFC 3676)."""

from __future__ import annotations

import pytest

from mailgate.mail.flowed import unflow
from tests.mail.writing import reading


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> one \n> two\nthree", "> one two\nthree"),
        (">> a \n> b \nc", ">> a \n> b \nc"),
        (" >not a quote\n From here", ">not a quote\nFrom here"),
        ("text \n-- \nAnna \nAlt", "text \n-- \nAnna Alt"),
        ("> \n>\n", "> \n>\n"),
        ("ends soft ", "ends soft "),
        ("", ""),
    ],
)
def test_paragraphs_are_joined_and_quotes_keep_their_depth(text: str, joined: str) -> None:
    assert [line.rstrip() for line in unflow(text, delete_space=False).split("\n")] == [
        line.rstrip() for line in joined.split("\n")
    ]


def test_the_space_of_a_soft_break_may_be_no_text() -> None:
    assert unflow("日本 \n語", delete_space=True) == "日本語"


def test_a_flowed_mail_is_read_joined() -> None:
    field = 'Content-Type: text/plain; charset=utf-8; format="flowed"; delsp=yes'
    assert reading(field, body="lo \r\nng\r\n> quoted \r\n> words").text == "long\n> quotedwords"


def test_a_fixed_mail_keeps_its_lines() -> None:
    assert reading(body="one \r\ntwo").text == "one \ntwo"


def test_html_does_not_flow_whatever_it_says() -> None:
    assert (
        reading("Content-Type: text/html; format=flowed", body="<pre>one \r\ntwo</pre>").html == "<pre>one \ntwo</pre>"
    )


def test_a_signature_line_that_was_escaped_for_signing_ends_a_paragraph() -> None:
    assert unflow("one \n-- \nAnna", delete_space=False) == "one \n-- \nAnna"
