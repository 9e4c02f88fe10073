"""Reports that are not about a delivery, each as what it is: complaints (RFC 5965), failed authentications (RFC 6591),
read receipts (RFC 8098), the daily reports of DMARC (RFC 7489) and TLS (RFC 8460). Nobody waits for an answer to one.

Only a mail that is a report as a whole is one: who sends us a report as a file asks something about it. So the forms
that bear no machine part count from a machine, or where nothing else is in the mail.
"""

from __future__ import annotations

import re

from mailgate.mail.bounce_ses import ses_kind
from mailgate.mail.bounce_shapes import has_null_return_path, is_daemon, is_surely_daemon, shown
from mailgate.mail.machines import ROLES
from mailgate.mail.message import Message, Report
from mailgate.mail.words import clean_line

_LONGEST = 60

# RFC 7489, 7.2.1.1: receiver!domain!begin!end.
_DMARC_FILE = re.compile(
    r"[^!]{1,255}![^!]{1,255}!\d{1,20}!\d{1,20}(?:![^.]{1,255})?\.(?:xml|zip|gz|xml\.gz)", re.IGNORECASE
)
_DMARC_SUBJECT = re.compile(r"(?:\[[^\]]{1,80}\]\s*)?(?:dmarc|report domain:)", re.IGNORECASE)
_WHOLE_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,80}\]\s*)?report domain: ?\S{1,255} submitter: ?\S{1,255}(?: report-id: ?\S{1,300})?\s*",
    re.IGNORECASE,
)
"""RFC 7489, 7.2.1.1 and RFC 8460, 3: people write more, or less."""
_REPORTERS = re.compile(r"dmarc|tls-?rpt|tls-report|^tls|report", re.IGNORECASE)
"""Stands in the addresses that such reports are sent from."""
_LONGEST_LOCAL = 64
_ARCHIVES = ("application/zip", "application/gzip", "application/x-gzip", "application/x-zip-compressed", "text/xml")
_ARCHIVES_TOO = ("application/xml", "application/octet-stream", "application/x-zip")
_TLS_FILES = ("application/tlsrpt+gzip", "application/tlsrpt+json")

# RFC 5965, 7.3 and RFC 6591; what says nothing against the letter.
_NO_COMPLAINTS = ("auth-failure", "not-spam", "dmarc", "dkim")
# Providers that pass on complaints in forms of their own: from which address, and how the subject begins.
_COMPLAINTS = (
    (re.compile(r"staff@hotmail\.com"), "complaint about message from"),
    (re.compile(r"scomp@aol\.(?:net|com)|fbl-no-reply@postmaster\.aol\.com"), "email feedback report for ip"),
    (re.compile(r"[^@]{1,64}@(?:[a-z0-9-]{1,63}\.){0,5}amazonses\.com"), "complaint notification from amazon ses"),
)
# How Exchange and its followers name a receipt, also in a `winmail.dat` (MS-OXCMSG: IPNRN read, IPNNRN unread).
_RECEIPT_CLASS = "urn:content-classes:mdn"
_RECEIPT_IN_TNEF = re.compile(rb"IPM\.Note\.IPNN?RN|IPM\.Microsoft Mail\.Read Receipt")
_TNEF_READ = 4 * 2**10
_DISPOSED = re.compile(r";\s*([a-z-]{1,20})", re.IGNORECASE)


def other_report(message: Message) -> str | None:
    """The proof that this is a report that is not about a delivery, and which, in words; None for everything else."""
    report = message.report
    if report is not None and report.kind != "delivery-status" and _is_whole(message):
        return _named(report)
    return _receipt(message) or _complaint(message) or _tls_report(message) or _dmarc_report(message)


def is_complaint(message: Message) -> bool:
    """Somebody has called a letter of ours spam, or something like it. A failed authentication is no complaint."""
    report = message.report
    if report is not None and report.kind == "feedback-report" and _is_whole(message):
        return _feedback_type(report) not in _NO_COMPLAINTS
    return _complaint(message) is not None


def _is_whole(message: Message) -> bool:
    content_type = message.headers.get("content-type").lower()
    return (
        content_type.startswith(("multipart/report", "message/")) or has_null_return_path(message) or is_daemon(message)
    )


def _named(report: Report) -> str:
    if report.kind == "feedback-report":
        said = _feedback_type(report)
        if said in ("auth-failure", "dmarc"):
            return f"a report of a failed authentication (RFC 6591): feedback-report, {said}"
        if said == "not-spam":
            return "a report that a mail is no spam (RFC 5965): feedback-report, not-spam"
        return f"a complaint (RFC 5965): feedback-report, {said or 'without a type'}"
    if report.kind == "disposition-notification":
        return f"a read receipt (RFC 8098): disposition-notification, {_disposition(report)}"
    if report.kind == "tlsrpt":
        return "a TLS report (RFC 8460): tlsrpt"
    return f"a report of the kind {clean_line(report.kind, _LONGEST)}"


def _field(report: Report, name: str) -> str:
    return next((value for block in report.blocks for field, value in block if field == name), "")


def _feedback_type(report: Report) -> str:
    return clean_line(_field(report, "feedback-type"), _LONGEST).strip().lower()


def _disposition(report: Report) -> str:
    """`automatic-action/MDN-sent-automatically; displayed`: what became of the letter."""
    value = _field(report, "disposition")
    found = _DISPOSED.search(value)
    return found[1].lower() if found else clean_line(value, _LONGEST) or "without a disposition"


def _receipt(message: Message) -> str | None:
    """Receipts without a machine part that says so: by the class that Exchange gives them."""
    if message.headers.get("content-class").strip().lower() == _RECEIPT_CLASS:
        return f"a read receipt (RFC 8098): {shown(message, 'Content-Class')}"
    for file in message.attachments:
        if file.media_type in ("application/ms-tnef", "application/vnd.ms-tnef"):
            found = _RECEIPT_IN_TNEF.search(file.content, 0, _TNEF_READ)
            if found and _is_class(found[0].decode("ascii"), file.content):
                return f"a read receipt (RFC 8098): {found[0].decode('ascii')} in {file.name}"
    return None


def _is_class(said: str, content: bytes) -> bool:
    """Is it the class of the packed mail, and no word in it?"""
    from mailgate.mail.tnef import read_tnef  # few mails get so far

    packed = read_tnef(content)
    return packed is not None and packed.message_class.endswith(said)


def _complaint(message: Message) -> str | None:
    sender = message.sender.email.lower() if message.sender else ""
    subject = message.subject.lower()
    if any(subject.startswith(start) and loop.fullmatch(sender) for loop, start in _COMPLAINTS):
        return f"a complaint (RFC 5965): {shown(message, 'Subject')}"
    return "a complaint (RFC 5965): a notification of Amazon SES" if ses_kind(message) == "complaint" else None


def _tls_report(message: Message) -> str | None:
    if "tls-report-domain" in message.headers:
        return f"a TLS report (RFC 8460): {shown(message, 'TLS-Report-Domain')}"
    file = next((file for file in message.attachments if file.media_type in _TLS_FILES), None)
    if file is None or not ("report domain:" in message.subject.lower() or "tls" in message.subject.lower()):
        return None
    return f"a TLS report (RFC 8460): {file.name}" if _is_nothing_else(message) else None


def _dmarc_report(message: Message) -> str | None:
    """By file name and subject, or by the whole subject that RFC 7489 prescribes over an archive."""
    if not message.attachments or not _DMARC_SUBJECT.match(message.subject):
        return None
    if not _is_nothing_else(message):
        return None
    name = next((file.name for file in message.attachments if _DMARC_FILE.fullmatch(file.name)), None)
    if name is None and _WHOLE_SUBJECT.fullmatch(message.subject):
        archives = (*_ARCHIVES, *_ARCHIVES_TOO)
        name = next((file.name for file in message.attachments if file.media_type in archives), None)
    return f"a DMARC report (RFC 7489): {name}" if name else None


def _is_nothing_else(message: Message) -> bool:
    """A machine sent it, or there is nothing but the report: no word of a person, no more in the subject than programs
    write, and no question."""
    local = message.sender.email.partition("@")[0][:_LONGEST_LOCAL] if message.sender else ""
    if has_null_return_path(message) or is_surely_daemon(message) or ROLES.fullmatch(local) or _REPORTERS.search(local):
        return True
    if message.headers.get("auto-submitted").strip().lower().startswith("auto-"):
        return True
    text = message.text.strip()
    return not text or ("?" not in text and _WHOLE_SUBJECT.fullmatch(message.subject) is not None)
