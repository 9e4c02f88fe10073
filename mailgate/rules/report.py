"""What a report is asked for: the fields that its rows are about, and which tickets it counts.

`#report group,month 90d` and `#bericht gruppe monat 90 tage` ask for the same: words of both languages, in any order.
`mailgate report --by` takes the fields alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailgate.rules.arguments import Unclear, plain, titled
from mailgate.rules.near import nearest
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.settings.model import Settings
from mailgate.settings.scalars import any_language

MOST_FIELDS = 2


@dataclass(frozen=True, slots=True)
class Field:
    """Something that tickets differ in. `words`: what people call it, all of it plain."""

    name: str
    title: Sentence
    words: tuple[str, ...]


def _field(name: str, title: Sentence, words: str = "") -> Field:
    called = (name.replace("_", "-"), name.replace("_", ""), name, title.english, title.german, *words.split())
    return Field(name, title, tuple(dict.fromkeys(map(plain, called))))


FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        _field("channel", Sentence("channel", "Meldeweg"), "channels kanal meldewege"),
        _field("category", Sentence("category", "Kategorie"), "categories kategorien"),
        _field("kind", Sentence("kind", "Vorgangsart"), "kinds art vorgangsarten"),
        _field("group", Sentence("group", "Gruppe"), "groups team gruppen"),
        _field("assignee", Sentence("assignee", "Bearbeiter"), "agent agents assignees bearbeitung person"),
        _field("status", Sentence("status", "Status")),
        _field("priority", Sentence("priority", "Priorität"), "prio priorities prioritäten"),
        _field("light", Sentence("light", "Ampel"), "lights farbe"),
        _field("customer_group", Sentence("customer group", "Kundengruppe"), "customers kunden kundengruppen"),
        _field("level", Sentence("level", "Ebene"), "levels ebenen"),
        _field("month", Sentence("month", "Monat"), "months monthly monate monatlich"),
        _field("week", Sentence("week", "Woche"), "weeks weekly wochen kalenderwoche kw"),
        _field("weekday", Sentence("weekday", "Wochentag"), "weekdays wochentage"),
    )
}
"""CONTRACT 2, `--by`: everything that tickets can be counted by, in its order."""
OF_THE_DAY = ("month", "week", "weekday")
"""Fields that follow from the day on which a ticket was opened, where the site is."""
_CALLED = {word: name for name, each in FIELDS.items() for word in each.words}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a report is about; None counts anything."""

    by: tuple[str, ...] = ()
    """Names of FIELDS; without one there is one row."""
    since: datetime | None = None
    """Tickets that were opened then or later."""
    until: datetime | None = None
    """Tickets that were opened before."""
    customer_group: str | None = None
    level: int | None = None
    internal: bool | None = None
    is_open: bool | None = None
    """Neither closed nor merged, or closed."""
    said: tuple[Sentence, ...] = ()
    """How the filters were understood, piece by piece."""

    @property
    def heading(self) -> Sentence:
        """What the report shows, in words."""
        titles = joined((FIELDS[name].title for name in self.by), _AND)
        return joined((_BY.filled(fields=titles) if self.by else _TICKETS, *self.said), _DOT)

    def in_words(self, settings: Settings) -> Inquiry:
        """The same, with its filters said as they are."""
        zone = ZoneInfo(settings.site.timezone)
        said = [words for values, words in _PLAIN if all(getattr(self, name) is value for name, value in values)]
        if self.customer_group is not None:
            said.append(titled(settings.customer_groups[self.customer_group].name))
        if self.level is not None:
            said.append(_SAID_LEVEL.filled(level=self.level))
        for moment, words in ((self.since, _SAID_SINCE), (self.until, _SAID_UNTIL)):
            if moment is not None:
                said.append(words.filled(at=f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"))
        return replace(self, said=tuple(said))


_TICKETS, _BY = Sentence("Tickets", "Tickets"), Sentence("Tickets by {fields}", "Tickets nach {fields}")
_AND, _DOT = Sentence(" and ", " und "), verbatim(" · ")
_UNKNOWN = Sentence(
    "nothing can be counted by '{wanted}'; {some} can", "nach „{wanted}“ lässt sich nichts zählen; es geht nach {some}"
)
_TOO_MANY = Sentence(
    "a report has at most two fields, such as group,month", "ein Bericht hat höchstens zwei Felder, etwa Gruppe,Monat"
)


def fields_of(text: str) -> tuple[str, ...]:
    """The fields of `--by group,month`, in either language, each once. Raises Unclear, with the nearest field."""
    found = list[str]()
    for word in filter(None, (each.strip() for each in text.split(","))):
        if (name := _CALLED.get(plain(word))) is None:
            raise Unclear(unknown(word), meant(word))
        found.append(name)
    return _few(dict.fromkeys(found))


def unknown(word: str) -> Sentence:
    """Nobody can count by that."""
    return _UNKNOWN.filled(wanted=word, some=joined((each.title for each in FIELDS.values()), verbatim(", ")))


def meant(word: str) -> tuple[str, ...]:
    """Names of the fields that look like it, best first."""
    return tuple(dict.fromkeys(_CALLED[each] for each in nearest(plain(word), _CALLED)))


def _few(found: Iterable[str]) -> tuple[str, ...]:
    fields = tuple(found)
    if len(fields) > MOST_FIELDS:
        raise Unclear(_TOO_MANY)
    return fields


# -- by mail -----------------------------------------------------------------------------------------------------------

USUAL_FIELD = "group"
USUAL_DAYS = 365
"""So far back a letter looks where nobody says otherwise: the daemon has other things to do too."""
_FURTHEST_DAYS = 36600
_DAYS = re.compile(r"([1-9][0-9]{0,4})\s*(?:d|days?|tagen?|tage)")
_LEVEL = re.compile(r"(?:level|ebene)\s*([12])")
_SAID_DAYS = Sentence("of the last {days} days", "der letzten {days} Tage")
_SAID_ALL = Sentence("of all times", "seit jeher")
_SAID_SINCE = Sentence("opened since {at}", "eröffnet ab {at}")
_SAID_UNTIL = Sentence("opened before {at}", "eröffnet vor {at}")
_SAID_LEVEL = Sentence("level {level}", "Ebene {level}")
_SIMPLE: tuple[tuple[str, dict[str, Any], Sentence], ...] = (
    ("open offen offene", {"is_open": True}, Sentence("open", "offen")),
    ("closed geschlossen geschlossene abgeschlossen", {"is_open": False}, Sentence("closed", "geschlossen")),
    ("internal intern interne", {"internal": True}, Sentence("from inside", "von innen")),
    ("external extern externe", {"internal": False}, Sentence("from outside", "von außen")),
    ("all alle alles", {"since": None}, _SAID_ALL),
)
_PLAIN = tuple((tuple(values.items()), said) for _, values, said in _SIMPLE[:-1])
_WORDS = {word: (values, said) for words, values, said in _SIMPLE for word in words.split()}
_FILLING = "by per and nach pro je und the tickets der die das last letzte letzten of von"
_NOTHING = frozenset(_FILLING.split())


def read_report(settings: Settings, text: str, now: datetime) -> Inquiry:
    """What the words behind `#report` ask for: by group, and of the last year, where they say nothing else. Raises
    Unclear where a word means nothing here."""
    words, fields = text.replace(",", " ").split(), list[str]()
    inquiry, ever = Inquiry(since=now - timedelta(days=USUAL_DAYS)), False
    while words:
        if plain(words[0]) in _NOTHING:
            del words[0]
        elif taken := next((found for read in _READERS if (found := read(settings, words, now))), None):
            count, values, meaning = taken
            del words[:count]
            ever = ever or "since" in values
            inquiry = replace(inquiry, **values, said=(*inquiry.said, meaning))
        else:
            count, name = _a_field(words, text)
            del words[:count]
            fields.append(name)
    said = inquiry.said if ever else (*inquiry.said, _SAID_DAYS.filled(days=USUAL_DAYS))
    return replace(inquiry, by=_few(dict.fromkeys(fields or (USUAL_FIELD,))), said=said)


Found = tuple[int, dict[str, Any], Sentence]
"""How many words were read, what they ask for, and how that is said."""


def _simple(settings: Settings, words: list[str], now: datetime) -> Found | None:
    found = _WORDS.get(plain(words[0]))
    return (1, dict(found[0]), found[1]) if found else None


def _days(settings: Settings, words: list[str], now: datetime) -> Found | None:
    for count, match in _beginnings(words, _DAYS):
        days = min(int(match[1]), _FURTHEST_DAYS)
        return count, {"since": now - timedelta(days=days)}, _SAID_DAYS.filled(days=days)
    return None


def _level(settings: Settings, words: list[str], now: datetime) -> Found | None:
    for count, match in _beginnings(words, _LEVEL):
        return count, {"level": int(match[1])}, _SAID_LEVEL.filled(level=match[1])
    return None


def _customers(settings: Settings, words: list[str], now: datetime) -> Found | None:
    """A customer group, by its id or what it is called, which may be several words."""
    for name, group in settings.customer_groups.items():
        for called in (name, *any_language(group.name)):
            count = len(called.split())
            if count and plain(" ".join(words[:count])) == plain(called):
                return count, {"customer_group": name}, titled(group.name)
    return None


_READERS: tuple[Callable[[Settings, list[str], datetime], Found | None], ...] = (_simple, _days, _level, _customers)


def _beginnings(words: list[str], pattern: re.Pattern[str]) -> Iterable[tuple[int, re.Match[str]]]:
    """The longest beginning of one or two words that is of this form."""
    for count in (2, 1):
        if count <= len(words) and (match := pattern.fullmatch(plain(" ".join(words[:count])))):
            yield count, match


def _a_field(words: list[str], text: str) -> tuple[int, str]:
    """`customer group` is one of two words; a name that means nothing stops the whole report."""
    for count in (2, 1):
        if name := _CALLED.get(plain("".join(words[:count]))):
            return min(count, len(words)), name
    raise Unclear(unknown(words[0]), [text.replace(words[0], each, 1) for each in meant(words[0])])
