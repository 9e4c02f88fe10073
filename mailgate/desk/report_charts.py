"""A report drawn: a bar for each row, of which the open tickets are the full part, and the line of the backlog.

All is measured here, in SVG user units, so that the drawing is static; `templates/pages/chart.svg` writes it down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from mailgate.desk import report_words
from mailgate.desk.backlog import Day
from mailgate.desk.reports import Report
from mailgate.mail.words import clean_line
from mailgate.outbox import phrases
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings

WIDTH = 920
_NAME_WIDTH, _VALUE_WIDTH, _GAP = 240, 190, 10
_BAR_ROOM = WIDTH - _NAME_WIDTH - _VALUE_WIDTH - 2 * _GAP
_LETTER_WIDTHS = ((lambda letter: letter in "MW@%—" or letter > "\u2e80", 12.0), (str.isupper, 8.8), (bool, 6.8))
"""How wide letters of 12 units are at most; of a name that is cut all stands in the bar's title."""
ROW_HEIGHT = 22
_HEAD, _BETWEEN, _AXIS_WIDTH, _LINE_HEIGHT, _FOOT = 34, 50, 64, 160, 26
_LONGEST_TITLE = 200
_DAYS_NAMED = 6

_TITLE = Sentence("Tickets by {fields}", "Tickets nach {fields}")
_OPEN = Sentence("{open} open", "{open} offen")
_BACKLOG = Sentence("Open tickets at the end of each day", "Offene Tickets am Ende jedes Tages")
_DESCRIBED = Sentence(
    "{rows} rows with {count} tickets, of which {open} are open.",
    "{rows} Zeilen mit {count} Tickets, davon {open} offen.",
)
_SPAN = Sentence(
    "Below: open tickets at the end of each day from {first} to {last}.",
    "Darunter: offene Tickets am Ende jedes Tages vom {first} bis {last}.",
)
_EMPTY = Sentence("There is no such ticket.", "So ein Ticket gibt es nicht.")


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. `whole` and `open` are lengths; `y` is the upper edge of its line."""

    y: float
    name: str
    title: str
    """The whole name, and the figures."""
    whole: float
    open: float
    value: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, where it stands and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """The backlog. `points` as SVG takes them, `area` the same with the ground below."""

    title: str
    span: str
    top: float
    points: str
    area: str
    levels: tuple[Tick, ...]
    days: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All of it."""

    language: str
    title: str
    described: str
    empty: str
    height: float
    bars: tuple[Bar, ...]
    line: Line | None
    left: float = _NAME_WIDTH + _GAP
    width: float = WIDTH
    axis: float = _AXIS_WIDTH
    row: float = ROW_HEIGHT


def chart(settings: Settings, report: Report, days: Sequence[Day], language: str) -> Chart:
    """The drawing, in that language."""
    bars = _bars(settings, report, language)
    below = _HEAD + ROW_HEIGHT * len(bars)
    line = _line(days, below + _BETWEEN, language) if len(days) > 1 and bars else None
    words = {
        "rows": report_words.count_words(len(bars), language),
        "count": report_words.count_words(report.total.count, language),
        "open": report_words.count_words(report.total.open, language),
    }
    return Chart(
        language=language,
        title=report.inquiry.heading.in_language(language),
        described=_DESCRIBED.filled(**words).in_language(language),
        empty="" if bars else _EMPTY.in_language(language),
        height=(line.top + _LINE_HEIGHT + _FOOT if line else below + (0 if bars else ROW_HEIGHT)) + _GAP,
        bars=bars,
        line=line,
    )


def _bars(settings: Settings, report: Report, language: str) -> tuple[Bar, ...]:
    most = max((row.figures.count for row in report.rows), default=0)
    bars = []
    for place, row in enumerate(report.rows):
        name = clean_line(report_words.name_of(settings, report.inquiry.by, row, language), _LONGEST_TITLE)
        name = name or report_words.TOTAL.in_language(language)
        count, still_open = (report_words.count_words(each, language) for each in (row.figures.count, row.figures.open))
        value = f"{count} · {_OPEN.filled(open=still_open).in_language(language)}" if row.figures.open else count
        bars.append(
            Bar(
                y=_HEAD + place * ROW_HEIGHT,
                name=_cut(name),
                title=f"{name}: {value}",
                whole=round(row.figures.count / most * _BAR_ROOM, 1),
                open=round(row.figures.open / most * _BAR_ROOM, 1),
                value=value,
            )
        )
    return tuple(bars)


def _cut(name: str) -> str:
    """As much of it as there is room for."""
    ends = accumulate(next(width for fits, width in _LETTER_WIDTHS if fits(letter)) for letter in name)
    room = sum(end <= _NAME_WIDTH for end in ends)
    return name if room == len(name) else name[: room - 1].rstrip() + "…"


# -- the line ----------------------------------------------------------------------------------------------------------


def _line(days: Sequence[Day], top: float, language: str) -> Line:
    step, room = _step(max(each.open for each in days)), WIDTH - _AXIS_WIDTH - 2 * _GAP
    highest = step * max(math.ceil(max(each.open for each in days) / step), 1)
    ground = top + _LINE_HEIGHT

    def x(place: int) -> float:
        return round(_AXIS_WIDTH + place / (len(days) - 1) * room, 1)

    def y(many: float) -> float:
        return round(ground - many / highest * _LINE_HEIGHT, 1)

    seen = _places(len(days), WIDTH)
    points = " ".join(f"{x(place)},{y(days[place].open)}" for place in seen)
    levels = range(0, highest + 1, step)
    return Line(
        title=_BACKLOG.in_language(language),
        span=_SPAN.filled(first=_day(days[0], language), last=_day(days[-1], language)).in_language(language),
        top=top,
        points=points,
        area=f"{x(0)},{ground} {points} {x(len(days) - 1)},{ground}",
        levels=tuple(Tick(y(each), report_words.count_words(each, language)) for each in levels),
        days=tuple(Tick(x(each), _day(days[each], language)) for each in _places(len(days), _DAYS_NAMED)),
    )


def _places(many: int, most: int) -> list[int]:
    """Evenly spread places among so many, the first and the last always."""
    some = min(many, most)
    return sorted({round(place * (many - 1) / (some - 1)) for place in range(some)})


def _step(most: int) -> int:
    """Between two lines of the axis: 1, 2 or 5 with as many noughts as it takes for at most five of them."""
    power = 1
    while True:
        for each in (power, 2 * power, 5 * power):
            if most <= 5 * each:
                return each
        power *= 10


def _day(day: Day, language: str) -> str:
    german = phrases.known(language) == "de"
    return f"{day.day.day}.{day.day.month}.{day.day.year}" if german else day.day.isoformat()
