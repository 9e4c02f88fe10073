"""Thresholds and promises that can never come about, because another one of the same kind of case comes first."""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.settings.categories import Kind, Urgency
from mailgate.settings.model import Settings
from mailgate.settings.problems import Problem
from mailgate.settings.scalars import Duration
from mailgate.settings.tree import Found, Node, find

_PRIORITIES = ("low", "normal", "high", "urgent")
_LIGHT = ("red_after", "solution")


def in_vain(settings: Settings, root: Node) -> Iterator[Problem]:
    """A warning for each, where it is written; what a priority only inherits is told once."""
    for name, kind in settings.kinds.items():
        for priority in (None, *_PRIORITIES):
            section = getattr(kind, priority) if priority else Urgency()
            if section is not None:
                above = ("kinds", name, *((priority,) if priority else ()))
                for field, others, message in _wrong(kind, section):
                    if place := _written(root, above, (field, *others)):
                        yield place.key_problem(message)


def _wrong(kind: Kind, section: Urgency) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Which key it is about, which others, and what is so."""
    yellow, red = _length(kind, section, "yellow_after"), _first(kind, section, _LIGHT)
    response, solution = _length(kind, section, "response"), _length(kind, section, "solution")
    if yellow and red and _comparable(kind, yellow, red) and yellow.plain >= red.plain:
        yield "yellow_after", _LIGHT, f"the light never turns yellow here: after {red} it is red already"
    if response and solution and _comparable(kind, response, solution) and response.plain > solution.plain:
        said = f"the first answer is promised within {response}, later than the solution, within {solution}"
        yield "response", ("solution",), said


def _length(kind: Kind, section: Urgency, field: str) -> Duration | None:
    """As it counts: a solution of the priority's own has thresholds of its own."""
    own: Duration | None = getattr(section, field)
    of_light = field in ("yellow_after", "red_after")
    inherited: Duration | None = None if of_light and section.solution else getattr(kind, field)
    return own or inherited


def _first(kind: Kind, section: Urgency, fields: tuple[str, ...]) -> Duration | None:
    return next((found for each in fields if (found := _length(kind, section, each))), None)


def _comparable(kind: Kind, one: Duration, other: Duration) -> bool:
    """How many hours a day of a calendar has, nobody knows here."""
    return kind.calendar is None or (one.unit == "d") == (other.unit == "d")


def _written(root: Node, above: tuple[str, ...], fields: tuple[str, ...]) -> Found | None:
    return next((found for field in fields for found in find(root, (*above, field))), None)
