"""A mail with `#split`, taken apart: the note to all above the first part line, then each part with its own words.

Below `#split` only, a `#part` line may stand anywhere, and so may a line of dashes with somebody known behind them
(CONTRACT 6). What the commands in the pieces are is `commands.py`'s to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice, product

from mailgate.rules.command_line import read_line
from mailgate.rules.command_parts import tidy
from mailgate.rules.near import distance
from mailgate.rules.vocabulary import fold
from mailgate.rules.written import Command, Misread, Portion

IsSomebody = Callable[[str, bool], bool]
"""Whether a text names an agent or a group; True as second argument: also with a slip of the pen."""

PART_SIGN = "#part "
_DASHES = re.compile(r"(?:--|–|—|―)\s*(?P<rest>[^\s\-–—―].*)")
_HIDDEN = re.compile(r"(?:^|\s)(?:hidden|verborgen)[,.;]?$", re.IGNORECASE)
_BY = re.compile(r"(?:^|\s)(?:by|bis)\s+(?P<by>\S.*)$", re.IGNORECASE)
_SPLITS = frozenset(map(fold, ("#split", "#aufteilen")))
_LONGEST_DASHED = 120
_WORDS = {"hidden": 2, "verborgen": 2, "by": 1, "bis": 1}
"""Words behind WHO, and so many slips they may have."""
_MOST_MEANT = 4


def nobody(text: str, nearly: bool) -> bool:
    """Nobody is known: lines of dashes are ordinary lines."""
    return False


@dataclass(frozen=True, slots=True)
class PartArgs:
    """What stands behind `#part`: `ben by fri hidden`."""

    who: str
    by: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PartLine:
    """A line that begins a part, or would if it were written rightly."""

    args: str
    command: Command | None = None
    misread: Misread | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part line with the text below it, up to the next."""

    line: PartLine
    text: str


@dataclass(frozen=True, slots=True)
class Apart:
    """All of the mail: what stands above the first part line, `#split` in it, and the parts."""

    head: str
    pieces: tuple[Piece, ...]


def part_args(args: str) -> PartArgs:
    """Who gets a part, until when, and whether it is hidden, in either order."""
    by, hidden, rest = None, False, args.strip()
    for _ in range(2):
        if found := _HIDDEN.search(rest):
            hidden, rest = True, rest[: found.start()].strip()
        elif by is None and (found := _BY.search(rest)):
            by, rest = found["by"].rstrip(" ,;"), rest[: found.start()].strip()
    return PartArgs(rest.rstrip(",:;"), by, hidden)


def near_args(args: str) -> tuple[str, ...]:
    """What may have been meant where `hidden` or `by` is nearly right: all of it with the right words."""
    words = args.split()
    meant: list[tuple[str, ...]] = [(word,) if place == 0 else _near(word) for place, word in enumerate(words)]
    found = (" ".join(each) for each in product(*meant))
    return tuple(each for each in dict.fromkeys(islice(found, _MOST_MEANT)) if each != " ".join(words))


def _near(word: str) -> tuple[str, ...]:
    typed = fold(word.rstrip(",;."))
    near = tuple(each for each, slips in _WORDS.items() if 0 < distance(typed, each) <= slips)
    return (word,) if typed in _WORDS else near or (word,)


def taken_apart(text: str, names: Collection[str], is_somebody: IsSomebody) -> Apart | None:
    """The mail in pieces; None where no line of it is `#split`, or none below it begins a part. `names`: as `read_line`
    takes them."""
    lines = text.split("\n")
    start = next((place for place, line in enumerate(lines) if _splits(line, names)), None)
    if start is None:
        return None
    below = range(start + 1, len(lines))
    begun = [(place, found) for place in below if (found := _part_line(lines[place], names, is_somebody))]
    if not begun:
        return None
    ends = [*(place for place, _ in begun[1:]), len(lines)]
    pieces = (Piece(line, "\n".join(lines[place + 1 : end])) for (place, line), end in zip(begun, ends, strict=True))
    return Apart("\n".join(lines[: begun[0][0]]), tuple(pieces))


def _splits(raw: str, names: Collection[str]) -> bool:
    """`#split`, or what was meant to be it."""
    if "#" not in raw and "@" not in raw and "!" not in raw:
        return False
    line = read_line(raw, names)
    if line is None:
        return False
    meant = line.misread.near if line.misread else ()
    return any(each.name == "split" for each in line.commands) or any(fold(each) in _SPLITS for each in meant)


def _part_line(raw: str, names: Collection[str], is_somebody: IsSomebody) -> PartLine | None:
    line = read_line(raw, names)
    if line is None:
        return _dashed(tidy(raw), is_somebody)
    if len(line.commands) == 1 and line.commands[0].name == "part" and line.commands[0].ticket is None:
        return PartLine(line.commands[0].args, line.commands[0])
    near = line.misread.near if line.misread else ()
    meant = next((each for each in near if _is_part(each)), None)
    return PartLine(meant.partition(" ")[2], misread=line.misread) if meant else None


def _is_part(line: str) -> bool:
    read = read_line(line)
    return read is not None and len(read.commands) == 1 and read.commands[0].name == "part"


def _dashed(seen: str, is_somebody: IsSomebody) -> PartLine | None:
    """`-- ben by fri`: only somebody known begins a part so, with or, where more stands there, without a slip."""
    found = _DASHES.fullmatch(seen[:_LONGEST_DASHED])
    if found is None or len(seen) > _LONGEST_DASHED:
        return None
    said = part_args(found["rest"])
    known = said.who and is_somebody(said.who, bool(said.by or said.hidden))
    if not known and not any(is_somebody(part_args(each).who, False) for each in near_args(found["rest"])):
        return None
    args = found["rest"].strip()
    return PartLine(args, Command("part", args, f"{PART_SIGN}{args}", None, "part"))


# -- kept for a correction ---------------------------------------------------------------------------------------------


def reassembled(commands: Sequence[Command], kept: str) -> tuple[str, tuple[Portion, ...]] | None:
    """The kept words of a split (`Written.whole`) with these part lines instead of those they were kept with: the note
    to all, and the parts. None where they are not as many."""
    lines = kept.split("\n")
    places = [place for place, line in enumerate(lines) if line.startswith(PART_SIGN)]
    parts = [each for each in commands if each.name == "part"]
    if len(places) != len(parts):
        return None
    ends = [*places[1:], len(lines)]
    texts = ("\n".join(lines[place + 1 : end]).strip("\n") for place, end in zip(places, ends, strict=True))
    head = "\n".join(lines[: places[0] if places else len(lines)]).strip("\n")
    return head, tuple(Portion(part.args, text) for part, text in zip(parts, texts, strict=True))
