"""Header sections are cut where the wire says so, and nowhere else."""

from __future__ import annotations

import pytest

from mailgate.mail.fields import headers_of, section_of
from mailgate.mail.message import Headers
from tests.mail.writing import FROM, reading


def fields_of(raw: bytes) -> Headers:
    return headers_of(raw, section_of(raw))


@pytest.mark.parametrize("char", [b"\r", b"\x0b", b"\x0c", b"\x1c", b"\x1e", b"\xc2\x85", b"\xe2\x80\xa8"])
def test_nothing_but_a_line_end_of_the_wire_begins_a_new_field(char: bytes) -> None:
    headers = fields_of(b"Subject: hi" + char + b"X-Injected: 1\r\n\r\nbody")
    assert headers.fields == (("Subject", "hi X-Injected: 1"),)


def test_a_forged_from_behind_a_bare_cr_is_no_second_sender() -> None:
    message = reading(b"Subject: hi\rFrom: agent@example.com\rAuto-Submitted: no")
    assert message.sender is not None
    assert message.sender.email == "erika@customer.example"
    assert "auto-submitted" not in message.headers


def test_folded_lines_are_one_value() -> None:
    headers = fields_of(b"Subject: one\r\n two\n\tthree\r\n \r\nTo: a@b.test\r\n\r\n")
    assert headers.get("subject") == "one two\tthree"
    assert headers.get("To") == "a@b.test"


def test_white_space_before_the_colon_hides_no_field() -> None:
    assert reading("From \t: agent@example.com").sender is None


def test_raw_bytes_in_a_value_are_utf_8_else_cp1252() -> None:
    assert fields_of("X: Grüße".encode()).get("x") == "Grüße"
    assert fields_of("X: „Grüße“".encode("cp1252")).get("x") == "„Grüße“"
    assert fields_of(b"X: a\x00b").get("x") == "a\ufffdb"


def test_a_line_that_is_no_field_ends_the_header_as_relays_see_it() -> None:
    raw = b"Subject: x\r\nthis is text\r\nFrom: agent@example.com\r\n\r\n"
    section = section_of(raw)
    assert [span.name for span in section.spans] == [b"Subject"]
    assert raw[section.body :].startswith(b"this is text")
    assert section.defects == ("the header is broken off by a line that is no field",)


def test_odd_lines_are_passed_over_and_named() -> None:
    section = section_of(b" early continuation\r\nSubject: x\r\n: no name\r\nTo: y\r\n\r\n")
    assert [span.name for span in section.spans] == [b"Subject", b"To"]
    assert section.defects == ("the header begins with a continuation line", "a header field has no name")


def test_the_line_of_a_mail_folder_is_no_field() -> None:
    raw = b"From erika@customer.example Sat Nov 21 10:00:00 2026\r\n" + FROM.encode() + b"\r\n\r\nx"
    assert [span.name for span in section_of(raw).spans] == [b"From"]


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\n", b"\r", b":", b" ", b"From "])
def test_next_to_nothing_is_a_section_without_fields(raw: bytes) -> None:
    assert section_of(raw).spans == ()
