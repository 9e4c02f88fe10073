"""Whom `#ask` and `#forward` name: addresses as people and mail programs write them, and agents by id or name.

Raises `Unclear` with the nearest words where a name means nobody, or several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mailgate.errors import RefusedCommand
from mailgate.mail.words import clean_line
from mailgate.rules import dates
from mailgate.rules.arguments import Unclear, address_in, who
from mailgate.rules.vocabulary import fold
from mailgate.rules.waiting import When
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings

MOST = 20
_LONGEST = 2000
_LONGEST_NAME = 80
# What Outlook adds behind an address: `a@b.example<mailto:a@b.example>`.
_MAILTO = re.compile(r"(?<=\w)\s?[<\[]mailto:[^<>\[\]\s]{1,254}[>\]]", re.IGNORECASE)
_IN_BRACKETS = re.compile(
    r"(?P<name>[^<>]{0,200})<(?:mailto:)?(?P<address>[^<>\s]{1,254}@[^<>\s]{1,254})>", re.IGNORECASE
)
_ORIGINAL = re.compile(r"\s(?:with|mit)\s+(?:the\s+|dem\s+)?original\s*$", re.IGNORECASE)
_BY = re.compile(r"\s(?:by|bis)\s+(?P<date>\S.*)$", re.IGNORECASE)

_OURS = Sentence("that is an address of ours: {address}", "das ist eine Adresse von uns: {address}")
_GROUP = Sentence(
    "{name} is a group: name its people, or give the ticket to it with #assign",
    "{name} ist eine Gruppe: bitte Personen nennen, oder das Ticket mit #zuweisen übergeben",
)
_TOO_MANY = Sentence("these are more than {number} addresses", "das sind mehr als {number} Adressen")
_NOBODY = Sentence("an address is missing", "es fehlt eine Adresse")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody outside, or one of us: then at the registered address."""

    address: str
    """In lower case."""
    name: str = ""
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """`#ask ADDR… [by DATE] [with original]`."""

    to: tuple[Recipient, ...]
    by: datetime | None = None
    with_original: bool = False


def asking(settings: Settings, text: str, when: When) -> Asking:
    """Who is asked, until when, and whether they read the reporter's words. Raises RefusedCommand."""
    rest, original, by = f" {text[:_LONGEST]}", False, None
    for _ in range(2):
        if not original and (found := _ORIGINAL.search(rest)):
            original, rest = True, rest[: found.start()]
        elif by is None and (found := _BY.search(rest)):
            by = dates.moment_of(settings, found["date"], when.now, when.calendar, when.timezone)
            rest = rest[: found.start()]
    return Asking(recipients(settings, rest), by, original)


def recipients(settings: Settings, text: str) -> tuple[Recipient, ...]:
    """Each once, in order."""
    found: dict[str, Recipient] = {}
    for each in _named(settings, _MAILTO.sub("", text[:_LONGEST])):
        found.setdefault(each.address, each)
    if not found:
        raise RefusedCommand(_NOBODY)
    if len(found) > MOST:
        raise RefusedCommand(_TOO_MANY.filled(number=MOST))
    return tuple(found.values())


def _named(settings: Settings, text: str) -> Iterator[Recipient]:
    for chunk in re.split("[,;]", text):
        bracketed = list(_IN_BRACKETS.finditer(chunk))
        for each in bracketed:
            yield _at(settings, each["address"], each["name"])
        rest = _IN_BRACKETS.sub(" ", chunk) if bracketed else chunk
        yield from _of_words(settings, " ".join(rest.split()))


def _of_words(settings: Settings, words: str) -> Iterator[Recipient]:
    """Addresses and names without brackets. `Ben Beck` is one name where somebody is called so."""
    if not words:
        return
    names = [each for each in words.split() if "@" not in each.strip("@") and fold(each) not in ("and", "und")]
    for each in words.split():
        if "@" in each.strip("@"):
            yield _at(settings, each, "")
    if len(names) > 1 and (agent := _agent(settings, " ".join(names))):
        yield agent
        return
    for each in names:
        yield _sure(settings, each)


def _agent(settings: Settings, name: str) -> Recipient | None:
    try:
        return _sure(settings, name)
    except Unclear:
        return None


def _sure(settings: Settings, name: str) -> Recipient:
    found = who(settings, name)
    if found.kind == "group":
        raise RefusedCommand(_GROUP.filled(name=found.value))
    agent = settings.agents[found.value]
    return Recipient(agent.email.lower(), agent.name, found.value)


def _at(settings: Settings, address: str, name: str) -> Recipient:
    known = address_in(address.strip("<>()\"'"))
    if known is None:
        raise Unclear(
            Sentence("'{text}' is no address", "„{text}“ ist keine Adresse").filled(text=clean_line(address, 80))
        )
    if settings.target(known):
        raise RefusedCommand(_OURS.filled(address=known))
    agent = settings.agent_at(known)
    if agent and settings.agents[agent].active:
        return Recipient(settings.agents[agent].email.lower(), settings.agents[agent].name, agent)
    return Recipient(known, clean_line(name.strip(" \"'"), _LONGEST_NAME))
