"""Which keys may stand at a place, read from the models: so the sentences can never lag behind them."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from mailgate.settings.scalars import Section
from mailgate.settings.tree import Path


def keys_of(section: type[Section]) -> dict[str, Any]:
    """The keys as they are written in the file, each with its type."""
    return {each.alias or name: each.annotation for name, each in section.model_fields.items()}


def section_at(root: type[Section], path: Path) -> type[Section] | None:
    """The section that describes the mapping at this path, where there is one."""
    types_here: list[Any] = [root]
    for step in path:
        types_here = [below for each in types_here for below in _below(each, step)]
    return next((each for each in types_here if _is_section(each)), None)


def _below(annotation: Any, step: str | int) -> Iterator[Any]:
    """The types that may stand under a key or number of something of this type."""
    if _is_section(annotation):
        yield from _flat(keys_of(annotation).get(str(step)))
    elif get_origin(annotation) is dict:
        yield from _flat(get_args(annotation)[1])
    elif get_origin(annotation) is tuple and isinstance(step, int):
        yield from _flat(get_args(annotation)[0])
    elif get_origin(annotation) is tuple:
        # One value may stand for a list of one.
        for each in _flat(get_args(annotation)[0]):
            yield from _below(each, step)


def _flat(annotation: Any) -> Iterator[Any]:
    """The alternatives of a type, without what is only noted about them."""
    if get_origin(annotation) is Annotated:
        yield from _flat(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _flat(each)
    else:
        yield annotation


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)
