"""The whole mail: deterministic bytes that the standard library reads back as the same words and files."""

from __future__ import annotations

import base64
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.words import clean_line
from mailgate.outbox.assemble import Enclosed, assemble
from tests.outbox.desk import composed, read

HEADER = composed(in_reply_to="A" * 90 + "@prod.outlook.com").header
PICTURE = Enclosed("plan.png", "image/png", b"\x89PNG\r\n\x1a\n", content_id="p1@x")
REPORT = Enclosed("log.txt", "text/plain", b"line\n" * 40)


def words_of(raw: bytes, kind: str = "plain") -> str:
    part = read(raw).get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_the_header_block_stands_in_front_byte_for_byte() -> None:
    raw = assemble(HEADER, "hello\n", "<p>hello</p>\n")
    assert raw.startswith(HEADER + b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative;")
    assert b"In-Reply-To: <" + b"A" * 90 + b"@prod.outlook.com>\r\n" in raw


def test_the_same_letter_is_the_same_bytes() -> None:
    files = (PICTURE, REPORT)
    html = '<img src="cid:p1@x">'
    assert assemble(HEADER, "a", html, files) == assemble(HEADER, "a", html, files)


def test_plain_words_travel_as_they_are() -> None:
    raw = assemble(HEADER, "hello\nworld", "")
    assert raw.endswith(b"charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nhello\r\nworld\r\n")


@pytest.mark.parametrize("text", ["größer", "x" * 600, "trailing \n", "From here on", "a\x00b", "-- \nsig"])
def test_words_that_relays_change_are_quoted_printable(text: str) -> None:
    raw = assemble(HEADER, text, "")
    assert b"Content-Transfer-Encoding: quoted-printable" in raw
    assert not re.search(rb"(?m)^From |[ \t]\r?$", raw.partition(b"\r\n\r\n")[2])
    assert words_of(raw) == text + "\n" * (not text.endswith("\n"))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=400) | st.text(
    "aä \t=.\nFrom", max_size=300
)


@given(TEXT, TEXT)
def test_any_words_come_out_identical_with_crlf_and_short_lines(text: str, html: str) -> None:
    raw = assemble(HEADER, text, html + "<br>")
    assert words_of(raw) == (text if text.endswith("\n") else f"{text}\n")
    assert words_of(raw, "html") == f"{html}<br>\n"
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.partition(b"\r\n\r\n")[2].isascii()


NAMES = st.text(min_size=1, max_size=180).filter(lambda name: "<" not in name)
"""The reader here, Python's own, takes `<` and `>` away from around a name."""
FILES = st.builds(
    Enclosed, NAMES, st.sampled_from(["image/png", "text/plain", "message/rfc822", "bad\r\nX: y"]), st.binary()
)


@given(st.lists(FILES, max_size=3))
def test_any_files_come_out_identical(files: list[Enclosed]) -> None:
    message = read(assemble(HEADER, "words", "<p>words</p>", files))
    found = list(message.iter_attachments())
    assert [each.get_payload(decode=True) for each in found] == [each.content for each in files]
    for part, file in zip(found, files, strict=True):
        assert part.get_filename() == (clean_line(re.sub(r"[/\\]", "_", file.name), 150) or "file")
        assert part.get_content_disposition() == "attachment"
    assert "X" not in message


@pytest.mark.parametrize("size", [0, 1, 57 * 2**12 - 1, 57 * 2**12, 57 * 2**12 + 1, 10**6])
def test_a_file_of_any_size_is_written_in_lines_of_76_and_then_the_rest(size: int) -> None:
    content = random.Random(size).randbytes(size)
    raw = assemble(HEADER, "w", "", [Enclosed("a.bin", "application/x-bin", content)])
    lines = base64.encodebytes(content).replace(b"\n", b"\r\n") or b"\r\n"
    assert b"\r\n\r\n" + lines + b"\r\n--" in raw
    [part] = read(raw).iter_attachments()
    assert part.get_payload(decode=True) == content


@pytest.mark.parametrize(
    "name", ["Übersicht März.pdf", "a" * 140 + ".pdf", 'say "hi".txt', "a;b=c.txt", "=?utf-8?q?x?="]
)
def test_a_difficult_file_name_is_written_after_rfc_2231_in_short_lines(name: str) -> None:
    raw = assemble(HEADER, "w", "", [Enclosed(name, "application/pdf", b"x")])
    assert b"filename*" in raw
    assert max(len(line) for line in raw.split(b"\r\n") if b"filename" in line) <= 78
    [part] = read(raw).iter_attachments()
    assert part.get_filename() == name


def test_a_pasted_picture_travels_with_the_html_and_other_files_behind() -> None:
    raw = assemble(HEADER, "see plan", '<img src="cid:p1@x">', (PICTURE, REPORT))
    message = read(raw)
    assert message.get_content_type() == "multipart/mixed"
    alternative, report = message.iter_parts()
    _, related = alternative.iter_parts()
    _, picture = related.iter_parts()
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<p1@x>", "inline")
    assert picture.get_content() == PICTURE.content
    assert report.get_filename() == "log.txt"


def test_a_picture_the_html_does_not_show_is_a_file() -> None:
    [part] = read(assemble(HEADER, "w", "<p>w</p>", (PICTURE,))).iter_attachments()
    assert part.get_filename() == "plan.png"
    assert part["Content-ID"] is None


def test_a_hostile_content_id_or_type_adds_nothing() -> None:
    evil = Enclosed("x.png", "image/png\r\nX-Evil: 1", b"x", content_id="a>\r\nX-Evil: 1")
    raw = assemble(HEADER, "w", f"cid:{evil.content_id}", (evil,))
    [part] = read(raw).iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
    assert part["X-Evil"] is None


def test_a_boundary_that_stands_in_the_words_is_not_used() -> None:
    first = re.search(rb'boundary="([^"]+)"', assemble(HEADER, "w", "<p>"))
    assert first
    raw = assemble(HEADER, f"--{first[1].decode()}--\nstill here", "<p>")
    assert words_of(raw) == f"--{first[1].decode()}--\nstill here\n"
