"""`when`: does a rule's condition hold for a mail, and why (CONTRACT 4).

A condition is compiled once into nested checks; each check answers with a `Match` that says in words what held, or
which key failed first. Here are patterns and `all any not`; the other keys stand in `conditions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from mailgate.mail.words import clean_line
from mailgate.rules.conditions import CONDITIONS
from mailgate.rules.patterns import Captures, Compiled, Match, of_value, of_words
from mailgate.rules.seen import Mail, Seen, Spelt, tag_expressions
from mailgate.settings.model import Settings
from mailgate.settings.routing import When
from mailgate.settings.site import Tickets

__all__ = ["Check", "Mail", "Match", "compiled", "matches"]

_SHOWN = 80  # characters of a value of the mail in a reason
_LISTED = 5  # patterns named in a reason

Check = Callable[[Seen], Match]
Values = Callable[[Seen], tuple[str, ...]]

VALUES: tuple[tuple[str, str, Values, str], ...] = (
    # attribute, key as written, what it compares, what is said where there is nothing to compare
    ("from_", "from", lambda seen: seen.senders, "from names no one sender"),
    ("to", "to", lambda seen: seen.recipients, "there is no to"),
    ("cc", "cc", lambda seen: seen.cc, "nobody is in Cc"),
    ("reply_to", "reply_to", lambda seen: seen.reply_to, "there is no Reply-To"),
    ("attachment", "attachment", lambda seen: seen.files, "there is no attachment"),
)
"""The keys that compare whole values."""

TEXTS: tuple[tuple[str, Callable[[Seen], Spelt]], ...] = (
    ("subject", lambda seen: seen.subject),
    ("text", lambda seen: seen.text),
)
"""The keys that search words."""


def matches(when: When, subject_of: Mail, settings: Settings | None = None) -> Match:
    """Judge one mail by one condition. `settings` says what tags look like, and knows customer groups and calendars."""
    tags = tag_expressions(settings.tickets if settings else Tickets())
    return compiled(when)(Seen(subject_of, tags, settings))


def compiled(when: When) -> Check:
    """The condition as one check, to be asked of many mails."""
    return partial(_all_hold, tuple(_checks(when)))


def _checks(when: When) -> Iterator[Check]:
    """The checks of one `when`, cheap ones first."""
    for attribute, key, values_of, nothing in VALUES:
        if (patterns := getattr(when, attribute)) is not None:
            yield partial(_value_fits, key, of_value(patterns), values_of, nothing)
    for name, patterns in (when.header or {}).items():
        yield partial(
            _value_fits, f"header {name}:", of_value(patterns), partial(_header, name), f"there is no header {name}"
        )
    for attribute, condition in CONDITIONS:
        if (asked := getattr(when, attribute)) is not None:
            yield partial(condition, asked)
    for attribute, text_of in TEXTS:
        if (patterns := getattr(when, attribute)) is not None:
            yield partial(_text_fits, attribute, of_words(patterns), text_of)
    if when.all_ is not None:
        yield partial(_all_hold, tuple(map(compiled, when.all_)))
    if when.any_ is not None:
        yield partial(_any_holds, tuple(map(compiled, when.any_)))
    if when.not_ is not None:
        yield partial(_does_not_hold, compiled(when.not_))


def _header(name: str, seen: Seen) -> tuple[str, ...]:
    return seen.header(name)


def _value_fits(key: str, patterns: tuple[Compiled, ...], values_of: Values, nothing: str, seen: Seen) -> Match:
    values = values_of(seen)
    for value in values:
        for pattern in patterns:
            if (captures := pattern.find(value)) is not None:
                return Match(True, f"{key} {clean_line(value, _SHOWN)} {pattern.holds}", captures)
    if not values:
        return Match(False, nothing)
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
