"""HTML that no person wrote: time grows with the size alone, memory is bounded, and words keep their order."""

from __future__ import annotations

import resource

import pytest

from mailgate.mail.html import LONGEST, to_text
from tests.growth import assert_linear

MONSTERS = {
    "links": '<p><a href="http://x.example/{}">word</a></p>',
    "links in one line": '<a href="http://x.example/{}">w</a> ',
    "links in links": '<a href="http://x.example/{}">w',
    "divs": "<div>a{} ",
    "fonts": '<font color="red">a{} ',
    "closed fonts": "<font color=red face=x>a{}</font> ",
    "rows": "<tr><td>a{}</td><td>b</td></tr>",
    "cells": "<td>a{}",
    "tables": "<table><tr><td>a{} ",
    "styles": '<style>p{{color:red}}</style><p style="mso-a:b;c:d">x{}</p>',
    "one long style": "mso-a{}:b;",
    "attributes": " a{}=1",
    "bare attributes": " a{}",
    "attributes with brackets": ' a{}=">"',
    "conditions": "<!--[if mso]><p>x</p><![endif]-->y{} ",
    "open conditions": "<!--[if mso]>{}",
    "revealed": "<![if !mso]>y{}<![endif]> ",
    "zero width": "\u200b&zwnj;&#8203;a{}",
    "padding": "&zwnj;&nbsp;&#847;",
    "office": "<p class=MsoNormal>x{}<o:p></o:p></p>",
    "formatting around paragraphs": "<b><p>x{}",
    "misnested": "<b><i></b>x{} ",
    "pictures": '<img src="cid:{}@x" alt="x">',
    "lists": "<ul><li>x{} ",
    "end tags": "</div></p>x{} ",
    "line breaks": "<br>",
    "hidden": '<span style="display:none">a</span>b{} ',
    "shrunk": '<span style="font-size:0">a<i style="font-size:1px">b{}</i></span> ',
    "entities": "&amp;",
    "quotes": "=\"'",
}
AROUND = {
    "rows": "<table>{}</table>",
    "cells": "<table><tr>{}</table>",
    "one long style": '<p style="{}">x</p>',
    "attributes": "<p{}>x</p>",
    "bare attributes": "<p{}>x</p>",
    "attributes with brackets": "<p{}>x</p>",
    "quotes": "<p {}",
}


def monster(name: str, size: int) -> str:
    piece = MONSTERS[name]
    number = size // len(piece)
    return AROUND.get(name, "{}").replace("{}", "".join(piece.replace("{}", str(at)) for at in range(number)))


@pytest.mark.parametrize("name", MONSTERS)
def test_time_grows_with_the_size_alone(name: str) -> None:
    assert_linear(lambda size: to_text(monster(name, size), links=True), 40_000)


@pytest.mark.parametrize("name", ["cells", "attributes", "bare attributes", "attributes with brackets", "line breaks"])
def test_a_whole_megabyte_takes_no_more_memory_than_there_is(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    to_text(monster(name, LONGEST - 2**12), links=True)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150 * 2**10


@pytest.mark.parametrize("name", ["divs", "fonts", "cells", "tables", "closed fonts", "lists", "misnested"])
def test_words_come_out_whole_and_in_order(name: str) -> None:
    words = to_text(monster(name, 60_000)).replace("*", " ").split()
    numbers = [int(word.lstrip("ax")) for word in words if word.lstrip("ax").isdecimal()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > 1_000


def test_twenty_thousand_links_are_words_and_the_first_say_where_they_lead() -> None:
    text = to_text(monster("links", 960_000), links=True)
    assert text.count("word") > 19_000
    assert "word <http://x.example/0>" in text
    assert len(text) < 300_000


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<table><tr><td><p class=MsoNormal>Name<o:p></o:p></p></td><td><p class=MsoNormal><b>Anna</b></p></td></tr>"
            "<tr><td><p class=MsoNormal>Town</p></td><td><p class=MsoNormal>Ulm</p></td></tr></table>",
            "Name Anna\nTown Ulm",
        ),
        ("<table><tr><td><p>one</p><p>two</p></td><td>three</td></tr></table>", "one\n\ntwo\n\nthree"),
        ("<ol><li>one</li><li>two<ul><li>three</li></ul></li></ol>", "1. one\n 2. two\n      + three"),
        ("a<!--[if mso]>no<![endif]--><!--[if !mso]><!-->b<!--<![endif]-->c", "abc"),
        (
            '<a href="https://x.example/a"><img src="https://x.example/b.png" alt="Open it"></a>',
            "Open it <https://x.example/a>",
        ),
        (
            '<a href="https://x.example/a">Go<img src="https://x.example/b.png" alt="arrow"></a>',
            "Go <https://x.example/a>",
        ),
        ('Hi <img src="https://x.example/1f600.png" alt="😀"> you', "Hi 😀 you"),
        ('a <img src="https://x.example/ad.png" alt="Buy now"> b', "a b"),
        ('See <img src="cid:a%40x"> it', "See [cid:a@x] it"),
        ('See <img src="cid:<a@x>"> it', "See [cid:a@x] it"),
        ('See <img src="cid:a]b"> it', "See it"),
    ],
)
def test_what_is_there_is_told(html: str, text: str) -> None:
    assert to_text(html, links=True).strip() == text
