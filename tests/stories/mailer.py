"""Mails as people's programs write them: new ones, and answers that quote what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from datetime import datetime

from tests.doubles.relay import Received


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
        message.set_content(self.text)
        for name, content in self.files.items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=998))

    @property
    def return_path(self) -> str:
        return parseaddr(self.sender)[1] if self.envelope_from is None else self.envelope_from


def answer(letter: Received, text: str, *, sender: str, quoted: bool = True, **changed: object) -> Mail:
    """An answer to a letter of ours: to its Reply-To, naming it, with our text quoted below."""
    quote = "\n".join(f"> {line}" for line in letter.text.splitlines())
    body = (
        f"{text}\n\nOn Mon, 23 Nov 2026 at 10:00, {letter.header('From')} wrote:\n{quote}\n" if quoted else f"{text}\n"
    )
    references = f"{letter.header('References')} {letter.header('Message-ID')}".strip()
    mail = Mail(
        sender=sender,
        to=str(letter.header("Reply-To") or letter.header("From")),
        subject=letter.header("Subject")
        if letter.header("Subject").startswith("Re:")
        else f"Re: {letter.header('Subject')}",
        text=body,
        headers={"In-Reply-To": letter.header("Message-ID"), "References": references},
    )
    for name, value in changed.items():
        if name == "headers" and isinstance(value, dict):
            mail.headers = {**mail.headers, **value}
        else:
            setattr(mail, name, value)
    return mail
