"""Takes one line of an agent's mail apart: does it begin like a command, and which commands stand between its `;`.

Says nothing about whether they are right; `command_line.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from mailgate.rules.near import NEVER_BY_MAIL, distance, near_words, reach
from mailgate.rules.vocabulary import DECISIONS, HELD_MAIL, Entry, Takes, fold, lookup
from mailgate.sentence import Sentence

_ALONE = Sentence(
    "{word} stands alone: nothing may follow it on its line", "{word} steht allein: dahinter darf nichts folgen"
)
_NEEDS = Sentence("{word} needs {needs}", "{word} braucht {needs}")
_ONE_WORD = Sentence("{word} takes one word: {needs}", "hinter {word} steht nur ein Wort: {needs}")

# What mail programs put between letters: BOM, zero-width and direction marks, soft hyphens.
_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\u00ad\u180e\r\x00]")
_BLANKS = re.compile(r"[^\S\n]")
# A bullet, a quotation mark or a star of bold type that a mail program or a writer puts before a command.
_DECORATION = re.compile(r"(?:[-*•·–—_\"'“”„‚‘’«»(\[]+\s*)")
_CLOSERS = "*_\"'“”‘’«»)]"
# The three signs, and what looks like them (full width, small form).
SIGNS = r"[#@!\uff03\ufe5f\uff20\ufe6b\uff01\ufe57]"
SIGN = re.compile(rf"(?P<sign>{SIGNS})(?P<gap>\s*)(?=\w)")
_NUMBER = re.compile(rf"#\s?(?P<number>[1-9]\d{{0,8}})[:,;.]?\s+(?={SIGNS}?\w)")
# Letters, each perhaps with its diaeresis apart; whole lines are not composed, as that is not linear.
_WORD = re.compile(r"(?:[^\W\d_]\u0308?)+")
# "#take." and "#note: he called" are commands with a stop or colon behind; "#assign:ben" is glued.
_STOP = re.compile(r"[.,:!?…]*(?=\s|$)")
_GLUE = "".join(map(chr, range(0x21, 0x30))).replace("#", "") + ":=?_|…–—"
_HANDLE = re.compile(r"[^\w\s][^\W\d_]++[-_.]?\w")


@dataclass(frozen=True, slots=True)
class Part:
    """One command of a line: what stands between two `;`."""

    sign: str
    word: str
    args: str
    entry: Entry | None
    glued: bool = False

    @property
    def as_it_stands(self) -> str:
        """As he wrote it, without a sign."""
        return f"{self.word}{'' if self.glued else ' '}{self.args}".strip()

    @property
    def written(self) -> str:
        """The command as it should have been written."""
        return f"#{self.word} {self.args}".rstrip()


def tidy(line: str) -> str:
    """The line without invisible characters, with plain blanks, stripped."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", line)).strip()


def looks_like_command(seen: str, names: Collection[str] = ()) -> bool:
    """Whether a tidy line begins like a command: `#`, `@` or `!` and a command word or a near miss of one.

    `names` are folded names of ours: `@lisa` is then a mention, not a near miss of `#list`.
    """
    if numbered := _NUMBER.match(seen):
        part = _part(seen[numbered.end() :])
        return _is_exact_or_near(part) and not _is_sentence(part)
    bare = _undecorated(seen)
    sign = SIGN.match(bare)
    if not sign:
        return False
    if decisions(bare):
        return True
    part = _part(bare)
    if bare != seen or sign["gap"]:
        # "# Title" is a heading and "- @anna" a mention: here only the very word counts, behind the very sign.
        return part.sign == "#" and part.entry is not None
    if part.sign != "#" and (_is_handle(bare) or (part.entry is None and fold(part.word) in names)):
        return False
    return _is_exact_or_near(part)


def is_command_word(words: str) -> bool:
    """Whether the first of them, without a sign, is the very word of a command."""
    return _part(words).entry is not None


@dataclass(frozen=True, slots=True)
class Decision:
    """`M-17 keep`: what becomes of a held mail. `word` is empty where the part of the line is none."""

    mail: int
    word: str
    near: tuple[str, ...] = ()
    """Where it is only a near miss: the decisions that may have been meant."""


def decisions(seen: str) -> tuple[Decision, ...]:
    """`#M-17 keep; M-18 drop`: each part of the line; empty where the line does not begin like that."""
    bare = _undecorated(seen)
    sign = SIGN.match(bare)
    first, *others = fold(bare[sign.end() :]).split(";") if sign else ("",)
    begun = _decision(first)
    if begun is None:
        return ()
    rest = (_decision(SIGN.sub("", each.strip(), count=1)) or Decision(0, "") for each in others if each.strip(" ."))
    return (begun, *rest)


def _decision(part: str) -> Decision | None:
    found = HELD_MAIL.fullmatch(part.strip().rstrip(" .!,"))
    if found is None:
        return None
    mail, word = int(found["mail"]), found["word"]
    if word in DECISIONS:
        return Decision(mail, DECISIONS[word])
    near = tuple(each for each in DECISIONS if distance(word, each) <= reach(each))
    return Decision(mail, word, near) if near else None


def begins_with_command(args: str) -> bool:
    """Whether what stands behind a command is another one (`#note #take`); a mention like `@lisa` is none."""
    return looks_like_command(args) and (args[0] not in "@!" or _part(args).entry is not None)


# -- taking a line apart -----------------------------------------------------------------------------------------------


def parts_of(seen: str) -> tuple[int | None, tuple[Part, ...]]:
    """The ticket a line names, and its commands; a `;` inside the words of `#note` stays there."""
    numbered = _NUMBER.match(seen)
    rest = seen[numbered.end() :] if numbered else seen
    first, *others = rest.split(";")
    parts = [_part(_undecorated(first))]
    spoken: list[str] = []
    for other in others:
        part = _part(other.strip())
        if parts[-1].entry and parts[-1].entry.takes is Takes.words and not _begins_command(part):
            spoken.append(other)
        elif other.strip():
            parts[-1], spoken = _speaking(parts[-1], spoken), []
            parts.append(part)
    parts[-1] = _speaking(parts[-1], spoken)
    return int(numbered["number"]) if numbered else None, tuple(_trimmed(part) for part in parts)


def _speaking(part: Part, spoken: list[str]) -> Part:
    return replace(part, args=";".join([part.args, *spoken]).strip(" ;")) if spoken else part


def _trimmed(part: Part) -> Part:
    """Arguments without the full stop of a sentence; a date like 24.12. keeps its own."""
    if part.entry is None or part.entry.takes is Takes.words:
        return part
    return replace(part, args=without_stop(" ".join(part.args.split())))


def without_stop(args: str) -> str:
    """Arguments without the punctuation that ends a sentence."""
    bare = args.rstrip(",!?:;.… ")
    return f"{bare}." if bare[-1:].isdigit() and args[len(bare) :].startswith(".") else bare


def _undecorated(seen: str) -> str:
    found = _DECORATION.match(seen)
    return seen[found.end() :].rstrip(_CLOSERS) if found else seen


def _part(text: str) -> Part:
    sign = SIGN.match(text)
    body = text[sign.end() :] if sign else text
    found = _WORD.match(body)
    mark = sign["sign"] if sign else ""
    if not found:
        return Part(mark, "", body.strip(), None)
    rest = body[found.end() :]
    stop = _STOP.match(rest)
    args = rest[stop.end() :] if stop else rest.lstrip(_GLUE)
    return Part(mark, found[0], args.strip(), lookup(found[0]), glued=stop is None)


def _begins_command(part: Part) -> bool:
    """Whether a part behind the words of `#note` is a command of its own: with a #, or without one where it fits."""
    if part.sign == "#":
        return _is_exact_or_near(part)
    return not part.sign and part.entry is not None and not part.glued and lacks(part) is None


def _is_exact_or_near(part: Part) -> bool:
    if part.entry is not None or (part.sign == "#" and fold(part.word) in NEVER_BY_MAIL):
        return True
    return bool(part.word and near_words(part.word, other_desks=part.sign in ("#", "")))


def _is_sentence(part: Part) -> bool:
    """`#1 priority for us`: what stands behind a word that takes one word is a sentence, not an argument."""
    return part.entry is not None and part.entry.takes is Takes.word and len(part.args.split()) > 1


def _is_handle(seen: str) -> bool:
    """`@help-desk`, `@report.example`: the word goes on."""
    return bool(_HANDLE.match(seen))


def lacks(part: Part) -> Sentence | None:
    """What is wrong with the argument as far as it shows without looking anything up."""
    assert part.entry is not None
    word, takes = f"#{part.word}", part.entry.takes
    if takes is Takes.nothing and part.args:
        return _ALONE.filled(word=word)
    if takes in (Takes.argument, Takes.word) and not part.args:
        return _NEEDS.filled(word=word, needs=part.entry.needs)
    if takes is Takes.word and " " in part.args:
        return _ONE_WORD.filled(word=word, needs=part.entry.needs)
    return None


# -- escaping ----------------------------------------------------------------------------------------------------------


def unescaped(line: str) -> str:
    """`\\#take` begins an ordinary line: the line without that backslash. Other backslashes stay."""
    bare = _DECORATION.sub("", tidy(line), count=1)
    if not bare.startswith("\\"):
        return line
    without = line.replace("\\", "", 1)
    return without if bare.startswith("\\#") or looks_like_command(tidy(without)) else line
