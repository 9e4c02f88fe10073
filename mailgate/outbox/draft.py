"""A letter before it is written: who gets which template, in which role, about which ticket."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.outbox.view import LetterView
from mailgate.quickly import born_quickly


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels along: its bytes lie in table `file` under the digest."""

    name: str
    media_type: str
    sha256: str
    size: int
    content_id: str | None = None
    decoration: str | None = None
    """Why no letter carries it, in English (`desk/pictures.py`)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several kept mails that a letter asks about; it has a token of its own."""

    kept: int
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not stand in a letter, unless the words of its writer hold it."""

    lines: frozenset[str] = frozenset()
    """With single blanks."""
    files: frozenset[str] = frozenset()
    """SHA-256."""


@born_quickly
@dataclass(frozen=True, kw_only=True)
class Draft:
    """One letter to one person."""

    template: str
    to: str
    """Bare address."""
    language: str
    view: LetterView
    role: str
    """The role its token gives: reporter, agent, coordinator, statement, informed, reading, admin."""
    person: str
    """Whose token it is: an agent id, else the address in lower case."""
    from_address: str
    """Address of ours, without token."""
    from_name: str
    to_name: str = ""
    reply_name: str = ""
    """Display name of the Reply-To: it says where an answer goes (CONTRACT 6)."""
    subject: str = ""
    """Whole subject line, decoded, already with tag."""
    ticket: int | None = None
    group: str | None = None
    """Group whose members may use the token (letters to a notify address)."""
    in_reply_to: str | None = None
    """Without brackets."""
    references: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    extra_headers: tuple[tuple[str, str], ...] = ()
    """X-Mailgate-Group and so on; ASCII."""
    owner: str | None = None
    message: int | None = None
    parts: tuple[Part, ...] = ()
    """One for each of `view.asked`, in that order."""
    secrets: Secrets | None = None
    """Set where the letter carries words or files of others to somebody outside."""
