"""An answer to a list or a digest, written as people do: commands between its quoted lines, or behind them.

Only rows of the very letter that is answered count, as we wrote them, and only where the mail program marks what it
quotes. All else is turned back with the reason, and nothing of the mail is done.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from mailgate.desk.letters_answered import text_and_html
from mailgate.desk.threads import Thread
from mailgate.mail.body import points_inside
from mailgate.mail.folds import Fold, NewWords, shown
from mailgate.mail.interleaved import Inserted, Interleaved, interleaved
from mailgate.mail.layout import Layout
from mailgate.mail.lines import Line
from mailgate.mail.marker import find_marker
from mailgate.mail.message import Message
from mailgate.mail.signatures import closing_folds
from mailgate.mail.tabled import of_html, of_text, row_texts
from mailgate.outbox.sentences import sentence
from mailgate.rules.commands import in_signature, is_courtesy, read_commands
from mailgate.rules.vocabulary import fold
from mailgate.rules.written import Command, Misread, Written
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

OVERVIEWS = ("list", "digest", "entrusted")
"""Letters that are answered line by line."""
_FREE = frozenset({"help", "list", "report", "away", "back", "handover", "yes", "drop"})
"""Commands that belong to no ticket."""
_QUOTED_LENGTH = 60
_OUTWARD = frozenset({"answer", "question", "template", "ask", "forward", "split"})
"""What is written to somebody is written in an answer to a letter about the ticket."""


@dataclass
class _Between:
    """What stands between the lines."""

    text: str
    """Our letter, as plain text."""
    names: Collection[str]
    commands: list[Command] = field(default_factory=list)
    misread: list[Misread] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def read(
    tx: Tx, thread: Thread, message: Message, layout: Layout, words: NewWords, names: Collection[str]
) -> Written | None:
    """All that such an answer says, above the letter and between its lines; None where nothing stands between."""
    token = thread.token
    if token is None or token.template not in OVERVIEWS or thread.ticket is not None or not token.by_person:
        return None
    letter = text_and_html(tx, token.letter)
    if letter is None:
        return None
    start = _start(layout.lines, words)
    begin = _below_frame(layout, start)
    found = _best(layout.lines, begin, *letter)
    between = _Between(letter[0], names)
    in_frame = (Inserted(layout.lines[at].bare, at, None) for at in range(start, begin))
    signed = _signed(found, layout.lines, message)
    own = (each for each in found.inserted if each.line not in signed)
    for each in (*(one for one in in_frame if one.text.startswith("#")), *own):
        _take(between, each, is_certain=found.is_marked)
    below = (each.text for each in found.inserted if each.line in signed)
    between.misread += in_signature(dict.fromkeys((*words.signed, *below)), between.commands)
    if not (between.commands or between.misread):
        return None
    return _with_top(between, _above(message, layout.lines, words, start), names)


def _start(lines: tuple[Line, ...], words: NewWords) -> int:
    """Where the quoted letter begins."""
    cut = next((each.start for each in words.folds if each.kind == "ours"), len(lines))
    return min(cut, next((at for at, line in enumerate(lines) if line.quoted), len(lines)))


def _below_frame(layout: Layout, start: int) -> int:
    """Below what the mail program has put above the quotation: when who wrote, or a block of header lines."""
    lines = layout.lines
    quoted = next((at for at in range(start, len(lines)) if lines[at].quoted), None)
    if quoted is not None:
        return quoted
    if marker := find_marker(lines):
        return max(marker.end, start)
    return max((each.end for each in layout.frames if each.believed and each.start <= start), default=start)


def _best(lines: tuple[Line, ...], start: int, text: str, html: str) -> Interleaved:
    """Some programs quote the text of our letter, others its HTML."""
    plain = of_text(text)
    readings = (interleaved(lines, start, each) for each in (plain, of_html(html, plain)))
    return min(readings, key=lambda each: (each.strange, len(each.inserted)))


def _above(message: Message, lines: tuple[Line, ...], words: NewWords, start: int) -> str:
    closing = tuple(each for each in words.folds if each.kind != "ours" and each.start < start)
    return shown(message.text, (*closing, Fold("ours", start, message.text.count("\n") + 1, "the quoted letter")))


def _signed(found: Interleaved, lines: tuple[Line, ...], message: Message) -> set[int]:
    """The lines of the signature below all of it."""
    writer = message.sender.name if message.sender else ""
    folds = closing_folds(lines, min(found.last + 1, len(lines)), len(lines), unmarked=True, writer=writer)
    return {at for each in folds for at in range(each.start, each.end)}


def _take(between: _Between, each: Inserted, *, is_certain: bool) -> None:
    """One line: its commands on the ticket whose row stands before it, or why not."""
    alone = read_commands(each.text, between.names)
    if not (alone.commands or alone.misread):
        between.words.append(each.text)
        return
    if (number := _row_that_says(between, alone)) is not None:  # a reporter's words, cut down or wrapped
        between.misread.append(Misread(each.text.strip(), sentence("between.same", number=number)))
        return
    named = all(command.ticket is not None or command.name in _FREE for command in alone.commands)
    if alone.misread or (named and is_certain):
        between.commands += alone.commands
        between.misread += [_with_number(wrong, each.row) for wrong in alone.misread]
        return
    line = f"#{each.row} {each.text.strip().lstrip('#@!').strip()}"
    why = _doubt(between, each, alone, is_certain=is_certain)
    if why is not None:
        near = (line,) if each.row is not None and not _OUTWARD.intersection(one.name for one in alone.commands) else ()
        between.misread.append(Misread(each.text.strip(), why, near))
        return
    numbered = read_commands(line, between.names)
    between.commands += numbered.commands
    between.misread += numbered.misread


def _doubt(between: _Between, each: Inserted, alone: Written, *, is_certain: bool) -> Sentence | None:
    """Why this is not certain to be meant for that ticket, or not possible there."""
    if not is_certain:
        return sentence("between.unmarked")
    if each.row is None:
        above = each.above[:_QUOTED_LENGTH]
        return sentence("between.unknown", line=above) if above else sentence("between.nowhere")
    if any(one.name in _OUTWARD or (one.name == "resolve" and alone.text) for one in alone.commands):
        return sentence("between.reporter")
    return None


def _row_that_says(between: _Between, alone: Written) -> int | None:
    """The ticket in whose row of the letter such a command stands already: nobody may have written it just now."""
    named = {(one.ticket or "", re.escape(fold(one.word or one.name))) for one in alone.commands}
    signs = [re.compile(rf"#\s*{ticket}\W*{word}") for ticket, word in named]
    rows = ((number, fold(row)) for number, row in row_texts(between.text).items())
    return next((number for number, row in rows if any(sign.search(row) for sign in signs)), None)


def _with_number(wrong: Misread, row: int | None) -> Misread:
    """What may have been meant, as it would be written above the letter: with its number, where it names none."""
    if row is None:
        return replace(wrong, near=())
    bare = (each.lstrip("#@! ") for each in wrong.near)
    return replace(wrong, near=tuple(f"#{each}" if each[:1].isdigit() else f"#{row} {each}" for each in bare))


def _with_top(between: _Between, above: str, names: Collection[str]) -> Written:
    """With what stands above the letter. Words that only point down to these lines are for nobody."""
    top = read_commands(above, names)
    text = "" if points_inside(top.text) else top.text
    misread = [*top.misread, *between.misread]
    if between.words and not is_courtesy(between.words, names):
        misread.append(Misread(between.words[0].strip(), sentence("between.words")))
    commands = dict.fromkeys((*top.commands, *between.commands))
    return Written(tuple(commands), text, tuple(misread))
