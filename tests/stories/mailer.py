"""Mails as people's programs write them: new ones, and answers that quote what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any

from tests.doubles.relay import Received

WROTE = {
    "en": "On Mon, 23 Nov 2026 at 10:00, {who} wrote:",
    "de": "Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb {who}:",
}


@dataclass
class Mail:
    """One mail on its way to us. `sender` may hold a name: `Erika Krause <erika@customer.example>`."""

    sender: str
    to: str
    subject: str = "A question"
    text: str = "Hello"
    at: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    html: str | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Content-ID → bytes, related to the HTML."""
    message_id: str | None = None
    envelope_from: str | None = None
    also_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.message_id = self.message_id or make_msgid(
            domain=parseaddr(self.sender)[1].partition("@")[2] or "x.example"
        )

    @property
    def bytes(self) -> bytes:
        """As it goes over the wire."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self.to, self.subject
        if self.at:
            message["Date"] = format_datetime(self.at)
        message["Message-ID"] = self.message_id
        for name, value in self.headers.items():
            message[name] = value
        self._write_body(message)
        for name, content in self.files.items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=998))

    def _write_body(self, message: EmailMessage) -> None:
        if self.text or self.html is None:
            message.set_content(self.text)
        if self.html is None:
            return
        if self.text:
            message.add_alternative(self.html, subtype="html")
        else:
            message.set_content(self.html, subtype="html")
        body = message.get_body(("html",))
        assert isinstance(body, EmailMessage)
        for cid, content in self.pictures.items():
            body.add_related(content, "image", "png", cid=f"<{cid}>", filename=f"{cid}.png", disposition="inline")

    @property
    def return_path(self) -> str:
        return parseaddr(self.sender)[1] if self.envelope_from is None else self.envelope_from


def answer(
    letter: Received, text: str, *, sender: str, quoted: bool = True, language: str = "en", **changed: Any
) -> Mail:
    """An answer to a letter of ours: to its Reply-To, naming it, with our text quoted below."""
    headers = {**conversation(letter), **changed.pop("headers", {})}
    subject = letter.header("Subject")
    mail = Mail(
        sender=sender,
        to=str(letter.header("Reply-To") or letter.header("From")),
        subject=subject if subject.startswith("Re:") else f"Re: {subject}",
        text=f"{text}\n\n{quote(letter, language)}\n" if quoted else f"{text}\n",
        headers={name: value for name, value in headers.items() if value},
    )
    for name, value in changed.items():
        assert hasattr(mail, name), name
        setattr(mail, name, value)
    return mail


def conversation(letter: Received) -> dict[str, str]:
    """The header fields by which an answer names what it answers."""
    references = f"{letter.header('References')} {letter.header('Message-ID')}".strip()
    return {"In-Reply-To": letter.header("Message-ID"), "References": references}


def quote(letter: Received, language: str = "en") -> str:
    """Our letter as a mail program quotes it."""
    lines = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
    return f"{WROTE[language].format(who=letter.header('From'))}\n{lines}"


def token_of(letter: Received) -> str:
    """The token in the Reply-To of a letter."""
    return parseaddr(letter.header("Reply-To"))[1].partition("+")[2].partition("@")[0]
