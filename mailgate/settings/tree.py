"""The configuration as written: mappings, lists and values, each with its place.

Checks that span files ask this tree, not the typed settings: it exists also when the types do not fit, so all mistakes
are found at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from mailgate.settings.problems import Place, Problem

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Scalar:
    """One value. `written` is the text in the file; it differs where an environment variable was filled in."""

    place: Place
    value: str | int | float | bool | None
    written: str
    broken: bool = False
    """Already reported; nothing more is said about it."""


@dataclass(slots=True)
class Listing:
    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    key: Place
    value: Node


@dataclass(slots=True)
class Mapping:
    place: Place
    entries: dict[str, Entry] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.value if entry else None


Node = Scalar | Listing | Mapping


@dataclass(frozen=True, slots=True)
class Found:
    """A node of the tree with the way to it. `key` is the place of its key (of itself, in a list)."""

    path: Path
    key: Place
    node: Node

    def below(self, key: str) -> Found | None:
        """What stands under this key; in a list, under this number."""
        if isinstance(self.node, Listing):
            return next((each for each in children(self) if str(each.path[-1]) == key), None)
        entry = self.node.entries.get(key) if isinstance(self.node, Mapping) else None
        return Found((*self.path, key), entry.key, entry.value) if entry else None

    def problem(self, message: str) -> Problem:
        """A problem of the value."""
        return Problem.at(self.node.place, self.path, message)

    def key_problem(self, message: str) -> Problem:
        """A problem of the key, or of all that stands below it."""
        return Problem.at(self.key, self.path, message)

    @property
    def text(self) -> str | None:
        """The value where it is a text that nothing was said about yet."""
        node = self.node
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) and not node.broken else None

    def judged(self, message: str) -> Problem:
        """A problem of the value, where the message may quote it; of a variable it never tells what it holds."""
        filled = self.text is not None and self.text != self.written
        return self.problem(f"what {self.written} holds is not possible here" if filled else message)

    @property
    def written(self) -> str:
        """The text in the file: what a message may quote, with `${NAME}` instead of the secret."""
        return self.node.written if isinstance(self.node, Scalar) else ""


@dataclass(frozen=True, slots=True)
class Again:
    """A step of a pattern that is taken any number of times, also none: each way is a pattern of its own."""

    ways: tuple[Pattern, ...]


Step = str | frozenset[str] | Again
Pattern = tuple[Step, ...]

CATEGORY: Pattern = ("categories", "*", Again((("subcategories", "*"),)))
RULE: Pattern = (frozenset({"rules", "follow_up_rules"}), "*")
WHEN: Pattern = (*RULE, "when", Again((("not",), ("all", "*"), ("any", "*"))))
THEN: Pattern = (*RULE, "then")


def pattern(dotted: str) -> Pattern:
    """`groups.*.members` as a pattern; `*` is every key or every entry of a list."""
    return tuple(dotted.split("."))


def find(start: Node | Found, steps: Pattern) -> Iterator[Found]:
    """Everything a pattern leads to, in the order of the files."""
    found = start if isinstance(start, Found) else Found((), start.place, start)
    for taken, step in enumerate(steps):
        if isinstance(step, Again):
            yield from find(found, steps[taken + 1 :])
            for way in step.ways:
                yield from find(found, (*way, *steps[taken:]))
            return
        if step == "*" or isinstance(step, frozenset):
            for child in children(found, step if isinstance(step, frozenset) else "*"):
                yield from find(child, steps[taken + 1 :])
            return
        # Most steps are single keys; walking them here keeps a thousand rules quick.
        below = found.below(step)
        if below is None:
            return
        found = below
    yield found


def texts(start: Node | Found, steps: Pattern) -> Iterator[Found]:
    """Every text a pattern leads to; of a list, each of its texts."""
    for found in find(start, steps):
        each = children(found) if isinstance(found.node, Listing) else (found,)
        yield from (one for one in each if one.text is not None)


def children(of: Found, step: Literal["*"] | frozenset[str] = "*") -> Iterator[Found]:
    """What stands directly below: all of it, or only what stands under these keys."""
    node = of.node
    if isinstance(node, Listing) and step == "*":
        for index, item in enumerate(node.items):
            yield Found((*of.path, index), item.place, item)
    elif isinstance(node, Mapping):
        for key, entry in node.entries.items():
            if step == "*" or key in step:
                yield Found((*of.path, key), entry.key, entry.value)


def everything(start: Node | Found) -> Iterator[Found]:
    """Every node below, parents first."""
    found = start if isinstance(start, Found) else Found((), start.place, start)
    for child in children(found):
        yield child
        yield from everything(child)


def plain(node: Node) -> Any:
    """The data alone, as the models take it."""
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return node.value
