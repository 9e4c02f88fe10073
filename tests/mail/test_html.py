"""HTML bodies as text."""

from __future__ import annotations

import pytest

from mailgate.mail.html import LONGEST, is_too_long, to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p class=MsoNormal>one</p><p class=MsoNormal>two</p>", "one\ntwo"),
        ('<p style="margin:0cm">one</p><p style="margin:0cm">two</p>', "one\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "  * one\n  * two"),
        (
            "<table><tr><td>Name:</td><td>Anna</td></tr><tr><td>Town:</td><td>Ulm</td></tr></table>",
            "Name: Anna\nTown: Ulm",
        ),
        ("a&nbsp;&amp;&nbsp;b &lt;c&gt; &euro;", "a & b <c> €"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<head><title>t</title><style>p{}</style></head><script>x()</script><p>words<!-- no --></p>", "words"),
        ('<p style="display: none">hidden</p>shown', "shown"),
        ("just text", "just text"),
        ("<?xml version='1.0' encoding='utf-8'?><p>words</p>", "words"),
        ("", ""),
        ("<br>", ""),
    ],
)
def test_words_keep_their_lines(html: str, text: str) -> None:
    assert [line.strip() for line in to_text(html).split("\n")] == [line.strip() for line in text.split("\n")]


@pytest.mark.parametrize("open_tags", ["<div>", "<b>", "<span>", "<blockquote>", "<table><tr><td>"])
def test_no_word_is_lost_in_deep_nesting(open_tags: str) -> None:
    html = "".join(f"{open_tags}word{number} " for number in range(3_000))
    text = to_text(html)
    assert "word0" in text
    assert "word2999" in text


def test_a_damaged_tree_still_gives_its_words() -> None:
    html = "<div>" * 300 + "<style>no</style><script>no</script><!-- no --><p>a&amp;b<p>c &#9999999999; &#x41;"
    assert to_text(html).split() == ["a&b", "c", "A"]


def test_an_image_inside_the_html_is_no_text() -> None:
    html = f'<img src="data:image/png;base64,{"A" * 3_000_000}"><p>words</p>'
    assert to_text(html) == "words"
    assert not is_too_long(html)


def test_only_so_much_html_is_read() -> None:
    html = "<p>word</p>" * (LONGEST // 8)
    assert is_too_long(html)
    assert len(to_text(html)) < LONGEST


@pytest.mark.parametrize(
    "bomb",
    [
        "<!--" * 50_000,
        "<style>" * 50_000,
        "<div>" * 300 + "<style><script><!--" * 20_000,
        "<" * 200_000,
        "<div>" * 300 + "&#" + "9" * 100_000 + ";",
        "<table><tr><td>" + "a" * 100_000 + "</td></tr>" + "<tr><td>b</td></tr>" * 5_000 + "</table>",
        "<ul>" * 200 + "<li>x" * 5_000,
        '<div style="padding-left:99999em;margin-top:99999em">x</div>' * 500,
    ],
)
def test_bombs_cost_little_time_and_give_little_text(bomb: str) -> None:
    assert len(to_text(bomb)) <= 4 * len(bomb)
