"""A mail from a mailbox, as the journal takes it: to which of our addresses it came, from where it would bounce, and
what stands for one that is too large to be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from mailgate.mail.dates import sent_at
from mailgate.mail.fields import head_of, section_of
from mailgate.mail.identity import mailboxes
from mailgate.mail.message import Headers
from mailgate.mail.words import clean_line
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.settings.site import Mailbox
from mailgate.store.transmission import Slot, Transmission

_DELIVERED: Final = ("delivered-to", "x-original-to", "x-delivered-to", "envelope-to", "x-envelope-to", "to", "cc")
"""Where servers write to whom a mail came, the surest first (peers.md A11)."""
_MOST: Final = 100
_LARGEST_HEADER: Final = 256 * 2**10
_USUAL_HEADER: Final = 32 * 2**10
_OF_THE_BODY: Final = ("content-", "mime-version", "dkim-signature", "lines")
_TOO_LARGE: Final = Sentence(
    "This mail has {size} MiB, more than mailgate fetches ({most} MiB). It stays in the mailbox {name} ({folder}):"
    " please read it there.",
    "Diese Mail hat {size} MiB, mehr als mailgate abholt ({most} MiB), und bleibt im Postfach {name} ({folder}): bitte"
    " dort lesen.",
)
_NOT_FETCHED: Final = Sentence(
    "This mail ({size} MiB) can not be fetched ({why}). It stays in the mailbox {name} ({folder}): please read it"
    " there.",
    "Diese Mail ({size} MiB) lässt sich nicht abholen ({why}) und bleibt im Postfach {name} ({folder}): bitte dort"
    " lesen.",
)


def transmission(
    settings: Settings, mailbox: Mailbox, raw: bytes, slot: Slot, now: datetime, *, source: str | None = None
) -> Transmission:
    """`source`: another one than `imap:NAME`, for mail that was there before."""
    headers = _headers(raw)
    return Transmission(
        received_at=now,
        source=source or f"imap:{mailbox.name}",
        peer=None,
        helo=None,
        trusted=True,
        submitted_by=None,
        envelope_from=_returns_to(headers),
        recipients=(_came_to(settings, mailbox, headers),),
        raw=raw,
        slot=slot,
    )


def _headers(raw: bytes) -> Headers:
    return head_of(raw, 0, min(len(raw), _LARGEST_HEADER)).headers


def _returns_to(headers: Headers) -> str:
    """The topmost Return-Path, written at delivery (RFC 5321, 4.4). A server that writes none says nothing of it: then
    it is From, and no null sender."""
    told = headers.all("return-path")[:1] or headers.all("from")[:1]
    named = mailboxes(told, 1)
    return named[0].email if named else ""


def _came_to(settings: Settings, mailbox: Mailbox, headers: Headers) -> str:
    """The address of this mailbox as the mail names it: with the +tag that says to which letter it is an answer."""
    own = settings.box_of(mailbox.address)
    found = (each for each in _named(headers) if settings.box_of(each) == own and settings.target(each))
    return next(found, mailbox.address)


def _named(headers: Headers) -> Iterator[str]:
    for name in _DELIVERED:
        if values := headers.by_name.get(name):
            yield from (each.email for each in mailboxes(values, _MOST))


def has_long_header(raw: bytes) -> bool:
    """Longer than headers of honest mail are."""
    return (
        len(raw) > _USUAL_HEADER
        and raw.find(b"\n\r\n", 0, _USUAL_HEADER) < 0
        and raw.find(b"\n\n", 0, _USUAL_HEADER) < 0
    )


def is_older(raw: bytes, arrived: str, than: datetime) -> bool:
    """Whether a mail came before that, by what the server says (INTERNALDATE in UTC) or, where that was lost, by its
    own Date."""
    headers = _headers(raw)
    dates = (_time(arrived), *map(sent_at, headers.all("date")[:1]))
    return any(date is not None and date < than for date in dates)


def stub(settings: Settings, mailbox: Mailbox, folder: str, header: bytes, size: int, why: str | None = None) -> bytes:
    """The header of a mail, and a sentence where its body would be. `why`: None where it is too large, else why it can
    not be fetched."""
    top = header[:_LARGEST_HEADER]
    spans = section_of(top, 0, len(top)).spans
    kept = [span for span in spans if not span.name.decode("ascii", "replace").lower().startswith(_OF_THE_BODY)]
    fields = b"".join(top[span.begin : span.stop].rstrip(b"\r\n") + b"\r\n" for span in kept)
    where = {"size": _in_mib(size), "name": mailbox.name, "folder": folder}
    said = (
        _TOO_LARGE.filled(most=_in_mib(settings.limits.message_size), **where)
        if why is None
        else _NOT_FETCHED.filled(why=clean_line(why, 200), **where)
    )
    typed = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return fields + typed + b"\r\n" + said.in_language(settings.site.language).encode() + b"\r\n"


def _time(arrived: str) -> datetime | None:
    try:
        return datetime.fromisoformat(arrived)
    except ValueError:
        return None


def _in_mib(size: int) -> str:
    return f"{size / 2**20:.1f}".removesuffix(".0")
