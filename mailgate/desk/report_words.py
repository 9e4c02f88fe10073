"""A report as people read it: what its rows are called and its figures in words, in their language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from mailgate.desk import people
from mailgate.desk.reports import WEEKDAYS, Row, Value
from mailgate.outbox import phrases
from mailgate.rules.figures import Figures
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Text, in_language


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: what stands above it, what it is in a sentence, and how it is written."""

    head: Sentence
    means: Sentence
    words: Callable[[Figures, str], str]


def count_words(number: int, language: str) -> str:
    """ "12,345", "12.345" in German."""
    return f"{number:,}".replace(",", "." if _is_german(language) else ",")


def spent_words(minutes: int | None, language: str) -> str:
    """Working time in a few letters: "45 min", "3.5 h", "120 h"; empty of nothing."""
    if minutes is None:
        return ""
    if minutes < 60:
        return f"{minutes} min"
    return f"{_decimal(minutes / 60, language) if minutes < 600 else count_words(round(minutes / 60), language)} h"


def share_words(share: float | None, language: str) -> str:
    """ "92%", "92 %" in German; never all or nothing where it is not."""
    if share is None:
        return ""
    percent = min(max(round(share * 100), 1 if share > 0 else 0), 100 if share >= 1 else 99)
    return f"{percent} %" if _is_german(language) else f"{percent}%"


def rating_words(rating: float | None, language: str) -> str:
    """ "4.5"."""
    return "" if rating is None else _decimal(rating, language)


_NINETY: Final = Sentence("90%", "90 %")
COLUMNS: Final = (
    Column(
        Sentence("tickets", "Tickets"),
        Sentence("Tickets that were opened", "Eröffnete Tickets"),
        lambda it, language: count_words(it.count, language),
    ),
    Column(
        Sentence("open", "offen"),
        Sentence("of which are open now", "davon jetzt offen"),
        lambda it, language: count_words(it.open, language),
    ),
    Column(
        Sentence("answer", "Antwort"),
        Sentence("half of the first answers came within", "Hälfte der ersten Antworten binnen"),
        lambda it, language: spent_words(it.response_median_minutes, language),
    ),
    Column(
        _NINETY,
        Sentence("90% of the first answers came within", "90 % der ersten Antworten binnen"),
        lambda it, language: spent_words(it.response_p90_minutes, language),
    ),
    Column(
        Sentence("solved", "gelöst"),
        Sentence("half were solved within", "Hälfte gelöst binnen"),
        lambda it, language: spent_words(it.solution_median_minutes, language),
    ),
    Column(
        _NINETY,
        Sentence("90% were solved within", "90 % gelöst binnen"),
        lambda it, language: spent_words(it.solution_p90_minutes, language),
    ),
    Column(
        Sentence("kept", "erfüllt"),
        Sentence("promises kept", "Zusagen eingehalten"),
        lambda it, language: share_words(it.kept, language),
    ),
    Column(
        Sentence("time", "Zeit"),
        Sentence("handling time", "Bearbeitungszeit"),
        lambda it, language: spent_words(it.handling_minutes or None, language),
    ),
    Column(
        Sentence("rating", "Note"),
        Sentence("mean rating", "mittlere Bewertung"),
        lambda it, language: rating_words(it.rating, language),
    ),
)
TOTAL: Final = Sentence("all together", "alle zusammen")
_NOBODY: Final = Sentence("none", "ohne")
_OFF: Final = Sentence("off", "aus")
_LEVEL: Final = Sentence("level {level}", "Ebene {level}")
_WEEK: Final = Sentence("{year}, week {week}", "{year}, KW {week}")


def told(figures: Figures, language: str) -> tuple[str, ...]:
    """Each figure in words, in the order of COLUMNS; empty where there is nothing to measure."""
    return tuple(column.words(figures, language) for column in COLUMNS)


def name_of(settings: Settings, by: tuple[str, ...], row: Row, language: str) -> str:
    """What a row is called: "Network team · November 2026"."""
    pairs = zip(by, row.values, strict=True)
    return " · ".join(value_words(settings, field, value, language) for field, value in pairs)


def value_words(settings: Settings, field: str, value: Value, language: str) -> str:
    """A value of a field in words; one that is not configured any more as it is stored."""
    if value is None:
        return _NOBODY.in_language(language)
    return _WORDS[field](settings, str(value), language)


def _configured(titles: Callable[[Settings, str], Text | None]) -> Callable[[Settings, str, str], str]:
    def words(settings: Settings, value: str, language: str) -> str:
        title = titles(settings, value)
        return in_language(title, language) if title else value

    return words


def _category(settings: Settings, value: str, language: str) -> str:
    node = settings.category_nodes.get(value)
    return node.title(language) if node else value


def _light(settings: Settings, value: str, language: str) -> str:
    return phrases.colour_words(value, language) or _OFF.in_language(language)


def _week(settings: Settings, value: str, language: str) -> str:
    year, _, week = value.partition("-W")
    return _WEEK.filled(year=year, week=int(week)).in_language(language)


_WORDS: Final[dict[str, Callable[[Settings, str, str], str]]] = {
    "channel": _configured(lambda settings, value: getattr(settings.channels.get(value), "name", None)),
    "category": _category,
    "kind": _configured(lambda settings, value: getattr(settings.all_kinds.get(value), "name", None)),
    "group": _configured(lambda settings, value: getattr(settings.groups.get(value), "name", None)),
    "assignee": lambda settings, value, language: people.agent_name(settings, value),
    "status": lambda settings, value, language: phrases.status_words(value, language),
    "priority": lambda settings, value, language: phrases.priority_words(value, language),
    "light": _light,
    "customer_group": _configured(lambda settings, value: getattr(settings.customer_groups.get(value), "name", None)),
    "level": lambda settings, value, language: _LEVEL.filled(level=value).in_language(language),
    "month": lambda settings, value, language: phrases.month_words(date.fromisoformat(f"{value}-01"), language),
    "week": _week,
    "weekday": lambda settings, value, language: phrases.weekday_words(WEEKDAYS.index(value), language),
}


def _decimal(number: float, language: str) -> str:
    text = f"{number:.1f}"
    return text.replace(".", ",") if _is_german(language) else text


def _is_german(language: str) -> bool:
    return phrases.known(language) == "de"
