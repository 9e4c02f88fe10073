"""A mail as the rules see it: each value that a key of `when` compares, read once however many rules ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from mailgate.mail.message import Envelope, Message
from mailgate.mail.references import base_subject
from mailgate.mail.words import decode_words
from mailgate.rules.patterns import fold, sane
from mailgate.settings.routing import compile_linear
from mailgate.settings.site import Tickets

_LONGEST_TEXT = 256 * 1024  # characters of the new words that rules search: as much as reply cutting reads
_MOST_ADDRESSES = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """What rules look at."""

    message: Message
    envelope: Envelope
    new_text: str


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text as written, and as words are compared."""

    plain: str
    folded: str


@dataclass(frozen=True)
class Seen:
    """One mail under the eyes of all rules."""

    mail: Mail
    tags: tuple[Any, ...] = ()
    """Compiled expressions of subject tags (`tag_expressions`)."""

    @cached_property
    def senders(self) -> tuple[str, ...]:
        """The one address that From names; () where it names none or several."""
        sender = self.mail.message.sender
        return (sane(sender.email),) if sender else ()

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """Where the mail was delivered: envelope, else Delivered-To and X-Original-To, else To and Cc; each address
        with and without its +tag."""
        message = self.mail.message
        traced = (*message.headers.all("Delivered-To"), *message.headers.all("X-Original-To"))
        shown = tuple(each.email for each in (*message.to, *message.cc))
        found = self.mail.envelope.recipients or traced or shown
        return tuple(dict.fromkeys(each for address in found[:_MOST_ADDRESSES] for each in _spellings(address)))

    @cached_property
    def subject(self) -> Spelt:
        """Without our tags, old tags and reply prefixes."""
        subject = base_subject(_untagged(self.mail.message.subject, self.tags)).strip()
        return Spelt(sane(subject), fold(subject))

    @cached_property
    def text(self) -> Spelt:
        """The new words."""
        text = self.mail.new_text[:_LONGEST_TEXT].strip()
        return Spelt(sane(text), fold(text))

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of that field, with encoded words decoded."""
        return tuple(sane(decode_words(value)).strip() for value in self.mail.message.headers.all(name))


def _spellings(address: str) -> tuple[str, ...]:
    plain = sane(address).strip("<> \t")
    local, at, domain = plain.rpartition("@")
    return (plain, f"{local.partition('+')[0]}{at}{domain}") if at else ()


def _untagged(subject: str, tags: tuple[Any, ...]) -> str:
    subject = sane(subject)
    for tag in tags:
        subject = tag.sub(" ", subject)
    return " ".join(subject.split())


def tag_expressions(tickets: Tickets) -> tuple[Any, ...]:
    """What a tag of ours or of an earlier system looks like in a subject, also with the token of a one-tap link."""
    before, marked, behind = tickets.tag.partition("{number}")
    number = r"\s*\d{1,18}(\s+[a-z2-7]{24})?\s*" if marked else ""
    expressions = (f"{re2.escape(before)}{number}{re2.escape(behind)}", *tickets.old_tags)
    return tuple(each for each in map(_working, expressions) if each is not None)


def _working(expression: str) -> Any:
    """An old tag that does not compile is named by `check`; it must not keep mail from being routed."""
    try:
        return compile_linear(expression) if expression else None
    except ValueError:
        return None
