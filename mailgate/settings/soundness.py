"""What has to fit together: ids that can be written, rules with names of their own, captures that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailgate.settings.people import COMMANDS, MUTABLE, NEEDED
from mailgate.settings.problems import Place, Problem, choice, suggestion
from mailgate.settings.routing import compile_linear
from mailgate.settings.tree import (
    CATEGORY,
    RULE,
    WHEN,
    Again,
    Found,
    Listing,
    Node,
    Pattern,
    Scalar,
    everything,
    find,
    pattern,
    texts,
)

_CAPTURE = re.compile(r"\{(\w+)\}")
_ID = re.compile(r"\w[\w.-]*")
_IDS: tuple[Pattern, ...] = (
    *map(pattern, ("agents.*", "groups.*", "customer_groups.*", "kinds.*", "channels.*", "calendars.*")),
    CATEGORY,
)
_LISTENERS = tuple(pattern(f"{each}.listen") for each in ("intake.smtp", "intake.submission", "intake.lmtp", "web"))
# What stands under `not` did not match, so it has captured nothing.
_EXPRESSIONS: Pattern = ("when", Again((("all", "*"), ("any", "*"))), "*", Again((("*",),)), "regex")


def unsound(root: Node) -> Iterator[Problem]:
    """Every problem of this page."""
    yield from _unwritable_ids(root)
    yield from _unknown_commands(root)
    yield from _not_mutable(root)
    yield from _same_rule_names(root)
    yield from _same_listeners(root)
    yield from _same_mailboxes(root)
    for rule in find(root, RULE):
        yield from _unknown_captures(rule)
    yield from _empty_conditions(root)


def _unwritable_ids(root: Node) -> Iterator[Problem]:
    for steps in _IDS:
        for found in find(root, steps):
            if not _ID.fullmatch(str(found.path[-1])):
                message = f"'{found.path[-1]}' can not be an id; it is made of letters, digits, '-', '_' and '.'"
                yield found.key_problem(message)


def _unknown_commands(root: Node) -> Iterator[Problem]:
    """A command that is misspelt here would keep its usual trust, and nobody would notice."""
    for found in find(root, pattern("commands.*")):
        if (word := str(found.path[-1]).lstrip("#")) not in COMMANDS:
            yield found.key_problem(f"there is no command '{word}'; {suggestion(word, COMMANDS, most=60)}")


def _not_mutable(root: Node) -> Iterator[Problem]:
    """An agent may do without letters about what others do, not without those that he or the desk depends on."""
    for found in texts(root, pattern("agents.*.mute")):
        letter = found.text or ""
        if letter in NEEDED:
            yield found.problem(f"'{letter}' can not be muted: {NEEDED[letter]}; {choice(MUTABLE)} can")
        elif letter not in MUTABLE:
            yield found.problem(f"there is no letter '{found.written}' to agents; {suggestion(letter, MUTABLE)}")


def _first_of_each(founds: Iterator[Found]) -> Iterator[tuple[Found, Place]]:
    """Each value that stood before, with the place of the first."""
    first: dict[str, Place] = {}
    for found in founds:
        place = first.setdefault(found.text or "", found.node.place)
        if place is not found.node.place:
            yield found, place


def _same_rule_names(root: Node) -> Iterator[Problem]:
    for found, place in _first_of_each(texts(root, (*RULE, "name"))):
        yield found.problem(f"a rule named '{found.written}' stands already at {place}; every rule has its own name")


def _same_listeners(root: Node) -> Iterator[Problem]:
    for found, place in _first_of_each(found for steps in _LISTENERS for found in texts(root, steps)):
        if not found.written.endswith(":0"):
            yield found.problem(f"'{found.written}' is taken already at {place}")


def _same_mailboxes(root: Node) -> Iterator[Problem]:
    for found, place in _first_of_each(texts(root, pattern("intake.imap.*.name"))):
        yield found.problem(f"a mailbox named '{found.written}' stands already at {place}")


def _unknown_captures(rule: Found) -> Iterator[Problem]:
    groups, names = _groups(rule)
    if then := rule.below("then"):
        for found in everything(then):
            if found.text is None or found.path[-1] in ("key", "resolved_by"):
                continue
            for capture in _CAPTURE.findall(found.text):
                known = 1 <= int(capture) <= groups if capture.isdigit() else capture in names
                if not known:
                    yield found.problem(f"{{{capture}}} captures nothing: {_captured(groups, names)}")


def _groups(rule: Found) -> tuple[int, tuple[str, ...]]:
    """The highest number that captures something, and every name. Each expression counts from 1."""
    count = 0
    names: list[str] = []
    for found in texts(rule, _EXPRESSIONS):
        try:
            made = compile_linear(found.text or "")
        except ValueError:
            return 99, tuple(names)  # said already; how many it would have is unknown
        count = max(count, made.groups)
        names.extend(made.groupindex)
    return count, tuple(names)


def _captured(groups: int, names: tuple[str, ...]) -> str:
    if not groups:
        return "this rule has no expression with (…)"
    numbers = "{1}" if groups == 1 else f"{{1}} to {{{groups}}}"
    return f"this rule has {choice((numbers, *(f'{{{name}}}' for name in names)))}"


def _empty_conditions(root: Node) -> Iterator[Problem]:
    """`subject:` with nothing behind it would let a rule match every mail."""
    for found in find(root, (*WHEN, "*")):
        node = found.node
        if isinstance(node, Scalar) and node.value is None and not node.broken:
            yield found.problem("nothing stands here; write what the mail has to have, or leave the key out")
        elif isinstance(node, Listing) and not node.items and found.path[-1] in ("all", "any"):
            yield found.problem("an empty list stands here; write at least one condition, or leave the key out")
