"""Every command of CONTRACT 6: its English and German word, what stands behind it, and whether this version has it.

One ordered table; nothing else in mailgate lists command words. A later issue builds a command by setting `built` here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Takes(StrEnum):
    """What stands behind the command word on its line."""

    nothing = "nothing"
    argument = "argument"
    word = "word"
    """An argument of exactly one word."""
    perhaps = "perhaps"
    """An argument that may be left out."""
    words = "words"
    """Perhaps the first words of the text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command. `name` is its canonical English word, `german` the German ones, the preferred one first."""

    name: str
    german: tuple[str, ...]
    takes: Takes = Takes.nothing
    needs: str = ""
    """What the argument is, so that "#assign needs …" is a sentence."""
    built: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that means this command, without the #."""
        return (self.name, *self.german)


_WHO = "somebody: an agent, a group, an address or a name"
_DATE = "a date, such as fri, 24.12. or +3d"
_ADDRESS = "at least one address"
_NUMBER = "the number of a ticket"
_NOT, _ARG, _ONE, _MAY, _TEXT = Takes.nothing, Takes.argument, Takes.word, Takes.perhaps, Takes.words

VOCABULARY: tuple[Entry, ...] = (
    Entry("take", ("übernehmen",), built=True),
    Entry("unassign", ("abgeben",)),
    Entry("accept", ("annehmen",)),
    Entry("decline", ("ablehnen",), _ARG, "the reason"),
    Entry("assign", ("zuweisen",), _ARG, _WHO, built=True),
    Entry("coordinator", ("koordinator",), _ARG, _WHO),
    Entry("answer", ("antwort",), _TEXT, built=True),
    Entry("note", ("notiz",), _TEXT, built=True),
    Entry("question", ("rückfrage",), _TEXT, built=True),
    Entry("resolve", ("gelöst", "erledigt"), _TEXT, built=True),
    Entry("close", ("schließen",), built=True),
    Entry("reopen", ("wiedereröffnen",), built=True),
    Entry("wait", ("warten",), _MAY, "for whom, or until when"),
    Entry("snooze", ("wiedervorlage",), _ARG, _DATE),
    Entry("priority", ("priorität",), _ONE, "one of low, normal, high, urgent", built=True),
    Entry("kind", ("vorgangsart",), _ARG, "a kind of case", built=True),
    Entry("category", ("kategorie",), _ARG, "a category, such as network/vpn", built=True),
    Entry("tag", ("stichwort",), _ARG, "a tag, such as +vpn or -vpn"),
    Entry("due", ("termin", "frist"), _ARG, _DATE),
    Entry("wanted", ("wunschtermin",), _ARG, _DATE),
    Entry("ask", ("stellungnahme",), _ARG, _ADDRESS),
    Entry("forward", ("weiterleiten",), _ARG, _ADDRESS),
    Entry("split", ("aufteilen",)),
    Entry("part", ("teil",), _ARG, _WHO),
    Entry("release", ("freigeben",)),
    Entry("merge", ("zusammenführen",), _ARG, _NUMBER),
    Entry("same", ("gleich",), _ARG, _NUMBER),
    Entry("link", ("verknüpfen",), _ARG, _NUMBER),
    Entry("conceal", ("verbergen",)),
    Entry("reveal", ("offenlegen",)),
    Entry("level", ("ebene",), _ONE, "1 or 2"),
    Entry("from", ("melder",), _ARG, "an address"),
    Entry("customer", ("endkunde",), _ARG, "a name and an address"),
    Entry("phone", ("telefon",), _ARG, "a number"),
    Entry("company", ("firma",), _ARG, "a name"),
    Entry("department", ("abteilung",), _ARG, "a name"),
    Entry("channel", ("meldeweg",), _ARG, "a channel"),
    Entry("time", ("zeit",), _ARG, "a time, such as 45m"),
    Entry("cc", ("kopie",), _ARG, _ADDRESS),
    Entry("watch", ("beobachten",)),
    Entry("unwatch", ("nichtmehr",)),
    Entry("template", ("vorlage",), _ARG, "the name of an answer"),
    Entry("away", ("abwesend",), _ARG, "from when until when"),
    Entry("back", ("zurück",)),
    Entry("handover", ("übergeben",), _ARG, _WHO),
    Entry("spam", ()),
    Entry("undo", ("rückgängig",)),
    Entry("yes", ("ja",), built=True),
    Entry("drop", ("verwerfen",), built=True),
    Entry("list", ("liste",), _MAY, "a filter"),
    Entry("show", ("zeige",), _MAY, _NUMBER),
    Entry("history", ("verlauf",), _MAY, _NUMBER),
    Entry("report", ("bericht",), _MAY, "by what"),
    Entry("help", ("hilfe",), built=True),
)

HELD_MAIL = re.compile(r"m-?\d+\s+(?:keep|drop|spam|behalten|verwerfen)")
"""`#M-17 keep|drop|spam`, folded and without the #: what becomes of a held mail; not built yet."""

BUILT: frozenset[str] = frozenset(entry.name for entry in VOCABULARY if entry.built)
"""Commands that this version carries out."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def fold(text: str) -> str:
    """The text without case and umlaut spelling: `Ü`, decomposed `ü` and `ue` are the same, so are `ß` and `ss`."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).translate(_UMLAUTS)


ENTRIES: dict[str, Entry] = {fold(word): entry for entry in VOCABULARY for word in entry.words}
"""Folded word → command."""
SPELLINGS: dict[str, str] = {fold(word): word for entry in VOCABULARY for word in entry.words}
"""Folded word → as the contract writes it."""


def lookup(word: str) -> Entry | None:
    """The command of exactly this word, in either language, without the #."""
    return ENTRIES.get(fold(word))
