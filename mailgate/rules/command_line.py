"""One line of an agent's mail: a command line, a line that only looks like one, or an ordinary line.

Knows nothing about where in the mail the line stands; `commands.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from mailgate.rules.command_parts import (
    SIGN,
    Decision,
    Part,
    begins_with_command,
    decisions,
    lacks,
    looks_like_command,
    parts_of,
    tidy,
    without_stop,
)
from mailgate.rules.near import NEVER_BY_MAIL, near_words
from mailgate.rules.vocabulary import Takes, fold, lookup
from mailgate.rules.written import SLOT, Command, Misread
from mailgate.sentence import AND_ALSO, Sentence, joined

_INNER = re.compile(r"(?<=\s)#(?P<word>[^\W\d_]+)")
_LONGEST_NEAR = 300

_DECISION = Sentence(
    "behind the number of a held mail stands keep, drop or spam",
    "hinter der Nummer einer zurückgehaltenen Mail steht behalten, verwerfen oder spam",
)
_DECISIONS_ALONE = Sentence(
    "a line about held mails holds nothing else", "eine Zeile über zurückgehaltene Mails enthält nichts anderes"
)
_NO_SIGN = Sentence("a command begins with #", "ein Befehl beginnt mit #")
_NO_SIGN_FIRST = Sentence(
    "a command begins with # at the start of its line", "ein Befehl beginnt mit # am Anfang seiner Zeile"
)
_GAP = Sentence("no space may stand between # and the command", "zwischen # und dem Befehl steht kein Leerzeichen")
_GLUED = Sentence("a space stands between {word} and what follows it", "hinter {word} gehört ein Leerzeichen")
_NOT_PARTED = Sentence(
    "several commands on one line are parted by ;", "mehrere Befehle in einer Zeile trennt ein Strichpunkt (;)"
)
_NO_COMMAND = Sentence("'{words}' is no command", "„{words}“ ist kein Befehl")
_LINE_EACH = Sentence("each ticket has a line of its own", "jedes Ticket hat eine eigene Zeile")
_UNKNOWN = Sentence("#{word} is no command", "#{word} ist kein Befehl")
_NEVER = Sentence("#{word} is never done by mail", "#{word} geschieht nie per Mail")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is a command line or looks like one. `words` begin the text of the mail where it stands."""

    commands: tuple[Command, ...]
    words: str | None = None
    misread: Misread | None = None


_OF_ADDRESSES = ("ask", "forward", "cc")
"""Commands that take several addresses, with a comma between them."""


def read_line(line: str, names: Collection[str] = ()) -> Line | None:
    """The commands of one line (raw, without its line end), or why it stops the mail; None for an ordinary line."""
    seen = tidy(line)
    if not looks_like_command(seen, names):
        return None
    if decided := decisions(seen):
        return _deciding(line, seen, decided)
    ticket, parts = parts_of(seen)
    wrong = list(_wrongs(seen, ticket, parts))
    if wrong:
        return Line((), misread=Misread(line.strip(), joined(wrong, AND_ALSO), _near(ticket, parts)))
    commands = tuple(
        Command(part.entry.name, part.args, line.strip(), ticket, part.word) for part in parts if part.entry
    )
    return _with_words(commands, parts) if ticket is None else Line(commands)


def _deciding(line: str, seen: str, decided: tuple[Decision, ...]) -> Line:
    """`#M-17 keep; M-18 drop`: a command for each held mail, named after it."""
    if wrong := _wrong_decision(seen, decided):
        return Line((), misread=Misread(line.strip(), wrong, _meant_decisions(decided)))
    return Line(tuple(Command(f"M-{each.mail}", each.word, line.strip(), None, f"M-{each.mail}") for each in decided))


def _wrong_decision(seen: str, decided: tuple[Decision, ...]) -> Sentence | None:
    sign = SIGN.search(seen)
    if sign is None or sign["sign"] != "#":
        return _NO_SIGN
    if sign["gap"]:
        return _GAP
    if any(not each.word for each in decided):
        return _DECISIONS_ALONE
    return _DECISION if any(each.near for each in decided) else None


def _meant_decisions(decided: tuple[Decision, ...]) -> tuple[str, ...]:
    choices = [(each.mail, each.near or (each.word,)) for each in decided if each.word]
    most = max(len(words) for _, words in choices)
    lines = (
        "; ".join(f"M-{mail} {words[min(place, len(words) - 1)]}" for mail, words in choices) for place in range(most)
    )
    return tuple(f"#{line}" for line in dict.fromkeys(lines))


def _with_words(commands: tuple[Command, ...], parts: tuple[Part, ...]) -> Line:
    """Words behind `#note` and its like leave the command and begin the text; `#template` keeps its place there."""
    spoken = [words for part in parts if (words := _spoken(part))]
    plain = tuple(
        replace(each, args="") if part.entry and part.entry.takes is Takes.words else each
        for each, part in zip(commands, parts, strict=True)
    )
    return Line(plain, words="\n".join(spoken) or None)


def _spoken(part: Part) -> str:
    """What a command adds to the text."""
    if part.entry and part.entry.name == "template":
        return f"{SLOT}{part.args}"
    return part.args if part.entry and part.entry.takes is Takes.words else ""


# -- what is wrong, and what was meant ---------------------------------------------------------------------------------


def _wrongs(seen: str, ticket: int | None, parts: tuple[Part, ...]) -> Iterator[Sentence]:
    """Every reason why the line is no command line."""
    sign = SIGN.match(seen)
    if ticket is None and not sign:
        yield _NO_SIGN_FIRST
    elif ticket is None and sign and sign["gap"]:
        yield _GAP
    for part in parts:
        if why := _wrong(part):
            yield why


def _wrong(part: Part) -> Sentence | None:
    """The first thing wrong with one command, or None."""
    if part.entry is None:
        return _unknown(part)
    word = f"#{part.word[:30]}"
    if part.sign not in ("#", ""):
        return _NO_SIGN
    if part.glued:
        return _GLUED.filled(word=word)
    if _inner(part) is not None:
        return _NOT_PARTED
    return lacks(part)


def _unknown(part: Part) -> Sentence:
    if not part.sign:
        return _NO_COMMAND.filled(words=_short(part))
    if not part.word and part.args[:1].isdigit():
        return _LINE_EACH
    if fold(part.word) in NEVER_BY_MAIL:
        return _NEVER.filled(word=part.word[:30])
    return _UNKNOWN.filled(word=part.word[:30])


def _short(part: Part) -> str:
    return part.as_it_stands[:60]


def _inner(part: Part) -> int | None:
    """Where inside the arguments another command begins (`#take #close`)."""
    assert part.entry is not None
    if begins_with_command(part.args):
        return 0
    if part.entry.takes is Takes.words:
        return None
    return next((found.start() for found in _INNER.finditer(part.args) if lookup(found["word"])), None)


def _near(ticket: int | None, parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Whole lines that may have been meant, best first; only such as would be carried out."""
    together = _with_commas(parts)
    if len(together) < len(parts):
        return tuple(dict.fromkeys((*_near(ticket, together), *_near_apart(ticket, parts))))
    return _near_apart(ticket, parts)


def _with_commas(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """`#forward a@b.example; c@d.example`: mail programs part addresses so, and here a comma does."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        names_somebody = part.entry is None and not part.sign and ("@" in part.args or not near_words(part.word))
        if names_somebody and last and last.entry and last.entry.name in _OF_ADDRESSES:
            found[-1] = replace(last, args=f"{last.args}, {part.as_it_stands}")
        else:
            found.append(part)
    return tuple(found)


def _near_apart(ticket: int | None, parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The same where what is no command is left out."""
    choices = [_corrections(part) for part in parts]
    best = [choice[0] for choice in choices]
    varied = next((place for place, choice in enumerate(choices) if len(choice) > 1), 0)
    lines = ([*best[:varied], choice, *best[varied + 1 :]] for choice in choices[varied])
    joined = ("; ".join(command for command in line if command) for line in lines)
    wanted = (f"#{ticket} {line.removeprefix('#')}" if ticket is not None else line for line in joined)
    return tuple(line for line in dict.fromkeys(wanted) if _is_right(line))


def _is_right(line: str) -> bool:
    """Whether the line would be read as commands."""
    if not line or len(line) > _LONGEST_NEAR or not looks_like_command(line):
        return False
    ticket, parts = parts_of(line)
    return not any(_wrongs(line, ticket, parts))


def _corrections(part: Part) -> tuple[str, ...]:
    """What one command may have been meant to be; an empty text leaves it out."""
    if part.entry is None:
        meant = [(word, lookup(word)) for word in near_words(part.word)]
        corrected = tuple(_fitting(replace(part, word=word, entry=entry)) for word, entry in meant)
        # Words behind a `;` that are no command at all are left out of the corrected line.
        return corrected or (part.written if part.sign else "",)
    place = _inner(part)
    if place is None:
        return (_fitting(part),)
    before = replace(part, args=part.args[:place].strip())
    return (f"{_fitting(before)}; {part.args[place:]}",)


def _fitting(part: Part) -> str:
    """The command rightly written, without what may not follow it."""
    takes = part.entry.takes if part.entry else Takes.words
    if takes is Takes.nothing:
        return replace(part, args="").written
    return (part if takes is Takes.words else replace(part, args=without_stop(part.args))).written
