"""The words of mail servers in their reports, read once from `bounces/*.yaml`: data, not code. Nothing of it is read
before the first mail that may be a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from mailgate.sentence import Sentence

GAP = "…"
LONGEST_GAP = 60

_APOSTROPHES = str.maketrans("’‘´`ʼ", "'''''")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Fixed words in order, with at most sixty characters of anything between them."""

    parts: tuple[str, ...]

    def stands_in(self, text: str) -> bool:
        """In a text that `folded` has made."""
        at = text.find(self.parts[0])
        while at >= 0:
            if self._goes_on(text, at + len(self.parts[0])):
                return True
            at = text.find(self.parts[0], at + 1)
        return False

    def begins(self, text: str) -> bool:
        """At the very beginning."""
        return text.startswith(self.parts[0]) and self._goes_on(text, len(self.parts[0]))

    def _goes_on(self, text: str, at: int) -> bool:
        for part in self.parts[1:]:
            found = text.find(part, at, at + LONGEST_GAP + len(part))
            if found < 0:
                return False
            at = found + len(part)
        return True


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Phrases of which one may begin a text; `firsts`, what these begin with, are all asked at once."""

    phrases: tuple[Phrase, ...]
    firsts: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[Any]) -> Beginnings:
        """The phrases in these words of the data."""
        phrases = _phrases(words)
        return cls(phrases, tuple({phrase.parts[0] for phrase in phrases}))

    def one_begins(self, text: str) -> bool:
        """In a text that `folded` has made."""
        return text.startswith(self.firsts) and any(phrase.begins(text) for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some words of servers mean."""

    status: str
    phrases: tuple[Phrase, ...]
    says: Sentence | None = None
    sure: bool = False
    """Counts beside any code."""
    address: bool | None = None
    """Whether the address is to blame, where the code would not tell."""

    def stands_in(self, text: str) -> bool:
        """One of its phrases does."""
        return any(phrase.stands_in(text) for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is known by its own marks."""

    name: str
    fields: Mapping[str, str]
    """Name → how its value begins; one of them is enough."""
    sender: tuple[str, ...]
    subjects: Beginnings
    text: tuple[Phrase, ...]
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """How any server's report is known, and where in its words stands what."""

    daemons: tuple[str, ...]
    postmasters: tuple[str, ...]
    """A person may have these names too."""
    robots: frozenset[str]
    subjects: Beginnings
    sentences: tuple[Phrase, ...]
    delay_subjects: tuple[Phrase, ...]
    delay_words: tuple[Phrase, ...]
    finals: tuple[Phrase, ...]
    success_subjects: tuple[Phrase, ...]
    success_words: tuple[Phrase, ...]
    actions: Mapping[str, str]
    """The word of an Action field → failed, delayed or arrived."""
    fields: Mapping[str, str]
    """Another name of a field of RFC 3464 → its own."""
    copies: tuple[str, ...]
    no_copies: tuple[str, ...]
    labels: tuple[str, ...]


def folded(text: str) -> str:
    """As the phrases are written: lower case, one blank for all white space, straight apostrophes."""
    small = " ".join(text.split()).casefold()
    return small.replace("`", "'") if small.isascii() else small.translate(_APOSTROPHES)


def one_stands_in(phrases: Iterable[Phrase], text: str) -> Phrase | None:
    """The first of them that does."""
    return next((phrase for phrase in phrases if phrase.stands_in(text)), None)


@cache
def marks() -> Marks:
    """`reports.yaml`."""
    data = _read("reports.yaml")
    delays, successes = data["delays"], data["successes"]
    return Marks(
        daemons=_strings(data["daemons"]),
        postmasters=_strings(data["postmasters"]),
        robots=frozenset(_strings(data["robots"])),
        subjects=Beginnings.of(data["subjects"]),
        sentences=_phrases(data["sentences"]),
        delay_subjects=_phrases(delays["subjects"]),
        delay_words=_phrases(delays["words"]),
        finals=_phrases(data["finals"]),
        success_subjects=_phrases(successes["subjects"]),
        success_words=_phrases(successes["words"]),
        actions={word: kind for kind, words in data["actions"].items() for word in _strings(words)},
        fields={name: known for known, names in data["fields"].items() for name in _strings(names)},
        copies=_strings(data["copies"]),
        no_copies=_strings(data["no_copies"]),
        labels=_strings(data["labels"]),
    )


@cache
def meanings() -> tuple[Meaning, ...]:
    """`words.yaml`, in its order."""
    return tuple(
        Meaning(
            status=str(entry["status"]),
            phrases=_phrases(entry["words"]),
            says=Sentence(*entry["says"]) if "says" in entry else None,
            sure=bool(entry.get("sure")),
            address=entry.get("address"),
        )
        for entry in _read("words.yaml")
    )


@cache
def servers() -> tuple[Server, ...]:
    """`servers.yaml`."""
    return tuple(
        Server(
            name=entry["name"],
            fields={name: str(value) for name, value in (entry.get("fields") or {}).items()},
            sender=_strings(entry.get("from") or ()),
            subjects=Beginnings.of(entry.get("subject") or ()),
            text=_phrases(entry.get("text") or ()),
            meanings=tuple(
                Meaning(str(status), _phrases(words), sure=True) for status, words in (entry.get("words") or {}).items()
            ),
        )
        for entry in _read("servers.yaml")
    )


@dataclass(frozen=True, slots=True)
class FirstMarks:
    """What each server is known by first: a field, else who sends, else how the subject begins."""

    fields: frozenset[str]
    senders: tuple[str, ...]
    subjects: tuple[str, ...]


@cache
def first_marks() -> FirstMarks:
    """Of all servers."""
    return FirstMarks(
        fields=frozenset(name for server in servers() for name in server.fields),
        senders=tuple({name for server in servers() if not server.fields for name in server.sender}),
        subjects=tuple(
            {
                first
                for server in servers()
                if not server.fields and not server.sender
                for first in server.subjects.firsts
            }
        ),
    )


@cache
def reasons() -> Mapping[str, Sentence]:
    """`codes.yaml`: subject and detail of a code → our own words."""
    return {code: Sentence(*said) for code, said in _read("codes.yaml").items()}


def _read(name: str) -> Any:
    folder = files("mailgate.mail") / "bounces"
    return YAML(typ="safe", pure=True).load((folder / name).read_text(encoding="utf-8"))


def _strings(words: Iterable[Any]) -> tuple[str, ...]:
    """A list may be of lists, one for each language or server."""
    found: dict[str, None] = {}
    for word in words:
        for each in word if isinstance(word, list) else (word,):
            found[str(each).casefold()] = None
    return tuple(found)


def _phrases(words: Iterable[Any]) -> tuple[Phrase, ...]:
    return tuple(_phrase(text) for text in _strings(words))


def _phrase(text: str) -> Phrase:
    """The blanks at the ends of a phrase are part of it: they are the edges of a short word."""
    parts = text.split(GAP)
    last = len(parts) - 1
    sides = ((part if at == 0 else part.lstrip(), at) for at, part in enumerate(parts))
    return Phrase(tuple(part if at == last else part.rstrip() for part, at in sides))
