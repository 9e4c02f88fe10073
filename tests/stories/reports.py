"""Reports that mail servers and providers write about a letter of ours."""

from __future__ import annotations

from tests.doubles.relay import Received

DAEMON = "Mail Delivery System <mailer-daemon@mx.customer.example>"


def delivery_report(
    letter: Received,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    message_id: str | None = None,
    said: str | None = None,
    others: str = "",
) -> bytes:
    """As Postfix writes it (RFC 3464), with the header of our letter; `message_id`: another id than the letter's,
    `said`: what the other server answered, `others`: blocks of other recipients above that of ours."""
    named = message_id or letter.header("Message-ID")
    answer = said or f"{status.replace('.', '')[0]}50 {status} said"
    return _report(
        "delivery-status",
        f"Reporting-MTA: dns; mx.customer.example\n\n{others}Final-Recipient: rfc822; {letter.to}\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {answer}",
        f"From: {letter.header('From')}\nTo: {letter.to}\nSubject: x\nMessage-ID: {named}",
    )


def complaint(letter: Received, kind: str = "abuse") -> bytes:
    """Somebody has pressed "this is spam" (RFC 5965)."""
    return _report(
        "feedback-report",
        f"Feedback-Type: {kind}\nUser-Agent: provider/1\nVersion: 1",
        f"From: {letter.header('From')}\nTo: {letter.to}\nMessage-ID: {letter.header('Message-ID')}",
    )


def _report(kind: str, machine: str, original: str) -> bytes:
    text = (
        f"From: {DAEMON}\nTo: support@example.com\nSubject: Report\nMessage-ID: <r.{abs(hash(machine + original))}@x>\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nThis is the mail system.\n"
        f"--b\nContent-Type: message/{kind}\n\n{machine}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{original}\n\n--b--\n"
    )
    return text.replace("\n", "\r\n").encode()
