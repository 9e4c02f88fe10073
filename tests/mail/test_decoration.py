"""Which pictures say nothing, each with its reason."""

from __future__ import annotations

import pytest

from mailgate.mail.decoration import AT_THE_END, OF_QUOTE, OF_SIGNATURE, UNSEEN, Place, by_itself, may_repeat, places
from mailgate.mail.lines import read_lines
from mailgate.mail.marks import without_marks
from mailgate.mail.message import Attachment, Shown
from mailgate.mail.parse import read
from mailgate.sentence import Sentence
from tests.mail.painting import gif, png
from tests.mail.writing import LIMITS, mail

SCREEN, LOGO, PIXEL = png(800, 500), png(180, 60), gif(1, 1)
AS_IT_IS = Shown()


def picture(content: bytes, shown: Shown | None = AS_IT_IS, name: str = "image001.png") -> Attachment:
    return Attachment(name, "image/png", content, "0" * 64, "p@x", inline=True, shown=shown)


@pytest.mark.parametrize(
    ("file", "place", "why"),
    [
        (picture(LOGO), Place.SIGNATURE, OF_SIGNATURE),
        (picture(LOGO), Place.QUOTE, OF_QUOTE),
        (picture(LOGO), Place.END, AT_THE_END),
        (picture(LOGO), Place.WORDS, None),
        (picture(LOGO, shown=None), Place.SIGNATURE, None),
        (picture(SCREEN), Place.SIGNATURE, None),
        (picture(SCREEN), Place.QUOTE, None),
        (picture(SCREEN), Place.END, None),
        (picture(SCREEN, Shown(200, None)), Place.SIGNATURE, OF_SIGNATURE),
        (picture(png(700, 120)), Place.SIGNATURE, OF_SIGNATURE),
        (picture(png(700, 120)), Place.END, None),
        (picture(b"?" * 5_000), Place.SIGNATURE, OF_SIGNATURE),
        (picture(b"?" * 50_000), Place.SIGNATURE, None),
        (picture(SCREEN, Shown(1, 1)), Place.WORDS, UNSEEN),
        (picture(SCREEN, Shown(0, 0)), Place.WORDS, UNSEEN),
        (picture(SCREEN, Shown(600, 1)), Place.WORDS, UNSEEN),
        (picture(PIXEL, name="spacer.gif"), Place.WORDS, UNSEEN),
        (picture(PIXEL, name="image-3.gif"), Place.WORDS, UNSEEN),
        (picture(PIXEL, name="Error 0x80.png"), Place.WORDS, None),
        (picture(PIXEL, name="Error 0x80.png"), Place.SIGNATURE, UNSEEN),
        (picture(PIXEL, shown=None, name="dot.gif"), Place.WORDS, None),
    ],
)
def test_by_itself(file: Attachment, place: Place, why: Sentence | None) -> None:
    assert by_itself(file, place) == why


def test_only_what_is_no_screenshot_is_decoration_because_it_repeats() -> None:
    assert may_repeat(picture(LOGO), Place.WORDS)
    assert not may_repeat(picture(SCREEN), Place.WORDS)
    assert may_repeat(picture(SCREEN, Shown(120, None)), Place.WORDS)
    assert may_repeat(picture(SCREEN), Place.SIGNATURE)
    assert not may_repeat(picture(LOGO, shown=None), Place.WORDS)


def test_a_button_or_an_error_in_the_words_says_something_each_time() -> None:
    button = picture(png(300, 200))
    repeats = [place for place in Place if may_repeat(button, place)]
    assert repeats == [Place.END, Place.SIGNATURE, Place.QUOTE]


def place_in(text: str, quoted: tuple[int, ...] = ()) -> Place | None:
    """Of `p@x` in a mail of Anna Alt with these words."""
    raw = mail("Subject: x", sender="From: Anna Alt <anna@x.example>", body=text.replace("\n", "\r\n"))
    message = read(raw, LIMITS)
    shown = (*message.attachments, picture(LOGO))
    message = type(message)(headers=message.headers, sender=message.sender, text=message.text, attachments=shown)
    return places(message, read_lines(message, LIMITS), quoted).get("p@x")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Look:\n[cid:p@x]\nWhat is it?", Place.WORDS),
        ("Look: [cid:p@x]", Place.WORDS),
        ("Look.\n[cid:p@x]", Place.WORDS),
        ("Look.\n\nAnna Alt\n\n[cid:p@x]\n", Place.END),
        ("Look.\n\nAnna\n[cid:p@x]", Place.END),
        ("Look.\n\nKind regards\n[cid:p@x]", Place.END),
        ("Look.\n\n-- \nAnna Alt\n[cid:p@x]", Place.SIGNATURE),
        ("Look.\n\nKind regards\nAnna Alt\nExample Ltd\nPhone +49 123\n[cid:p@x]", Place.SIGNATURE),
        ("Look:\n[cid:p@x]\nAnna\n\n-- \nAnna Alt\n[cid:p@x]", Place.WORDS),
    ],
)
def test_where_it_stands(text: str, place: Place) -> None:
    assert place_in(text) is place


def test_what_is_quoted_is_quoted() -> None:
    assert place_in("Look.\n> so\n> [cid:p@x]", quoted=(1, 2)) is Place.QUOTE


def test_marks_go_with_their_lines() -> None:
    text = "Look:\n\n[cid:a@x]\n\nand [cid:b@x] here\n[cid:c@x]"
    assert without_marks(text, ["a@x", "c@x"]) == "Look:\n\nand [cid:b@x] here"
    assert without_marks(text, ["z@x"]) == text


@pytest.mark.parametrize("why", [UNSEEN, OF_SIGNATURE, OF_QUOTE, AT_THE_END])
def test_reasons_are_said_in_both_languages(why: Sentence) -> None:
    assert why.german != why.english
