"""Commands in an agent's mail: finds them at the start and the end of the new words, and takes them out of the text.

`vocabulary.py` lists the words, `command_line.py` reads one line, this module knows where a command may stand.
Nothing here looks at tickets, people or configuration.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mailgate.rules import courtesy
from mailgate.rules.command_line import Line, read_line
from mailgate.rules.command_parts import tidy, unescaped
from mailgate.rules.destination import LETTER_DESTINATION, Destination, answering, contradictions, destination
from mailgate.rules.vocabulary import BUILT, fold
from mailgate.rules.written import Command, Misread, Written
from mailgate.sentence import Sentence

__all__ = [
    "BUILT",
    "LETTER_DESTINATION",
    "Command",
    "Destination",
    "Misread",
    "Written",
    "answering",
    "destination",
    "read_commands",
]

_OUT_OF_PLACE = Sentence(
    "commands stand at the start or the end of the text", "Befehle stehen am Anfang oder am Ende des Textes"
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One line of the mail: as it came, tidied, and as a command line where it looks like one."""

    raw: str
    tidy: str
    line: Line | None

    @property
    def is_blank(self) -> bool:
        return not self.tidy


def read_commands(text: str, names: Collection[str] = ()) -> Written:
    """Read an agent's new words (LF lines, quotes and signature already cut). Linear; never raises.

    `names`: what agents, groups and the reporter are called, each in any number of words. `@Lisa` is then a mention and
    no near miss of `#list`, and a lone name below the commands is no answer.
    """
    known = _known(names)
    seen = [_Seen(raw, tidy(raw), read_line(raw, known)) for raw in text.split("\n")]
    if not any(each.line for each in seen):
        return Written((), _text(seen, ()), ())
    allowed = _places(seen, known)
    commands = tuple(_once(command for place in allowed for command in _commands(seen[place])))
    misread = (*_misread(seen, allowed), *contradictions(commands))
    words = _text(seen, allowed)
    return Written(commands, "" if _says_nothing(seen, known) else words, misread)


def _says_nothing(seen: Sequence[_Seen], known: Collection[str]) -> bool:
    """Only greeting and closing stand beside the commands: no empty reply is made of them."""
    left = [each.tidy for each in seen if not each.line and not each.is_blank]
    return courtesy.says_nothing(left, known) and not any(each.line and each.line.words for each in seen)


def _known(names: Collection[str]) -> frozenset[str]:
    folded = [fold(tidy(name)) for name in names]
    return frozenset([*folded, *(word for name in folded for word in name.split())]) - {""}


def _commands(seen: _Seen) -> tuple[Command, ...]:
    return seen.line.commands if seen.line else ()


def _once(commands: Iterable[Command]) -> Iterable[Command]:
    """Each command once: somebody who writes #close above and below means one."""
    first: dict[tuple[str, str, int | None], Command] = {}
    for each in commands:
        first.setdefault((each.name, each.args, each.ticket), each)
    return first.values()


# -- where a command may stand -----------------------------------------------------------------------------------------


def _places(seen: Sequence[_Seen], known: Collection[str]) -> dict[int, None]:
    """Numbers of the lines at the start and the end of the text, in order, that may be commands."""
    written = [place for place, each in enumerate(seen) if not each.is_blank]
    leading = list(_leading(seen, written))
    trailing = list(_trailing(seen, written[len(leading) :], known))
    return dict.fromkeys([*leading, *reversed(trailing)])


def _leading(seen: Sequence[_Seen], written: Sequence[int]) -> Iterator[int]:
    """Command lines above all other words; one greeting may stand above them."""
    greeted = len(written) > 1 and seen[written[1]].line and courtesy.is_greeting(seen[written[0]].tidy)
    for place in written[1 if greeted else 0 :]:
        if not seen[place].line:
            return
        yield place


def _trailing(seen: Sequence[_Seen], written: Sequence[int], known: Collection[str]) -> Iterator[int]:
    """Command lines below all other words, from the last to the first; a closing may stand below them."""
    last = [seen[place].tidy for place in written[-5:]]
    closing = courtesy.closing_length(last, known)
    for place in reversed(written[: len(written) - closing]):
        if not seen[place].line:
            return
        yield place


def _misread(seen: Sequence[_Seen], allowed: Collection[int]) -> Iterator[Misread]:
    for place, each in enumerate(seen):
        if each.line and each.line.misread:
            yield each.line.misread
        elif each.line and place not in allowed:
            yield Misread(each.raw.strip(), _OUT_OF_PLACE, (each.tidy,))


# -- the words that are left -------------------------------------------------------------------------------------------


def _text(seen: Sequence[_Seen], allowed: Collection[int]) -> str:
    """The text without command lines: one blank line at most where they stood, none at the edges."""
    left = [_words(each, place in allowed) for place, each in enumerate(seen)]
    runs = [(is_gap, list(run)) for is_gap, run in groupby(left, key=lambda words: not words or not tidy(words))]
    inner = runs[runs[0][0] : len(runs) - runs[-1][0]]
    lines = (line for is_gap, run in inner for line in (_gap(run) if is_gap else map(unescaped, filter(None, run))))
    return "\n".join(lines)


def _words(seen: _Seen, in_place: bool) -> str | None:
    """What one line adds to the text; None where a command stood."""
    if seen.line is None:
        return seen.raw
    return seen.line.words if in_place else None


def _gap(run: Sequence[str | None]) -> Sequence[str]:
    """Blank lines as they were; where commands stood between them, one."""
    blank = [line for line in run if line is not None]
    return blank[:1] if None in run else blank
