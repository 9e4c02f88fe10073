"""A sentence about what was found outside, with the key of the configuration that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from mailgate.settings.tree import Path
from mailgate.trust.lookups import NoAnswer

_LONGEST_STRING: Final = 255
"""RFC 1035, 3.3: of one string of a TXT record."""


@dataclass(frozen=True, slots=True)
class Said:
    """`problem`: letters or mail are lost by it; `warning`: they may be; `good`: nothing is to be done."""

    weight: Literal["problem", "warning", "good"]
    path: Path
    words: str


def problem(path: Path, words: str) -> Said:
    """Something that has to be changed."""
    return Said("problem", path, words)


def warning(path: Path, words: str) -> Said:
    """Something that is worth a look."""
    return Said("warning", path, words)


def good(path: Path, words: str) -> Said:
    """Something that is as it should be, or can not be known here."""
    return Said("good", path, words)


def publish(name: str, text: str) -> str:
    """The record as it stands in a zone file; longer texts are several strings of one record."""
    strings = (text[at : at + _LONGEST_STRING] for at in range(0, len(text), _LONGEST_STRING))
    return f"{name}. IN TXT {' '.join(f'{chr(34)}{each}{chr(34)}' for each in strings)}"


def unless_silent(path: Path, what: str, look: Callable[[], Iterator[Said]]) -> list[Said]:
    """What a look at DNS brings; a silence is said, and is no reason to change anything."""
    found: list[Said] = []
    try:
        found.extend(look())  # what was said before the silence stays
    except NoAnswer:
        words = (
            f"DNS did not answer about {what}, so nobody could look{' any further' if found else ''}; ask again later"
        )
        found.append(warning(path, words))
    return found
