"""One bad mail: what it is, and what may become of it.

Outcomes: T a ticket · Q kept without an answer to anybody outside (held, or a ticket for somebody to look at) · R
refused in the session for good · r refused for now · D dropped, counted. `TQ`: either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CRLF = b"\r\n"
AGENT = "anna@example.com"
"""An agent whom these mails pretend to be."""


@dataclass(frozen=True, slots=True)
class Bad:
    """One mail to send, exactly these bytes. `sender` is the envelope's."""

    name: str
    raw: bytes
    outcomes: str
    sender: str = "erika@{domain}"

    def bytes_from(self, domain: str) -> bytes:
        """From a domain of its own, so that no two of these mails share a budget."""
        return self.raw.replace(b"customer.example", domain.encode())


def mail(
    *fields: str | bytes, body: str | bytes = "It burns.\r\n", without: Iterable[str] = (), first: bool = False
) -> bytes:
    """A plain mail with these fields added (or, where it has such a field, in its place)."""
    added = [each if isinstance(each, bytes) else each.encode("utf-8", "surrogatepass") for each in fields]
    names = {_name(each) for each in added} | {each.lower().encode() for each in without}
    plain = [each for each in _PLAIN if _name(each) not in names]
    lines = [*added, *plain] if first else [*plain, *added]
    return CRLF.join(lines) + CRLF * 2 + (body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass"))


_PLAIN = (
    b"From: Erika Krause <erika@customer.example>",
    b"To: support@example.com",
    b"Subject: Printer on fire",
    b"Date: Mon, 23 Nov 2026 09:00:00 +0000",
    b"Message-ID: <one@customer.example>",
)


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].lower()


def each(prefix: str, raws: Iterable[tuple[str, bytes]], outcomes: str) -> Iterator[Bad]:
    """Several of a kind."""
    for name, raw in raws:
        yield Bad(f"{prefix}: {name}", raw, outcomes)
