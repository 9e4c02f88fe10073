"""Mails for the stories of this folder, written byte by byte: what a mail program refuses to write is the point."""

from __future__ import annotations

from datetime import UTC, datetime

from mailgate.mail.message import Envelope, Message
from mailgate.mail.parse import read
from mailgate.settings.site import Limits

LIMITS = Limits()
FROM = "From: Erika Krause <erika@customer.example>"


def mail(*fields: str | bytes, body: str | bytes = "Hello", sender: str = FROM) -> bytes:
    """One whole mail with CRLF line ends. Fields and body as text become UTF-8."""
    lines = [sender, "To: support@example.com", *fields] if sender else list(fields)
    return b"".join(_bytes(line) + b"\r\n" for line in lines) + b"\r\n" + _bytes(body)


def part(*fields: str, body: str | bytes = "") -> bytes:
    """One part of a multipart mail."""
    return b"".join(_bytes(field) + b"\r\n" for field in fields) + b"\r\n" + _bytes(body)


def container(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    """A part `multipart/KIND` with its parts, header included."""
    mark = b"--" + boundary.encode()
    lines = b"".join(mark + b"\r\n" + each + b"\r\n" for each in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + lines + mark + b"--\r\n"


def with_parts(kind: str, *parts: bytes, fields: tuple[str, ...] = ()) -> bytes:
    """A whole mail that is a `multipart/KIND`."""
    head = b"".join(_bytes(line) + b"\r\n" for line in (FROM, "To: support@example.com", "Subject: x", *fields))
    return head + container(kind, *parts)


def reading(*fields: str | bytes, body: str | bytes = "Hello", sender: str = FROM) -> Message:
    """What is read from such a mail."""
    return read(mail(*fields, body=body, sender=sender), LIMITS)


def envelope(sender: str = "erika@customer.example") -> Envelope:
    """How a stranger's mail comes in."""
    return Envelope(sender=sender, recipients=("support@example.com",), received_at=datetime(2026, 11, 21, tzinfo=UTC))


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
