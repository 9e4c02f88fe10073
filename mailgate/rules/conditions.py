"""The keys of `when` that are no patterns: size, language, customer group, trust, spam, list, auto, has, hours.

Each is a question to the mail as the rules see it, answered with why. One row a key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mailgate.mail.calendar import is_entry
from mailgate.mail.message import Attachment
from mailgate.rules.hours import default_calendar, is_open
from mailgate.rules.patterns import Match
from mailgate.rules.seen import Seen
from mailgate.settings.problems import choice
from mailgate.settings.scalars import in_bytes
from mailgate.trust.verdict import Level, at_least

_SIZE = re.compile(r"(<=|>=|<|>)\s*(.+)")
_COMPARED: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    ">": ("more than", lambda size, limit: size > limit),
    ">=": ("at least", lambda size, limit: size >= limit),
    "<": ("less than", lambda size, limit: size < limit),
    "<=": ("at most", lambda size, limit: size <= limit),
}


def _size(asked: str, seen: Seen) -> Match:
    found = _SIZE.fullmatch(asked.strip())
    if found is None:
        return Match(False, f"'{asked}' asks nothing about a size")
    words, holds = _COMPARED[found[1]]
    ok = holds(seen.mail.size, in_bytes(found[2]))
    return Match(ok, f"its size of {seen.mail.size} bytes is {'' if ok else 'not '}{words} {found[2]}")


def _language(asked: tuple[str, ...], seen: Seen) -> Match:
    language = seen.mail.message.language
    if language is None:
        return Match(False, "its language is not sure")
    if language in asked:
        return Match(True, f"it is written in {language}")
    return Match(False, f"it is written in {language}, not in {choice(asked)}")


def _customer_group(asked: tuple[str, ...], seen: Seen) -> Match:
    group = seen.customer_group
    if group in asked:
        return Match(True, f"the sender belongs to customer group {group}")
    belongs = f"customer group {group}, not to {choice(asked)}" if group else "no customer group"
    return Match(False, f"the sender belongs to {belongs}")


def _trust(asked: str, seen: Seen) -> Match:
    level = seen.mail.level
    if at_least(level, Level(asked)):
        return Match(True, f"trust is {level}" if level == asked else f"trust is {level}, at least {asked}")
    return Match(False, f"trust is {level}, which does not satisfy {asked}")


def _is(proof: str | None, otherwise: str, asked: bool) -> Match:
    return Match((proof is not None) is asked, proof or otherwise)


def _spam(asked: bool, seen: Seen) -> Match:
    proof = f"it is marked as spam ({seen.spam})" if seen.spam else None
    return _is(proof, "nobody we believe has marked it as spam", asked)


def _list(asked: bool, seen: Seen) -> Match:
    proof = seen.mail.facts.mailing_list if seen.mail.facts else None
    return _is(f"it came through a mailing list ({proof})" if proof else None, "it came through no mailing list", asked)


def _auto(asked: bool, seen: Seen) -> Match:
    facts = seen.mail.facts
    proof = (facts.auto_reply or facts.auto_generated or facts.bounce) if facts else None
    return _is(f"it is automatic ({proof})" if proof else None, "nothing says that it is automatic", asked)


def _hours(asked: str, seen: Seen) -> Match:
    wanted, _, named = asked.strip().partition(" ")
    if seen.settings is None:
        return Match(False, "there is no calendar")
    calendar = named.strip() or default_calendar(seen.settings)
    try:
        state = "open" if is_open(seen.settings, calendar, seen.mail.envelope.received_at) else "closed"
    except ValueError as wrong:
        return Match(False, str(wrong))
    return Match(state == wanted, f"calendar {calendar} was {state} when it arrived")


# -- has ---------------------------------------------------------------------------------------------------------------


def _has(asked: tuple[str, ...], seen: Seen) -> Match:
    held = next((what for what in asked if HAS[what].question(seen)), None)
    if held:
        return Match(True, f"it {HAS[held].holds}")
    return Match(False, f"it {' and '.join(HAS[what].lacks for what in asked)}")


def _is_in_text(attachment: Attachment) -> bool:
    """A picture of the text or of a signature: nobody would say that it was attached."""
    return attachment.decoration is not None or (attachment.inline and attachment.content_id is not None)


def _has_attachment(seen: Seen) -> bool:
    return any(not _is_in_text(each) for each in seen.mail.message.attachments)


def _has_calendar(seen: Seen) -> bool:
    return any(is_entry(each) for each in seen.mail.message.attachments)


def _is_encrypted(seen: Seen) -> bool:
    seal = seen.mail.message.seal
    return seal is not None and bool(seal.encrypted)


def _is_signed(seen: Seen) -> bool:
    """By its form; whether the signature is any good is another question."""
    seal = seen.mail.message.seal
    return seal is not None and bool(seal.signed)


@dataclass(frozen=True, slots=True)
class Having:
    """Something a mail may have, with its words."""

    holds: str
    lacks: str
    question: Callable[[Seen], bool]


HAS: dict[str, Having] = {
    "attachment": Having("has an attachment", "has no attachment", _has_attachment),
    "calendar": Having("has a calendar entry", "has no calendar entry", _has_calendar),
    "encrypted": Having("is encrypted", "is not encrypted", _is_encrypted),
    "signed": Having("is signed", "is not signed", _is_signed),
    "token": Having("has a token of ours", "has no token of ours", lambda seen: seen.mail.has_token),
}


CONDITIONS: tuple[tuple[str, Callable[[Any, Seen], Match]], ...] = (
    ("size", _size),
    ("language", _language),
    ("customer_group", _customer_group),
    ("trust", _trust),
    ("spam", _spam),
    ("list_", _list),
    ("auto", _auto),
    ("has", _has),
    ("hours", _hours),
)
"""Attribute of `When`, and the question it stands for: what is asked, and of which mail."""
