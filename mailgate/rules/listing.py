"""What an agent wants to see with `#list FILTER`: words of both languages, in any order, each of which narrows.

Whoever and whatever is named counts as an agent, a group or a category where it means exactly one; all else are words
to search.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mailgate.errors import RefusedCommand
from mailgate.rules import arguments
from mailgate.rules.arguments import Several, Unclear, Who, titled
from mailgate.rules.dates import moment_of
from mailgate.rules.vocabulary import fold
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.settings.model import Settings

_DAYS = re.compile(r"([1-9][0-9]{0,3})\s*(?:d|days?|tagen?|tage)")
_LONGEST_DATE = 4
"""Words of a date."""
_FURTHEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked for; all of it has to hold. Without anything: every open ticket."""

    is_mine: bool = False
    is_unassigned: bool = False
    is_waiting: bool = False
    is_overdue: bool = False
    light: str | None = None
    has_due: bool = False
    due_by: datetime | None = None
    changed_since: datetime | None = None
    who: Who | None = None
    category: str | None = None
    search: tuple[str, ...] = ()
    said: tuple[Sentence, ...] = ()
    """How it was understood, piece by piece."""

    @property
    def heading(self) -> Sentence:
        """What the answer shows, in words."""
        return joined((_OPEN, *self.said), _AND)


_OPEN = Sentence("Open tickets", "Offene Tickets")
_AND = Sentence(" · ", " · ")
_SIMPLE: tuple[tuple[str, dict[str, bool | str], Sentence], ...] = (
    ("mine my meine mir", {"is_mine": True}, Sentence("mine", "meine")),
    ("unassigned frei unzugewiesen niemand", {"is_unassigned": True}, Sentence("nobody has them", "ohne Bearbeiter")),
    ("waiting wartend wartende wartet", {"is_waiting": True}, Sentence("waiting", "wartend")),
    ("overdue ueberfaellig ueberfaellige", {"is_overdue": True}, Sentence("overdue", "überfällig")),
    ("red rot rote", {"light": "red"}, Sentence("red", "rot")),
    ("yellow gelb gelbe", {"light": "yellow"}, Sentence("yellow", "gelb")),
)
_WORDS = {word: (values, said) for words, values, said in _SIMPLE for word in words.split()}
_DUE = frozenset(("due", "faellig", "faellige", "termin", "frist"))
_TODAY = frozenset(("today", "heute"))
_NOTHING = frozenset(("open", "offen", "offene", "all", "alle", "tickets", "und", "and"))
_HAS_DUE = Sentence("with a date", "mit Termin")
_DUE_BY = Sentence("due until {text}", "fällig bis {text}")
_CHANGED = Sentence("changed in the last {days} days", "in den letzten {days} Tagen geändert")
_SEARCHED = Sentence("with the words {words}", "mit den Wörtern {words}")


def read_listing(settings: Settings, text: str, now: datetime) -> Listing:
    """What the words behind `#list` ask for. Raises Several where a name is not clear."""
    words, listing, rest = text.replace(",", " ").split(), Listing(), list[str]()
    while words:
        taken = next((found for read in _READERS if (found := read(settings, words, now))), None)
        if taken is None:
            rest.append(words.pop(0))
            continue
        count, values, said = taken
        del words[:count]
        listing = replace(listing, **values, said=(*listing.said, *said))
    return _named(settings, listing, [word for word in rest if fold(word) not in _NOTHING])


Found = tuple[int, dict[str, Any], tuple[Sentence, ...]]
"""How many words were read, what they ask for, and how that is said."""


def _simple(settings: Settings, words: list[str], now: datetime) -> Found | None:
    if fold(words[0]) not in _WORDS:
        return None
    values, said = _WORDS[fold(words[0])]
    return 1, dict(values), (said,)


def _days(settings: Settings, words: list[str], now: datetime) -> Found | None:
    """`7d`, `7 days`: what has changed in that time."""
    for count in (2, 1):
        if (match := _DAYS.fullmatch(fold(" ".join(words[:count])))) and count <= len(words):
            days = min(int(match[1]), _FURTHEST_DAYS)
            return count, {"changed_since": now - timedelta(days=days)}, (_CHANGED.filled(days=days),)
    return None


def _due(settings: Settings, words: list[str], now: datetime) -> Found | None:
    """`due today`, `due fri`, `due 24.12.`; `due` alone is any date, `today` alone is due then."""
    alone = fold(words[0]) in _TODAY
    if not alone and fold(words[0]) not in _DUE:
        return None
    behind = words if alone else words[1:]
    for count in range(min(_LONGEST_DATE, len(behind)), 0, -1):
        text = " ".join(behind[:count])
        if (at := _moment(settings, text, now)) is not None:
            return count + (not alone), {"due_by": at}, (_DUE_BY.filled(text=text),)
    return 1, {"has_due": True}, (_HAS_DUE,)


def _moment(settings: Settings, text: str, now: datetime) -> datetime | None:
    if match := _DAYS.fullmatch(fold(text)):
        return now + timedelta(days=min(int(match[1]), _FURTHEST_DAYS))
    try:
        return moment_of(settings, text, now)
    except RefusedCommand:
        # The end of the working day may have passed; what is due today is so all the same.
        return now if fold(text) in _TODAY else None


_READERS: tuple[Callable[[Settings, list[str], datetime], Found | None], ...] = (_simple, _days, _due)


# -- who and what is named ---------------------------------------------------------------------------------------------


def _named(settings: Settings, listing: Listing, rest: list[str]) -> Listing:
    if not rest:
        return listing
    text = " ".join(rest)
    if who := _who(settings, text):
        return replace(listing, who=who, said=(*listing.said, _title(settings, who)))
    if path := _category(settings, text):
        return replace(listing, category=path, said=(*listing.said, titled(settings.category_nodes[path].name)))
    return replace(listing, search=tuple(rest), said=(*listing.said, _SEARCHED.filled(words=text)))


def _who(settings: Settings, text: str) -> Who | None:
    try:
        return arguments.who(settings, text)
    except Several:
        raise
    except Unclear:
        return None


def _category(settings: Settings, text: str) -> str | None:
    try:
        return arguments.category(settings, text)
    except Several:
        raise
    except Unclear:
        return None


def _title(settings: Settings, who: Who) -> Sentence:
    if who.kind == "agent":
        return verbatim(settings.agents[who.value].name)
    if who.kind == "group":
        return titled(settings.groups[who.value].name)
    return verbatim(who.value)
