"""`then`: what a rule that matched sets, with its captures filled in (CONTRACT 4).

A value that names nothing known leaves its key unset and becomes a remark; the mail is routed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from mailgate.mail.identity import sole_mailbox
from mailgate.mail.message import Address
from mailgate.mail.words import clean_line
from mailgate.quickly import born_quickly
from mailgate.rules.correlate import Correlation, correlation
from mailgate.rules.dates import NoDate, moment_of
from mailgate.rules.known import KNOWN
from mailgate.rules.patterns import Captures
from mailgate.rules.ruleset import Ready
from mailgate.rules.seen import Seen
from mailgate.settings.model import Settings
from mailgate.settings.routing import Then

_CAPTURE = re.compile(r"\{(\w{1,40})\}")
_LONGEST_TAG = 60
_LONGEST_WORDS = 120
_ADDS_UP = ("tags", "notify", "cc")
"""Of several rules, each adds its own."""


@born_quickly
@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What rules set; None and () are left unset."""

    category: str | None = None
    group: str | None = None
    assignee: str | None = None
    coordinator: str | None = None
    priority: str | None = None
    kind: str | None = None
    channel: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    level: Literal[1, 2] | None = None
    visible: bool | None = None
    wanted_by: datetime | None = None
    due: datetime | None = None
    acknowledge: Literal[False] | str | None = None
    reporter: Address | None = None
    company: str | None = None
    department: str | None = None
    phone: str | None = None
    notify: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    correlate: Correlation | None = None
    close: bool | None = None
    hold: str | None = None
    drop: str | None = None
    remarks: tuple[str, ...] = ()

    def then(self, later: Outcome) -> Outcome:
        """Both together: the later one overrides; tags, addresses and remarks add up."""
        changed = {name: getattr(later, name) for name in later.set_keys}
        added = {name: tuple(dict.fromkeys((*getattr(self, name), *getattr(later, name)))) for name in _ADDS_UP}
        return replace(self, **{**changed, **added, "remarks": (*self.remarks, *later.remarks)})

    @property
    def set_keys(self) -> tuple[str, ...]:
        """The names of the keys that are set."""
        unset: tuple[object, ...] = (None, ())
        return tuple(
            each.name for each in fields(self) if each.name != "remarks" and getattr(self, each.name) not in unset
        )


@dataclass(slots=True)
class _Filling:
    """One `then` being filled in for one mail."""

    settings: Settings
    then: Then
    captures: Captures
    seen: Seen
    remarks: list[str]

    def text(self, key: str, written: str | None) -> str | None:
        """The text with its captures; None, with a remark, where one of them captured nothing."""
        if written is None:
            return None
        if any(name not in self.captures for name in _CAPTURE.findall(written)):
            self.unset(key, f"nothing was captured for {written}")
            return None
        return _CAPTURE.sub(lambda match: self.captures[match[1]], written)

    def unset(self, key: str, why: str) -> None:
        """Note why a key stays as it is."""
        self.remarks.append(f"{key} is left unset: {why}")


def outcome(settings: Settings, ready: Ready, captures: Captures, seen: Seen) -> Outcome:
    """What the `then` of this rule sets for this mail."""
    it = _Filling(settings, ready.rule.then, captures, seen, [])
    then, named = it.then, _named(it)
    said = Outcome(
        **named,
        tags=tuple(_tags(then, captures)),
        level=then.level,
        visible=then.visible,
        wanted_by=_date(it, "wanted_by", then.wanted_by, named.get("kind")),
        due=_date(it, "due", then.due, named.get("kind")),
        acknowledge=then.acknowledge,
        reporter=_reporter(it),
        company=_words(it, "company"),
        department=_words(it, "department"),
        phone=_words(it, "phone"),
        notify=_addresses(it, "notify"),
        cc=_addresses(it, "cc"),
        correlate=_correlate(it, ready.rule.name),
        close=then.close,
        drop=_reason(then.drop, captures, str(ready)),
        hold=_reason(then.hold, captures, str(ready)),
    )
    return replace(said, remarks=tuple(f"{ready}: {remark}" for remark in it.remarks))


def _named(it: _Filling) -> dict[str, Any]:
    """The keys whose value has to name something known."""
    named: dict[str, Any] = {}
    for key, known in KNOWN:
        if (filled := it.text(key, getattr(it.then, key))) is not None:
            if value := known(it.settings, filled):
                named[key] = value
            else:
                it.unset(key, f"there is no {key} '{clean_line(filled, 60)}'")
    return named


def _date(it: _Filling, key: str, written: str | None, kind: str | None) -> datetime | None:
    """A moment, by the calendar of the kind that the rule sets."""
    filled = it.text(key, written)
    if filled is None:
        return None
    calendar = it.settings.all_kinds[kind].calendar if kind else None
    try:
        return moment_of(it.settings, filled, it.seen.mail.envelope.received_at, calendar)
    except NoDate as wrong:
        it.unset(key, str(wrong.why))
        return None


def _words(it: _Filling, key: str) -> str | None:
    return clean_line(it.text(key, getattr(it.then, key)) or "", _LONGEST_WORDS) or None


def _reporter(it: _Filling) -> Address | None:
    """Who reported it, by Reply-To or by a capture; never an address of ours."""
    filled = it.text("reporter", it.then.reporter)
    if filled is None:
        return None
    if filled.strip() == "reply_to":
        named = it.seen.mail.message.reply_to
        found = named[0] if len(named) == 1 else None
        why = "Reply-To names several" if named else "there is no Reply-To"
    else:
        found, why = sole_mailbox([clean_line(filled)]), f"'{clean_line(filled, 60)}' is no address"
    if found is None:
        it.unset("reporter", why)
    elif it.settings.target(found.email):
        it.unset("reporter", f"{found.email} is an address of ours")
        return None
    return found


def _addresses(it: _Filling, key: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for written in getattr(it.then, key):
        if (filled := it.text(key, written)) is None:
            continue
        if address := sole_mailbox([clean_line(filled)]):
            found[address.email] = None
        else:
            it.unset(key, f"'{clean_line(filled, 60)}' is no address")
    return tuple(found)


def _correlate(it: _Filling, rule: str) -> Correlation | None:
    if it.then.correlate is None:
        return None
    found = correlation(it.then.correlate, it.seen, rule)
    if found is None:
        it.unset("correlate", "its key stands neither in the subject nor in the text")
    return found


def _tags(then: Then, captures: Captures) -> Iterator[str]:
    for written in then.tags:
        missing = any(name not in captures for name in _CAPTURE.findall(written))
        filled = "" if missing else _CAPTURE.sub(_caught(captures), written)
        if tag := clean_line(filled, _LONGEST_TAG):
            yield tag


def _reason(written: str | None, captures: Captures, rule: str) -> str | None:
    """A reason is words: a capture that caught nothing leaves a gap, but the mail is held or dropped all the same."""
    if written is None:
        return None
    return clean_line(_CAPTURE.sub(_caught(captures), written)) or rule


def _caught(captures: Captures) -> Callable[[re.Match[str]], str]:
    return lambda match: captures.get(match[1], "")
