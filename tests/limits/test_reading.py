"""Limits of reading. A mail beyond one of them is not refused: what can not be read is a ticket with the original, and
what is too much to look at is only not looked at."""

from __future__ import annotations

import pytest

from mailgate.mail.body import agent_words, new_words
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.limits.shown import shows
from tests.stories.conftest import DeskWith

FROM = b"From: erika@customer.example\r\nSubject: Printer\r\n"


def limits(**values: int) -> Limits:
    return Limits.model_validate(values)


def with_header(*fields: bytes) -> bytes:
    return FROM + b"".join(each + b"\r\n" for each in fields) + b"\r\nIt burns.\r\n"


def of_header_size(size: int) -> bytes:
    return with_header(b"X: " + b"x" * (size - len(FROM) - len(b"X: \r\n\r\n")))


def of_field_size(size: int) -> bytes:
    return with_header(b"X: " + b"x" * (size - len(b"X: \r\n")))


def with_parts(number: int) -> bytes:
    """The whole counts as one."""
    kind = b"Content-Type: multipart/mixed; boundary=b"
    return with_header(b"MIME-Version: 1.0", kind) + b"--b\r\n\r\nx\r\n" * (number - 1) + b"--b--\r\n"


def nested(levels: int) -> bytes:
    inner = b"Content-Type: text/plain\r\n\r\nx\r\n"
    for level in range(levels):
        edge = b"b%d" % level
        inner = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n%s--%s--\r\n" % (edge, edge, inner, edge)
    return FROM + b"MIME-Version: 1.0\r\n" + inner


UNREADABLE = {
    "headers_size": (300, of_header_size, "the header is larger than 300 bytes"),
    "field_size": (120, of_field_size, "a header field is larger than 120 bytes"),
    "fields": (8, lambda much: with_header(*[b"X: 1"] * (much - 2)), "more than 8 header fields"),
    "encoded_words": (
        3,
        lambda much: with_header(b"X: " + b" ".join([b"=?utf-8?q?a?="] * much)),
        "more than 3 encoded words in the header",
    ),
    "parts": (5, with_parts, "more than 5 parts"),
    "depth": (4, nested, "parts are nested more than 4 levels deep"),
}


@shows(*UNREADABLE)
@pytest.mark.parametrize("key", UNREADABLE)
def test_beyond_these_a_mail_is_not_read(key: str) -> None:
    most, mail, words = UNREADABLE[key]
    assert read(mail(most), limits(**{key: most})).readable
    beyond = read(mail(most + 1), limits(**{key: most}))
    assert not beyond.readable
    assert words in beyond.defects


def test_what_is_not_read_becomes_a_ticket_with_the_original(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"fields": 8}})
    raw = with_header(*[b"X: 1"] * 7)
    number = desk.hand_in_bytes(raw, "erika@customer.example", ("support@example.com",))
    desk.work()
    ticket = desk.ticket(desk.mail_state(number)["ticket"])
    assert ticket["subject"] == "A mail that could not be read"
    assert desk.letter("anna@example.com", "new_ticket").files["original.eml"] == raw
    assert "more than 8 header fields" in desk.letter("anna@example.com", "new_ticket").text


@shows("addresses")
def test_so_many_addresses_of_a_field_are_read() -> None:
    to = b", ".join(b"a%d@b.example" % number for number in range(5))
    assert len(read(with_header(b"To: " + to), limits(addresses=5)).to) == 5
    assert len(read(with_header(b"To: " + to), limits(addresses=4)).to) == 4


@shows("attachments")
def test_so_many_attachments_are_read() -> None:
    part = b"--b\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\nx\r\n"
    raw = with_header(b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b") + part * 4 + b"--b--\r\n"
    assert read(raw, limits(attachments=4)).defects == ()
    beyond = read(raw, limits(attachments=3))
    assert len(beyond.attachments) == 3
    assert "only the first 3 of 4 attachments were read" in beyond.defects


def an_answer(lines: int) -> Message:
    """So many lines, with a quotation at the end."""
    quoted = "On Mon, 23 Nov 2026 at 10:00, Example Support <support@example.com> wrote:\n> It burns."
    text = "".join(f"line {number:04}\n" for number in range(lines - 2)) + quoted
    fields = (b"To: support@example.com", b"In-Reply-To: <1@example.com>")
    return read(with_header(*fields).replace(b"It burns.", text.encode()), limits())


@shows("reply_lines", "reply_size")
def test_what_an_answer_quotes_is_cut_only_so_far() -> None:
    mail = an_answer(100)
    for key, enough in (("reply_lines", 100), ("reply_size", len(mail.text))):
        assert "It burns." not in new_words(mail, limits(**{key: enough})).text
        assert "It burns." in new_words(mail, limits(**{key: enough - 1})).text, "nothing of a reporter is lost"
        assert not agent_words(mail, limits(**{key: enough - 1}), "It burns.").certain, "nothing of ours leaves"


@shows("hops")
def test_a_mail_that_went_through_more_servers_goes_in_circles(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"hops": 5}})
    hop = b"Received: from a.example by b.example; Mon, 23 Nov 2026 10:00:00 +0000"
    numbers = [
        desk.hand_in_bytes(with_header(*[hop] * hops), "erika@customer.example", ("support@example.com",))
        for hops in (5, 6)
    ]
    desk.work()
    states = [desk.mail_state(number) for number in numbers]
    assert [each["sort"] for each in states] == ["new_ticket", "loop"]
    assert [each["state"] for each in states] == ["handled", "dropped"]
