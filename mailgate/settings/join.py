"""Joining what stands in several files of one folder: lists are appended, mappings merged, a value stands once."""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.settings.problems import Problem
from mailgate.settings.tree import Entry, Listing, Mapping, Path, Scalar


def join(into: Mapping, more: Mapping, path: Path = ()) -> Iterator[Problem]:
    """Adds everything of `more`; yields a problem for each key that can stand only once."""
    for key, entry in more.entries.items():
        if first := into.entries.get(key):
            yield from _same_key(first, entry, (*path, key))
        else:
            into.entries[key] = entry


def _same_key(first: Entry, again: Entry, path: Path) -> Iterator[Problem]:
    if isinstance(first.value, Mapping) and isinstance(again.value, Mapping):
        yield from join(first.value, again.value, path)
    elif isinstance(first.value, Listing) and isinstance(again.value, Listing):
        first.value.items.extend(again.value.items)
    elif isinstance(again.value, Scalar) and again.value.value is None:
        pass  # `rules:` with nothing behind it adds nothing
    elif isinstance(first.value, Scalar) and first.value.value is None:
        first.value = again.value
    else:
        yield Problem.at(again.key, path, f"'{path[-1]}' stands already at {first.key}; keep one of them")
