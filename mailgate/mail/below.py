"""The text below the frame of a mail that is passed on, as its writer wrote it: without the quote marks and the
indentation of the program, without the lines it draws around; and what the forwarder wrote below all that."""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.mail.message import Address
from mailgate.mail.phrases import phrases

_MARK = ">"
_DRAWN = "-‐‑‒–—=*_~#< "
_LONGEST_END = 120
_CUT = "===8<==="
"""The Bat! draws it above and below the mail."""
_LONG = "--------"
_LONG_RULER = 30
_INDENTATION = "    "
"""Outlook for Mac writes what it passes on so much further right."""


def below_frame(lines: Sequence[str], depth: int, *, ended: bool) -> tuple[str, str]:
    """(the text, what stands below its end). `lines`: as written, below the frame; `depth`: the frame's quote marks;
    `ended`: its program marks the end (`marks_end`), so that no other line is taken for it."""
    end = _end_of(lines, depth) if ended else len(lines)
    text, rest = lines[:end], lines[end + 1 :]
    filled = [line for line in text if line.strip("> \t\xa0")]
    if filled and all(_depth(line) > depth for line in filled):  # Missive quotes the text, but not the frame
        depth += 1
    bare = _undrawn([_unquoted(line, depth) for line in text])
    if all(line.startswith(_INDENTATION) for line in bare if line.strip()):
        bare = [line.removeprefix(_INDENTATION) for line in bare]
    return "\n".join(bare).strip(), "\n".join(rest).strip()


def marks_end(opening: str, writer: Address, kind: str) -> bool:
    """Whether the program that draws this line above a mail draws one below it too: Gnus and Mail.ru, as the data says,
    Yandex, which has an attribution below it, mutt and Horde, which name the writer in it."""
    words = words_of(opening)
    named = any(each and each.casefold() in words for each in (writer.email, writer.name))
    if words in phrases().forwards:
        return opening.startswith(_LONG) and (words in phrases().ended or kind == "attribution")
    return named and any(words.startswith(f"{each} ") for each in phrases().forwards)


def _end_of(lines: Sequence[str], depth: int) -> int:
    """The last line that says that a mail ends here; else the end. Those above it are a part of the mail, whoever wrote
    them: one passed on inside it has an end of its own."""
    for at in range(len(lines) - 1, -1, -1):
        bare = lines[at].strip().lstrip("> ") if depth else lines[at].strip()
        if bare and bare[0] in _DRAWN and len(bare) <= _LONGEST_END and words_of(bare) in phrases().ends:
            return at
    return len(lines)


def is_drawn(bare: str) -> bool:
    """A line of signs, with or without words between them."""
    return len(bare) > 2 and bare[:3].strip(_DRAWN) == ""


def words_of(bare: str) -> str:
    """What a drawn line says, case-folded."""
    return bare.strip(_DRAWN).rstrip(":：").strip(_DRAWN).casefold()


def _undrawn(lines: list[str]) -> list[str]:
    """Without what The Bat! and KMail draw above and below the mail, and Zoho below its header block."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if not filled:
        return lines
    first, last = filled[0], filled[-1]
    above, below = lines[first].strip(), lines[last].strip()
    start = (
        first + 1 if above.startswith(_CUT) or (above[:5] == "=====" and words_of(above) in phrases().forwards) else 0
    )
    is_end = below.startswith(_CUT) or (len(below) >= _LONG_RULER and not below.strip("-"))
    return lines[start : last if is_end and last >= start else len(lines)]


def _depth(line: str) -> int:
    rest = line.lstrip("> ")
    return line[: len(line) - len(rest)].count(_MARK)


def _unquoted(line: str, depth: int) -> str:
    """Without the quote marks of the forwarding program (Apple Mail quotes what it forwards)."""
    for _ in range(depth):
        line = line.removeprefix(_MARK).removeprefix(" ")
    return line.rstrip()
