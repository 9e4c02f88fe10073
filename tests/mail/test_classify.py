"""Automatic mail is known by its marks, and people are not taken for machines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailgate.mail.classify import Facts, classify
from mailgate.mail.parse import read
from tests.mail.writing import FROM, LIMITS, envelope, mail, part, with_parts


def facts(
    *fields: str | bytes, sender: str = FROM, envelope_from: str = "erika@customer.example", body: str = "x"
) -> Facts:
    return classify(read(mail(*fields, body=body, sender=sender), LIMITS), envelope(envelope_from), LIMITS)


NOTHING = Facts(None, None, None, None, None, None, None, None, None)


@pytest.mark.parametrize(
    "fields",
    [
        ("Subject: VPN",),
        ("Auto-Submitted: no",),
        ("Auto-Submitted: No (sent by a person)",),
        ("Auto-Submitted: no; owner-email=x@y.test",),
        ("Auto-Submitted:",),
        ("X-Auto-Response-Suppress: None",),
        ("X-Auto-Response-Suppress: DR, RN, NRN",),
        ("Precedence: first-class",),
        ("Precedence: normal",),
        ("X-Autoreply: no",),
        ("X-Auto-Reply: false",),
        ("Disposition-Notification-To: erika@customer.example",),
        ("Return-Path: <erika@customer.example>",),
        ("X-Mailgate-Letter: acknowledged",),
        ("Subject: the office is out of paper",),
        ("Subject: Re: undeliverable goods",),
        ("Subject: Delivery status notification for my parcel",),
    ],
)
def test_a_person_is_a_person(fields: tuple[str, ...]) -> None:
    assert facts(*fields) == NOTHING


@pytest.mark.parametrize("local", ["postmaster", "root", "abuse", "reply", "nora", "nordic", "bouncer", "ownerof"])
def test_people_behind_roles_may_be_answered(local: str) -> None:
    assert facts(sender=f"From: {local}@customer.example").no_response is None


@pytest.mark.parametrize(
    ("field", "proof"),
    [
        ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied"),
        ("auto-submitted: Auto-Replied (vacation); x=y", "Auto-Submitted: Auto-Replied (vacation); x=y"),
        ("X-Autoreply: yes", "X-Autoreply: yes"),
        ("X-AutoReply-From: a@b.test", "X-Autoreply-From: a@b.test"),
        ("X-Autorespond: Re: VPN", "X-Autorespond: Re: VPN"),
        ("Precedence: AUTO_REPLY", "Precedence: AUTO_REPLY"),
        ("Precedence: bulk, auto_reply", "Precedence: bulk, auto_reply"),
        ("X-POST-MessageClass: 9; Autoresponder", "X-POST-MessageClass: 9; Autoresponder"),
        ("X-Apple-Action: VACATION", "X-Apple-Action: VACATION"),
        ("Delivered-To: Autoresponder", "Delivered-To: Autoresponder"),
        ("X-XARF: PLAIN", "X-XARF: PLAIN"),
        ("TLS-Report-Domain: example.com", "TLS-Report-Domain: example.com"),
    ],
)
def test_an_automatic_answer_is_known_by_its_mark(field: str, proof: str) -> None:
    found = facts(field)
    assert (found.auto_reply, found.no_response) == (proof, proof)


@pytest.mark.parametrize(
    ("kind", "machine"),
    [
        ("disposition-notification", "Reporting-UA: x\r\nDisposition: manual-action; displayed"),
        ("feedback-report", "Feedback-Type: abuse"),
        ("tlsrpt", ""),
    ],
)
def test_reports_other_than_of_delivery_are_automatic_answers(kind: str, machine: str) -> None:
    raw = with_parts("report", part(body="text"), part(f"Content-Type: message/{kind}", body=machine))
    raw = raw.replace(b"multipart/report;", f"multipart/report; report-type={kind};".encode())
    found = classify(read(raw, LIMITS), envelope(), LIMITS)
    assert found.auto_reply == f"a report of the kind {kind}"
    assert found.bounce is None


def test_a_dmarc_report_is_known_by_its_file_and_its_subject() -> None:
    file = part("Content-Type: application/gzip; name=google.com!example.com!1!2.xml.gz", body="x")
    for subject, is_report in (("Report Domain: example.com Submitter: g", True), ("what is this file?", False)):
        raw = with_parts("mixed", part(body="x"), file).replace(b"Subject: x", f"Subject: {subject}".encode())
        assert bool(classify(read(raw, LIMITS), envelope(), LIMITS).auto_reply) is is_report


@pytest.mark.parametrize(
    ("method", "disposition", "automatic"),
    [
        ("REPLY", "inline", True),
        ("CANCEL", "inline", True),
        ("COUNTER", "inline", True),
        ("REQUEST", "inline", False),
        ("PUBLISH", "inline", False),
        ("REPLY", "attachment; filename=old.ics", False),
    ],
)
def test_calendars_answer_calendars(method: str, disposition: str, *, automatic: bool) -> None:
    body = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR"
    calendar = part("Content-Type: text/calendar", f"Content-Disposition: {disposition}", body=body)
    found = classify(read(with_parts("alternative", part(body="x"), calendar), LIMITS), envelope(), LIMITS)
    assert found.auto_reply == (f"text/calendar with METHOD:{method}" if automatic else None)
    assert (found.no_response is not None) is automatic


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-notified; owner-email=x@y.test",
        "Auto-Submitted: yes",
        "X-FC-Machinegenerated: true",
        "X-Cron-Env: <SHELL=/bin/sh>",
    ],
)
def test_monitoring_stays_a_request_that_is_not_answered(field: str) -> None:
    found = facts(field)
    assert found.auto_reply is None
    assert found.auto_generated == field
    assert (found.no_response, found.no_change) == (field, field)


@pytest.mark.parametrize(
    "field",
    [
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "X-Auto-Response-Suppress: DR,RN,NRN,oof",
        "X-MS-Exchange-Inbox-Rules-Loop: erika@customer.example",
        "Feedback-ID: 1.eu-west-1.x:AmazonSES",
        "X-Loop: x@y.test",
    ],
)
def test_who_only_asks_for_silence_is_a_person(field: str) -> None:
    found = facts(field)
    assert (found.auto_reply, found.auto_generated, found.mailing_list, found.no_change) == (None, None, None, None)
    assert found.no_response == field


def test_an_out_of_office_of_exchange_is_an_answer_though_it_says_generated() -> None:
    assert facts("Auto-Submitted: auto-generated", "Subject: Automatic reply: VPN").auto_reply
    assert facts("Auto-Submitted: auto-generated", "Subject: Automatische Antwort: VPN").auto_reply
    assert facts("Auto-Submitted: auto-generated", "In-Reply-To: <a@b>", envelope_from="").auto_reply
    assert facts("Auto-Submitted: auto-generated", "In-Reply-To: <a@b>").auto_reply is None


@pytest.mark.parametrize("subject", ["Out of Office: VPN", "Abwesenheitsnotiz: VPN", "Re: Automatic reply: VPN", "OOO"])
def test_a_subject_alone_only_keeps_us_silent(subject: str) -> None:
    found = facts(f"Subject: {subject}")
    assert (found.auto_reply, found.auto_generated, found.no_response) == (None, None, None)
    assert found.away == f"the subject looks like an automatic reply: Subject: {subject}"


def test_who_answers_an_automatic_reply_is_a_person() -> None:
    assert facts("Subject: Automatic reply: [#1001] VPN").no_change
    assert facts("Subject: Re: Automatic reply: [#1001] VPN").no_change is None
    assert facts("Subject: Re: [#1001] Urlaub").no_change is None


@pytest.mark.parametrize(
    "field", ["Precedence: bulk", "Precedence: junk", "List-Id: <users.x.test>", "Return-Path: <>", "X-Autoreply: yes"]
)
def test_what_nobody_wrote_to_us_alone_decides_nothing(field: str) -> None:
    assert facts(field).no_change == field


def test_a_pipe_that_tells_no_envelope_sender_makes_no_machine() -> None:
    message = read(mail("Subject: x"), LIMITS)
    piped = replace(envelope(""), source="deliver")
    assert classify(message, envelope(""), LIMITS).no_change == "MAIL FROM: <>"
    assert classify(message, piped, LIMITS).no_change is None
    assert classify(message, piped, LIMITS).no_response == "MAIL FROM: <>"


@pytest.mark.parametrize(
    "field",
    ["List-Id: <users.x.test>", "List-Post: NO", "List-Unsubscribe: <mailto:x>", "Precedence: list", "Mailing-List: x"],
)
def test_list_mail_is_known(field: str) -> None:
    found = facts(field)
    assert (found.mailing_list, found.no_response, found.auto_reply) == (field, field, None)


@pytest.mark.parametrize("field", ["Precedence: Bulk", "Precedence: junk"])
def test_bulk_is_not_answered(field: str) -> None:
    found = facts(field)
    assert (found.no_response, found.auto_generated, found.mailing_list) == (field, None, None)


@pytest.mark.parametrize(
    "local",
    [
        *("mailer-daemon", "no-reply", "noreply", "NoReply", "do-not-reply", "donotreply", "noreply-7"),
        *("nicht-antworten", "owner-users", "users-request", "users-bounces", "bounces+12", "listserv", "majordomo"),
    ],
)
def test_addresses_nobody_reads_are_not_answered(local: str) -> None:
    found = facts(sender=f"From: X <{local}@customer.example>")
    assert found.no_response == f"From: X <{local}@customer.example>"


def test_the_null_sender_is_not_answered() -> None:
    assert facts(envelope_from="").null_sender == "MAIL FROM: <>"
    assert facts(envelope_from="").no_response == "MAIL FROM: <>"
    assert facts("Return-Path: <>").null_sender == "Return-Path: <>"


def test_a_mail_of_nobody_is_not_answered() -> None:
    assert facts(sender="From: a@b.test, c@d.test").no_response == "From names no single mailbox"


def test_an_unreadable_mail_is_not_answered() -> None:
    assert facts("X: " + "y" * 20_000).no_response == "the mail could not be read"


def test_a_mail_that_went_through_too_many_servers_is_a_loop() -> None:
    assert facts(*["Received: from a"] * 100).hops is None
    assert facts(*["Received: from a"] * 101).hops == "Received: 101 fields"


def test_a_proof_is_one_short_clean_line() -> None:
    found = facts("X-Autoreply: " + "a\x1b[31m\t=?utf-8?q?b?= " * 50)
    assert found.auto_reply is not None
    assert found.auto_reply.isprintable()
    assert len(found.auto_reply) <= len("X-Autoreply: ") + 80
