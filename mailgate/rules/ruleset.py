"""All rules and keywords of one configuration, compiled once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mailgate.rules.match import Check, compiled
from mailgate.rules.patterns import Compiled, words
from mailgate.rules.seen import old_tags, tag_expressions
from mailgate.settings.model import Settings
from mailgate.settings.routing import Rule


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule, compiled, and where it stands."""

    rule: Rule
    file: str
    line: int
    check: Check

    def __str__(self) -> str:
        return f'rule "{self.rule.name}" ({self.file}:{self.line})'


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All that is compiled of one configuration."""

    rules: tuple[Ready, ...]
    follow_ups: tuple[Ready, ...]
    """For mail that belongs to a ticket."""
    keywords: tuple[tuple[str, str, Compiled], ...]
    """Path of the category, keyword as written, compiled."""
    tags: tuple[Any, ...]
    """Expressions of the tags that are taken off a subject."""
    old_tags: tuple[Any, ...]
    """Those of them that an earlier system has made; their group is the old number."""


# Settings can not be hashed, so they are told apart by identity. A reload leaves the old ones in use for a moment.
_known: deque[tuple[Settings, RuleSet]] = deque(maxlen=4)


def rule_set(settings: Settings) -> RuleSet:
    """The compiled rules of these settings."""
    for known, rules in tuple(_known):
        if known is settings:
            return rules
    made = RuleSet(
        tuple(_ready(settings, settings.rules)),
        tuple(_ready(settings, settings.follow_up_rules)),
        tuple(_keywords(settings)),
        tag_expressions(settings.tickets),
        old_tags(settings.tickets),
    )
    _known.append((settings, made))
    return made


def _ready(settings: Settings, rules: tuple[Rule, ...]) -> Iterator[Ready]:
    for rule in rules:
        file, line = settings.place_of_rule(rule.name)
        yield Ready(rule, file, line, compiled(rule.when))


def _keywords(settings: Settings) -> Iterator[tuple[str, str, Compiled]]:
    for path, node in settings.category_nodes.items():
        yield from ((path, keyword, words(keyword)) for keyword in node.keywords if node.active)
