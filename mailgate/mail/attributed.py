"""Who wrote and when, as an attribution line says: `On 23/11/2026 10:00, "Karl Klein" <karl@x.example> wrote:`.

Needed for what a program passes on below such a line (Outlook for Mac, Yandex, old Proton). No language is known here
but the words of the data: what stands behind the last figure of the date and is none of them is the name.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from mailgate.mail.message import Address
from mailgate.mail.named import place_of, writer_of
from mailgate.mail.phrases import phrases

_LONGEST = 600
_PAIRS = (('"', '"'), ("«", "»"), ("„", "”"), ("„", "“"), ("“", "”"))
_SIGNS = " ,:;-–—(<[\t"
_OF_CLOCKS = frozenset(
    (
        "am",
        "pm",
        "a.m.",
        "p.m.",
        "uhr",
        "h",
        "utc",
        "gmt",
        "cet",
        "cest",
        "mez",
        "mesz",
        "est",
        "edt",
        "pst",
        "pdt",
        "msk",
    )
)


class Attributed(NamedTuple):
    """What the line says; what it does not say is empty."""

    writer: Address
    date: str


def attributed(text: str) -> Attributed:
    """Of the one to four lines of an attribution, joined."""
    text = text[:_LONGEST].strip().strip("-–—_ ").rstrip("：:").strip()
    named = writer_of(text)
    email = named.email if named else ""
    start, end = place_of(email, text) or (len(text), len(text))
    before, behind = text[:start].rstrip(_SIGNS), text[end:]
    name, start = _quoted(before) or _behind_date(before)
    date = _date(before[:start]) or _date(behind)
    return Attributed(Address("" if "@" in name else name, email), date)


def _quoted(before: str) -> tuple[str, int] | None:
    """The name in quotation marks, right before the address, and where it begins."""
    for opening, closing in _PAIRS:
        if before.endswith(closing) and (start := before.rfind(opening, 0, len(before) - 1)) >= 0:
            return before[start + 1 : -1].strip("' "), start
    return None


def _behind_date(before: str) -> tuple[str, int]:
    """The words behind the last figure, without those that programs put there."""
    words = before.split(" ")
    first = max((at + 1 for at, word in enumerate(words) if any(map(str.isdigit, word))), default=0)
    while first < len(words) and _is_no_name(words[first]):
        first += 1
    start = len(" ".join(words[:first]))
    return " ".join(words[first:]).strip(_SIGNS + "'\""), start


def _is_no_name(word: str) -> bool:
    plain = word.strip(_SIGNS + "\"'").casefold()
    return not plain or plain in _OF_CLOCKS or plain in _words() or plain.startswith(("gmt", "utc"))


def _date(text: str) -> str:
    """The stretch with figures, without the words of the language around it."""
    words = text.split()
    figures = [at for at, word in enumerate(words) if any(map(str.isdigit, word))]
    if not figures or sum(map(str.isdigit, text)) < 3:
        return ""
    start, end = 0, len(words)
    while start < figures[0] and _is_no_name(words[start]):
        start += 1
    while end > figures[-1] + 1 and _is_fixed(words[end - 1]):
        end -= 1
    return " ".join(words[start:end]).strip(_SIGNS + ">)]").strip()


def _is_fixed(word: str) -> bool:
    plain = word.strip(_SIGNS).casefold()
    return not plain or (plain in _words() and plain not in _OF_CLOCKS)


@cache
def _words() -> frozenset[str]:
    """Every fixed word of an attribution in any language."""
    return frozenset(
        word.strip(":,") for pattern in phrases().attributions for piece in pattern.words for word in piece.split()
    )
