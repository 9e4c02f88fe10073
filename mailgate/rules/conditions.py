"""The keys of `when` that are no patterns: size, language, customer group, trust, spam, list, auto, has, hours.

Each is a question to the mail as the rules see it, answered with why. One row a key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
_READ = 64 * 1024  # characters of a text that are searched for the armour of PGP


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


def _content_type(seen: Seen) -> str:
    return seen.mail.message.headers.get("Content-Type").lower()


def _is_in_text(attachment: Attachment) -> bool:
    """A picture of the text or of a signature: nobody would say that it was attached."""
    return attachment.inline and attachment.content_id is not None


def _has_attachment(seen: Seen) -> bool:
    return any(not _is_in_text(each) for each in seen.mail.message.attachments)


def _has_calendar(seen: Seen) -> bool:
    return any(each.media_type in ("text/calendar", "application/ics") for each in seen.mail.message.attachments)


def _is_encrypted(seen: Seen) -> bool:
    """RFC 3156, 4; RFC 8551, 3.3; or PGP in the text."""
    kind = _content_type(seen)
    enveloped = "pkcs7-mime" in kind and "signed-data" not in kind
    inline = "-----BEGIN PGP MESSAGE-----" in seen.mail.message.text[:_READ]
    return kind.startswith("multipart/encrypted") or enveloped or inline


def _is_signed(seen: Seen) -> bool:
    """RFC 3156, 5; RFC 8551, 3.5; or PGP in the text. Whether the signature is any good is another question."""
    kind = _content_type(seen)
    opaque = "pkcs7-mime" in kind and "signed-data" in kind
    inline = "-----BEGIN PGP SIGNED MESSAGE-----" in seen.mail.message.text[:_READ]
    return kind.startswith("multipart/signed") or opaque or inline


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
