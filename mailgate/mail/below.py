"""The text below the frame of a mail that is passed on, as its writer wrote it: without the quote marks and the
indentation of the program, without the lines it draws around; and what the forwarder wrote below all that."""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.mail.phrases import phrases

_MARK = ">"
_DRAWN = "-‐‑‒–—=*_~#< "
_LONGEST_END = 120
_CUT = "===8<==="
"""The Bat! draws it above and below the mail."""
_LONG_RULER = 30
_INDENTATION = "    "
"""Outlook for Mac writes what it passes on so much further right."""


def below_frame(lines: Sequence[str], depth: int) -> tuple[str, str]:
    """(the text, what stands below its end). `lines`: as written, below the frame; `depth`: the frame's quote marks."""
    end = _end_of(lines, depth)
    text, rest = lines[:end], lines[end + 1 :]
    filled = [line for line in text if line.strip("> \t\xa0")]
    if filled and all(_depth(line) > depth for line in filled):  # Missive quotes the text, but not the frame
        depth += 1
    bare = _undrawn([_unquoted(line, depth) for line in text])
    if all(line.startswith(_INDENTATION) for line in bare if line.strip()):
        bare = [line.removeprefix(_INDENTATION) for line in bare]
    return "\n".join(bare).strip(), "\n".join(rest).strip()


def _end_of(lines: Sequence[str], depth: int) -> int:
    """The line that says that the mail ends here; else the end. A mail passed on inside it has an end of its own."""
    level = 1
    for at, line in enumerate(lines):
        bare = line.strip().lstrip("> ") if depth else line.strip()
        if not bare or bare[0] not in _DRAWN or len(bare) > _LONGEST_END:
            continue
        words = words_of(bare)
        level += is_forwarding(bare, words) - (words in phrases().ends)
        if level == 0:
            return at
    return len(lines)


def is_drawn(bare: str) -> bool:
    """A line of signs, with or without words between them."""
    return len(bare) > 2 and bare[:3].strip(_DRAWN) == ""


def words_of(bare: str) -> str:
    """What a drawn line says, case-folded."""
    return bare.strip(_DRAWN).rstrip(":：").strip(_DRAWN).casefold()


def is_forwarding(bare: str, words: str) -> bool:
    """A drawn line says that a mail is passed on: `--- Forwarded message ---`, `--- Forwarded by NAME on DATE ---`."""
    known = phrases().forwards
    if words in known:
        return bare[:2].strip(_DRAWN) == ""
    return bare.startswith("---") and any(words.startswith(f"{each} ") for each in known)


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
