"""A meeting of Exchange, as TNEF carries it (MS-OXOCAL), written as iCalendar (RFC 5545), so that there is one reader
of invitations and a file that any calendar opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailgate.mail.mapi import APPOINTMENT, MEETING, Key, Properties
from mailgate.mail.packed import Packed
from mailgate.mail.tnef import Tnef

# Message class (its start), method (RFC 5546), and what an answer says (RFC 5545, 3.2.12).
_CLASSES: tuple[tuple[str, str, str], ...] = (
    ("ipm.schedule.meeting.request", "REQUEST", ""),
    ("ipm.microsoft schedule.mtgreq", "REQUEST", ""),
    ("ipm.schedule.meeting.canceled", "CANCEL", ""),
    ("ipm.microsoft schedule.mtgcncl", "CANCEL", ""),
    ("ipm.schedule.meeting.resp.pos", "REPLY", "ACCEPTED"),
    ("ipm.microsoft schedule.mtgrespp", "REPLY", "ACCEPTED"),
    ("ipm.schedule.meeting.resp.tent", "REPLY", "TENTATIVE"),
    ("ipm.microsoft schedule.mtgrespa", "REPLY", "TENTATIVE"),
    ("ipm.schedule.meeting.resp.neg", "REPLY", "DECLINED"),
    ("ipm.microsoft schedule.mtgrespn", "REPLY", "DECLINED"),
    ("ipm.appointment", "PUBLISH", ""),
)
_STARTS: tuple[Key, ...] = ((APPOINTMENT, 0x820D), 0x0060)
_ENDS: tuple[Key, ...] = ((APPOINTMENT, 0x820E), 0x0061)
_PLACES: tuple[Key, ...] = ((APPOINTMENT, 0x8208), (MEETING, 0x0002))
_ADDRESSES: tuple[Key, ...] = (0x5D02, 0x5D01, 0x0065, 0x0C1F)
_GLOBAL_ID: Key = (MEETING, 0x0003)
_NAME = 0x0042
_LONGEST = 2_000
_LINE = 70
"""RFC 5545, 3.1: lines of at most 75 bytes; characters of several bytes are rare enough in the rest."""


def invitation(tnef: Tnef) -> Packed | None:
    """The meeting as a file `invite.ics`, or None where the message is none or has no time."""
    kind = tnef.message_class.lower()
    found = next((row for row in _CLASSES if kind.startswith(row[0])), None)
    start = _first_time(tnef.properties, _STARTS)
    if found is None or start is None:
        return None
    lines = (folded for line in _lines(tnef, found[1], found[2], start) for folded in _folded(line))
    return Packed("invite.ics", "".join(f"{line}\r\n" for line in lines).encode(), "text/calendar")


def _lines(tnef: Tnef, method: str, answer: str, start: datetime) -> Iterator[str]:
    known = tnef.properties
    end = _first_time(known, _ENDS)
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//mailgate//winmail.dat//EN", f"METHOD:{method}")
    yield from ("BEGIN:VEVENT", f"UID:{known.content(_GLOBAL_ID).hex().upper() or _written(start)}")
    yield from (f"DTSTAMP:{_written(start)}", f"DTSTART:{_written(start)}")
    yield from (f"DTEND:{_written(end)}",) if end else ()
    yield f"SUMMARY:{_escaped(tnef.subject)}"
    place = next((text for key in _PLACES if (text := known.text(key))), "")
    yield from (f"LOCATION:{_escaped(place)}",) if place else ()
    person = next((text for key in _ADDRESSES if "@" in (text := known.text(key)) and text.isprintable()), "")
    if person:
        role = "ATTENDEE;PARTSTAT=" + answer if answer else "ORGANIZER"
        yield f'{role};CN="{_name(known)}":mailto:{person}'
    yield from ("END:VEVENT", "END:VCALENDAR")


def _name(known: Properties) -> str:
    return "".join(char for char in known.text(_NAME) if char.isprintable() and char != '"')


def _first_time(known: Properties, keys: tuple[Key, ...]) -> datetime | None:
    return next((time for key in keys if (time := known.time(key))), None)


def _written(time: datetime) -> str:
    return f"{time:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11."""
    plain = text[:_LONGEST].replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "".join(char for char in plain.replace("\r\n", "\\n").replace("\n", "\\n") if char.isprintable())


def _folded(line: str) -> Iterator[str]:
    yield line[:_LINE]
    for at in range(_LINE, len(line), _LINE):
        yield " " + line[at : at + _LINE]
