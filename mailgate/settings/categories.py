"""categories.yaml: kinds, channels, and the tree of categories with what each inherits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from mailgate.settings.scalars import Duration, Flag, Section, Text, Title, Words, any_language, in_language


class Urgency(Section):
    """What a priority changes of a kind's promises."""

    yellow_after: Duration | None = None
    red_after: Duration | None = None
    response: Duration | None = None
    solution: Duration | None = None


class Kind(Section):
    name: Title | None = None
    yellow_after: Duration | None = None
    red_after: Duration | None = None
    response: Duration | None = None
    solution: Duration | None = None
    calendar: str | None = None
    low: Urgency | None = None
    normal: Urgency | None = None
    high: Urgency | None = None
    urgent: Urgency | None = None
    active: Flag = True
    was: Words = ()

    @property
    def promises_anything(self) -> bool:
        """Does it have a threshold, at whatever priority?"""
        sections = (self, self.low, self.normal, self.high, self.urgent)
        return any(getattr(each, name) for each in sections if each for name in Urgency.model_fields)


class Channel(Section):
    name: Title | None = None
    active: Flag = True
    was: Words = ()


class Category(Section):
    """One category as written. What is not set comes from the one above it."""

    name: Title | None = None
    group: str | None = None
    notify: str | None = None
    public: Flag | None = None
    coordinated: Flag | None = None
    readers: tuple[str, ...] | None = None
    second_level: str | None = None
    keywords: tuple[str, ...] = ()
    subcategories: dict[str, Category] = Field(default_factory=dict)
    active: Flag = True
    was: Words = ()

    @model_validator(mode="before")
    @classmethod
    def _only_a_name(cls, value: Any) -> Any:
        """`vpn: VPN` is short for `vpn: {name: VPN}`."""
        return {"name": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """One category with everything it inherits. `path` is `network/vpn`."""

    path: str
    name: Text
    group: str | None
    notify: str | None
    public: bool
    coordinated: bool
    readers: tuple[str, ...]
    keywords: tuple[str, ...]
    parent: str | None
    active: Flag = True
    second_level: str | None = None
    """Who gets its tickets on the second level; None: who gets all."""

    def title(self, language: str) -> str:
        """The name in that language."""
        return in_language(self.name, language)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it is known by."""
        return (*any_language(self.name), self.path.rpartition("/")[2])


_ROOT = CategoryNode("", "", None, None, True, False, (), (), None)


def resolve(tree: dict[str, Category], above: CategoryNode = _ROOT) -> Iterator[CategoryNode]:
    """Every category below `above`, each with what it inherits; parents before children. Keywords are not inherited."""
    for key, written in tree.items():
        node = CategoryNode(
            path=f"{above.path}/{key}".lstrip("/"),
            name=written.name or key,
            group=written.group or above.group,
            notify=written.notify or above.notify,
            public=above.public if written.public is None else written.public,
            coordinated=above.coordinated if written.coordinated is None else written.coordinated,
            readers=above.readers if written.readers is None else written.readers,
            keywords=written.keywords,
            parent=above.path or None,
            active=written.active and above.active,
            second_level=written.second_level or above.second_level,
        )
        yield node
        yield from resolve(written.subcategories, node)


def was_of_categories(tree: dict[str, Category], above: str = "") -> dict[str, tuple[str, ...]]:
    """Every category's path with the names it had; parents before children."""
    found: dict[str, tuple[str, ...]] = {}
    for key, written in tree.items():
        path = f"{above}/{key}".lstrip("/")
        found |= {path: written.was, **was_of_categories(written.subcategories, path)}
    return found


class Categories(Section):
    assign_group_of_category: Flag = True
    kinds: dict[str, Kind] = Field(default_factory=dict)
    default_kind: str = "request"
    channels: dict[str, Channel] = Field(default_factory=dict)
    categories: dict[str, Category] = Field(default_factory=dict)
    default_category: str = "general"
