"""Where pictures stand: every program's text gets the same marks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.message import Attachment, Shown
from mailgate.mail.pictures import arranged
from tests.growth import assert_linear
from tests.mail.painting import png

PLAN = Attachment("plan.png", "image/png", png(300, 200), "1" * 64, "p@x")
LOGO = Attachment("logo.png", "image/png", png(90, 30), "2" * 64, "l@x")
HTML = '<p>See the plan:</p><p><img src="cid:p@x" alt="The plan"></p><p>It is new.</p>'


def marked(text: str, html: str = HTML, *files: Attachment) -> str:
    return arranged(text, html, files or (PLAN,), 10)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See the plan:\n[cid:p@x]\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n[image: The plan]\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n[image: plan.png]\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n<plan.png>\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n[The plan]\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n[The\nplan]\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n\ufffc\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\nIt is new.", "See the plan:\n[cid:p@x]\nIt is new."),
        ("See the plan:\n\n\n\nIt is new.", "See the plan:\n\n[cid:p@x]\n\n\nIt is new."),
        ("> See the *plan*:\n> \n> It is new.", "> See the *plan*:\n> [cid:p@x]\n> \n> It is new."),
        ("See the\nplan: It is new.", "See the\nplan: It is new.\n[cid:p@x]"),
        ("Other words.", "Other words."),
        ("", ""),
    ],
)
def test_every_program_writes_it_otherwise(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_a_picture_above_all_words_stands_above_them() -> None:
    assert marked("Hello", '<img src="cid:p@x"><p>Hello</p>') == "[cid:p@x]\nHello"


def test_what_stands_in_a_signature_stays_in_it() -> None:
    html = (
        '<p>Hello</p><img src="cid:p@x"><div class="gmail_signature"><img src="cid:l@x"><div>Anna</div></div>'
        '<blockquote type="cite"><img src="cid:q@x">Old words</blockquote>'
    )
    files = (PLAN, LOGO, replace(PLAN, content_id="q@x"))
    text = "Hello\n\nAnna\n\n> Old words"
    assert marked(text, html, *files) == "Hello\n[cid:p@x]\n\n[cid:l@x]\nAnna\n\n> [cid:q@x]\n> Old words"


def test_below_a_line_of_dashes_is_below_it() -> None:
    html = '<p>Hello</p><div>-- <br><img src="cid:l@x"><br>Anna</div>'
    assert marked("Hello\n\n-- \nAnna", html, LOGO) == "Hello\n\n-- \n[cid:l@x]\nAnna"


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ("", Shown()),
        ('width="30" height="20"', Shown(30, 20)),
        ('width="50%" height=20px', Shown(None, 20)),
        ('style="width:30.4px; height:20px" width=9 height=9', Shown(30, 20)),
        ('style="display:none"', Shown(0, 0)),
        ("hidden", Shown(0, 0)),
    ],
)
def test_the_html_says_how_large_it_is_seen(attributes: str, shown: Shown) -> None:
    _, _, (file,) = arranged("x", f'<img src="cid:p@x" {attributes}>', (PLAN,), 10)
    assert (file.shown, file.inline) == (shown, True)


def test_what_the_html_does_not_show_is_a_file() -> None:
    other = replace(PLAN, content_id="other@x")
    assert arranged("x", HTML, (other,), 10) == ("x", HTML, (other,))
    assert arranged("x", None, (PLAN,), 10) == ("x", None, (PLAN,))


def test_a_picture_may_be_named_by_its_file_or_have_no_type() -> None:
    unnamed = replace(PLAN, content_id=None)
    _, _, (file,) = arranged("x", '<img src="cid:PLAN.png">', (unnamed,), 10)
    assert file.content_id == "PLAN.png"
    untyped = replace(PLAN, media_type="application/octet-stream")
    assert arranged("x", HTML, (untyped,), 10)[2][0].media_type == "image/png"
    program = replace(untyped, content=b"MZ")
    assert arranged("x", HTML, (program,), 10)[2] == (program,)


BOMBS = {
    "pictures": '<img src="cid:p@x">a',
    "other pictures": '<img src="cid:{}@x">a',
    "words": "<p>word</p>",
    "long names": '<img src="cid:p@x" alt="a a a a a a a a">',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_time_grows_with_the_size_alone(bomb: str) -> None:
    files = tuple(replace(PLAN, content_id=f"{number}@x") for number in range(90))

    def task(size: int) -> object:
        html = "".join(BOMBS[bomb].replace("{}", str(number)) for number in range(size // 20))
        return arranged("a" * size + "[a " * (size // 3), html + HTML, (*files, PLAN), 100)

    assert_linear(task, 50_000)


PIECES = (
    "<p>Hello",
    '<img src="cid:p@x">',
    "</p>",
    '<blockquote type="cite">',
    "<img src=cid:l@x hidden>",
    "-- <br>",
    "ü",
)


@given(st.lists(st.sampled_from(PIECES)), st.text("Helo \n>-[]:\ufffcpx@", max_size=60))
def test_no_body_raises_and_marking_twice_changes_nothing(html: list[str], text: str) -> None:
    once, body, files = arranged(text, "".join(html), (PLAN, LOGO), 10)
    again = arranged(once, body, files, 10)
    assert again == (once, body, files)
    assert (
        len(once.replace("[cid:p@x]", "").replace("[cid:l@x]", "").split())
        >= len(text.replace("\ufffc", "").split()) - 1
    )
