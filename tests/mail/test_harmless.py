"""What a page shows of a mail's HTML: its words and pictures, and nothing that does anything."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.harmless import DEEPEST, MOST_ELEMENTS, MOST_LINKS, harmless
from tests.growth import assert_linear
from tests.mail.vectors import every

LETTER = """<html><head><title>t</title><style>p{color:red}</style></head><body bgcolor="#ffffff" onload="x()">
<p class="MsoNormal" style="margin:0cm;font-weight:bold;color:#1F497D">Dear team,<o:p></o:p></p>
<table border="1"><tr><td colspan="2" style="text-align: right">12 &lt; 13</td></tr></table>
<ul><li>one</li></ul><a href="https://x.example/?a=1&amp;b=2" onclick="x()">here</a>
<img src="cid:plan@x" width="300" alt="plan"><img src="https://x.example/t.gif" alt="our shop"></body></html>"""


class Judge(HTMLParser):
    """Reads a fragment and collects what must not be in it."""

    allowed = frozenset(
        (
            *("p", "br", "div", "span", "hr", "center", "blockquote", "pre", "code", "tt", "kbd", "samp", "address"),
            *("b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "big", "font", "q"),
            *("cite", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a", "img", "table"),
            *("caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
        )
    )
    plain = frozenset(
        ("alt", "align", "dir", "width", "height", "colspan", "rowspan", "border", "start", "valign", "loading")
    )

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.allowed:
            self.wrong.append(f"<{tag}>")
        self.wrong += [f"{tag} {name}={value}" for name, value in attrs if not self._fits(tag, name, value or "")]

    def _fits(self, tag: str, name: str, value: str) -> bool:
        if name == "style":
            return not any(sign in value for sign in "\\(/@<\"'") and "position" not in value and "url" not in value
        if name in ("href", "target", "rel"):
            links = ("http://", "https://", "mailto:")
            return tag == "a" and (value.startswith(links) if name == "href" else value != "_top")
        if name == "src":
            return tag == "img" and value.startswith("cid:")
        if name in ("color", "bgcolor"):
            return len(value) == 7 and value.startswith("#")
        return name in self.plain and (name == "alt" or len(value) < 20)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"instruction {data}")


def wrong_in(fragment: str) -> list[str]:
    judge = Judge()
    judge.feed(fragment)
    judge.close()
    return judge.wrong


def test_words_tables_lists_links_and_the_mails_own_pictures_stay() -> None:
    shown = harmless(LETTER)
    assert '<p style="font-weight:bold;color:#1f497d">Dear team,' in shown.html
    assert '<td colspan="2" style="text-align:right">12 &lt; 13</td>' in shown.html
    assert "<li>one</li>" in shown.html
    assert 'href="https://x.example/?a=1&amp;b=2"' in shown.html
    assert 'target="_blank"' in shown.html
    assert 'rel="noopener noreferrer nofollow"' in shown.html
    assert 'src="cid:plan@x"' in shown.html
    assert shown.pictures == ("plan@x",)
    assert (shown.whole, shown.not_loaded) == (True, 1)
    assert "[our shop]" in shown.html
    assert wrong_in(shown.html) == []


@pytest.mark.parametrize("start", range(0, len(list(every())), 100))
def test_nothing_in_it_does_anything(start: int) -> None:
    for vector in list(every())[start : start + 100]:
        assert wrong_in(harmless(vector).html) == [], vector


def test_all_vectors_in_one_mail_do_nothing_either() -> None:
    assert wrong_in(harmless("".join(every())).html) == []
    assert wrong_in(harmless("".join(reversed(list(every())))).html) == []


@pytest.mark.parametrize("vector", list(every())[:60:5])
def test_made_harmless_twice_is_the_same(vector: str) -> None:
    once = harmless(vector).html
    assert harmless(once).html == once


def test_what_the_mail_hides_stays_hidden() -> None:
    html = (
        '<div style="display:none;font-size:1px">Read this preview<a href="https://x.example">x</a></div><p>Hello</p>'
    )
    assert "Hello" in harmless(html).html
    assert "preview" not in harmless(html).html


@pytest.mark.parametrize(
    "html",
    [
        *("<div>word " * (DEEPEST + 200), "<b>word " * (DEEPEST + 20), "<p>word" * (MOST_ELEMENTS + 1)),
        "<p " + " ".join(f"a{number}=1" for number in range(30_000)) + ">word</p>",
    ],
)
def test_what_is_too_deep_or_too_large_is_text(html: str) -> None:
    shown = harmless(html)
    assert not shown.whole
    assert "word" in shown.html
    assert set(wrong_in(shown.html)) == set()
    assert "<p>" not in shown.html


def test_of_very_many_links_the_words_stay() -> None:
    shown = harmless('<p><a href="https://x.example/1">word</a></p>' * (MOST_LINKS + 5))
    assert shown.html.count("<a ") == MOST_LINKS
    assert shown.html.count("word") == MOST_LINKS + 5
    assert not shown.whole


def test_only_a_megabyte_is_read() -> None:
    shown = harmless("x" * 3 * 2**20)
    assert not shown.whole
    assert len(shown.html) < 1.01 * 2**20


BOMBS = {
    "deep": "<div>a",
    "fonts": "<font color=red>a",
    "closed fonts": "<font color=red>a</font>",
    "formatting around paragraphs": "<b><p>x",
    "misnested": "<b><i></b>x",
    "links in links": "<a href=https://x.example>",
    "rows": "<tr><td>a</td><td>b</td></tr>",
    "tables": "<table><tr><td>a",
    "cells": "<td>a",
    "styles": '<p style="color:red;mso-a:b;margin:0">x</p>',
    "hidden": '<span style="display:none">a</span>b',
    "pictures": '<img src="cid:1" alt="x">',
    "remote pictures": '<img src="https://x.example/1" alt="x">',
    "entities": "&amp;",
    "brackets": "<",
    "comments": "<!--",
    "end tags": "</div></p>x",
    "conditions": "<!--[if mso]><p>x</p><![endif]-->y",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_time_grows_with_the_size_alone(bomb: str) -> None:
    piece = BOMBS[bomb]
    assert_linear(lambda size: harmless(piece * (size // len(piece))), 50_000)


PIECES = (
    "<",
    ">",
    "</",
    "p",
    "svg",
    "math",
    "style",
    "img",
    " ",
    "src=",
    "cid:a",
    "javascript:x",
    '"',
    "'",
    "--",
    "!",
    "onerror=x",
    "a",
    "href=",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_html_raises_and_none_does_anything(html: str) -> None:
    assert wrong_in(harmless(html).html) == []
