"""The people of `mailgate demo`: a reporter, an agent, a mail server and a holiday robot, who write real mails.

Each mail goes in through the daemon's own SMTP port; what follows from the letters that came out is read from the
Maildir they were written to, as a mail program would.
"""

from __future__ import annotations

import email
import email.policy
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from pathlib import Path

RELAY = "mx.desk.example"
Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """One mail of the demo: what it is, who sends it, and the mail, made from the letters that are there by then."""

    title: Text
    sender: str
    write: Callable[[Outgoing, str], EmailMessage | None]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The Maildir of letters."""

    folder: Path

    def newest(self, to: str, template: str) -> EmailMessage | None:
        """The newest letter of that template to that address, or None."""
        found = [each for each in self._all() if parseaddr(str(each["To"]))[1] == to]
        return next((each for each in reversed(found) if each["X-Mailgate-Letter"] == template), None)

    def _all(self) -> Iterator[EmailMessage]:
        for path in sorted((self.folder / "new").glob("*"), key=lambda each: (each.stat().st_mtime_ns, each.name)):
            yield email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def hand_in(scene: Scene, outgoing: Outgoing, language: str, host: str, port: int) -> int | None:
    """Send the scene's mail; returns the mail's id, or None where there is no letter to answer. Raises OSError or
    smtplib.SMTPException where it is not taken."""
    message = scene.write(outgoing, language)
    if message is None:
        return None
    domain = parseaddr(str(message["From"]))[1].rpartition("@")[2]
    vouched = f"Authentication-Results: {RELAY}; dmarc=pass header.from={domain}\r\n".encode()
    raw = vouched + message.as_bytes(policy=email.policy.SMTP.clone(max_line_length=998))
    with smtplib.SMTP(host, port, timeout=30) as client:
        client.ehlo("demo.example")
        client.mail(scene.sender)
        client.rcpt(parseaddr(str(message["To"]))[1])
        code, said = client.data(raw)  # raises where a recipient or the sender was refused
    if code != 250:
        raise smtplib.SMTPDataError(code, said)
    return int(said.decode().rpartition("M-")[2])


def _mail(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2])
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def _report(outgoing: Outgoing, language: str) -> EmailMessage:
    texts = {
        "en": ("VPN does not connect", "Hello,\n\nthe VPN says 'timeout' since this morning. Can you help?"),
        "de": ("VPN verbindet nicht", "Guten Tag,\n\ndas VPN meldet seit heute früh „timeout“. Können Sie helfen?"),
    }
    subject, text = texts[language]
    return _mail("Erika Krause <erika@customer.example>", "support@desk.example", subject, f"{text}\n\nErika Krause")


def _answer(outgoing: Outgoing, language: str) -> EmailMessage | None:
    letter = outgoing.newest("ben@desk.example", "new_ticket")
    if letter is None:
        return None
    texts = {
        "en": "Hello Ms Krause,\n\nplease restart the router; the tunnel comes back by itself.\n\nBen Beck",
        "de": "Guten Tag Frau Krause,\n\nbitte starten Sie den Router neu; dann kommt der Tunnel wieder.\n\nBen Beck",
    }
    return _mail(
        "Ben Beck <ben@desk.example>",
        str(letter["Reply-To"]),
        str(letter["Subject"]),
        f"{texts[language]}\n\n{_quoted(letter)}",
        In_Reply_To=str(letter["Message-ID"]),
        References=str(letter["Message-ID"]),
    )


def _quoted(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    lines = str(body.get_content()).splitlines() if body else []
    return "\n".join(["On Mon, 23 Nov 2026 at 10:00, Example Support wrote:", *(f"> {line}" for line in lines)])


def _out_of_office(outgoing: Outgoing, language: str) -> EmailMessage | None:
    letter = outgoing.newest("erika@customer.example", "reply")
    if letter is None:
        return None
    texts = {"en": ("Out of office", "I am back on Monday."), "de": ("Abwesend", "Ich bin am Montag zurück.")}
    subject, text = texts[language]
    return _mail(
        "Erika Krause <erika@customer.example>",
        str(letter["Reply-To"]),
        subject,
        text,
        Auto_Submitted="auto-replied",
        In_Reply_To=str(letter["Message-ID"]),
    )


REPORT = """\
From: MAILER-DAEMON@customer.example
To: {to}
Subject: Undelivered Mail
Message-ID: {message_id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

--=_report
Content-Type: text/plain; charset=us-ascii

The mail system could not deliver your message: the mailbox is full.

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; erika@customer.example
Action: failed
Status: 5.2.2

--=_report--
"""


def _bounce(outgoing: Outgoing, language: str) -> EmailMessage | None:
    letter = outgoing.newest("erika@customer.example", "reply")
    if letter is None:
        return None
    report = REPORT.format(to=letter["Return-Path"], message_id=make_msgid(domain="customer.example"))
    return email.message_from_string(report, policy=email.policy.default)


SCENES: tuple[Scene, ...] = (
    Scene(
        {"en": "Erika Krause reports trouble", "de": "Erika Krause meldet eine Störung"},
        "erika@customer.example",
        _report,
    ),
    Scene(
        {"en": "Ben answers from his mail program", "de": "Ben antwortet aus seinem Mailprogramm"},
        "ben@desk.example",
        _answer,
    ),
    Scene(
        {"en": "Erika's holiday robot answers Ben", "de": "Erikas Abwesenheitsnotiz antwortet Ben"},
        "",
        _out_of_office,
    ),
    Scene(
        {"en": "Erika's server returns Ben's answer", "de": "Erikas Server schickt Bens Antwort zurück"},
        "",
        _bounce,
    ),
)
