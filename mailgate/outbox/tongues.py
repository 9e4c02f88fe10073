"""Which languages a letter is there in: built in, or beside the configuration (`templates/NAME.fr.txt`).

A mail may be known to be French, and rules may say so, without our having one letter in French. What then counts is
what is said next: the language of the address, and that of the site.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from mailgate.outbox.sources import BUILT_IN, LetterLoader
from mailgate.settings.model import Settings

# Settings can not be hashed, so they are told apart by identity. A reload leaves the old ones in use for a moment.
_known: deque[tuple[Settings, frozenset[str]]] = deque(maxlen=4)


def spoken(settings: Settings, letter: str, wanted: Iterable[str | None]) -> str:
    """The first of these languages that the letter is there in, else the site's."""
    there = _files(settings)
    found = (each for each in wanted if each and _is_there(letter, each, there))
    return next(found, settings.site.language)


def _is_there(letter: str, language: str, there: frozenset[str]) -> bool:
    return any(f"{letter}.{each}.txt" in there for each in (language, language.partition("-")[0]))


def _files(settings: Settings) -> frozenset[str]:
    """The names of all templates."""
    for known, names in tuple(_known):
        if known is settings:
            return names
    names = LetterLoader(BUILT_IN, settings.folder / "templates").names()
    _known.append((settings, names))
    return names
