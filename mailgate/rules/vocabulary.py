"""Every command of CONTRACT 6: its English and German word, and what stands behind it.

One ordered table; nothing else in mailgate lists command words.
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
    Entry("take", ("übernehmen",)),
    Entry("unassign", ("abgeben",)),
    Entry("accept", ("annehmen",)),
    Entry("decline", ("ablehnen",), _MAY, Sentence("the reason", "eine Begründung")),
    Entry("assign", ("zuweisen",), _ARG, _WHO),
    Entry("coordinator", ("koordinator",), _ARG, _WHO),
    Entry("answer", ("antwort",), _TEXT),
    Entry("note", ("notiz",), _TEXT),
    Entry("question", ("rückfrage",), _TEXT),
    Entry("resolve", ("gelöst", "erledigt"), _TEXT),
    Entry("close", ("schließen",)),
    Entry("reopen", ("wiedereröffnen",)),
    Entry("wait", ("warten",), _MAY, Sentence("for whom, or until when", "auf wen oder bis wann")),
    Entry("snooze", ("wiedervorlage",), _ARG, _DATE),
    Entry("priority", ("priorität",), _ONE, _ONE_OF_FOUR),
    Entry("kind", ("vorgangsart",), _ARG, Sentence("a kind of case", "eine Vorgangsart")),
    Entry("category", ("kategorie",), _ARG, _CATEGORY),
    Entry("tag", ("stichwort",), _ARG, _TAG),
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
    Entry("level", ("ebene",), _ONE, Sentence("1 or 2", "1 oder 2")),
    Entry("from", ("melder",), _ARG, Sentence("an address", "eine Adresse")),
    Entry("customer", ("endkunde",), _ARG, _CUSTOMER),
    Entry("phone", ("telefon",), _ARG, Sentence("a number", "eine Nummer")),
    Entry("company", ("firma",), _ARG, Sentence("a name", "einen Namen")),
    Entry("department", ("abteilung",), _ARG, Sentence("a name", "einen Namen")),
    Entry("channel", ("meldeweg",), _ARG, Sentence("a channel", "einen Meldeweg")),
    Entry("time", ("zeit",), _ARG, Sentence("a time, such as 45m", "eine Dauer, etwa 45m")),
    Entry("cc", ("kopie",), _ARG, _ADDRESS),
    Entry("watch", ("beobachten",)),
    Entry("unwatch", ("nichtmehr",)),
    Entry("template", ("vorlage",), _ARG, Sentence("the name of an answer", "den Namen einer Vorlage")),
    Entry("away", ("abwesend",), _ARG, Sentence("from when until when", "von wann bis wann")),
    Entry("back", ("zurück",)),
    Entry("handover", ("übergeben",), _ARG, _WHO),
    Entry("spam", ()),
    Entry("undo", ("rückgängig",)),
    Entry("yes", ("ja",)),
    Entry("drop", ("verwerfen",)),
    Entry("list", ("liste",), _MAY, Sentence("a filter", "einen Filter")),
    Entry("show", ("zeige",), _MAY, _NUMBER),
    Entry("history", ("verlauf",), _MAY, _NUMBER),
    Entry("report", ("bericht",), _MAY, Sentence("by what", "wonach")),
    Entry("help", ("hilfe",)),
)

DECISIONS = {"keep": "keep", "behalten": "keep", "drop": "drop", "verwerfen": "drop", "spam": "spam"}
"""What can become of a held mail: the word as written, folded → its English one."""
HELD_MAIL = re.compile(r"m-?(?P<mail>[1-9]\d{0,9})\s+(?P<word>[^\W\d_]{3,12})")
"""`#M-17 keep|drop|spam`, folded and without the #."""
DECISION_NAME = re.compile(r"M-(?P<mail>\d+)")
"""Name of the command that decides about a held mail; its argument is the decision."""

NAMES: frozenset[str] = frozenset(entry.name for entry in VOCABULARY)
"""The canonical words of all commands."""

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
