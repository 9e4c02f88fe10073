"""Every command of CONTRACT 6: its English and German word, what stands behind it, and whether this version has it.

One ordered table; nothing else in mailgate lists command words. A later issue builds a command by setting `built` here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from mailgate.sentence import Sentence


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


NOTHING = Sentence("nothing", "nichts")


@dataclass(frozen=True, slots=True)
class Entry:
    """One command. `name` is its canonical English word, `german` the German ones, the preferred one first."""

    name: str
    german: tuple[str, ...]
    takes: Takes = Takes.nothing
    needs: Sentence = NOTHING
    """What the argument is, so that "#assign needs …" is a sentence."""
    built: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that means this command, without the #."""
        return (self.name, *self.german)


_WHO = Sentence(
    "somebody: an agent, a group, an address or a name",
    "jemanden: eine Person, eine Gruppe, eine Adresse oder einen Namen",
)
_DATE = Sentence("a date, such as fri, 24.12. or +3d", "ein Datum, etwa montag, 24.12. oder +3d")
_ADDRESS = Sentence("at least one address", "mindestens eine Adresse")
_NUMBER = Sentence("the number of a ticket", "die Nummer eines Tickets")
_ONE_OF_FOUR = Sentence("one of low, normal, high, urgent", "eines von niedrig, normal, hoch, dringend")
_TAG = Sentence("a tag, such as +vpn or -vpn", "ein Stichwort, etwa +vpn oder -vpn")
_CUSTOMER = Sentence("a name and an address", "einen Namen und eine Adresse")
_CATEGORY = Sentence("a category, such as network/vpn", "eine Kategorie, etwa network/vpn")
_NOT, _ARG, _ONE, _MAY, _TEXT = Takes.nothing, Takes.argument, Takes.word, Takes.perhaps, Takes.words

VOCABULARY: tuple[Entry, ...] = (
    Entry("take", ("übernehmen",), built=True),
    Entry("unassign", ("abgeben",), built=True),
    Entry("accept", ("annehmen",), built=True),
    Entry("decline", ("ablehnen",), _MAY, Sentence("the reason", "eine Begründung"), built=True),
    Entry("assign", ("zuweisen",), _ARG, _WHO, built=True),
    Entry("coordinator", ("koordinator",), _ARG, _WHO, built=True),
    Entry("answer", ("antwort",), _TEXT, built=True),
    Entry("note", ("notiz",), _TEXT, built=True),
    Entry("question", ("rückfrage",), _TEXT, built=True),
    Entry("resolve", ("gelöst", "erledigt"), _TEXT, built=True),
    Entry("close", ("schließen",), built=True),
    Entry("reopen", ("wiedereröffnen",), built=True),
    Entry("wait", ("warten",), _MAY, Sentence("for whom, or until when", "auf wen oder bis wann"), built=True),
    Entry("snooze", ("wiedervorlage",), _ARG, _DATE, built=True),
    Entry("priority", ("priorität",), _ONE, _ONE_OF_FOUR, built=True),
    Entry("kind", ("vorgangsart",), _ARG, Sentence("a kind of case", "eine Vorgangsart"), built=True),
    Entry("category", ("kategorie",), _ARG, _CATEGORY, built=True),
    Entry("tag", ("stichwort",), _ARG, _TAG, built=True),
    Entry("due", ("termin", "frist"), _ARG, _DATE, built=True),
    Entry("wanted", ("wunschtermin",), _ARG, _DATE, built=True),
    Entry("ask", ("stellungnahme",), _ARG, _ADDRESS, built=True),
    Entry("forward", ("weiterleiten",), _ARG, _ADDRESS, built=True),
    Entry("split", ("aufteilen",), built=True),
    Entry("part", ("teil",), _ARG, _WHO, built=True),
    Entry("release", ("freigeben",), built=True),
    Entry("merge", ("zusammenführen",), _ARG, _NUMBER, built=True),
    Entry("same", ("gleich",), _ARG, _NUMBER, built=True),
    Entry("link", ("verknüpfen",), _ARG, _NUMBER, built=True),
    Entry("conceal", ("verbergen",), built=True),
    Entry("reveal", ("offenlegen",), built=True),
    Entry("level", ("ebene",), _ONE, Sentence("1 or 2", "1 oder 2"), built=True),
    Entry("from", ("melder",), _ARG, Sentence("an address", "eine Adresse"), built=True),
    Entry("customer", ("endkunde",), _ARG, _CUSTOMER, built=True),
    Entry("phone", ("telefon",), _ARG, Sentence("a number", "eine Nummer"), built=True),
    Entry("company", ("firma",), _ARG, Sentence("a name", "einen Namen"), built=True),
    Entry("department", ("abteilung",), _ARG, Sentence("a name", "einen Namen"), built=True),
    Entry("channel", ("meldeweg",), _ARG, Sentence("a channel", "einen Meldeweg"), built=True),
    Entry("time", ("zeit",), _ARG, Sentence("a time, such as 45m", "eine Dauer, etwa 45m"), built=True),
    Entry("cc", ("kopie",), _ARG, _ADDRESS, built=True),
    Entry("watch", ("beobachten",), built=True),
    Entry("unwatch", ("nichtmehr",), built=True),
    Entry("template", ("vorlage",), _ARG, Sentence("the name of an answer", "den Namen einer Vorlage"), built=True),
    Entry("away", ("abwesend",), _ARG, Sentence("from when until when", "von wann bis wann"), built=True),
    Entry("back", ("zurück",), built=True),
    Entry("handover", ("übergeben",), _ARG, _WHO, built=True),
    Entry("spam", (), built=True),
    Entry("undo", ("rückgängig",), built=True),
    Entry("yes", ("ja",), built=True),
    Entry("drop", ("verwerfen",), built=True),
    Entry("list", ("liste",), _MAY, Sentence("a filter", "einen Filter"), built=True),
    Entry("show", ("zeige",), _MAY, _NUMBER, built=True),
    Entry("history", ("verlauf",), _MAY, _NUMBER, built=True),
    Entry("report", ("bericht",), _MAY, Sentence("by what", "wonach"), built=True),
    Entry("help", ("hilfe",), built=True),
)

DECISIONS = {"keep": "keep", "behalten": "keep", "drop": "drop", "verwerfen": "drop", "spam": "spam"}
"""What can become of a held mail: the word as written, folded → its English one."""
HELD_MAIL = re.compile(r"m-?(?P<mail>[1-9]\d{0,9})\s+(?P<word>[^\W\d_]{3,12})")
"""`#M-17 keep|drop|spam`, folded and without the #."""
DECISION_NAME = re.compile(r"M-(?P<mail>\d+)")
"""Name of the command that decides about a held mail; its argument is the decision."""

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
