"""`#wait [for WHO] [until DATE]`: for whom a ticket waits, and until when, in both languages and any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailgate.rules import arguments
from mailgate.rules.arguments import Unclear, Who, plain
from mailgate.rules.dates import NoDate, PastDate, moment_of
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings

_FOR = r"(?:for|auf)"
_UNTIL = r"(?:until|till|til|bis(?: zum)?|by)"
_PATTERNS = (
    re.compile(rf"{_UNTIL}\s+(?P<until>.+?)\s+{_FOR}\s+(?P<who>.+)", re.IGNORECASE),
    re.compile(rf"(?:{_FOR}\s+(?P<who>.+?))?(?:(?:^|\s+){_UNTIL}\s+(?P<until>.+))?", re.IGNORECASE),
)
_ARTICLE = re.compile(r"(?:the|an?|den|die|das|eine?n?)\s+")

ROLES: dict[str, tuple[str, ...]] = {
    "reporter": ("reporter", "customer", "melder", "melderin", "kunde", "kundin", "kunden"),
    "statement": ("statement", "stellungnahme"),
    "part": ("part", "parts", "teil", "teile", "teilticket"),
    "other": ("other", "others", "somebody else", "andere", "anderen", "jemand anderen"),
}
"""What `waiting_for` can be, and the words for it."""

_SEVERAL = Sentence(
    "'{wanted}' can mean the reporter or one of us", "„{wanted}“ kann die meldende Person meinen oder jemanden von uns"
)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported the ticket, as far as he may be named."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the ticket waits for. `whom`: who that is, where somebody else than the reporter is named."""

    role: str | None
    whom: Who | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class When:
    """How dates of this agent on this ticket are read."""

    now: datetime
    calendar: str | None = None
    timezone: str | None = None


def read_waiting(settings: Settings, text: str, reporter: Reporter, when: When) -> Waiting:
    """Raises Unclear or NoDate where it names nobody, several, or no date."""
    wanted = " ".join(text.split())
    who, until = _parts(wanted)
    if wanted and not (who or until):
        if moment := _moment(settings, wanted, when):
            return Waiting(None, None, moment)
        who = wanted
    at = moment_of(settings, until, when.now, when.calendar, when.timezone) if until else None
    try:
        role, whom = _whom(settings, who, reporter) if who else (None, None)
    except Unclear as unclear:
        rest = f" until {until}" if until else ""
        raise Unclear(unclear.why, [f"for {each}{rest}" for each in unclear.near]) from None
    return Waiting(role, whom, at)


def _parts(wanted: str) -> tuple[str, str]:
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(wanted):
            return found["who"] or "", found["until"] or ""
    return "", ""


def _moment(settings: Settings, wanted: str, when: When) -> datetime | None:
    try:
        return moment_of(settings, wanted, when.now, when.calendar, when.timezone)
    except PastDate:
        raise
    except NoDate:
        return None


def _whom(settings: Settings, wanted: str, reporter: Reporter) -> tuple[str, Who | None]:
    if role := next((role for role, words in ROLES.items() if _ARTICLE.sub("", plain(wanted)) in words), None):
        return role, None
    if arguments.address_in(wanted) == reporter.email or plain(wanted) == plain(reporter.name):
        return "reporter", None
    own = plain(wanted) in plain(reporter.name).replace(",", " ").split()
    try:
        whom = arguments.who(settings, wanted)
    except Unclear as unclear:
        if not own:
            raise Unclear(unclear.why, (*unclear.near, "reporter")) from None
        return "reporter", None
    if own:
        raise Unclear(_SEVERAL.filled(wanted=wanted), _meanings(whom))
    return ("reporter", None) if whom.value == reporter.email else ("other", whom)


def _meanings(whom: Who) -> Sequence[str]:
    return "reporter", whom.value
