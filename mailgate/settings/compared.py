"""Two configurations side by side: every value that is another one, each where it stands.

Driven by the models alone, so that no key can change unseen. The words for it are those of `difference.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic.fields import FieldInfo

from mailgate.settings.categories import Category
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Section, Size

Path = tuple[str, ...]


class Kind(Enum):
    """What has happened to a value."""

    changed = "it is another one"
    new = "something with a name of its own was not there"
    gone = "something with a name of its own is not there any more"
    renamed = "something goes by another name, and says so (`was:`)"
    added = "one more in a list"
    removed = "one less in a list"
    order = "the same ones in another order"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. In `path` what has a name of its own stands under that name, not under its number."""

    path: Path
    kind: Kind
    before: Any = None
    after: Any = None
    is_secret: bool = False
    """It, or something in it, came from the environment."""
    is_size: bool = False
    """Bytes."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A value, and where it stands in its own configuration: in lists under its number."""

    settings: Settings
    value: Any
    at: Path

    def below(self, key: str, value: Any) -> _Side:
        return _Side(self.settings, value, (*self.at, key))

    @property
    def is_secret(self) -> bool:
        return self.settings.is_secret(self.at)


_NAMED: dict[Path, Callable[[Any], str]] = {
    ("rules",): lambda rule: str(rule.name),
    ("follow_up_rules",): lambda rule: str(rule.name),
    ("addresses",): lambda ours: str(ours.address),
    ("intake", "imap"): lambda mailbox: str(mailbox.name),
    ("delivery", "relays"): lambda relay: str(relay.url),
    ("delivery", "dkim"): lambda key: f"{key.selector} of {key.domain}",
    ("web", "api_tokens"): lambda token: str(token.name),
}
"""Lists of things with names of their own."""
_SORTS = {
    ("agents",): "agent",
    ("groups",): "group",
    ("customer_groups",): "customer group",
    ("categories",): "category",
    ("kinds",): "kind",
    ("channels",): "channel",
}
"""What `was:` can rename."""
_ORDER_COUNTS: frozenset[Path] = frozenset((*_NAMED, ("customer_groups",), ("categories",)))
_SIZE = Size.__metadata__[0]  # type: ignore[attr-defined]  # an Annotated type, which has it


def changes(old: Settings, new: Settings) -> Iterator[Change]:
    """Every difference, in the order of the models."""
    yield from _sections(_Side(old, old, ()), _Side(new, new, ()), ())


def _sections(old: _Side, new: _Side, path: Path) -> Iterator[Change]:
    for name, field in type(new.value).model_fields.items():
        key = field.alias or name
        sides = old.below(key, getattr(old.value, name)), new.below(key, getattr(new.value, name))
        yield from _values(*sides, (*path, key), is_size=_is_size(field))


def _is_size(field: FieldInfo) -> bool:
    return _SIZE in field.metadata


def _values(old: _Side, new: _Side, path: Path, *, is_size: bool = False) -> Iterator[Change]:
    before, after = old.value, new.value
    if path == ("categories",):
        yield from _by_name(_Side(old.settings, _flat(before), old.at), _Side(new.settings, _flat(after), new.at), path)
    elif isinstance(before, Section) and type(before) is type(after):
        yield from _sections(old, new, path)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _by_name(old, new, path)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        named = _NAMED.get(path)
        yield from _lists(old, new, path) if named is None else _named_lists(old, new, path, named)
    elif before != after or type(before) is not type(after):
        yield Change(path, Kind.changed, before, after, old.is_secret or new.is_secret, is_size)


def _flat(tree: Mapping[str, Category], above: str = "") -> dict[str, Category]:
    """Every category by its path, without those below it."""
    found: dict[str, Category] = {}
    for key, written in tree.items():
        path = f"{above}/{key}".lstrip("/")
        found[path] = written.model_copy(update={"subcategories": {}})
        found |= _flat(written.subcategories, path)
    return found


def _by_name(old: _Side, new: _Side, path: Path) -> Iterator[Change]:
    before, after = old.value, new.value
    renamed = _renamed(new.settings, path, before, after)
    for name in before:
        if name not in after and name not in renamed:
            yield Change((*path, name), Kind.gone, before[name], None, _below(old, path, name).is_secret)
    for name in after:
        former = [each for each, now in renamed.items() if now == name]
        if name in before or former:
            yield from (Change((*path, name), Kind.renamed, each, name) for each in former)
            sides = _below(old, path, name if name in before else former[0]), _below(new, path, name)
            yield from _values(*sides, (*path, name))
        else:
            yield Change((*path, name), Kind.new, None, after[name], _below(new, path, name).is_secret)
    if path in _ORDER_COUNTS:
        yield from _order(path, [name for name in before if name in after], [name for name in after if name in before])


def _below(side: _Side, path: Path, name: str) -> _Side:
    """A category of a path stands below those above it."""
    if path != ("categories",):
        return side.below(name, side.value[name])
    return _Side(side.settings, side.value[name], (*side.at, *name.replace("/", "/subcategories/").split("/")))


def _renamed(settings: Settings, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Old name → new one."""
    if path not in _SORTS:
        return {}
    found = settings.successors(_SORTS[path])
    return {name: found[name] for name in before if name in found and name not in after and found[name] in after}


def _named_lists(old: _Side, new: _Side, path: Path, name_of: Callable[[Any], str]) -> Iterator[Change]:
    """As mappings by name; those whose name is used twice have none."""
    before, after = _numbered(old, name_of), _numbered(new, name_of)
    if len(before) < len(old.value) or len(after) < len(new.value):
        yield from _lists(old, new, path)
        return
    for name in (each for each in before if each not in after):
        yield Change((*path, name), Kind.gone, before[name].value, None, before[name].is_secret)
    for name, side in after.items():
        if name in before:
            yield from _values(before[name], side, (*path, name))
        else:
            yield Change((*path, name), Kind.new, None, side.value, side.is_secret)
    yield from _order(path, [name for name in before if name in after], [name for name in after if name in before])


def _numbered(side: _Side, name_of: Callable[[Any], str]) -> dict[str, _Side]:
    found: dict[str, _Side] = {}
    for number, each in enumerate(side.value):
        below = side.below(str(number), each)
        hidden = any(below.settings.is_secret((*below.at, key)) for key in ("name", "address", "url"))
        found[f"{number + 1}" if hidden else name_of(each)] = below
    return found


def _lists(old: _Side, new: _Side, path: Path) -> Iterator[Change]:
    hidden = old.is_secret or new.is_secret
    removed, added = _without(old.value, new.value), _without(new.value, old.value)
    yield from (Change(path, Kind.removed, each, None, hidden) for each in removed)
    yield from (Change(path, Kind.added, None, each, hidden) for each in added)
    if not (removed or added) and old.value != new.value:
        yield Change(path, Kind.order, old.value, new.value, hidden)


def _without(values: tuple[Any, ...], others: tuple[Any, ...]) -> list[Any]:
    """What is left of these, where each of the others takes one away."""
    left = list(values)
    for each in others:
        if each in left:
            left.remove(each)
    return left


def _order(path: Path, before: list[str], after: list[str]) -> Iterator[Change]:
    if before != after:
        yield Change(path, Kind.order, before, after)
