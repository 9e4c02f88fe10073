"""The time zone that a calendar part names: one of the world, by its name or that of Windows, else the one that the
part defines itself (RFC 5545, 3.2.19 and 3.6.5).

The library remembers zones by their names for as long as the process lives. So it is never given a name of a part:
what one mail calls "Office" must not set the clocks of the next.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from datetime import tzinfo
from types import ModuleType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailgate.mail.content_lines import MOST_ZONE_LINES, MOST_ZONES, Component, Written, as_text

_NAME: Final = re.compile(r"[A-Za-z][\w+-]{1,31}(?:/[A-Za-z][\w+-]{0,31}){0,2}", re.ASCII)
_OTHER_NAMES: Final = {"tzone://Microsoft/Utc": "UTC", "Z": "UTC"}

# A zone's rule is reckoned through from its beginning, mostly in 1601: only what happens about once a year may be.
_HARMLESS_RULE: Final = re.compile(
    r"FREQ=YEARLY(?:;(?:INTERVAL=\d{1,2}|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?[A-Z]{2}|BYMONTHDAY=[\d,]{1,25}|WKST=[A-Z]{2}"
    r"|UNTIL=[\dTZ]{8,16})){0,6}"
)


def zone_of(name: str, found: Written, library: ModuleType) -> tzinfo | None:
    """The zone of that name in this part; None where nobody knows it, or where its definition is broken."""
    for candidate in _names(name):
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, OSError):  # a folder of the zones, such as `Europe`
            continue
    own = next((each for each in found.zones[:MOST_ZONES] if each.text("TZID").strip() == name), None)
    return _defined(own, library) if own and _is_harmless(own) else None


def _names(name: str) -> Iterator[str]:
    """As written; in Windows' names; and behind a program's own path: `/mozilla.org/20050126_1/Europe/Berlin`."""
    plain = name.strip("/")
    windows = importlib.import_module("icalendar.timezone.windows_to_olson").WINDOWS_TO_OLSON
    pieces = plain.split("/")
    behind = ("/".join(pieces[-length:]) for length in (3, 2)) if name.startswith("/") else ()
    for each in (plain, _OTHER_NAMES.get(plain), windows.get(plain), *behind):
        if each and _NAME.fullmatch(each):
            yield each


def _is_harmless(zone: Component) -> bool:
    rules = (line.value.strip().upper() for line in zone.lines if line.name in ("RRULE", "EXRULE"))
    return len(zone.lines) <= MOST_ZONE_LINES and all(_HARMLESS_RULE.fullmatch(each) for each in rules)


def _defined(zone: Component, library: ModuleType) -> tzinfo | None:
    lines = (line.written for line in zone.lines if line.name != "TZID")
    text = as_text(("BEGIN:VTIMEZONE", "TZID:of this part", *lines, "END:VTIMEZONE"))
    try:
        made = library.Timezone.from_ical(text).to_tz(lookup_tzid=False)
    except ValueError:
        return None
    return made if isinstance(made, tzinfo) else None
