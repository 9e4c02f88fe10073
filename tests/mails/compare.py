"""Where a document of `explain` differs from the part of it that is expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

INSIDE = ("reason", "why", "text", "evidence", "effects", "defects")
"""What is expected of these stands somewhere in the sentence, or in one of the sentences."""

LOOSE = ("rules",)
"""Lists of which only some members are named; of all others (letters, commands, attachments) each is."""


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """Each difference as a sentence with its path; none when all that is expected is there."""
    key = path.rpartition(".")[2]
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            yield from _of_key(name, value, found, f"{path}.{name}".lstrip("."))
    elif key in INSIDE:
        yield from _inside(expected, found, path)
    elif isinstance(expected, list) and isinstance(found, list):
        yield from (_some if key in LOOSE else _each)(expected, found, path)
    elif _plain(expected) != _plain(found):
        yield f"{path}: expected {expected!r}, found {found!r}"


def _of_key(name: str, value: Any, found: dict[str, Any], path: str) -> Iterator[str]:
    if name == "lacks":
        whole = "\n".join(str(found.get(each) or "") for each in ("subject", "text", "new_text"))
        yield from (f"{path}: {words!r} must not stand in {whole!r}" for words in _listed(value) if words in whole)
    elif name in found:
        yield from differences(value, found[name], path)
    else:
        yield f"{path}: there is no such key, only {sorted(found)}"


def _inside(expected: Any, found: Any, path: str) -> Iterator[str]:
    if expected in ([], None):
        if found:
            yield f"{path}: expected nothing, found {found!r}"
        return
    whole = "\n".join(found) if isinstance(found, list) else str(found)
    yield from (f"{path}: {words!r} does not stand in {whole!r}" for words in _listed(expected) if words not in whole)


def _some(expected: list[Any], found: list[Any], path: str) -> Iterator[str]:
    for one in expected:
        if all(any(differences(one, other, path)) for other in found):
            yield f"{path}: none is {one!r}, there are {found!r}"


def _each(expected: list[Any], found: list[Any], path: str) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"{path}: expected {len(expected)}, found {len(found)}: {[_short(each) for each in found]}"
        return
    for at, (one, other) in enumerate(zip(expected, found, strict=True)):
        yield from differences(one, other, f"{path}[{at}]")


def _short(found: Any) -> Any:
    return {key: value for key, value in found.items() if key not in INSIDE} if isinstance(found, dict) else found


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _plain(value: Any) -> Any:
    """A block of YAML ends with a line break, texts do not."""
    return value.rstrip("\n") if isinstance(value, str) else value
