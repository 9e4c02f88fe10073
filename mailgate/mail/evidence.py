"""A frame of a mail program, and what proves one: addresses, dates, clocks. Every expression is bounded and linear."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BRACKETED = re.compile(r"[<(\[]\s{0,3}(?:mailto:)?[^\s<>()\[\]@]{1,100}@[^\s<>()\[\]@]{1,200}", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]@:,;\"']{1,100}@[\w.-]{1,200}\.\w{2,24}")
_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}(?:[:.h∶]|[时點点시時] ?)\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_LOOKED_AT = 4000


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines `start` to `end` (exclusive) stand above quoted mail."""

    kind: str
    """`attribution`, `header block`, `divider` or `structure` (known from the HTML alone)."""
    start: int
    end: int
    believed: bool
    """False: it looks like one, but nothing proves it."""
    forward: bool = False
    """The mail below is passed on, not answered."""
    fields: tuple[tuple[str, str], ...] = ()
    """Of a header block: (from, date, to, cc, subject …; value)."""
    addresses: tuple[str, ...] = ()
    """Bare addresses it names, in lower case."""
    weak: bool = False
    """It names nobody's address: with another frame further down, this one may be what its writer quotes himself."""
    doubtful: bool = False
    """The line above it may be its beginning, or the last words of the writer."""

    def field(self, name: str) -> str:
        """The first value of a field, or empty."""
        return next((value for label, value in self.fields if label == name), "")


def addresses(text: str) -> tuple[str, ...]:
    """Every address in the text, in lower case."""
    return tuple([found.lower() for found in _ADDRESS.findall(text[:_LOOKED_AT])]) if "@" in text else ()


def has_address(text: str) -> bool:
    """An address in brackets, as programs write it and people seldom do."""
    return "@" in text and bool(_BRACKETED.search(text[:_LOOKED_AT]))


def names_address(text: str) -> bool:
    """An address in brackets, or the bare one right before the colon at the end."""
    return "@" in text and (has_address(text) or bool(_ADDRESS.search(text.rstrip(": ").rpartition(" ")[2])))


def numbers(text: str) -> int:
    """How many numbers stand outside addresses: a date has two or three, with its clock more."""
    looked_at = text[:_LOOKED_AT]
    return len(_NUMBER.findall(_ADDRESS.sub("", looked_at) if "@" in looked_at else looked_at))


def has_year(text: str) -> bool:
    """Four figures that are a year."""
    return bool(_YEAR.search(text[:_LOOKED_AT]))


def has_clock(text: str) -> bool:
    """A time of day such as 10:00, 9.05 or 18h36."""
    return bool(_CLOCK.search(text[:_LOOKED_AT]))
