"""Commands in an agent's mail: finds them at the start and the end of the new words, and takes them out of the text.

`vocabulary.py` lists the words, `command_line.py` reads one line, this module knows where a command may stand.
Nothing here looks at tickets, people or configuration.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mailgate.rules import courtesy, splitting
from mailgate.rules.command_line import Line, read_line
from mailgate.rules.command_parts import is_command_word, tidy, unescaped
from mailgate.rules.destination import (
    LETTER_DESTINATION,
    RELEASE,
    TO_NOTE,
    TO_REPORTER,
    Destination,
    answering,
    contradictions,
    destination,
)
from mailgate.rules.pages import without_pages
from mailgate.rules.splitting import Apart, IsSomebody, nobody
from mailgate.rules.vocabulary import fold
from mailgate.rules.written import Command, Misread, Portion, Written
from mailgate.sentence import Sentence

__all__ = [
    "LETTER_DESTINATION",
    "Command",
    "Destination",
    "Misread",
    "Written",
    "answering",
    "destination",
    "read_commands",
]

_ADDRESS_FIRST = re.compile(r"\s*<?[^\s<>@#,;]{1,64}@[^\s<>@]+\.\w")
_OUT_OF_PLACE = Sentence(
    "commands stand at the start or the end of the text", "Befehle stehen am Anfang oder am Ende des Textes"
)
_SIGNED = Sentence(
    "it stands in your signature, where nothing is carried out",
    "das steht in der Signatur, und dort wird nichts ausgeführt",
)
_BELOW_OTHERS = Sentence(
    "it stands below words that somebody else may have written; please write it at the very top",
    "das steht unter Worten, die von jemand anderem sein können; bitte ganz oben schreiben",
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One line of the mail: as it came, tidied, and as a command line where it looks like one."""

    raw: str
    tidy: str
    line: Line | None

    @property
    def said(self) -> str:
        return without_pages(self.tidy)

    @property
    def is_blank(self) -> bool:
        return not self.tidy


def read_commands(
    text: str,
    names: Collection[str] = (),
    is_somebody: IsSomebody = nobody,
    passed_on: str = "",
    signed: Sequence[str] = (),
    doubtful: Sequence[str] = (),
) -> Written:
    """Read an agent's new words (LF lines, quotes and signature already cut). Linear; never raises.

    `names`: what agents, groups and the reporter are called, each in any number of words. `@Lisa` is then a mention and
    no near miss of `#list`, and a lone name below the commands is no answer. `is_somebody`: who may stand behind the
    dashes that begin a part. `passed_on`: somebody else's words that stand below; nothing in them is a command.
    `signed`: the lines of his signature, `doubtful`: those below that he may have written; a command there stops the
    mail.
    """
    known = _known(names)
    text = "\n".join(_continued(text.split("\n")))
    apart = splitting.taken_apart(text, known, is_somebody)
    written = _read(text, known) if apart is None else _split(apart, known)
    if passed_on:  # the signature below is somebody else's
        below = in_signature(doubtful, written.commands, known, _BELOW_OTHERS)
        text = "\n\n".join(filter(None, (written.text, passed_on)))
        return replace(written, text=text, misread=(*written.misread, *below))
    found = in_signature(signed, written.commands, known)
    return replace(written, misread=(*written.misread, *found)) if found else written


def in_signature(
    lines: Iterable[str], above: Collection[Command] = (), names: Collection[str] = (), why: Sentence = _SIGNED
) -> tuple[Misread, ...]:
    """Lines of a signature that are commands or nearly so; hashtags and handles are none. What stands `above` as well
    is no question: else who has a command in each signature could not even correct a mail."""
    known = {_meant(each) for each in above}
    found = [(tidy(raw), line) for raw in lines if (line := read_line(raw, names))]
    wrong = (each for each in found if not (each[1].commands and known.issuperset(map(_meant, each[1].commands))))
    return tuple(
        Misread(seen, why, line.misread.near if line.misread else _alone(seen, line))
        for seen, line in wrong
        if seen[0] not in "@!" or is_command_word(seen[1:])
    )


def _meant(command: Command) -> tuple[str, str, int | None]:
    return command.name, command.args, command.ticket


def _alone(seen: str, line: Line) -> tuple[str, ...]:
    """A split is more than its lines, so none of them is offered by itself."""
    return () if any(each.name in ("split", "part") for each in line.commands) else (seen,)


def _continued(lines: Sequence[str]) -> Iterator[str]:
    """A program that breaks long lines takes commands apart; behind a comma, the addresses of the next line are its."""
    parts: list[str] = []
    for line in lines:
        goes_on = parts and parts[-1].rstrip().endswith(",") and _ADDRESS_FIRST.match(line)
        if parts and not goes_on:
            yield " ".join(parts)
            parts = []
        if goes_on or line.lstrip().startswith("#"):
            parts.append(line)
        else:
            yield line
    if parts:
        yield " ".join(parts)


def _read(text: str, known: frozenset[str], *, top: bool = True, bottom: bool = True) -> Written:
    """One stretch of text; commands may stand at its `top` and its `bottom`."""
    seen = [_Seen(raw, tidy(raw), read_line(raw, known)) for raw in text.split("\n")]
    if not any(each.line for each in seen):
        return Written((), _text(seen, ()), ())
    allowed = _places(seen, known, top=top, bottom=bottom)
    commands = tuple(_once(command for place in allowed for command in _commands(seen[place])))
    misread = (*_misread(seen, allowed), *contradictions(commands))
    words = _text(seen, allowed)
    if _says_nothing(seen, known):
        card = courtesy.is_signature([each.said for each in seen if not each.line and not each.is_blank], known)
        return Written(commands, "", misread, signature=words if card else "")
    return Written(commands, words, misread)


def _split(apart: Apart, known: frozenset[str]) -> Written:
    """The note to all and its commands, then each part; commands may stand at the end of the last one too."""
    head = _read(apart.head, known)
    commands, misread, portions = list(head.commands), list(head.misread), []
    for piece in apart.pieces:
        if piece.line.misread:
            misread.append(replace(piece.line.misread, place=len(commands)))
        elif piece.line.command:
            commands.append(piece.line.command)
        below = _read(piece.text, known, top=False, bottom=piece is apart.pieces[-1])
        commands += [each for each in below.commands if each not in commands]
        misread += below.misread
        portions.append(Portion(piece.line.args, below.text))
    crossing = [each for each in contradictions(commands) if each not in misread]
    return Written(tuple(commands), head.text, (*misread, *crossing), tuple(portions))


def is_courtesy(lines: Iterable[str], names: Collection[str] = ()) -> bool:
    """Whether these lines, beside commands that stand elsewhere, are only a greeting, thanks and a closing."""
    return courtesy.is_all([tidy(each) for each in lines if tidy(each)], _known(names))


def _says_nothing(seen: Sequence[_Seen], known: Collection[str]) -> bool:
    """Only greeting and closing stand beside the commands: no empty reply is made of them."""
    left = [each.said for each in seen if not each.line and not each.is_blank]
    speaking = {*TO_REPORTER, *TO_NOTE, RELEASE}
    spoken = any(each.line and each.line.words for each in seen)
    signed = not any(command.name in speaking for each in seen for command in _commands(each))
    return not spoken and courtesy.says_nothing(left, known, signed=signed)


def _known(names: Collection[str]) -> frozenset[str]:
    folded = [fold(tidy(name)) for name in names]
    return frozenset([*folded, *(word for name in folded for word in name.split())]) - {""}


def _commands(seen: _Seen) -> tuple[Command, ...]:
    return seen.line.commands if seen.line else ()


def _once(commands: Iterable[Command]) -> Iterable[Command]:
    """Each command once: somebody who writes #close above and below means one."""
    first: dict[tuple[str, str, int | None], Command] = {}
    for each in commands:
        first.setdefault(_meant(each), each)
    return first.values()


# -- where a command may stand -----------------------------------------------------------------------------------------


def _places(seen: Sequence[_Seen], known: Collection[str], *, top: bool, bottom: bool) -> dict[int, None]:
    """Numbers of the lines at the start and the end of the text, in order, that may be commands."""
    written = [place for place, each in enumerate(seen) if not each.is_blank]
    leading = list(_leading(seen, written)) if top else []
    trailing = list(_trailing(seen, written[len(leading) :], known)) if bottom else []
    return dict.fromkeys([*leading, *reversed(trailing)])


def _leading(seen: Sequence[_Seen], written: Sequence[int]) -> Iterator[int]:
    """Command lines above all other words; one greeting may stand above them."""
    greeted = len(written) > 1 and seen[written[1]].line and courtesy.is_greeting(seen[written[0]].said)
    for place in written[1 if greeted else 0 :]:
        if not seen[place].line:
            return
        yield place


def _trailing(seen: Sequence[_Seen], written: Sequence[int], known: Collection[str]) -> Iterator[int]:
    """Command lines below all other words, from the last to the first; a closing may stand below them."""
    last = [seen[place].said for place in written[-5:]]
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
