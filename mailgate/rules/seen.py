"""A mail as the rules see it: each value that a key of `when` compares, read once however many rules ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from mailgate.mail.classify import Facts
from mailgate.mail.message import Envelope, Message
from mailgate.mail.references import base_subject
from mailgate.mail.words import clean_line, decode_words
from mailgate.rules.customers import customer_group_of
from mailgate.rules.patterns import Compiled, fold, glob, sane
from mailgate.settings.model import Settings
from mailgate.settings.routing import compile_linear
from mailgate.settings.site import Tickets
from mailgate.trust.results import visible
from mailgate.trust.verdict import Level

_LONGEST_TEXT = 256 * 1024  # characters of the new words that rules search: as much as reply cutting reads
_MOST_ADDRESSES = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """What rules look at."""

    message: Message
    envelope: Envelope
    new_text: str
    size: int = 0
    """Bytes, as it arrived."""
    facts: Facts | None = None
    level: Level = Level.claimed
    has_token: bool = False
    """It carries a valid token of ours, whoever wrote it."""


@dataclass(frozen=True)
class Spelt:
    """A text as expressions search it, and as words are compared: each made when a rule asks for it."""

    written: str

    @cached_property
    def plain(self) -> str:
        return sane(self.written)

    @cached_property
    def folded(self) -> str:
        return fold(self.written)


@dataclass(frozen=True)
class Seen:
    """One mail under the eyes of all rules."""

    mail: Mail
    tags: tuple[Any, ...] = ()
    """Compiled expressions of subject tags (`tag_expressions`)."""
    settings: Settings | None = None
    """Customer groups, calendars and the mark of spam; None: there are none."""

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
    def cc(self) -> tuple[str, ...]:
        """The addresses in Cc."""
        return tuple(sane(each.email) for each in self.mail.message.cc[:_MOST_ADDRESSES])

    @cached_property
    def reply_to(self) -> tuple[str, ...]:
        """The addresses in Reply-To."""
        return tuple(sane(each.email) for each in self.mail.message.reply_to[:_MOST_ADDRESSES])

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The names of the files that came along."""
        return tuple(sane(each.name) for each in self.mail.message.attachments)

    @cached_property
    def subject(self) -> Spelt:
        """Without our tags, old tags and reply prefixes."""
        return Spelt(base_subject(_untagged(self.mail.message.subject, self.tags)).strip())

    @cached_property
    def text(self) -> Spelt:
        """The new words."""
        return Spelt(self.mail.new_text[:_LONGEST_TEXT].strip())

    @cached_property
    def customer_group(self) -> str | None:
        """The customer group of the sender."""
        return customer_group_of(self.settings, self.senders[0]) if self.settings and self.senders else None

    @cached_property
    def spam(self) -> str | None:
        """The mark that says so, where somebody we believe has set it: `X-Spam-Flag: YES`."""
        if self.settings is None or not self.mail.envelope.trusted:
            return None
        said = self.settings.intake.spam
        # Whoever we trust may mark mail with a field of Exchange too.
        written = _decoded(self.mail.message.headers.all(said.header))
        if not written:
            return None
        marked = glob(said.value)
        values = (value for value in written if marked.find(value) is not None)
        return next((f"{said.header}: {clean_line(value, 80)}" for value in values), None)

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of that field that a rule may see, with encoded words decoded."""
        return _decoded(visible(self.mail.message.headers, self.mail.envelope, name))

    def found(self, pattern: Compiled) -> dict[str, str] | None:
        """The captures of an expression in the subject, else in the text; None where it stands in neither."""
        in_subject = pattern.find(self.subject.plain)
        return in_subject if in_subject is not None else pattern.find(self.text.plain)


def _decoded(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sane(decode_words(value)).strip() for value in values)


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
    return (*_working((f"{re2.escape(before)}{number}{re2.escape(behind)}",)), *old_tags(tickets))


def old_tags(tickets: Tickets) -> tuple[Any, ...]:
    """The expressions of tags of an earlier system; their group is the old number."""
    return _working(tickets.old_tags)


def _working(expressions: tuple[str, ...]) -> tuple[Any, ...]:
    """An old tag that does not compile is named by `check`; it must not keep mail from being routed."""
    return tuple(made for each in expressions if (made := _made(each)) is not None)


def _made(expression: str) -> Any:
    try:
        return compile_linear(expression) if expression else None
    except ValueError:
        return None
