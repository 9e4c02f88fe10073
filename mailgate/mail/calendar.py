"""The calendar part of a mail as an `Invitation` (RFC 5545, 5546, 6047): who, when, where, and what is said of it.

Texts are read by our own bounded reader (`content_lines.py`); times, with the zones of Windows and those that the part
defines itself, by the library icalendar (extra `calendar`), which gets only the few lines that it is asked about.
Without the library everything but the times is read.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from types import ModuleType
from typing import Any, Final
from zoneinfo import ZoneInfo

from mailgate.mail.calendar_zones import zone_of
from mailgate.mail.content_lines import READ, Component, Written, as_text, written
from mailgate.mail.invitation import Guest, Invitation, Repeat
from mailgate.mail.message import Attachment
from mailgate.mail.parts import guarded
from mailgate.mail.words import clean_body, clean_line, decode_bytes

MEDIA_TYPES: Final = ("text/calendar", "application/ics")

_ANY_TYPES: Final = ("application/octet-stream", "text/plain", "text/x-vcalendar", "application/x-unknown")

_LONGEST_TEXT: Final = 300
_LONGEST_LINK: Final = 1_000
_MOST_GUESTS: Final = 200
_YEARS: Final = range(1970, 2200)
"""Times outside of these are none that anybody means, and near the ends of the calendar zones can not be reckoned."""
_METHOD: Final = re.compile(r"[A-Z][A-Z-]{0,19}")
_TIMES: Final = ("DTSTART", "DTEND", "DUE", "DURATION", "RRULE")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EVERY: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

_LINK_FIELDS: Final = ("X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-GOOGLE-CONFERENCE", "CONFERENCE", "URL")
_LINK: Final = re.compile(
    r"https://(?:[\w-]{1,40}\.){0,4}(?:teams\.microsoft\.com|teams\.live\.com|zoom\.us|meet\.google\.com|webex\.com"
    r"|gotomeeting\.com|gotomeet\.me|whereby\.com|meet\.jit\.si|bluejeans\.com)/[^\s<>\"\\]{1,900}"
)


def invitation_of(files: Sequence[Attachment], defects: list[str]) -> Invitation | None:
    """What the calendar part among these files says, that of the text before others; None where there is none."""
    parts = [file for file in files if is_entry(file)]
    if not parts:
        return None
    part = min(parts, key=lambda file: (not file.inline, file.media_type != MEDIA_TYPES[0]))
    return guarded(defects, "the calendar entry", None, _invitation, part, defects)


def is_entry(file: Attachment) -> bool:
    """Whether it is a calendar part, or a file that is one by its name."""
    return file.media_type in MEDIA_TYPES or (file.media_type in _ANY_TYPES and file.name.lower().endswith(".ics"))


def _invitation(part: Attachment, defects: list[str]) -> Invitation | None:
    if part.size > READ:
        defects.append(f"only the first {READ} bytes of the calendar entry were read")
    found = written(decode_bytes(part.content[:READ], None))
    method = (found.calendar.text("METHOD") or part.method).strip().upper()
    if not (found.entries or method or found.calendar.lines):
        return None
    said = Invitation(
        method=method if _METHOD.fullmatch(method) else "", inline=part.inline, declared=bool(part.method)
    )
    if not found.entries:
        return said
    entry = next((each for each in found.entries if each.get("RECURRENCE-ID") is None), found.entries[0])
    return _with_times(_with_words(said, found, entry), found, entry, defects)


# -- what is said in words ---------------------------------------------------------------------------------------------


def _with_words(said: Invitation, found: Written, entry: Component) -> Invitation:
    organizer = entry.get("ORGANIZER")
    events = {uid for each in found.entries if (uid := each.text("UID"))} or {""}
    sequence = entry.text("SEQUENCE").strip()
    where, link = _line_of(entry, "LOCATION"), _link(entry)
    return replace(
        said,
        uid=clean_line(entry.text("UID"), _LONGEST_TEXT),
        summary=_line_of(entry, "SUMMARY"),
        where="" if where == link else where,
        link=link,
        organizer=_guest(organizer.value, organizer.parameters) if organizer else None,
        guests=tuple(_guest(each.value, each.parameters) for each in entry.all("ATTENDEE")[:_MOST_GUESTS]),
        description=_body_of(entry, "DESCRIPTION"),
        comment=_body_of(entry, "COMMENT"),
        changed=sequence.isdecimal() and sequence.isascii() and int(sequence[:9]) > 0,
        others=len(events) - 1,
    )


def _line_of(entry: Component, name: str) -> str:
    return clean_line(entry.text(name), _LONGEST_TEXT)


def _body_of(entry: Component, name: str) -> str:
    return clean_body(entry.text(name)).strip()


def _guest(value: str, parameters: Any) -> Guest:
    scheme, colon, address = value.strip().partition(":")
    email = address if colon and scheme.lower() == "mailto" else ""
    name = parameters.get("CN", "")
    status = parameters.get("PARTSTAT", "").upper()
    return Guest(
        name=clean_line("" if name.lower() == email.lower() else name, _LONGEST_TEXT),
        email=clean_line(email, _LONGEST_TEXT),
        status=status if _METHOD.fullmatch(status) else "",
    )


def _link(entry: Component) -> str:
    """Of the meeting: programs write it into a field of their own, into the place, or only into the description."""
    named = (entry.text(name).strip() for name in _LINK_FIELDS)
    if own := next((each for each in named if each.startswith("https://") and len(each) <= _LONGEST_LINK), ""):
        return clean_line(own, _LONGEST_LINK)
    found = _LINK.search(entry.text("LOCATION")) or _LINK.search(entry.text("DESCRIPTION"))
    return clean_line(found[0].rstrip(".,;)>]"), _LONGEST_LINK) if found else ""


# -- when --------------------------------------------------------------------------------------------------------------


def _with_times(said: Invitation, found: Written, entry: Component, defects: list[str]) -> Invitation:
    library = _library()
    if library is None:
        return said
    return guarded(defects, "the times of the calendar entry", said, _timed, said, found, entry, library)


def _library() -> ModuleType | None:
    """icalendar, which is imported with the first invitation; None where it is not installed."""
    try:
        return importlib.import_module("icalendar")
    except ImportError:
        return None


def _timed(said: Invitation, found: Written, entry: Component, library: ModuleType) -> Invitation:
    event = library.Event.from_ical(as_text(("BEGIN:VEVENT", *_without_zones(entry), "END:VEVENT")))
    named = [line for name in _TIMES if (line := entry.get(name)) and line.parameters.get("TZID")]
    zone = {line.name: zone_of(line.parameters["TZID"], found, library) for line in named}
    start = _sane(_value(event, "DTSTART"), zone.get("DTSTART"))
    end = _sane(_value(event, "DTEND"), zone.get("DTEND")) or _sane(_value(event, "DUE"), zone.get("DUE"))
    length = _value(event, "DURATION")
    if end is None and start is not None and isinstance(length, timedelta):
        end = _sane(start + min(length, timedelta(days=366)))
    if start is not None and not _are_alike(start, end):
        end = None
    called = _called(named[0].parameters["TZID"], zone[named[0].name]) if named else ""
    return replace(said, start=start, end=end, zone=called, repeat=_repeat(event.get("RRULE")))


def _called(name: str, zone: tzinfo | None) -> str:
    """As its writer names it; not with the path that some programs put before it."""
    return zone.key if name.startswith("/") and isinstance(zone, ZoneInfo) else clean_line(name, _LONGEST_TEXT)


def _without_zones(entry: Component) -> Iterator[str]:
    """The lines about the times, as the library reads them: with no name of a zone, which it would remember."""
    for line in (found for name in _TIMES if (found := entry.get(name))):
        kind = ";VALUE=DATE" if line.parameters.get("VALUE", "").upper() == "DATE" else ""
        yield f"{line.name}{kind}:{line.value}"


def _are_alike(start: datetime | date, end: datetime | date | None) -> bool:
    """Both whole days, both in a zone, or both without one: all else can not be compared, and is none of RFC 5545."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return (start.tzinfo is None) is (end.tzinfo is None)
    return not isinstance(start, datetime) and not isinstance(end, datetime)


def _value(event: Any, name: str) -> Any:
    """The time or length of that property; None where there is none, or where it is broken."""
    try:
        return getattr(event.get(name), "dt", None)
    except ValueError:
        return None


def _sane(when: Any, zone: tzinfo | None = None) -> datetime | date | None:
    """In this zone, where it says none itself."""
    if not isinstance(when, date) or when.year not in _YEARS:
        return None
    if not isinstance(when, datetime):
        return when
    there: datetime = when.replace(tzinfo=zone) if when.tzinfo is None and zone is not None else when
    # Zones that a part defines itself are reckoned here, once: nobody behind us meets what they may raise.
    return there if there.tzinfo is None or isinstance(zone, ZoneInfo) else there.replace(tzinfo=_fixed(there))


def _fixed(when: datetime) -> tzinfo | None:
    """The offset of that moment."""
    offset = when.utcoffset()
    return timezone(offset) if offset is not None else None


def _repeat(rule: Any) -> Repeat | None:
    if not rule:
        return None
    every = str(_first(rule, "FREQ", "")).upper() if isinstance(rule, dict) else ""
    if every not in _EVERY:
        return None
    until, count = _first(rule, "UNTIL", None), _first(rule, "COUNT", None)
    days = [str(each)[-2:].upper() for each in rule.get("BYDAY", ())][:7]
    return Repeat(
        every=every,
        interval=max(1, min(int(_first(rule, "INTERVAL", 1)), 999)),
        days=tuple(_DAYS.index(each) for each in dict.fromkeys(days) if each in _DAYS) if every == "WEEKLY" else (),
        until=until.date() if isinstance(until, datetime) else until if isinstance(until, date) else None,
        count=min(int(count), 9999) if count else None,
    )


def _first(rule: Any, name: str, otherwise: Any) -> Any:
    values = rule.get(name)
    return values[0] if isinstance(values, list) and values else values or otherwise
