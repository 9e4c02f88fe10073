"""Which lines of a mail are of a letter of ours, whatever a mail program did to them: told by their letters alone.

Anybody may say a word of ours again. So a line is ours only in a stretch that no accident makes: many letters that
stand in our letter in this very order. Linear: each line is looked up once among short pieces of the letter.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mailgate.mail.claims import Outline, his_claims
from mailgate.mail.lines import Line, significant
from mailgate.mail.signatures import is_courtesy

_READ = 64 * 2**10
"""Characters of a letter that are looked for."""
_PIECE = 12
_SKIPPED = 60
"""Letters of ours that a program may have left out between two lines: a picture, a button."""
_STRETCH = 40
_ALONE = 60
_WHOLE = 16
_RESUMED = 20
_EXPECTED = 12
_CONTINUED = 8
_DENSE = "\u2e80"
"""From here on one sign says as much as several letters: Chinese, Japanese, Korean."""
_LINK = re.compile(r"[<(\[]{0,2}\b(?:https?://|mailto:)[^\s<>()\[\]]{1,2000}[>)\]]{0,2}")


@dataclass(frozen=True, slots=True)
class Known:
    """Line numbers of a mail."""

    ours: frozenset[int]
    continued: frozenset[int]
    """A quoted line of ours in which somebody has written on: "> Is it switched on? Yes"."""


NOTHING = Known(frozenset(), frozenset())


@dataclass(slots=True)
class _Match:
    """A line that stands in the letter, from letter `start` to `end`."""

    line: int
    start: int
    end: int
    weight: int
    courteous: bool


@dataclass(slots=True)
class _Run:
    """Lines one below the other that follow each other in the letter too."""

    matches: list[_Match]
    marked: bool = False
    """The program marks each of them as quoted."""
    accepted: bool = False

    @property
    def start(self) -> int:
        """Where it begins in the letter."""
        return self.matches[0].start

    @property
    def end(self) -> int:
        """Where it ends there."""
        return self.matches[-1].end

    @property
    def weight(self) -> int:
        """How much it says that not everybody says."""
        return sum(each.weight for each in self.matches if not each.courteous)


def known_lines(
    lines: Sequence[Line], letters: Sequence[str], *, subject: str = "", expected: Container[int] = ()
) -> Known:
    """The lines that are of any of these letters. `subject`: of the mail, which anybody repeats. `expected`: lines
    below the frame of a mail program, where our letter is what should stand there."""
    ours: set[int] = set()
    continued: set[int] = set()
    bares = [_letters(line.bare) for line in lines]
    said = significant(subject)
    for letter in letters:
        stream = _letters(letter[:_READ])
        if not stream:
            continue
        matches = _matches(bares, stream)
        outline = _outline(letter[:_READ])
        for at in his_claims(lines, {at: (each.start, each.end) for at, each in matches.items()}, outline):
            del matches[at]
        runs = list(_runs(matches.values(), bares))
        for run in runs:
            run.marked = all(lines[each.line].quoted for each in run.matches)
        _accept(runs, len(stream), expected, said, bares)
        found = {each.line: each for run in runs if run.accepted for each in run.matches}
        ours.update(found)
        ends = outline.ends.union(each.start for each in found.values())
        continued.update(_continued(lines, found, stream, ends) if found else ())
    return Known(frozenset(ours), frozenset(continued - ours))


def _letters(text: str) -> str:
    """Without links: programs leave them out, rewrite them, or say them twice."""
    return significant(_LINK.sub(" ", text) if ":" in text else text)


def _matches(bares: Sequence[str], stream: str) -> dict[int, _Match]:
    """Each line that stands in the letter: long ones wherever they do, short ones only beside their neighbours."""
    pieces = {stream[at : at + _PIECE] for at in range(len(stream) - _PIECE + 1)}
    found: dict[int, _Match] = {}
    at = 0
    for number, letters in enumerate(bares):
        if (start := _place(letters, stream, at, pieces)) >= 0:
            at = start + len(letters)
            found[number] = _match(number, letters, start)
    _fill_upwards(found, bares, stream)
    _fill_downwards(found, bares, stream)
    return dict(sorted(found.items()))


def _fill_upwards(found: dict[int, _Match], bares: Sequence[str], stream: str) -> None:
    """Short lines that stand in the letter right above the next one that is found, and not where another one does."""
    ends = list(accumulate((found[at].end if at in found else -1 for at in range(len(bares))), _later))
    filled = [at for at, letters in enumerate(bares) if letters]
    before = -1
    for place in range(len(filled) - 1, -1, -1):
        number = filled[place]
        letters, start = bares[number], before - len(bares[number])
        if number in found:
            before = found[number].start
        elif start >= 0 and stream.startswith(letters, start) and not start < ends[number] <= before:
            above = bares[filled[place - 1]] if place and filled[place - 1] not in found else ""
            if len(above) <= len(letters) or stream.endswith(above, 0, start) or not stream.endswith(above, 0, before):
                found[number], before = _match(number, letters, start), start


def _fill_downwards(found: dict[int, _Match], bares: Sequence[str], stream: str) -> None:
    """The same right below the last one."""
    starts = list(accumulate((found[at].start if at in found else -1 for at in reversed(range(len(bares)))), _later))
    starts.reverse()
    filled = [at for at, letters in enumerate(bares) if letters]
    at = 0
    for place, number in enumerate(filled):
        letters = bares[number]
        if number in found:
            at = found[number].end
        elif stream.startswith(letters, at) and not at <= starts[number] < at + len(letters):
            below = bares[filled[place + 1]] if place + 1 < len(filled) and filled[place + 1] not in found else ""
            if (
                len(below) <= len(letters)
                or stream.startswith(below, at + len(letters))
                or not stream.startswith(below, at)
            ):
                found[number], at = _match(number, letters, at), at + len(letters)


def _later(passed: int, here: int) -> int:
    return passed if here < 0 else here


def _match(number: int, letters: str, start: int) -> _Match:
    return _Match(number, start, start + len(letters), _weight(letters), is_courtesy(letters))


def _continued(lines: Sequence[Line], found: Mapping[int, _Match], stream: str, ends: Container[int]) -> Iterator[int]:
    """The quoted lines that say what comes next in our letter to the end of a line there, and then something else."""
    at = 0
    for number, line in enumerate(lines):
        if number in found:
            at = found[number].end
        elif line.quoted and line.bare:
            same = [end for end in _word_ends(line.bare, stream, at) if end - at >= _CONTINUED and end in ends]
            if same and same[-1] - at < len(_letters(line.bare)):
                yield number
                at = same[-1]


def _word_ends(bare: str, stream: str, at: int) -> Iterator[int]:
    """Where in the letter each word of the line ends, as long as they are the letter's."""
    for word in _LINK.sub(" ", bare).split():
        letters = significant(word)
        if not stream.startswith(letters, at):
            return
        at += len(letters)
        yield at


def _outline(letter: str) -> Outline:
    written = letter.split("\n")
    ends = list(accumulate(len(_letters(line)) for line in written))
    depths = [marks[: len(marks) - len(marks.lstrip("> "))].count(">") for marks in written]
    return Outline([0, *ends[:-1]], frozenset(ends), depths)


def _place(letters: str, stream: str, at: int, pieces: Container[str]) -> int:
    """Where these letters, enough to be found, stand: as the next ones, or anywhere; else -1."""
    if len(letters) < _PIECE or letters[:_PIECE] not in pieces:
        return -1
    start = stream.find(letters, at)
    return start if start >= 0 else stream.find(letters, 0, at + len(letters))


def _weight(letters: str) -> int:
    return len(letters) + (0 if letters.isascii() else 2 * sum(sign >= _DENSE for sign in letters))


def _runs(matches: Iterable[_Match], bares: Sequence[str]) -> Iterator[_Run]:
    run: list[_Match] = []
    for each in matches:
        if run and not (_follows(each, run[-1]) and not any(bares[run[-1].line + 1 : each.line])):
            yield _Run(run)
            run = []
        run.append(each)
    if run:
        yield _Run(run)


def _follows(match: _Match, above: _Match) -> bool:
    return 0 <= match.start - above.end <= _SKIPPED


def _accept(runs: list[_Run], length: int, expected: Container[int], subject: str, bares: Sequence[str]) -> None:
    """First what is proof in itself, then what stands where our letter goes on."""
    for run in runs:
        run.accepted = _is_proof(run, length, subject, bares) or _is_expected(run, expected)
    for at, run in enumerate(runs):
        joins = _neighbours(runs, at)
        if not run.accepted and any(joins):
            says = run.weight > 0 or run.end == length or run.marked
            run.accepted = all(joins) or (joins[0] and run.weight >= _RESUMED) or (says and _stands_in(run, expected))
    for at, run in enumerate(runs):
        if run.accepted:
            _leave_courtesies(run, _neighbours(runs, at), length, expected)


def _neighbours(runs: Sequence[_Run], at: int) -> tuple[bool, bool]:
    """Whether our letter goes on from the stretch above to this one, and from this one to that below."""
    above, below = runs[max(0, at - 1) : at], runs[at + 1 : at + 2]
    return (
        any(each.accepted and _joins(each, runs[at]) for each in above),
        any(each.accepted and _joins(runs[at], each) for each in below),
    )


def _leave_courtesies(run: _Run, joins: tuple[bool, bool], length: int, expected: Container[int]) -> None:
    """A greeting above and thanks below a piece of our letter may be his."""
    while run.matches and not joins[1] and run.end < length and _may_be_his(run.matches[-1], expected):
        run.matches.pop()
    while run.matches and not joins[0] and run.start > 0 and _may_be_his(run.matches[0], expected):
        run.matches.pop(0)


def _may_be_his(match: _Match, expected: Container[int]) -> bool:
    return match.courteous and match.line not in expected


def _is_proof(run: _Run, length: int, subject: str, bares: Sequence[str]) -> bool:
    if len(run.matches) == 1:
        return run.weight >= _ALONE and bares[run.matches[0].line] not in subject
    return run.weight >= (_WHOLE if run.start == 0 and run.end == length else _STRETCH)


def _is_expected(run: _Run, expected: Container[int]) -> bool:
    return run.weight >= _EXPECTED and _stands_in(run, expected)


def _stands_in(run: _Run, expected: Container[int]) -> bool:
    return all(each.line in expected for each in run.matches)


def _joins(above: _Run, below: _Run) -> bool:
    return 0 <= below.start - above.end <= _SKIPPED
