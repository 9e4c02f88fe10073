"""Every name that is used somewhere has to exist: agents, groups, categories, kinds, channels, calendars, letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mailgate.settings.files import Written
from mailgate.settings.problems import Problem, choice, nearest, suggestion
from mailgate.settings.tree import (
    CATEGORY,
    RULE,
    THEN,
    WHEN,
    Found,
    Mapping,
    Pattern,
    Scalar,
    find,
    pattern,
    texts,
)

PRIORITIES = ("low", "normal", "high", "urgent")
_ACKNOWLEDGEMENTS = ("acknowledged", "acknowledged_minimal")
_CAPTURE = re.compile(r"\{\w+\}")


def has_capture(text: str) -> bool:
    """Whether a text holds `{1}` or `{name}`: what it names is known only when a mail is there."""
    return bool(_CAPTURE.search(text))


def _keys(place: str, *built_in: str) -> Callable[[Written], tuple[str, ...]]:
    """The keys of a mapping, and those that exist without it."""

    def names(written: Written) -> tuple[str, ...]:
        node = written.root.get(place)
        return tuple(dict.fromkeys((*(node.entries if isinstance(node, Mapping) else ()), *built_in)))

    return names


def _categories(written: Written) -> tuple[str, ...]:
    paths = ("/".join(map(str, found.path[1::2])) for found in find(written.root, CATEGORY))
    return tuple(dict.fromkeys((*paths, "general")))


def _mailboxes(written: Written) -> tuple[str, ...]:
    return tuple(each.text or "" for each in texts(written.root, pattern("intake.imap.*.name")))


def _letters(written: Written) -> tuple[str, ...]:
    own = sorted(_templates(written.folder))
    return tuple(dict.fromkeys((*_ACKNOWLEDGEMENTS, *own)))


def _templates(folder: Path) -> set[str]:
    """Names of `templates/NAME.LANG.txt`."""
    return {path.name.split(".")[0] for path in (folder / "templates").glob("*.*.txt")}


_KNOWN: dict[str, tuple[str, Callable[[Written], tuple[str, ...]]]] = {
    "agent": ("people", _keys("agents")),
    "group": ("people", _keys("groups")),
    "customer group": ("people", _keys("customer_groups")),
    "category": ("categories", _categories),
    "kind": ("categories", _keys("kinds", "request")),
    "channel": ("categories", _keys("channels", "email")),
    "calendar": ("service", _keys("calendars", "always")),
    "priority": ("", lambda written: PRIORITIES),
    "letter": ("", _letters),
    "mailbox": ("mailgate", _mailboxes),
}
"""What each sort of name may be, and the file that has to be readable to know."""

_CAN_RETIRE: dict[str, Pattern] = {
    "agent": pattern("agents.*"),
    "group": pattern("groups.*"),
    "category": CATEGORY,
    "kind": pattern("kinds.*"),
    "channel": pattern("channels.*"),
}

_USES: tuple[tuple[str, Pattern], ...] = (
    ("category", pattern("addresses.*.category")),
    ("group", pattern("addresses.*.group")),
    ("kind", pattern("addresses.*.kind")),
    ("channel", pattern("addresses.*.channel")),
    ("mailbox", pattern("delivery.relays.*.oauth.same_as")),
    ("mailbox", pattern("intake.imap.*.oauth.same_as")),
    ("agent", pattern("groups.*.members")),
    ("agent", pattern("groups.*.coordinator")),
    ("customer group", pattern("groups.*.customer_groups")),
    ("group", pattern("second_level.group")),
    ("calendar", pattern("kinds.*.calendar")),
    ("group", (*CATEGORY, "group")),
    ("group", (*CATEGORY, "readers")),
    ("group", (*CATEGORY, "second_level")),
    ("kind", pattern("default_kind")),
    ("category", pattern("default_category")),
    ("category", (*THEN, "category")),
    ("group", (*THEN, "group")),
    ("agent", (*THEN, "assignee")),
    ("agent", (*THEN, "coordinator")),
    ("priority", (*THEN, "priority")),
    ("kind", (*THEN, "kind")),
    ("channel", (*THEN, "channel")),
    ("letter", (*THEN, "acknowledge")),
    ("customer group", (*WHEN, "customer_group")),
    ("letter", pattern("acknowledge.new")),
    ("calendar", pattern("digest.calendar")),
    ("category", pattern("notices.*.category")),
)
"""Where each sort of name is used. In what a rule does, a value with a capture is left alone."""


def unknown_names(written: Written) -> Iterator[Problem]:
    """A problem for each name that does not exist, with the nearest that does."""
    known = {what: names(written) for what, (part, names) in _KNOWN.items() if part not in written.unread}
    for what, where in _USES:
        for found in texts(written.root, where) if what in known else ():
            captured = where[: len(RULE)] == RULE and has_capture(found.text or "")
            if found.text not in known[what] and not captured:
                yield found.problem(_sentence(what, found, known))
    if "calendar" in known:
        yield from _unknown_calendars_of_rules(written, known)


def _unknown_calendars_of_rules(written: Written, known: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    """`hours: closed office`: the second word."""
    for found in texts(written.root, (*WHEN, "hours")):
        _, _, named = (found.text or "").strip().partition(" ")
        if named.strip() and named.strip() not in known["calendar"]:
            name = named.strip()
            yield found.judged(f"there is no calendar '{name}'; {suggestion(name, known['calendar'])}")


def retired_names(written: Written) -> Iterator[Problem]:
    """A warning for each name that exists but is not active any more."""
    retired = {what: set(_retired(written, place)) for what, place in _CAN_RETIRE.items()}
    for what, where in _USES:
        for found in texts(written.root, where):
            if found.text in retired.get(what, ()):
                yield found.problem(f"{what} '{found.written}' is not active, so this has no effect")


def _retired(written: Written, place: Pattern) -> Iterator[str]:
    for found in find(written.root, (*place, "active")):
        if isinstance(found.node, Scalar) and found.node.value is False:
            yield "/".join(map(str, found.path[1:-1:2]))


def _sentence(what: str, found: Found, known: dict[str, tuple[str, ...]]) -> str:
    named = found.written
    if what == "letter" and named.lower() in ("yes", "no", "on", "off"):
        return f"'{named}' is text in YAML 1.2; write {'true' if named.lower() in ('yes', 'on') else 'false'}"
    for other in ("agent", "group") if what in ("agent", "group") else ():
        if other != what and named in known.get(other, ()):
            return f"'{named}' is {'an agent' if other == 'agent' else 'a group'}; {_article(what)} is wanted here"
    if what == "letter" and not nearest(named, known[what]):
        return f"there is no letter '{named}'; write {choice(known[what])}, or a name in templates/"
    return f"there is no {what} '{named}'; {suggestion(named, known[what])}"


def _article(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
