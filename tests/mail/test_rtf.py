"""RTF as text: letters of any code page, and the HTML that Exchange wraps in it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.compressed_rtf import LONGEST, decompressed
from mailgate.mail.parse import read
from mailgate.mail.rtf import Rtf, read_rtf
from tests.mail.packing import lzfu
from tests.mail.writing import LIMITS, part, reading, with_parts

HEAD = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial CYR;}}{\colortbl;\red0;}"
HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}" + b"\r\n"
    rb"{\*\htmltag19 <html>}{\*\htmltag50 <body>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\'dfe {\*\htmltag84 <b>}"
    rb"\htmlrtf {\b \htmlrtf0 now{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 "
    rb"{\*\mhtmltag84 <a href=x>}\htmlrtf\par}\htmlrtf0" + b"\r\n" + rb"{\*\htmltag72 </p>}{\*\htmltag27 </html>}}"
)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"one\par two\line three\tab four", "one\ntwo\nthree\tfour"),
        (rb"Gr\'fc\'dfe", "Grüße"),
        (rb"\uc1\u8364? 5, \u-10179?\u-8704?", "€ 5, 😀"),
        (rb"\uc2\u228??x", "äx"),
        (rb"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2} \'e4", "Привет ä"),
        (rb"\{a\}\\ b\~c\_d", "{a}\\ b\xa0c-d"),
        (rb"{\*\generator Riched20;}{\info{\author Erika}}x", "x"),
        (rb"a{\pict\bin4 }}}}}b", "ab"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (rb"\ldblquote yes\rdblquote \endash  no", "“yes”– no"),
        (b"a\r\nb", "ab"),
    ],
)
def test_words_of_rtf(written: bytes, text: str) -> None:
    assert read_rtf(HEAD + written + b"}") == Rtf(text)


def test_html_that_was_wrapped_comes_out_as_html() -> None:
    assert read_rtf(HTML) == Rtf("<html><body><p>Grüße <b>now</b>&nbsp;</p></html>", is_html=True)


def test_letters_of_two_bytes_are_read_in_their_font() -> None:
    raw = rb"{\rtf1\ansi\deff0{\fonttbl{\f0\fcharset128 MS Gothic;}}\f0 \'93\'fa\'96\'7b}"
    assert read_rtf(raw.replace(rb"\deff0", rb"\ansicpg932\deff0")).text == "日本"


def test_an_example_of_the_standard_is_decompressed() -> None:
    # MS-OXRTFCP, 3.1.1.
    raw = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompressed(raw) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_a_run_that_repeats_itself_is_decompressed() -> None:
    # MS-OXRTFCP, 3.1.2.
    raw = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompressed(raw) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_what_is_not_compressed_is_taken_as_it_is() -> None:
    assert decompressed(struct.pack("<III", 20, 5, 0x414C454D) + b"\0\0\0\0" + b"{\\rtf}") == b"{\\rtf"


def test_a_bomb_is_cut_off() -> None:
    bomb = struct.pack("<III", 10**6, 2**31 - 1, 0x75465A4C) + b"\0" * 4 + b"\0abcdefgh"
    assert len(decompressed(bomb + (b"\xff" + b"\x0c\xfe" * 8) * 20_000)) == LONGEST


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_what_was_compressed_comes_out_as_it_was(words: bytes) -> None:
    rtf = rb"{\rtf1\ansi\mac\deff0" + words
    assert decompressed(lzfu(rtf)) == rtf


@given(
    st.lists(
        st.sampled_from(
            (
                rb"{\*",
                b"{",
                b"}",
                rb"\htmltag",
                rb"\u",
                b"-1",
                rb"\'",
                b"4",
                rb"\bin9",
                rb"\uc",
                b"\\",
                b"x",
                rb"\f1 ",
                rb"\htmlrtf",
            )
        )
    )
)
@settings(max_examples=100, deadline=None)
def test_whatever_is_no_rtf_never_raises(pieces: list[bytes]) -> None:
    for head in (HEAD, HTML, b""):
        read_rtf(head + b"".join(pieces)).text.encode()


def test_a_mail_of_nothing_but_rtf_has_its_words() -> None:
    message = reading("Content-Type: application/rtf; name=body.rtf", body=HEAD + rb"Gr\'fc\'dfe}")
    assert message.text == "Grüße"
    assert [file.name for file in message.attachments] == ["body.rtf"]


def test_rtf_beside_words_is_a_file() -> None:
    message = read(with_parts("mixed", part(body="words"), part("Content-Type: text/rtf", body=HEAD + b"x}")), LIMITS)
    assert message.text == "words"
    assert [file.name for file in message.attachments] == ["text-1.rtf"]
