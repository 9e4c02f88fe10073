"""The bytes of a letter but for the signature: headers here, the body in `assemble.py`.

Written by hand, because the standard library re-encodes long ids in In-Reply-To and References, is a hundred times
slower, and can be made to emit injected headers (`needs.md` P1, `reliability.md` F8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from mailgate.errors import Permanent
from mailgate.mail.words import clean_line
from mailgate.outbox.assemble import Enclosed, assemble
from mailgate.outbox.draft import Draft
from mailgate.outbox.fields import fitting, ids_field, mailbox_field, raw_field, text_field, usable_ids, wire_address
from mailgate.outbox.leaks import scan_header, scan_secrets, scan_words
from mailgate.outbox.letters import LETTERS
from mailgate.outbox.render import Words
from mailgate.settings.model import Settings
from mailgate.trust.token import carrier_id, message_id, strip

__all__ = ["Composed", "Enclosed", "assemble", "bounce_address_of", "compose", "envelope_sender"]

_LONGEST_NAME: Final = 100
_LONGEST_SUBJECT: Final = 200
# RFC 5321, 4.5.3.1.1: octets of a local part.
_LONGEST_LOCAL: Final = 64
_EXTRA_NAME: Final = re.compile(r"X-Mailgate-[A-Z][A-Za-z-]{0,40}")
_NOTHING_TO_SAY: Final = "-"
_STAND_IN: Final = "x0x0x0x0x0x0x0x0x0x0x0x0"
"""As long as each token, and none: they have no 0."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished header block without MIME-Version and Content-*; ends with CRLF."""

    header: bytes
    message_id: str
    """Without angle brackets."""
    envelope_from: str
    """Empty for the null sender."""
    subject: str
    """As the reader sees it, decoded."""


def compose(
    draft: Draft,
    words: Words,
    *,
    token: str,
    when: datetime,
    settings: Settings,
    bounce_address: str | None = None,
) -> Composed:
    """The header block of the letter. `when` is aware; `bounce_address` None: the one of this address and token.

    Raises Permanent where the letter must not leave: no address, an injected header, an agent's address shown outside.
    """
    domain = draft.from_address.rpartition("@")[2].lower()
    own_id = message_id(draft.ticket, token, domain)
    subject, line = _subject(words.subject or draft.subject)
    fields = (
        *_people(draft, token, settings),
        ("Subject", line),
        ("Date", _date(when, settings.site.timezone)),
        ("Message-ID", raw_field("Message-ID", f"<{own_id}>")),
        *_thread(draft, carrier_id(token, domain)),
        *_marks(draft),
    )
    header = b"".join([field for _, field in fields])
    scan_header(header, [name for name, _ in fields])
    _scan_outside(draft, words, settings)
    bounce = bounce_address or bounce_address_of(settings, draft.from_address, token)
    return Composed(header, own_id, envelope_sender(settings, draft, bounce), subject)


@lru_cache(maxsize=64)  # the same for each who is told of a ticket
def _subject(whole: str) -> tuple[str, bytes]:
    """The subject as its reader sees it, and its field."""
    subject = clean_line(strip(whole), _LONGEST_SUBJECT) or _NOTHING_TO_SAY
    return subject, text_field("Subject", subject)


@lru_cache(maxsize=16)  # all letters of one mail are of one moment
def _date(when: datetime, timezone: str) -> bytes:
    return raw_field("Date", format_datetime(when.astimezone(ZoneInfo(timezone))))


def _people(draft: Draft, token: str, settings: Settings) -> Iterator[tuple[str, bytes]]:
    target = settings.target(draft.from_address)
    ours = (target and target.address.name) or settings.site.name
    takes_tags = target is not None and target.address.subaddress
    yield "From", _mailbox("From", draft.from_name, draft.from_address)
    yield "To", _mailbox("To", draft.to_name, draft.to)
    yield "Reply-To", _reply_to(draft.reply_name or ours, draft.from_address, takes_tags).holding(token)


@lru_cache(maxsize=256)  # ours, those of our people, and who wrote to them last
def _mailbox(field: str, display: str, address: str) -> bytes:
    return mailbox_field(field, _name(display), address)


@dataclass(frozen=True, slots=True)
class _AroundToken:
    """Bytes that are the same for all letters but for the token in their middle; `after` None: they hold none."""

    before: bytes
    after: bytes | None

    def holding(self, token: str) -> bytes:
        return self.before if self.after is None else b"%s%s%s" % (self.before, token.encode("ascii"), self.after)


@lru_cache(maxsize=256)
def _reply_to(display: str, address: str, takes_tags: bool) -> _AroundToken:
    tagged = _tagged(address, _STAND_IN, takes_tags)
    return _around(mailbox_field("Reply-To", _name(display), tagged), tagged != address)


@lru_cache(maxsize=64)
def _bounces_to(address: str, takes_tags: bool) -> _AroundToken:
    tagged = _tagged(address, f"b-{_STAND_IN}", takes_tags)
    return _around(wire_address(tagged).encode(), tagged != address)


def _around(made: bytes, is_tagged: bool) -> _AroundToken:
    """The address stands last in it."""
    before, _, after = made.rpartition(_STAND_IN.encode("ascii"))
    return _AroundToken(before, after) if is_tagged else _AroundToken(made, None)


def _name(display: str) -> str:
    return clean_line(strip(display), _LONGEST_NAME)


def _thread(draft: Draft, carrier: str) -> Iterator[tuple[str, bytes]]:
    """RFC 5322, 3.6.4: References are the parent's, then the parent; the token once more at the end (CONTRACT 5)."""
    if draft.in_reply_to is None and not draft.references:
        yield "References", ids_field("References", (carrier,))
        return
    parent = usable_ids((draft.in_reply_to,) if draft.in_reply_to else ())
    if parent:
        yield "In-Reply-To", ids_field("In-Reply-To", parent)
    earlier = tuple(each for each in usable_ids(draft.references) if each not in parent)
    yield "References", ids_field("References", fitting((*earlier, *parent), carrier))


def _marks(draft: Draft) -> Iterator[tuple[str, bytes]]:
    yield from _of_letter(draft.template)
    # 0 where the letter has no ticket, as in its Message-ID.
    yield "X-Mailgate-Ticket", raw_field("X-Mailgate-Ticket", str(draft.ticket or 0))
    yield "X-Mailgate-Letter", raw_field("X-Mailgate-Letter", draft.template)
    for name, value in draft.extra_headers:
        if field := _extra(name, value):
            yield name, field


@cache
def _of_letter(template: str) -> tuple[tuple[str, bytes], ...]:
    letter = LETTERS[template]
    said = (("Auto-Submitted", letter.auto_submitted), ("X-Auto-Response-Suppress", letter.suppress))
    return tuple((name, raw_field(name, value)) for name, value in said if value)


@lru_cache(maxsize=256)
def _extra(name: str, value: str) -> bytes | None:
    if not _EXTRA_NAME.fullmatch(name):
        raise Permanent("a header of ours has a name it must not have")
    line = clean_line(value)
    return text_field(name, line) if line else None


def _tagged(address: str, tag: str, takes_tags: bool) -> str:
    """The address with the tag where it takes one and has room for it, else as it is."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{tag}"
    fits = len(tagged.encode("utf-8", "replace")) <= _LONGEST_LOCAL
    return f"{tagged}@{domain}" if takes_tags and fits else address


def bounce_address_of(settings: Settings, address: str, token: str) -> str:
    """Where delivery reports for the letter with this token go: `LOCAL+b-TOKEN@…`, else the plain address."""
    target = settings.target(address)
    return _bounces_to(address, target is not None and target.address.subaddress).holding(token).decode()


def envelope_sender(settings: Settings, draft: Draft, bounce: str) -> str:
    """MAIL FROM of the letter, by the table of letters and `delivery.automatic_sender`; empty for the null sender."""
    if LETTERS[draft.template].sender == "bounce":
        return bounce
    chosen: str = settings.delivery.automatic_sender
    if chosen == "auto":
        chosen = _safest(settings, draft.from_address)
    return {"bounce": bounce, "null": "", "plain": wire_address(draft.from_address)}[chosen]


def _safest(settings: Settings, address: str) -> str:
    """The null sender (RFC 3834, 3.3) only where a signature proves the mail: with it, SPF knows just the host name."""
    domain = f".{address.rpartition('@')[2].lower()}"
    signed = any(domain.endswith(f".{each.domain.lower()}") for each in settings.delivery.dkim)
    return "null" if signed else "bounce"


def _scan_outside(draft: Draft, words: Words, settings: Settings) -> None:
    if LETTERS[draft.template].to != "agent":
        written = (words.text, words.html, words.subject or "", draft.from_name, draft.reply_name)
        scan_words(written, draft.view, draft.to, settings)
        if draft.secrets:
            scan_secrets(words.text, (each.sha256 for each in draft.enclosures), draft.view, draft.secrets)
