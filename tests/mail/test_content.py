"""Which parts become text, which become files."""

from __future__ import annotations

import hashlib

import pytest

from mailgate.mail.message import Message
from mailgate.mail.parse import read
from tests.mail.writing import LIMITS, container, mail, part, reading, with_parts

PLAIN = part("Content-Type: text/plain; charset=utf-8", body="Plain words")
HTML = part("Content-Type: text/html; charset=utf-8", body="<p>HTML words</p>")
PDF = part('Content-Type: application/pdf; name="a.pdf"', "Content-Transfer-Encoding: base64", body="SGVsbG8=")
PNG = part("Content-Type: image/png", "Content-ID: <logo@x>", "Content-Disposition: inline", body="png")
INVITE = part("Content-Type: text/calendar; method=REQUEST", body="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n")
MAIL = b"From: other@x.test\r\nSubject: inner\r\n\r\nother people's words\r\n"


def read_parts(kind: str, *parts: bytes) -> Message:
    return read(with_parts(kind, *parts), LIMITS)


def names(message: Message) -> list[str]:
    return [file.name for file in message.attachments]


def test_plain_text_wins_over_html_and_both_are_kept() -> None:
    message = read_parts("alternative", PLAIN, HTML)
    assert message.text == "Plain words"
    assert message.html == "<p>HTML words</p>"
    assert message.attachments == ()


@pytest.mark.parametrize(
    "excuse",
    ["", "  \r\n ", "Your e-mail client does not support HTML.", "Bitte verwenden Sie ein HTML-fähiges Programm."],
)
def test_an_excuse_is_not_the_text(excuse: str) -> None:
    message = read_parts("alternative", part("Content-Type: text/plain; charset=utf-8", body=excuse), HTML)
    assert message.text == "HTML words"


def test_an_excuse_without_html_is_the_text_after_all() -> None:
    assert reading(body="My client does not support HTML").text == "My client does not support HTML"


def test_html_alone_becomes_text() -> None:
    message = reading("Content-Type: text/html", body="<div>one</div><div>two</div>")
    assert message.text == "one\ntwo"
    assert message.html == "<div>one</div><div>two</div>"


def test_text_behind_an_attachment_stays() -> None:
    message = read_parts("mixed", PLAIN, PDF, part(body="the rest"))
    assert message.text == "Plain words\n\nthe rest"
    assert message.attachments[0].content == b"Hello"
    assert message.attachments[0].sha256 == hashlib.sha256(b"Hello").hexdigest()


def test_html_behind_plain_text_stays() -> None:
    assert read_parts("mixed", PLAIN, HTML).text == "Plain words\n\nHTML words"


def test_images_of_a_related_body_keep_their_content_id() -> None:
    message = read_parts("related", container("alternative", PLAIN, HTML, boundary="b2"), PNG)
    assert message.text == "Plain words"
    assert [(file.name, file.content_id, file.inline) for file in message.attachments] == [
        ("image-1.png", "logo@x", True)
    ]


def test_the_root_of_a_related_body_may_be_named() -> None:
    root = part("Content-Type: text/html", "Content-ID: <root@x>", body="<p>root</p>")
    head = b"From: a@b.test\r\n" + container("related", PNG, root).replace(
        b"multipart/related;", b'multipart/related; start="<root@x>";'
    )
    assert read(head, LIMITS).text == "root"


def test_an_attached_mail_is_a_file_with_its_exact_bytes_and_nothing_more() -> None:
    message = read_parts("mixed", PLAIN, part("Content-Type: message/rfc822", body=MAIL))
    assert message.text == "Plain words"
    assert [(file.name, file.content) for file in message.attachments] == [("inner.eml", MAIL)]


def test_a_calendar_part_is_always_a_file() -> None:
    message = read_parts("alternative", PLAIN, HTML, INVITE)
    assert names(message) == ["invite.ics"]
    assert message.text == "Plain words"


STATUS = "Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"


def test_the_parts_of_a_report_in_a_persons_mail_are_files() -> None:
    machine = part("Content-Type: message/delivery-status", body=STATUS)
    header = part("Content-Type: text/rfc822-headers", body="Subject: secret")
    message = read_parts("mixed", PLAIN, machine, header)
    assert message.text == "Plain words"
    assert [file.content for file in message.attachments] == [STATUS.encode(), b"Subject: secret"]
    assert names(message) == ["report-1.txt", "text-2.txt"]


def test_the_parts_of_a_report_are_no_files_of_the_report() -> None:
    assert read_parts("report", PLAIN, part("Content-Type: message/delivery-status", body=STATUS)).attachments == ()


def test_signed_text_is_text_and_the_signature_is_no_file_for_anybody() -> None:
    message = read_parts("signed", PLAIN, part("Content-Type: application/pgp-signature", body="sig"))
    assert message.text == "Plain words"
    assert message.attachments == ()


def test_text_with_a_name_is_a_file() -> None:
    log = part("Content-Type: text/plain; name=app.log", "Content-Disposition: inline", body="log")
    message = read_parts("mixed", PLAIN, log)
    assert message.text == "Plain words"
    assert names(message) == ["app.log"]


def test_text_with_a_name_is_also_the_text_where_there_is_no_other() -> None:
    message = reading("Content-Type: text/plain; name=body.txt", body="the only words")
    assert message.text == "the only words"
    assert names(message) == ["body.txt"]


def test_a_text_sent_as_an_attachment_is_only_a_file() -> None:
    message = reading("Content-Disposition: attachment; filename=scan.txt", body="scan")
    assert message.text == ""
    assert names(message) == ["scan.txt"]


def test_three_hundred_alternatives_say_one_thing() -> None:
    message = read_parts("alternative", *[PLAIN] * 150, *[HTML] * 150)
    assert message.text == "Plain words"


def text(words: str, kind: str = "plain") -> bytes:
    return part(f"Content-Type: text/{kind}; charset=utf-8", body=words if kind == "plain" else f"<p>{words}</p>")


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_alternatives_that_say_something_else_are_both_shown(kind: str) -> None:
    order = "Please cancel my order 4711 today"
    message = read_parts("alternative", text(order, kind), text(order.replace("1", "2"), kind))
    assert "4711" in message.text
    assert "4722" in message.text
    assert message.html is None or ("4711" in message.html and "4722" in message.html)


def test_html_below_a_file_is_shown_where_the_plain_text_leaves_it_out() -> None:
    below = container("mixed", text("top", "html"), PDF, text("below the <b>file</b>", "html"), boundary="b2")
    message = read_parts("alternative", text("top"), below)
    assert (message.text, names(message)) == ("top\n\nbelow the file", ["a.pdf"])
    assert str(message.html).count("below the") == 1
    assert read_parts("alternative", text("top, below the file"), below).text == "top, below the file"


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", "multipart/mixed; boundary=absent", 'multipart/alternative; boundary=""']
)
def test_a_container_without_boundary_lines_is_read_as_text(kind: str) -> None:
    assert reading(f"Content-Type: {kind}", body="just text").text == "just text"


def test_an_empty_container_is_an_empty_mail() -> None:
    message = read(with_parts("mixed"), LIMITS)
    assert message.readable
    assert message.attachments == ()


def test_parts_are_neither_fetched_nor_joined_nor_unpacked() -> None:
    outside = part("Content-Type: message/external-body; access-type=URL; URL=http://x.test", body="Content-Type: a/b")
    piece = part("Content-Type: message/partial; number=1; total=2; id=x", body="half")
    assert len(read_parts("mixed", PLAIN, outside, piece).attachments) == 2


def test_more_files_than_allowed_are_counted_not_read() -> None:
    message = read_parts("mixed", *[PDF] * 103)
    assert len(message.attachments) == 100
    assert len(set(names(message))) == 100
    assert "only the first 100 of 103 attachments were read" in message.defects


@pytest.mark.parametrize("charset", ["rot13", "no-such", "unicode_escape", "../../x", "utf-8\x00", "", "idna"])
def test_the_charset_of_a_body_is_guarded(charset: str) -> None:
    message = reading(f"Content-Type: text/plain; charset={charset}", body="C:\\temp\\new café")
    assert message.text == "C:\\temp\\new café"


def test_a_body_has_lf_line_ends_and_no_nul_and_no_blank_end() -> None:
    raw = mail("Content-Transfer-Encoding: 8bit", body=b"a\r\nb\x00\rc\n\r\n \r\n")
    assert read(raw, LIMITS).text == "a\nb\nc"
