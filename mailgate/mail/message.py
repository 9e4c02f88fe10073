"""A mail, read: frozen values that every later step works on. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mailgate.mail.invitation import Invitation
from mailgate.mail.language import language_of
from mailgate.sentence import Sentence
from mailgate.settings.scalars import lower_ascii


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox (RFC 5322, 3.4): decoded display name, address with its domain in lower case."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """The part behind the last @, in lower case; empty where there is none."""
        return lower_ascii(self.email.rpartition("@")[2]) if "@" in self.email else ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Shown:
    """The size in pixels at which HTML shows a picture, as far as it says so; 0 by 0 where it hides it."""

    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail: decoded bytes, a name that is safe to show and to save, the media type in lower case."""

    name: str
    media_type: str
    content: bytes
    sha256: str
    content_id: str | None = None
    inline: bool = False
    shown: Shown | None = None
    """How the HTML body shows this picture; None where it does not."""
    decoration: Sentence | None = None
    """Why it is kept and not shown to people (`decoration.py`): a logo, a picture of one pixel."""
    method: str = ""
    """Of a calendar part: the parameter `method` of its Content-Type (RFC 6047, 2.4)."""

    @property
    def size(self) -> int:
        """Decoded size in bytes."""
        return len(self.content)


@dataclass(frozen=True)
class Headers:
    """The header fields of a mail in their order: (name as written, unfolded value with raw 8-bit bytes decoded,
    encoded words not yet decoded). Values hold no line breaks."""

    fields: tuple[tuple[str, str], ...]

    @classmethod
    def sorted_by_name(cls, fields: tuple[tuple[str, str], ...], by_name: Mapping[str, Sequence[str]]) -> Headers:
        """As `Headers(fields)`, where it is known already which values (in their order) each lower-case name has."""
        headers = object.__new__(cls)
        headers.__dict__.update(fields=fields, by_name=by_name)
        return headers

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[str]]:
        """Every value of each lower-case name, in order."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name.lower(), []).append(value)
        return found

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the field, in order."""
        return tuple(self.by_name.get(name.lower(), ()))

    def get(self, name: str, default: str = "") -> str:
        """The first value of the field."""
        values = self.by_name.get(name.lower())
        return values[0] if values else default

    def count(self, name: str) -> int:
        """How many fields have this name."""
        return len(self.by_name.get(name.lower(), ()))

    @property
    def repeated(self) -> frozenset[str]:
        """The names that more than one field has, in lower case."""
        if len(self.by_name) == len(self.fields):
            return frozenset()
        return frozenset([name for name, values in self.by_name.items() if len(values) > 1])

    @property
    def names(self) -> KeysView[str]:
        """The names of all fields, in lower case."""
        return self.by_name.keys()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.by_name


@dataclass(frozen=True, slots=True)
class Seal:
    """What of a mail is encrypted or signed, by its form alone: "OpenPGP", "S/MIME" or empty. Nothing was deciphered
    or verified."""

    encrypted: str = ""
    signed: str = ""


@dataclass(frozen=True)
class Message:
    """One mail, understood as far as its bytes go.

    `sender` is the one mailbox that From really names, or None where From is missing, doubled or ambiguous
    (`identity.py`). `text` is the whole body as plain text with LF line ends; `html` the HTML body as sent, where
    there is one; `new_text` is not here: what is new depends on what we sent (`body.py`).
    """

    headers: Headers
    sender: Address | None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    """Without angle brackets; None where the mail has none."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Message-IDs without angle brackets, oldest first, at most the last 100."""
    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    report: Report | None = None
    hops: int = 0
    """Number of Received fields."""
    defects: tuple[str, ...] = ()
    """What was wrong with the mail, each a short phrase for people."""
    readable: bool = True
    """False: the structure could not be read at all, or broke a limit; only headers are to be trusted."""
    seal: Seal | None = None
    """None: nothing in it is encrypted or signed."""
    invitation: Invitation | None = None
    """What its calendar part says."""

    @cached_property
    def language(self) -> str | None:
        """`de`, `en`, … where the text is long enough to be sure. Looked at when somebody asks: answers have the
        language of their ticket."""
        return language_of(self.text)

    @property
    def entry(self) -> tuple[str, ...]:
        """How the calendar entry it is about is known: programs answer, move and cancel one in mails that name no other
        mail. () where it has none."""
        return (self.invitation.key,) if self.invitation and self.invitation.key else ()


@dataclass(frozen=True, slots=True)
class Report:
    """The machine part of a multipart/report (RFC 6522): its report-type and the fields of its blocks."""

    kind: str
    """`delivery-status`, `disposition-notification`, `feedback-report`, or what the mail says."""
    blocks: tuple[tuple[tuple[str, str], ...], ...] = ()
    """Each block a tuple of (lower-case field name, value)."""
    original: Headers | None = None
    """Header fields of the mail the report is about, where they are enclosed."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a mail came in: what the session said, not the mail itself."""

    sender: str
    """Reverse path in lower case; empty for the null sender."""
    recipients: tuple[str, ...]
    received_at: datetime
    source: str = "smtp"
    peer: str | None = None
    """IP address; None over a Unix socket or a pipe."""
    trusted: bool = False
    """Came from a trusted relay, LMTP or mailbox: its Authentication-Results and spam marks count."""
    authserv_id: str | None = None
    """The authserv-id whose Authentication-Results count for this way in (RFC 8601)."""
    submitted_by: str | None = None
    """Who handed it in at the submission listener, or None."""
    provider: str = "none"
    """Whose mailbox it was fetched from: `microsoft365` or `google`, else `none`."""
