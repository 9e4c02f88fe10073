"""Whole mails, read field by field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.message import Address
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.mail.writing import FROM, LIMITS, mail, reading


def test_an_ordinary_mail_is_read_whole() -> None:
    message = reading(
        "Cc: Ben <ben@example.com>",
        "Reply-To: erika@home.example",
        "Subject: =?utf-8?q?VPN_geht_nicht?=",
        "Date: Sat, 21 Nov 2026 10:00:00 +0100",
        "Message-ID: <1@customer.example>",
        "In-Reply-To: <a@b>",
        "References: <x@y>,\r\n <a@b>",
        "Received: from a by b; Sat, 21 Nov 2026 10:00:01 +0100",
        body="Guten Tag,\r\n\r\nich kann mich nicht mit dem VPN verbinden. Können Sie bitte helfen?\r\n",
    )
    assert message.sender == Address("Erika Krause", "erika@customer.example")
    assert message.to == (Address("", "support@example.com"),)
    assert message.cc == (Address("Ben", "ben@example.com"),)
    assert message.reply_to[0].email == "erika@home.example"
    assert message.subject == "VPN geht nicht"
    assert message.date == datetime(2026, 11, 21, 10, tzinfo=timezone(timedelta(hours=1)))
    assert message.message_id == "1@customer.example"
    assert message.in_reply_to == ("a@b",)
    assert message.references == ("x@y", "a@b")
    assert message.hops == 1
    assert message.language == "de"
    assert message.text.startswith("Guten Tag,\n\nich kann")
    assert message.defects == ()
    assert message.readable


def test_two_from_fields_name_nobody_and_are_told() -> None:
    message = reading("From: agent@example.com")
    assert message.sender is None
    assert {"2 from fields", "From names no single mailbox"} <= set(message.defects)


def test_the_first_subject_counts_and_the_second_is_told() -> None:
    message = reading("Subject: one", "Subject: two")
    assert message.subject == "one"
    assert message.defects == ("2 subject fields",)


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("Subject: =?utf-8?q?x=0D=0ABcc:_a@b.test?=", "x Bcc: a@b.test"),
        ("Subject: a\x1b[31m\x07b", "a[31mb"),
        (b"Subject: caf\xe9", "café"),
        (b"Subject: a\x00b", "a\ufffdb"),
        ("Subject:" + "\r\n a" * 200, " ".join("a" * 200)),
        ("X: y", ""),
    ],
)
def test_a_subject_is_one_clean_line(field: str | bytes, subject: str) -> None:
    assert reading(field).subject == subject


def test_a_huge_subject_is_cut() -> None:
    assert len(reading("Subject: " + "x" * 2_000).subject) == 500


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 21 Nov 9999 10:00:00 +0000",
        "Sat, 21 Nov 2026 10:00:00 +9999",
        "9" * 5_000,
        "x",
        "",
        "(" * 90,
        "1 Jan 0001",
    ],
)
def test_what_no_clock_shows_is_no_date(date: str) -> None:
    message = reading(f"Date: {date}")
    assert message.date is None
    assert "Date is no date" in message.defects


@pytest.mark.parametrize(
    ("date", "when"),
    [
        ("Thu, 1 Jan 1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("21 Nov 26 10:00 GMT", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:00:00 -0000 (a (nested) comment)", datetime(2026, 11, 21, 10, tzinfo=UTC)),
    ],
)
def test_dates_are_aware(date: str, when: datetime) -> None:
    assert reading(f"Date: {date}").date == when


@pytest.mark.parametrize("written", ["", "<>", "< >", "none", "<none>"])
def test_an_empty_message_id_is_none(written: str) -> None:
    assert reading(f"Message-ID: {written}").message_id is None


def test_an_id_too_long_for_a_line_is_left_out() -> None:
    message = reading(f"Message-ID: <{'x' * 999}@b>", f"References: <a@b> <{'x' * 5_000}@b>")
    assert message.message_id is None
    assert message.references == ("a@b",)
    assert "an id in references is too long to keep" in message.defects


def test_of_many_references_the_last_hundred_count() -> None:
    message = reading("References: " + " ".join(f"<{number}@x>" for number in range(300)))
    assert message.references[0] == "200@x"
    assert message.references[-1] == "299@x"


def test_a_mail_over_a_limit_of_parts_keeps_its_headers() -> None:
    message = read(
        mail("Subject: x", "Content-Type: message/rfc822", body="Content-Type: message/rfc822\r\n\r\n" * 50), LIMITS
    )
    assert not message.readable
    assert message.sender is not None
    assert message.subject == "x"
    assert message.attachments == ()


def test_a_mail_over_a_limit_of_headers_is_of_nobody() -> None:
    message = reading("Subject: x", "X-Long: " + "y" * 20_000)
    assert not message.readable
    assert message.sender is None
    assert message.subject == "x"
    assert "x-long" not in message.headers


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\0" * 1000, b"\xff\xfe" + "From: a@b.test".encode("utf-16-le"), b"words"]
)
def test_what_is_no_mail_is_still_a_message(raw: bytes) -> None:
    message = read(raw, LIMITS)
    assert message.sender is None
    assert "From names no single mailbox" in message.defects


def test_only_so_many_recipients_are_read() -> None:
    few = Limits(addresses=3)
    assert len(read(mail("Cc: a@b.test, b@b.test, c@b.test, d@b.test"), few).cc) == 3


def test_resent_and_bcc_fields_give_nobody_rights() -> None:
    message = reading("Resent-From: agent@example.com", "Sender: agent@example.com", "Bcc: x@y.test")
    assert message.sender == Address("Erika Krause", "erika@customer.example")
    assert message.sender.domain in FROM


@given(
    text=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=200),
    content=st.binary(max_size=200),
    name=st.text(st.sampled_from("abcäöü 0123"), min_size=1, max_size=20).filter(lambda name: name.strip() == name),
)
@settings(max_examples=40, deadline=None)
def test_what_the_standard_library_writes_is_read_back(text: str, content: bytes, name: str) -> None:
    letter = EmailMessage()
    letter["From"] = "Erika Krause <erika@customer.example>"
    letter["Subject"] = "Grüße"
    letter.set_content(text)
    letter.add_alternative(f"<p>{text}</p>", subtype="html")
    letter.add_attachment(content, maintype="application", subtype="pdf", filename=f"{name}.pdf")
    message = read(letter.as_bytes(), LIMITS)
    assert message.text == text.replace("\x85", "\n").replace("\xad", "\xad").rstrip()
    assert message.attachments[0].content == content
    assert message.attachments[0].name == f"{' '.join(name.split())}.pdf"
