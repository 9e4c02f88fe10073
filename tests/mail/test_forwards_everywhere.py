"""Any mail, passed on by any program in any language, comes out whole; and no answer is taken for one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.forwarded import Forwarded, forwarded
from mailgate.mail.message import Address, Headers, Message
from tests.growth import assert_linear
from tests.mail.forwarding import ALL, FRAMES, Frame, Original, framed, passed_on, passed_on_in_html, subject_of
from tests.mail.framing import Framed, each_frame

NAMED = [(f"{frame['client']} {frame['language']}", frame) for frame in FRAMES]
CLIENTS = [pytest.param(frame, id=name) for name, frame in NAMED]
SILENT = [pytest.param(frame, id=name) for name, frame in NAMED if frame.get("said") is False]

_SCRIPTS = (
    "abcdefghijklmnopqrstuvwxyzäöüßéñçåø",
    "абвгдежзийклмнопрстуфхцчшщыэюя",
    *("漢字仮名交文章日本語訳", "가나다라마바사", "αβγδεζηθ"),
)
_word = st.sampled_from(_SCRIPTS).flatmap(lambda signs: st.text(signs, min_size=2, max_size=9))
_line = st.lists(_word, min_size=1, max_size=9).map(" ".join)
_text = st.lists(_line, min_size=1, max_size=5).map("\n".join)
_name = st.lists(_word.map(str.title), min_size=2, max_size=3).map(" ".join)
_local = st.text("abcdefghijklmnop0123456789", min_size=1, max_size=9)
_email = st.builds("{}.{}@{}.example".format, _local, _local, st.sampled_from(("shop", "mail.shop", "x-1")))
_people = st.lists(st.builds(Address, _name | st.just(""), _email), min_size=1, max_size=3).map(tuple)
_originals = st.builds(Original, _name, _email, _line, _text, _people, _people)


def is_as(found: Forwarded | None, original: Original, frame: Frame) -> None:
    """Every field that the frame tells."""
    assert found is not None
    said = (original.email, original.name, original.subject, frame.get("date"), original.to, original.cc)
    read = (found.sender, found.name, found.subject, found.date, found.to, found.cc)
    told = dict(zip(ALL.split(), said, strict=True))
    here = dict(zip(ALL.split(), read, strict=True))
    fields = frame.get("fields", ALL).split()
    assert {field: here[field] for field in fields} == {field: told[field] for field in fields}


@pytest.mark.parametrize("frame", CLIENTS)
@settings(max_examples=4, deadline=None)
@given(original=_originals, words=_text | st.just(""))
def test_whoever_passes_it_on_every_field_comes_out(frame: Frame, original: Original, words: str) -> None:
    found = forwarded(passed_on(original, frame, words))
    is_as(found, original, frame)
    assert found is not None
    assert (found.text, found.words, found.closing, found.inner) == (original.text, words, "", None)


@pytest.mark.parametrize("frame", CLIENTS)
def test_its_html_says_the_same(frame: Frame) -> None:
    original = Original()
    found = forwarded(passed_on_in_html(original, frame, "Please take over."))
    is_as(found, original, frame)
    assert found is not None
    assert found.text.split() == original.text.split()
    assert found.words == "Please take over."


@pytest.mark.parametrize("frame", CLIENTS)
def test_what_is_passed_on_twice_has_both_writers(frame: Frame) -> None:
    inside = Original()
    middle = Original("Erika Berg", "erika@partner.example", subject_of(inside, frame), framed(inside, frame, "Look!"))
    found = forwarded(passed_on(middle, frame, "Please take over."))
    assert found is not None
    assert (found.name, found.words) == (middle.name, "Please take over.")
    is_as(found.inner, inside, frame)
    assert found.inner is not None
    assert found.inner.words == "Look!"
    assert found.inner.text == inside.text


@pytest.mark.parametrize("frame", SILENT)
def test_the_same_frame_in_an_answer_is_no_forward(frame: Frame) -> None:
    answer = passed_on(Original(), frame, "It is repaired.", subject="Re: Printer")
    assert forwarded(answer) is None
    assert forwarded(replace(answer, subject="Re: Fwd: Printer")) is None
    assert forwarded(replace(answer, subject="Printer", in_reply_to=("1@customer.example",))) is None


@pytest.mark.parametrize("reply", each_frame())
def test_an_answer_in_any_programs_frame_is_no_forward(reply: Framed) -> None:
    for quoted in ("It burns.", framed(Original(), FRAMES[31])):
        answer = Message(Headers(()), None, subject="Printer", text=reply.plain("It is repaired.", quoted))
        answer = replace(answer, to=(Address("", "support@example.com"),))
        assert forwarded(answer) is None
        for subject in ("Re: Printer", "AW: Printer", "Re: Fwd: Printer"):
            assert forwarded(replace(answer, subject=subject)) is None


_pieces = st.sampled_from(
    (
        *(
            "From: Karl <k@x.example>",
            "To:",
            "Sent: 1.1.2026 10:00",
            "----- Forwarded Message -----",
            "> ",
            "\n",
            "Subject:",
        ),
        *(
            "Karl",
            "---------- Forwarded message ---------",
            "Begin forwarded message:",
            ">> From: a",
            "An: a@b.example, ",
            "x",
        ),
        *(
            "----- End forwarded message -----",
            "===8<====",
            "：",
            "发件人：",
            "on behalf of",
            '"',
            "<",
            "(",
            "=?utf-8?q?=41?=",
        ),
        "----- Forwarded Message ----- From: a@b.example To: x Subject: y",
    )
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_pieces, max_size=30), st.sampled_from(["\n", " ", ""]))
def test_whatever_it_is_made_of_nothing_raises(pieces: list[str], glue: str) -> None:
    found = forwarded(Message(Headers(()), None, subject="Fwd: x", text=glue.join(pieces)))
    assert found is None or found.sender or found.name


BLOCK = "From: Karl <k@x.example>\nSubject: Fwd: x\nDate: 1.1.2026 10:00\n"
# What is repeated, and what stands above it.
HOSTILE = {
    "forwards in forwards": ("", f"---------- Forwarded message ---------\n{BLOCK}\n"),
    "a list of people": (f"{BLOCK}To: ", "Erika <e@x.example>; "),
    "labels": ("", "From: a@b.example\n"),
    "wrapped lists": ("From: Karl <k@x.example>\nTo: ", "Erika <e@x.example>,\n"),
    "colons in one line": ("----- Forwarded Message ----- From: a@b.example ", "To:"),
    "signs that open": ("From: ", '<("'),
    "quoted lines": ("Begin forwarded message:\n\n> From: Karl <k@x.example>\n> Subject: x\n", "> x\n"),
    "ends": (f"----- Forwarded message from a@b.example -----\n{BLOCK}\n", "----- End forwarded message -----\n"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_reading_takes_time_in_proportion(kind: str) -> None:
    above, again = HOSTILE[kind]

    def task(size: int) -> object:
        text = above + again * (size // len(again))
        return forwarded(Message(Headers(()), None, subject="Fwd: x", text=text))

    assert_linear(task, 250_000)
