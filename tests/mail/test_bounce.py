"""Delivery reports."""

from __future__ import annotations

import pytest

from mailgate.mail.bounce import Bounce, read_bounce
from mailgate.mail.bounce_words import folded, meanings
from mailgate.mail.classify import classify
from mailgate.mail.delivery_status import diagnosed, reason_of, status_in
from mailgate.mail.parse import read
from tests.mail.writing import LIMITS, envelope, part, reading, with_parts

DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>"
ORIGINAL = (
    b"Message-ID: <1042.abc@example.com>\r\nReferences: <x@customer.example>\r\nSubject: Re: [#1042] VPN\r\n\r\nwords"
)
MTA = "Reporting-MTA: dns; mx.example.net\r\n\r\n"


def recipient(action: str, status: str, to: str = "rfc822; erika@customer.example", more: str = "") -> str:
    return f"Final-Recipient: {to}\r\nAction: {action}\r\nStatus: {status}\r\n{more}\r\n"


def dsn(*blocks: str, original: bytes = ORIGINAL, machine: str = "message/delivery-status") -> bytes:
    parts = (
        part(body="Your letter could not be delivered."),
        part(f"Content-Type: {machine}", body=MTA + "\r\n".join(blocks)),
        part("Content-Type: message/rfc822", body=original),
    )
    raw = with_parts("report", *parts).replace(b"From: Erika Krause <erika@customer.example>", DAEMON.encode())
    return raw.replace(b"multipart/report;", b"multipart/report; report-type=delivery-status;")


def bounce_of(raw: bytes) -> Bounce | None:
    return read_bounce(read(raw, LIMITS))


def test_a_failed_letter_is_named_with_its_reason() -> None:
    assert bounce_of(dsn(recipient("failed", "5.1.1"))) == Bounce(
        recipient="erika@customer.example",
        status="5.1.1",
        severity="hard",
        reason=reason_of("5.1.1"),
        message_ids=("1042.abc@example.com", "x@customer.example"),
    )


@pytest.mark.parametrize(
    ("action", "status", "severity"),
    [
        ("failed", "5.2.2", "hard"),
        ("Failed", "4.4.7", "hard"),
        ("failed", "4.2.2", "hard"),
        ("delayed", "4.4.1", "delay"),
        ("DELAYED (will retry)", "4.4.1", "delay"),
        ("", "5.1.1", "hard"),
        ("", "4.2.2", "soft"),
        ("delivered", "2.0.0", None),
        ("delivered", "5.0.0", None),
        ("relayed", "2.0.0", None),
        ("expanded", "2.0.0", None),
    ],
)
def test_how_bad_it_is(action: str, status: str, severity: str | None) -> None:
    bounce = bounce_of(dsn(recipient(action, status)))
    assert (bounce.severity if bounce else None) == severity


def test_of_several_recipients_the_worst_is_told() -> None:
    blocks = (
        recipient("delivered", "2.0.0", "rfc822; ok@x.test"),
        recipient("delayed", "4.4.1", "rfc822; slow@x.test"),
        recipient("failed", "5.1.1", "rfc822; gone@x.test"),
        recipient("delayed", "4.4.1", "rfc822; slower@x.test"),
    )
    bounce = bounce_of(dsn(*blocks))
    assert bounce is not None
    assert (bounce.recipient, bounce.severity) == ("gone@x.test", "hard")


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ("RFC822;erika@customer.example", "erika@customer.example"),
        ("rfc822; <erika@customer.example>", "erika@customer.example"),
        ("erika@customer.example", "erika@customer.example"),
        ("utf-8; erika@customer.example", "erika@customer.example"),
        ("x-unknown; nobody", None),
    ],
)
def test_the_recipient_is_read_in_every_spelling(to: str, address: str | None) -> None:
    bounce = bounce_of(dsn(recipient("failed", "5.1.1", to)))
    assert bounce is not None
    assert bounce.recipient == address


def test_a_status_without_detail_is_filled_from_the_diagnosis() -> None:
    said = "Diagnostic-Code: smtp; 550 5.7.26 not accepted as genuine\r\n"
    bounce = bounce_of(dsn(recipient("failed", "5.0.0", more=said)))
    assert bounce is not None
    assert (bounce.status, str(bounce.reason)) == ("5.7.26", "our mail was not accepted as genuine (SPF, DKIM, DMARC)")


def test_only_the_header_of_the_original_is_enough() -> None:
    raw = dsn(recipient("failed", "5.1.1")).replace(b"message/rfc822", b"text/rfc822-headers")
    bounce = bounce_of(raw)
    assert bounce is not None
    assert bounce.message_ids == ("1042.abc@example.com", "x@customer.example")


def test_a_delivery_report_is_a_bounce_and_no_answer() -> None:
    raw = b"Auto-Submitted: auto-replied\r\n" + dsn(recipient("failed", "5.1.1"))
    facts = classify(read(raw, LIMITS), envelope(""), LIMITS)
    assert facts.bounce is not None
    assert facts.bounce.startswith("Content-Type: multipart/report; report-type=delivery-status")
    assert (facts.auto_reply, facts.auto_generated) == (None, None)
    assert facts.no_response == facts.bounce


def test_a_report_that_somebody_sends_us_as_a_file_is_no_bounce() -> None:
    raw = with_parts(
        "mixed",
        part(body="What is this?"),
        part("Content-Type: message/rfc822", body=dsn(recipient("failed", "5.1.1"))),
    )
    assert bounce_of(raw) is None
    raw = with_parts(
        "mixed",
        part(body="Look"),
        part("Content-Type: message/delivery-status", body=MTA + recipient("failed", "5.1.1")),
    )
    assert bounce_of(raw) is None


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("5.1.1", "5.1.1"),
        ("5.1.1 (no such user)", "5.1.1"),
        ("550 5.1.1", "5.1.1"),
        ("smtp; 5.1.1", "5.1.1"),
        ("5.1", "5.1.0"),
        ("5.01.001", "5.1.1"),
        ("1.1", "5.1.1"),
        ("550", "5.0.0"),
        ("450 later", "4.0.0"),
        ("failed", "5.0.0"),
        ("", "5.0.0"),
    ],
)
def test_a_status_is_read_however_it_is_written(written: str, status: str) -> None:
    bounce = bounce_of(dsn(recipient("failed", written)))
    assert bounce is not None
    assert bounce.status == status


@pytest.mark.parametrize(
    ("action", "severity"),
    [("Failure", "hard"), ("fehlgeschlagen", "hard"), ("error (sic)", "hard"), ("warning", "delay"), ("Success", None)],
)
def test_an_action_in_other_words_is_understood(action: str, severity: str | None) -> None:
    bounce = bounce_of(dsn(recipient(action, "4.0.0")))
    assert (bounce.severity if bounce else None) == severity


def test_fields_under_other_names_are_understood() -> None:
    block = "Final_Recipient: erika@customer.example\r\nAktion: failed\r\nStatut: 5.2.2\r\n"
    bounce = bounce_of(dsn(block))
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.severity) == ("erika@customer.example", "5.2.2", "hard")


def test_what_the_other_server_answered_is_nearer_than_the_status() -> None:
    said = "Diagnostic-Code: smtp; 550 5.7.1 IP address blacklisted by recipient\r\n"
    bounce = bounce_of(dsn(recipient("failed", "5.1.1", more=said)))
    assert bounce is not None
    assert (bounce.status, bounce.address) == ("5.7.1", False)
    assert "blocklist" in str(bounce.reason)


def test_a_report_names_an_address_as_it_was_before_it_was_encoded() -> None:
    block = "Original-Recipient: rfc822;erika+2Btax@customer.example\r\n" + recipient(
        "failed", "5.1.1", "rfc822; x@y.test"
    )
    gone = recipient("delayed", "4.4.1", "rfc822; other@y.test")
    bounce = bounce_of(dsn(gone, block))
    assert bounce is not None
    own = bounce.about("Erika+tax@customer.example")
    assert own is not None
    assert (own.recipient, own.severity) == ("x@y.test", "hard")
    assert bounce.about("nobody@y.test") == bounce


def test_a_complaint_from_a_mail_server_is_no_bounce() -> None:
    raw = dsn("Feedback-Type: abuse\r\n", machine="message/feedback-report")
    raw = raw.replace(b"report-type=delivery-status", b"report-type=feedback-report")
    raw = raw.replace(b"Subject: x", b"Subject: Undelivered Mail Returned to Sender")
    assert bounce_of(raw) is None


def test_a_notice_about_a_parcel_is_no_report() -> None:
    message = reading("Subject: Delivery failed", body="Your parcel could not be delivered to you this morning.")
    assert read_bounce(message, null_sender=True) is None


def test_every_phrase_of_servers_means_what_it_stands_beside() -> None:
    for meaning in meanings():
        for phrase in meaning.phrases:
            words = " and ".join(phrase.parts)
            assert words == folded(f"x{words}x")[1:-1], "phrases are written as texts are folded"
            assert diagnosed(None, words).reason == (meaning.says or reason_of(meaning.status)), words


QMAIL = """Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<erika@customer.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 <erika@customer.example>: Recipient address rejected: User unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <support@example.com>
From: Example Support <support@example.com>
To: other@x.test
Message-ID: <1042.abc@example.com>
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  erika@customer.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Message-Id: <1042.abc@example.com>
"""
POSTFIX = """This is the mail system at host mx.example.net.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<erika@customer.example>: host mx.customer.example[192.0.2.1] said: 552 5.2.2
    Mailbox is full (in reply to RCPT TO command)

Message-ID: <1042.abc@example.com>
"""
EXCHANGE = """Delivery has failed to these recipients or groups:

Erika Krause (erika@customer.example)
The e-mail address you entered couldn't be found. Unknown recipient.

Original message headers:
Message-ID: <1042.abc@example.com>
"""


@pytest.mark.parametrize(
    ("subject", "text", "status"),
    [
        ("failure notice", QMAIL, "5.1.1"),
        ("Mail delivery failed: returning message to sender", EXIM, "5.1.1"),
        ("Undelivered Mail Returned to Sender", POSTFIX, "5.2.2"),
        ("Undeliverable: VPN", EXCHANGE, "5.1.1"),
        ("an unknown subject", QMAIL, "5.1.1"),
    ],
)
def test_servers_that_write_only_to_people_are_understood(subject: str, text: str, status: str) -> None:
    bounce = read_bounce(reading(f"Subject: {subject}", sender=f"{DAEMON}\r\nTo: support@example.com", body=text))
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.severity) == ("erika@customer.example", status, "hard")
    assert bounce.message_ids == ("1042.abc@example.com",)


def test_a_warning_is_a_delay() -> None:
    text = "Delivery to the following recipient has been delayed:\n\n  erika@customer.example\n\nNo action is required."
    bounce = read_bounce(reading("Subject: Delivery Status Notification (Delay)", sender=DAEMON, body=text))
    assert bounce is not None
    assert (bounce.severity, bounce.recipient) == ("delay", "erika@customer.example")


def test_exim_names_the_recipient_in_a_field() -> None:
    bounce = read_bounce(reading("X-Failed-Recipients: a@b.test", sender=DAEMON, body="550 gone"))
    assert bounce is not None
    assert (bounce.recipient, bounce.status) == ("a@b.test", "5.0.0")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Delivery problems with your newsletter server", "Since yesterday it gets 550 5.7.1 from us. Please call me."),
        (
            "Mail delivery problems at our site",
            "It says 550 5.1.1 unknown user when we write to a@b.test. Please help!",
        ),
        ("Mailbox full?", "You wrote to erika@b.test: is 552 5.2.2 our fault?"),
    ],
)
def test_a_postmaster_who_writes_himself_is_a_person(subject: str, text: str) -> None:
    message = reading(f"Subject: {subject}", sender="From: Erika <postmaster@b.test>", body=text)
    assert read_bounce(message) is None
    assert classify(message, envelope("postmaster@b.test"), LIMITS).bounce is None
    assert read_bounce(reading(f"Subject: {subject}", body=text), null_sender=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "Your message could not be delivered to one or more recipients. 550 5.1.1",
        "<erika@customer.example>: host mx said: 550 5.1.1 no",
        "Could not reach: erika@customer.example\r\n550 5.1.1",
    ],
)
def test_a_postmaster_who_writes_as_servers_do_is_one(text: str) -> None:
    sender = "From: Postmaster <postmaster@customer.example>"
    assert read_bounce(reading("Subject: Mail delivery problem", sender=sender, body=text)) is not None


@pytest.mark.parametrize("subject", ["Undelivered Mail Returned to Sender", "failure notice"])
def test_a_person_who_writes_about_a_bounce_is_a_person(subject: str) -> None:
    assert read_bounce(reading(f"Subject: {subject}", body=QMAIL)) is None
    assert (
        read_bounce(reading(f"Subject: Fwd: {subject}", sender="From: postmaster@customer.example", body="?")) is None
    )


def test_a_null_sender_makes_a_usual_subject_a_report() -> None:
    message = reading("Subject: Unzustellbar: VPN", body="Die Adresse existiert nicht: erika@customer.example")
    assert read_bounce(message) is None
    bounce = read_bounce(message, null_sender=True)
    assert bounce is not None
    assert bounce.recipient == "erika@customer.example"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 User unknown", "5.1.1"),
        ("host said: 452 4.2.2 mailbox full", "4.2.2"),
        ("452 mailbox full", "4.2.2"),
        ("552 over quota", "5.2.2"),
        ("connection to 5.1.1.7 timed out", "4.4.1"),
        ("554 no", "5.0.0"),
        ("version 4.5.6.7", None),
        ("hello", None),
    ],
)
def test_words_of_servers_mean_a_status(text: str, status: str | None) -> None:
    assert status_in(text) == status


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "the address does not exist"),
        ("4.2.2", "the mailbox is full"),
        ("5.1.99", "the address is not accepted"),
        ("5.9.9", "the letter could not be delivered"),
        (None, "the letter could not be delivered"),
    ],
)
def test_every_status_has_a_reason_in_plain_words(status: str | None, reason: str) -> None:
    assert str(reason_of(status)) == reason
