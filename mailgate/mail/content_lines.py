"""The content lines of a calendar part (RFC 5545, 3.1), as far as anybody reads them: a bounded number of lines and
entries, however large the part is, and broken lines left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

READ = 256 * 2**10
"""Bytes of a part."""
MOST_LINES = 4_000
MOST_ENTRIES = 20
MOST_ZONES = 20
MOST_ZONE_LINES = 400
_DEEPEST = 16
LONGEST_VALUE = 10_000
"""Characters."""

ENTRIES = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")
_UNREAD = ("ATTACH", "X-ALT-DESC", "X-MICROSOFT-LOCATIONS", "IMAGE")
"""Properties that may be as long as a file, and say nothing that others do not."""


@dataclass(frozen=True, slots=True)
class Line:
    """One property: name and parameter names in capitals."""

    name: str
    parameters: Mapping[str, str]
    value: str
    written: str
    """The whole unfolded line."""


@dataclass(slots=True)
class Component:
    """A calendar, an entry or a time zone: its own lines, and of a zone all lines between BEGIN and END."""

    kind: str
    lines: list[Line] = field(default_factory=list)

    def get(self, name: str) -> Line | None:
        """The first line of that property."""
        return next((line for line in self.lines if line.name == name), None)

    def text(self, name: str) -> str:
        """The text of a property, unescaped; empty where there is none."""
        line = self.get(name)
        return unescaped(line.value) if line else ""

    def all(self, name: str) -> tuple[Line, ...]:
        """Every line of that property."""
        return tuple(line for line in self.lines if line.name == name)


@dataclass(slots=True)
class Written:
    """A calendar part in its pieces."""

    calendar: Component
    entries: list[Component]
    zones: list[Component]


def written(text: str) -> Written:
    """The pieces of a part; what stands outside of any is left out."""
    found = Written(Component("VCALENDAR"), [], [])
    stack: list[str] = []
    for line in islice(lines_of(text), MOST_LINES):
        if line.name == "BEGIN" and len(stack) < _DEEPEST:
            stack.append(line.value.strip().upper())
            _begin(found, stack, line)
        elif line.name == "END":
            _end(found, stack, line)
        elif line.name not in _UNREAD:
            _put(found, stack, line)
    return found


def _begin(found: Written, stack: list[str], line: Line) -> None:
    kind = stack[-1]
    if kind in ENTRIES and "VTIMEZONE" not in stack:
        found.entries.append(Component(kind))
    elif kind == "VTIMEZONE":
        found.zones.append(Component(kind))
    elif "VTIMEZONE" in stack and found.zones:
        found.zones[-1].lines.append(line)


def _end(found: Written, stack: list[str], line: Line) -> None:
    kind = line.value.strip().upper()
    if kind in stack:  # an END that belongs to nothing ends nothing
        while stack.pop() != kind:
            pass
    if "VTIMEZONE" in stack and found.zones:
        found.zones[-1].lines.append(line)


def _put(found: Written, stack: list[str], line: Line) -> None:
    inside = stack[-1] if stack else ""
    if "VTIMEZONE" in stack:
        place = found.zones[-1] if found.zones else None
    elif inside in ENTRIES:
        place = found.entries[-1] if found.entries and len(found.entries) <= MOST_ENTRIES else None
    else:  # METHOD is read where BEGIN:VCALENDAR is missing too; of an alarm nothing is
        place = found.calendar if inside in ("VCALENDAR", "") else None
    if place is not None:
        place.lines.append(line)


def lines_of(text: str) -> Iterator[Line]:
    """Unfolded lines that are properties. Old programs end lines by LF or CR alone."""
    for unfolded in _unfolded(text):
        line = _line(unfolded)
        if line is not None:
            yield line


def _unfolded(text: str) -> Iterator[str]:
    pieces: list[str] = []
    length = 0
    for each in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if each[:1] in (" ", "\t") and pieces:
            if length < LONGEST_VALUE:
                pieces.append(each[1:])
                length += len(each)
            continue
        if pieces:
            yield "".join(pieces)
        pieces, length = [each], len(each)
    yield "".join(pieces)


def _line(unfolded: str) -> Line | None:
    """`NAME;PARAMETER=value;OTHER="a:b":value` (RFC 5545, 3.1)."""
    unfolded = unfolded[:LONGEST_VALUE]
    head, colon, value = _at_colon(unfolded)
    name, *parameters = _parted(head)
    name = name.strip().upper()
    if not colon or not name or not name.replace("-", "").isalnum():
        return None
    pairs = (each.partition("=") for each in parameters)
    return Line(name, {key.strip().upper(): said.strip().strip('"') for key, _, said in pairs}, value, unfolded)


def _at_colon(line: str) -> tuple[str, str, str]:
    """Cut at the first colon outside of quotes."""
    if '"' not in line.partition(":")[0]:
        return line.partition(":")
    inside = False
    for at, sign in enumerate(line):
        inside ^= sign == '"'
        if sign == ":" and not inside:
            return line[:at], ":", line[at + 1 :]
    return line.partition(":")


def _parted(head: str) -> list[str]:
    """Cut at semicolons outside of quotes."""
    if '"' not in head:
        return head.split(";")
    parts, inside = [""], False
    for piece in head.split('"'):
        if inside:
            parts[-1] += piece
        else:
            first, *more = piece.split(";")
            parts[-1] += first
            parts += more
        inside = not inside
    return parts


def unescaped(value: str) -> str:
    """RFC 5545, 3.3.11: `\\n` is a line break; commas, semicolons and backslashes stand behind a backslash."""
    if "\\" not in value:
        return value
    pieces = value.split("\\\\")
    return "\\".join(
        piece.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";") for piece in pieces
    )


def as_text(lines: Iterable[str]) -> str:
    """Lines as a part of a calendar."""
    return "".join(f"{line}\r\n" for line in lines)
