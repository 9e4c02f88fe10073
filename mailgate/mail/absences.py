"""Does a mail say that its writer is away, by its subject or its first words? Data in `absences.yaml`: every language
in which mail programs announce it. Only a hint: what proves a program are its header fields (`automatic.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import re2
from ruamel.yaml import YAML

from mailgate.mail.any_of import Expression

_LONGEST_SUBJECT = 200
_READ = 400
"""Characters of a text: a program begins with it, after a greeting."""

# `[EXTERN] Automatic reply: …`: what gateways put before everything; our tags and those of others have digits.
_BEFORE = r"^(?:\[[^\]#\d]{1,30}\] ?|\*{1,3}[^*#\d]{1,30}\*{1,3} ?){0,2}[\[(*]?"
_BEHIND_A_NAME = r"^[^:?!]{2,60} "
_ENDS = r" ?(?:$|[:：\-–—(\[\])*!.|])"
_ENDS_WITHOUT_COLON = r" ?(?:$|[,，、.。!(\[\]*|–—]|- |\d)"
_WESTERN_WORD = r"(?:$|[^\pL])"


@dataclass(frozen=True, slots=True)
class _Table:
    announces: Expression
    sounds: Expression
    text: Any


def announced(subject: str) -> bool:
    """Whether it begins as programs begin the subject of an automatic answer, and people do not."""
    return _table().announces.stands_in(_plain(subject[:_LONGEST_SUBJECT]))


def sounds_away(subject: str) -> bool:
    """Whether the subject, without reply prefixes, sounds like an automatic answer or like an absence."""
    return _table().sounds.stands_in(_plain(subject[:_LONGEST_SUBJECT]))


def says_away(text: str) -> str | None:
    """The words by which the beginning of a text says that its writer is away, or None."""
    found = _table().text.search(text[:_READ])
    return " ".join(found[0].split()) if found else None


def _plain(text: str) -> str:
    """In small letters, with single blanks and straight apostrophes. Turkish has two kinds of i, which its capitals
    tell apart and ours do not."""
    small = text.casefold()
    if not small.isascii():
        small = small.replace("’", "'").replace("i\u0307", "i").replace("ı", "i")
    return " ".join(small.split())


def phrases_by_language() -> dict[str, dict[str, list[str]]]:
    """The data: language → key → phrases."""
    content = YAML(typ="safe", pure=True).load((files("mailgate.mail") / "absences.yaml").read_text("utf-8"))
    return {
        language: {key: [each.strip() for each in written.split(",")] for key, written in keys.items()}
        for language, keys in content.items()
    }


@cache
def _table() -> _Table:
    languages = phrases_by_language()
    told = {key: _of_all(languages.values(), key) for key in ("announces", "perhaps", "says", "states")}
    text = [each for language in languages.values() for each in language.get("text", ())]
    announces = f"{_BEFORE}{_one_of(told['announces'])}{_ENDS}"
    perhaps = f"{_BEFORE}{_one_of(told['perhaps'])}{_ENDS}"
    on = _goes_on(languages.values())
    says = f"{_BEFORE}{_one_of(told['says'])}{on}"
    states = f"{_BEHIND_A_NAME}{_one_of(told['states'])}{on}"
    sounds = "|".join((announces, perhaps, says, states))
    return _Table(Expression(announces), Expression(sounds), re2.compile(_anywhere(text)))


def _goes_on(languages: Iterable[Mapping[str, Sequence[str]]]) -> str:
    """What may stand behind words of absence."""
    until, dated = (_of_all(languages, key) for key in ("until", "dated"))
    return f"(?:{_ENDS_WITHOUT_COLON}| ?{_one_of(until)}{_WESTERN_WORD}| {_one_of(dated)} ?\\d)"


def _of_all(languages: Iterable[Mapping[str, Sequence[str]]], key: str) -> list[str]:
    return [_plain(each) for language in languages for each in language.get(key, ())]


def _one_of(phrases: Iterable[str]) -> str:
    """The longest first: re2 takes the first that fits."""
    return f"(?:{'|'.join(re2.escape(each) for each in sorted(set(phrases), key=len, reverse=True))})"


def _anywhere(phrases: Iterable[str]) -> str:
    """In running text, whose lines may end within a phrase."""
    written = (re2.escape(each).replace(r"\ ", r"\s+").replace(r"\'", "['’]") for each in sorted(set(phrases), key=len))
    return f"(?i){'|'.join(written)}"
