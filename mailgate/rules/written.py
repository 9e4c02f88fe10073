"""What an agent's mail says: commands, lines that stop it, and the text. Frozen values; `commands.py` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailgate.sentence import Sentence

SLOT = "\ufdd0"
"""Begins the line of a text where an answer belongs (`#template NAME`); no character of any text (Unicode, 23.7)."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command as written. `ticket` is set where the line names another one (`#1042 take; due fri`)."""

    name: str
    """The canonical English word: take."""
    args: str
    """What stands behind it, without the words that begin the text of this mail; those are in `Written.text`."""
    line: str
    """The whole line it stood on."""
    ticket: int | None = None
    word: str = field(default="", compare=False)
    """The command word as he wrote it: übernehmen. Empty where nobody wrote it."""

    @property
    def written(self) -> str:
        """`#übernehmen`, as he would write it."""
        return f"#{self.word or self.name}"


@dataclass(frozen=True, slots=True)
class Misread:
    """One line that stops the mail: why, and the whole lines that may have been meant, best first."""

    line: str
    why: Sentence
    near: tuple[str, ...] = ()
    place: int | None = None
    """In a mail with `#split`, where the order counts: how many commands stand above it."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one part of a split is told: who it is for, as written behind `#part`, and the words below that line."""

    args: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's new words, read. With anything in `misread`, nothing of it may be carried out."""

    commands: tuple[Command, ...]
    text: str
    """The words that travel: without commands and without the lines in `misread`; empty where only greeting and
    closing would be left beside commands."""
    misread: tuple[Misread, ...]
    portions: tuple[Portion, ...] = ()
    """Below `#split`: the parts, in order, those of misread lines too. `text` is then the note to all."""
    signature: str = ""
    """All there was beside commands: contact data, which are taken for a signature and do not travel."""

    @property
    def whole(self) -> str:
        """All words, with the lines that begin a part: as it is kept and shown to its writer."""
        parts = (f"#part {each.args}\n{each.text}".rstrip("\n") for each in self.portions)
        return "\n\n".join(filter(None, (self.text, *parts)))
