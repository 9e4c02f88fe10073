"""Where the links of a mail that is HTML only lead, in its text."""

from __future__ import annotations

import time

import pytest

from mailgate.mail.html import to_text
from tests.growth import assert_linear

DOC = "https://x.example/doc"
SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fdoc&amp;data=05%7C01&amp;reserved=0"
)


def said(html: str) -> str:
    return to_text(html, links=True)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (f'see <a href="{DOC}">here</a>.', f"see here <{DOC}>."),
        ('<a href=" HTTPS://x.example/a b ">h<b>er</b>e</a>', "here <HTTPS://x.example/a%20b>"),
        (f'<p><a href="{DOC}">one</a></p><p>two</p>', f"one <{DOC}>\n\ntwo"),
        ('ask <a href="mailto:tim@x.example?subject=a">Tim</a>', "ask Tim <tim@x.example>"),
        # the link of another page than the one it shows
        ('<a href="https://evil.example/">https://bank.example/</a>', "https://bank.example/ <https://evil.example/>"),
    ],
)
def test_where_a_link_leads_stands_behind_its_words(html: str, text: str) -> None:
    assert said(html) == text
    assert "<" not in to_text(html)


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{DOC}">{DOC}</a>',
        '<a href="http://www.x.example/">x.example</a>',
        '<a href="https://x.example/doc/">x.example<wbr>/doc</a>',
        f'<a href="{SAFE}">{DOC}</a>',
        '<a href="mailto:Tim@x.example">tim@x.example</a>',
        '<a href="mailto:tim@x.example">Tim (tim@x.example)</a>',
        '<a href="mailto:tim@x.example">@Tim</a> please look',
        '<p>#assign <a href="mailto:tim@x.example">Tim</a></p>',
    ],
)
def test_what_shows_already_is_not_said_twice(html: str) -> None:
    assert said(html) == to_text(html)


@pytest.mark.parametrize(
    "href",
    [
        *("javascript:alert(1)", "data:text/html,x", "vbscript:x", "cid:1", "#top", "/doc", ""),
        *("x-apple-data-detectors://1", "https:///doc", "https://", "https://[", "https://x.example/&gt;"),
        *("https://x.example/\x07", "https://x.example/\u202edoc", f"https://x.example/{'a' * 100_000}"),
        *("mailto:", "mailto:a b@x", "mailto:a@x.example,b@x.example"),
    ],
)
def test_a_link_that_leads_nowhere_good_is_left_out(href: str) -> None:
    assert said(f'<a href="{href}">here</a>') == "here"


def test_a_picture_that_counts_readers_has_no_words_to_stand_behind() -> None:
    pixel = f'<a href="{DOC}"><img src="{DOC}/pixel" width=1></a><a href="{DOC}"> </a>'
    assert said(f"words{pixel}") == "words"


def test_nothing_is_added_to_a_letter_of_ours() -> None:
    """Its quotation is compared with it word by word."""
    tap = f'<p>=== write above this line ===</p><a href="mailto:support+abc@x.example">#close</a><a href="{DOC}">d</a>'
    assert said(f'<a href="{DOC}">here</a>{tap}') == f"here <{DOC}>\n\n" + to_text(tap)


def test_addresses_behind_names_are_left_alone_in_quotations() -> None:
    quote = (
        f'<blockquote type=cite><a href="mailto:support+abc@x.example">#close</a> <a href="{DOC}">d</a></blockquote>'
    )
    assert said(quote).strip() == f"#close d <{DOC}>"


def test_links_without_number_cost_nothing_and_say_nothing_more() -> None:
    began = time.process_time()
    text = said(f'<a href="{DOC}/{"a" * 900}">a</a>' * 20_000 + "<a href=x>" * 20_000)
    assert time.process_time() - began < 10
    assert len(text) < 2**17


def test_many_links_behind_many_words_are_read_in_linear_time() -> None:
    words, links = "字 " * 4_000, '<a href="http://a.example/"> x</a>' * 350
    assert_linear(lambda n: said(f"<div>{words * n}{links * n}</div>"), 1)
