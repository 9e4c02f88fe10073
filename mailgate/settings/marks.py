"""What the models complain about, as our own sentences at the place where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mailgate.settings.allowed import keys_of, section_at
from mailgate.settings.files import unknown_key
from mailgate.settings.model import Settings
from mailgate.settings.problems import Problem, choice, nearest, shown
from mailgate.settings.quotes import wants_quotes
from mailgate.settings.routing import Pattern
from mailgate.settings.tree import Found, Listing, Mapping, Node, Path, Scalar


@dataclass(frozen=True, slots=True)
class _Complaint:
    """One error of the models with what it is about. Where a key is missing, `found` is the mapping it misses in."""

    found: Found
    above: Node
    error: ErrorDetails

    @property
    def kind(self) -> str:
        return self.error["type"]

    @property
    def context(self) -> dict[str, Any]:
        return self.error.get("ctx", {})


def problems(error: ValidationError, root: Mapping) -> Iterator[Problem]:
    """Every complaint once; those about the alternatives of one value in one sentence."""
    by_path: dict[Path, list[_Complaint]] = {}
    for each in error.errors(include_url=False):
        complaint = _Complaint(_lookup(root, each["loc"]), _lookup(root, each["loc"][:-1]).node, each)
        key = str(each["loc"][-1]) if complaint.kind == "missing" else None
        by_path.setdefault((*complaint.found.path, key) if key else complaint.found.path, []).append(complaint)
    for path, complaints in by_path.items():
        # Where one alternative got further than the others, only that one was meant.
        deeper = any(len(other) > len(path) and other[: len(path)] == path for other in by_path)
        if not deeper or complaints[0].kind in ("missing", "value_error"):
            yield from _said(path, complaints)


def _lookup(root: Mapping, location: tuple[int | str, ...]) -> Found:
    """The node a location names. Steps that name an alternative of a type, not a key, are not in the tree."""
    path: list[int | str] = []
    node: Node = root
    key = root.place
    for step in location:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            key, node = node.entries[step].key, node.entries[step].value
        elif isinstance(node, Listing) and isinstance(step, int):
            node = node.items[step]
            key = node.place
        else:
            continue
        path.append(step)
    return Found(tuple(path), key, node)


def _said(path: Path, complaints: list[_Complaint]) -> Iterator[Problem]:
    first = complaints[0]
    node = first.found.node
    if first.kind == "extra_forbidden" and section_at(Settings, path[:-1]) is Pattern and _meant_as_text(first.above):
        yield Problem.at(first.above.place, path[:-1], _taken_for_mapping(first.above))
    elif first.kind == "extra_forbidden":
        yield first.found.key_problem(_unknown(path))
    elif first.error["loc"][-1:] == ("[key]",):
        yield first.found.key_problem(unknown_key(str(path[-1]), _literals(first.context)))
    elif first.kind == "missing":
        yield Problem.at(first.found.key, path, f"'{path[-1]}' is missing here")
    elif not (isinstance(node, Scalar) and node.broken):
        yield first.found.judged(_sentence(node, complaints))


def _unknown(path: Path) -> str:
    key, section = str(path[-1]), section_at(Settings, path[:-1])
    allowed = keys_of(section) if section else {}
    for other in () if nearest(key, allowed) else allowed:
        below = section_at(Settings, (*path[:-1], other))
        if below and key in keys_of(below):
            return f"unknown key '{key}'; it belongs below '{other}:'"
    return unknown_key(key, allowed)


def _sentence(node: Node, complaints: list[_Complaint]) -> str:
    # A list whose only entry is wrong is not also too short.
    complaints = [each for each in complaints if each.kind != "too_short" or len(complaints) == 1]
    wanted = list(dict.fromkeys(each for one in complaints if (each := _wanted(one))))
    own = [str(each.context.get("error")) for each in complaints if each.kind == "value_error"]
    if own:
        return ", or ".join((" ".join(own[0].split()), *wanted))
    if "a text" in wanted and _meant_as_text(node):
        return _taken_for_mapping(node)
    if "a text" in wanted and isinstance(node, Scalar) and isinstance(node.value, (bool, int, float)):
        kind = "true or false" if isinstance(node.value, bool) else "a number"
        return f"{node.written} is {kind} to YAML; where a text is meant, put it in quotes: '{node.written}'"
    return f"{_described(node)}; write {' or '.join(wanted)}{_near(node, complaints)}"


def _described(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping stands here"
    if isinstance(node, Listing):
        return "a list stands here" if node.items else "an empty list stands here"
    if node.value is None:
        return "nothing stands here"
    return f"{shown(node.written)} is not possible here" if node.written else "an empty text stands here"


def _near(node: Node, complaints: list[_Complaint]) -> str:
    words = [word for each in complaints if each.kind == "literal_error" for word in _literals(each.context)]
    near = nearest(node.written, words) if isinstance(node, Scalar) and words else None
    return f"; did you mean {near}?" if near else ""


def _meant_as_text(node: Node) -> str | None:
    """`{1}` and `Re: printer` as they were probably meant."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        return None
    (key, entry), *_ = node.entries.items()
    if not isinstance(entry.value, Scalar):
        return None
    return f"{{{key}}}" if entry.value.value is None else f"{key}: {entry.value.written}"


def _taken_for_mapping(node: Node) -> str:
    return f"YAML takes this for a mapping; {wants_quotes(_meant_as_text(node) or '')}"


def _literals(context: dict[str, Any]) -> list[str]:
    """`'low', 'normal' or 'high'` as words."""
    words = str(context["expected"]).replace(" or ", ", ").split(", ")
    return [word.strip("'").replace("False", "false").replace("True", "true") for word in words]


_SHAPES = {"Pattern": "a text, {regex: '…'} or {is: '…'}", "Category": "a name or a mapping, such as {name: Network}"}
_MAPPINGS = {"after": "{move: FOLDER}", "when": "{waiting_for_reporter: 3d}"}
"""By the key, where few keys may stand below it."""


def _wanted(complaint: _Complaint) -> str | None:
    """What is allowed, in words."""
    if complaint.kind == "value_error":
        return None
    if complaint.kind == "dict_type" and (shape := _MAPPINGS.get(str(complaint.found.path[-1]))):
        return shape
    say = _ALLOWED.get(complaint.kind)
    return say(complaint.context) if say else complaint.error["msg"].lower()


def _always(words: str) -> Callable[[dict[str, Any]], str]:
    return lambda context: words


def _mapping(context: dict[str, Any]) -> str:
    return _SHAPES.get(str(context.get("class_name")), "a mapping, such as {key: value}")


_ALLOWED: dict[str, Callable[[dict[str, Any]], str]] = {
    "string_type": _always("a text"),
    "string_too_short": _always("a text that is not empty"),
    "int_type": _always("a whole number"),
    "int_parsing": _always("a whole number"),
    "int_from_float": _always("a whole number"),
    "greater_than_equal": lambda context: f"a number from {context['ge']} on",
    "less_than_equal": lambda context: f"a number up to {context['le']}",
    "bool_type": _always("true or false"),
    "literal_error": lambda context: choice(_literals(context)),
    "tuple_type": _always("a list: [a, b], or lines that begin with '- '"),
    "too_short": _always("at least one entry"),
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "date_type": _always("a day, such as 2026-12-24"),
    "date_parsing": _always("a day, such as 2026-12-24"),
    "date_from_datetime_parsing": _always("a day, such as 2026-12-24"),
    "date_from_datetime_inexact": _always("a day, such as 2026-12-24"),
    "datetime_type": _always("a time, such as 2026-12-01 08:00"),
    "datetime_parsing": _always("a time, such as 2026-12-01 08:00"),
    "datetime_from_date_parsing": _always("a time, such as 2026-12-01 08:00"),
}
"""What each complaint of pydantic allows instead."""
