"""`when`: does a rule's condition hold for a mail, and why (CONTRACT 4).

A condition is compiled once into nested checks; each check answers with a `Match` that says in words what held, or
which key failed first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from mailgate.mail.words import clean_line
from mailgate.rules.patterns import Captures, Compiled, of_value, of_words
from mailgate.rules.seen import Mail, Seen, Spelt, tag_expressions
from mailgate.settings.routing import When
from mailgate.settings.site import Tickets

__all__ = ["UNBUILT", "Check", "Mail", "Match", "compiled", "matches"]

_SHOWN = 80  # characters of a value of the mail in a reason
_LISTED = 5  # patterns named in a reason

UNBUILT = (
    ("cc", "cc"),
    ("reply_to", "reply_to"),
    ("attachment", "attachment"),
    ("size", "size"),
    ("language", "language"),
    ("customer_group", "customer_group"),
    ("trust", "trust"),
    ("spam", "spam"),
    ("list_", "list"),
    ("auto", "auto"),
    ("has", "has"),
    ("hours", "hours"),
)
"""Attribute and written name of the keys that are accepted but not built yet."""


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a condition holds, and why. `captures`: groups of its expressions by number (`"1"`) and name; where
    several expressions capture, the first keeps the numbers."""

    ok: bool
    why: str
    captures: Captures = field(default_factory=dict)


Check = Callable[[Seen], Match]


def matches(when: When, subject_of: Mail, tickets: Tickets | None = None) -> Match:
    """Judge one mail by one condition. `tickets` says what the tags in a subject look like."""
    return compiled(when)(Seen(subject_of, tag_expressions(tickets or Tickets())))


def compiled(when: When) -> Check:
    """The condition as one check, to be asked of many mails."""
    missing = next(_unbuilt(when), None)
    if missing:
        # Not even below `not`: a rule of which a part is not understood must not act.
        return lambda _: Match(False, f"when.{missing} is not built yet, so this rule never matches")
    return _condition(when)


def _condition(when: When) -> Check:
    return partial(_all_hold, tuple(_checks(when)))


def _unbuilt(when: When) -> Iterator[str]:
    yield from (name for attribute, name in UNBUILT if getattr(when, attribute) is not None)
    for nested in (*(when.all_ or ()), *(when.any_ or ()), *([when.not_] if when.not_ else ())):
        yield from _unbuilt(nested)


def _checks(when: When) -> Iterator[Check]:
    """The checks of one `when`, cheap ones first."""
    if when.from_ is not None:
        yield partial(_value_fits, "from", of_value(when.from_), lambda seen: seen.senders)
    if when.to is not None:
        yield partial(_value_fits, "to", of_value(when.to), lambda seen: seen.recipients)
    for name, patterns in (when.header or {}).items():
        yield partial(_value_fits, f"header {name}:", of_value(patterns), partial(_header, name))
    if when.subject is not None:
        yield partial(_text_fits, "subject", of_words(when.subject), lambda seen: seen.subject)
    if when.text is not None:
        yield partial(_text_fits, "text", of_words(when.text), lambda seen: seen.text)
    if when.all_ is not None:
        yield partial(_all_hold, tuple(map(_condition, when.all_)))
    if when.any_ is not None:
        yield partial(_any_holds, tuple(map(_condition, when.any_)))
    if when.not_ is not None:
        yield partial(_does_not_hold, _condition(when.not_))


def _header(name: str, seen: Seen) -> tuple[str, ...]:
    return seen.header(name)


def _value_fits(
    key: str, patterns: tuple[Compiled, ...], values_of: Callable[[Seen], tuple[str, ...]], seen: Seen
) -> Match:
    values = values_of(seen)
    for value in values:
        for pattern in patterns:
            if (captures := pattern.find(value)) is not None:
                return Match(True, f"{key} {clean_line(value, _SHOWN)} {pattern.holds}", captures)
    if not values:
        return Match(False, f"there is no {key.rstrip(':')}" if key != "from" else "from names no one sender")
    return Match(False, f"{key} {clean_line(values[0], _SHOWN)} {_lacking(patterns)}")


def _text_fits(key: str, patterns: tuple[Compiled, ...], text_of: Callable[[Seen], Spelt], seen: Seen) -> Match:
    text = text_of(seen)
    for pattern in patterns:
        if (captures := pattern.find(text.folded if pattern.folded else text.plain)) is not None:
            return Match(True, f"{key} {pattern.holds}", captures)
    return Match(False, f"{key} {_lacking(patterns)}")


def _lacking(patterns: tuple[Compiled, ...]) -> str:
    named = " and ".join(pattern.lacks for pattern in patterns[:_LISTED])
    more = len(patterns) - _LISTED
    return f"{named} and fits none of {more} more" if more > 0 else named or "is compared with nothing"


def _all_hold(checks: tuple[Check, ...], seen: Seen) -> Match:
    reasons: list[str] = []
    captures: Captures = {}
    for check in checks:
        match = check(seen)
        if not match.ok:
            return match
        reasons.append(match.why)
        captures = match.captures | captures
    return Match(True, _joined(reasons) or "it asks for nothing and matches every mail", captures)


def _any_holds(checks: tuple[Check, ...], seen: Seen) -> Match:
    refused: list[str] = []
    for check in checks:
        match = check(seen)
        if match.ok:
            return match
        refused.append(match.why)
    return Match(False, f"no alternative of `any` holds: {_joined(refused, '; ') or 'there is none'}")


def _does_not_hold(check: Check, seen: Seen) -> Match:
    match = check(seen)
    return Match(False, f"`not` forbids that {match.why}") if match.ok else Match(True, match.why)


def _joined(reasons: Iterable[str], between: str = " and ") -> str:
    return between.join(reasons)
