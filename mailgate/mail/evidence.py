"""A frame of a mail program, and what proves one: addresses, dates, clocks. Every expression is bounded and linear."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BRACKETED = re.compile(r"[<(\[]\s{0,3}(?:mailto:)?[^\s<>()\[\]@]{1,100}@[^\s<>()\[\]@]{1,200}", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]@:,;\"']{1,100}@[\w.-]{1,200}\.\w{2,24}")
_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
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

    def field(self, name: str) -> str:
        """The first value of a field, or empty."""
        return next((value for label, value in self.fields if label == name), "")


def addresses(text: str) -> tuple[str, ...]:
    """Every address in the text, in lower case."""
    return tuple(found.lower() for found in _ADDRESS.findall(text[:_LOOKED_AT]))


def has_address(text: str) -> bool:
    """An address in brackets, as programs write it and people seldom do."""
    return bool(_BRACKETED.search(text[:_LOOKED_AT]))


def numbers(text: str) -> int:
    """How many numbers stand outside addresses: a date has two or three, with its clock more."""
    return len(_NUMBER.findall(_ADDRESS.sub("", text[:_LOOKED_AT])))


def has_clock(text: str) -> bool:
    """A time of day such as 10:00, 9.05 or 18h36."""
    return bool(_CLOCK.search(text[:_LOOKED_AT]))
