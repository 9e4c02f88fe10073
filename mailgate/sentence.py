"""One sentence for people, in English and German at once.

Whoever finds something out says it as a `Sentence` and need not know who will read it: letters say it in their
reader's language, while events, logs and `explain` take `str()`, which is English.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same said twice. `{names}` are places for `filled`; nothing else in it is ever replaced."""

    english: str
    german: str

    def __str__(self) -> str:
        """In English."""
        return self.english

    def in_language(self, language: str) -> str:
        """In that language (`de`, `de-AT`); English where we have no other."""
        return self.german if language.lower().partition("-")[0] == "de" else self.english

    def filled(self, **values: object) -> Sentence:
        """With its places filled, once. A value that is a sentence itself is said in the same language."""
        return Sentence(
            self.english.format(**{name: _said(value, "en") for name, value in values.items()}),
            self.german.format(**{name: _said(value, "de") for name, value in values.items()}),
        )

    @property
    def whole(self) -> Sentence:
        """Standing alone: with a capital letter and a full stop."""
        return Sentence(_whole(self.english), _whole(self.german))


def verbatim(words: str) -> Sentence:
    """Words that are the same in every language, because others said them: the answer of a relay, a name."""
    return Sentence(words, words)


def many(number: int, what: str) -> str:
    """`1 mail`, `2 mails`: a number of things, in English."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def joined(sentences: Iterable[Sentence], by: Sentence) -> Sentence:
    """All of them as one, each once."""
    each = tuple(dict.fromkeys(sentences))
    return Sentence(by.english.join(map(str, each)), by.german.join(one.german for one in each))


def what_exists(names: Iterable[str]) -> Sentence:
    """`email and phone exist`, `only email exists`: what could have been named instead, at least one."""
    *others, last = names
    if not others:
        return Sentence("only {last} exists", "es gibt nur {last}").filled(last=last)
    said = Sentence("{others} and {last} exist", "es gibt {others} und {last}")
    return said.filled(others=", ".join(others), last=last)


AND_ALSO = verbatim("; ")
OR = Sentence(" or ", " oder ")


def _said(value: object, language: str) -> object:
    return value.in_language(language) if isinstance(value, Sentence) else value


def _whole(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")
