"""What a filter does to a value is put off until the mould is filled, or the cast is given up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailgate.outbox import casting, typeset
from mailgate.outbox.casting import Mould, NotCast, Poured, place
from mailgate.outbox.view import FileLine

VALUES = ("word", "> quoted", "#close it", "word " * 30, "a" * 90, "<b>  &")
HERE = place(0)
PICTURE = (FileLine("plan.png", "3 kB", content_id="p1@x"),)


def filled(cast: str, value: str) -> str:
    return Poured(Mould(cast, ""), (value,)).text


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    ("put_off", "done"),
    [
        (casting.fit, typeset.fit),
        (casting.tidy, typeset.tidy),
        (
            lambda words: casting.tidy(f"\n\nso {words} and\n\n\n  {words}\n"),
            lambda w: typeset.tidy(f"so {w} and\n\n  {w}"),
        ),
        (lambda words: casting.dotted([1042, words, "new"]), lambda words: typeset.dotted([1042, words, "new"])),
        (lambda words: casting.fit(casting.dotted([words, 7])), lambda words: typeset.fit(typeset.dotted([words, 7]))),
        (casting.in_lines, typeset.in_lines),
    ],
)
def test_a_step_that_was_put_off_does_the_same(
    put_off: Callable[[str], str], done: Callable[[str], str], value: str
) -> None:
    assert filled(str(put_off(HERE)), value) == str(done(value))


@pytest.mark.parametrize("value", VALUES)
def test_columns_hang_a_long_value_when_it_is_known(value: str) -> None:
    rows = [("From", HERE), ("Status", "new"), ("A label that is too long", HERE)]
    known = [(label, value if each == HERE else each) for label, each in rows]
    assert filled(casting.columns(rows), value) == typeset.columns(known)
    assert filled(casting.tidy(casting.columns(rows)), value) == typeset.tidy(typeset.columns(known))


def test_what_holds_no_place_is_done_at_once() -> None:
    for do, real in ((casting.fit, typeset.fit), (casting.tidy, typeset.tidy), (casting.wrap, typeset.wrap)):
        assert do("word " * 30) == real("word " * 30)


@pytest.mark.parametrize(
    "do",
    [
        lambda: casting.wrap(f"so {HERE}"),
        lambda: casting.quoted(HERE),
        lambda: casting.columns([(HERE, "value"), ("b", HERE)]),
        lambda: casting.with_names(HERE, PICTURE),
        lambda: casting.with_pictures(HERE, PICTURE),
        lambda: Mould("", casting.fit(f"so {HERE}")),
    ],
)
def test_what_can_not_be_put_off_ends_the_cast(do: Callable[[], object]) -> None:
    with pytest.raises(NotCast):
        do()


def test_html_holds_values_escaped_and_words_in_lines() -> None:
    html = f"<p>{HERE}</p>{casting.dotted([HERE])}{casting.in_lines(HERE)}"
    assert Poured(Mould("", html), ("#<b>\n&",)).html == "<p>#&lt;b&gt;\n&amp;</p>&lt;b&gt;\n&amp;#&lt;b&gt;<br>\n&amp;"
