"""What a server says about mails, read, and mails named to it (RFC 3501, 7.4.2 and 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final, NamedTuple

from mailgate.intake.imap_wire import Pieces
from mailgate.mail.dates import sent_at

_UID: Final = re.compile(rb"\bUID (\d{1,10})\b", re.IGNORECASE)
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b", re.IGNORECASE)
_DATE: Final = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"', re.IGNORECASE)
_RUN: Final = 200
"""UIDs named in one command: long lists make lines that servers refuse."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder, as the server describes it."""

    uidvalidity: int
    read_only: bool
    exists: int
    uidnext: int | None = None
    """Above all UIDs that were ever given; None where the server does not say it."""


class Weighed(NamedTuple):
    """A mail, before it is fetched. `arrived`: INTERNALDATE, in UTC where it can be read: servers write it in their own
    zone, which changes."""

    uid: int
    size: int
    arrived: str


def weighed(pieces: Pieces) -> Weighed | None:
    """One FETCH response with size and date; None where it is none."""
    uid, size, date = uid_of(pieces), _SIZE.search(pieces[0]), _DATE.search(pieces[0])
    return (
        Weighed(uid, int(size[1]), _in_utc(date[1].decode("ascii", "replace")) if date else "")
        if uid and size
        else None
    )


def _in_utc(date: str) -> str:
    when = sent_at(date.strip().replace("-", " ", 2))  # RFC 3501, date-time: as in a Date, with `-` for blanks
    return when.astimezone(UTC).isoformat() if when else date


def uid_of(pieces: Pieces) -> int | None:
    """Told before or behind the literal; what stands in the literal is the mail, and counts for nothing."""
    found = next((match for text in pieces[::2] if (match := _UID.search(text))), None)
    return int(found[1]) if found and b"FETCH" in pieces[0].upper() else None


def listed(said: Iterable[Pieces]) -> list[int]:
    """The UIDs that a search has found, in their order."""
    words = (each[0] for each in said if each[0].upper().startswith(b"SEARCH"))
    return sorted({int(word) for line in words for word in line.split()[1:] if word.isdigit()})


def runs(uids: Sequence[int]) -> Iterable[Sequence[int]]:
    """In pieces that a server takes."""
    return (uids[at : at + _RUN] for at in range(0, len(uids), _RUN))


def as_set(uids: Sequence[int]) -> str:
    """`3:7,9` for 3 4 5 6 7 9 (RFC 3501, sequence-set)."""
    found: list[list[int]] = []
    for uid in sorted(uids):
        if found and uid == found[-1][1] + 1:
            found[-1][1] = uid
        else:
            found.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in found)
