"""What a pattern of the configuration means: globs over whole values, whole words, expressions, whole values.

Patterns become RE2 expressions or plain searches, so that matching is linear whatever a mail holds. Case never
matters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import re2

from mailgate.settings.routing import Pattern, compile_linear

Captures = dict[str, str]

# ä is ae for everybody who searches (and ß is ss, by casefold); a hyphen parts words as a space does, an invisible
# one does not.
_SPELLING = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    **dict.fromkeys("-_\u2010\u2011\u2013", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
_EDGE = "\x1f"  # stands before and behind every word of a marked text; white space to split(), so never in its words
_AT_EDGE = re.compile(r"\b")
_STARS = re.compile(rf"{_EDGE}?\*+{_EDGE}?")


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a condition holds, and why. `captures`: groups of its expressions by number (`"1"`) and name; where
    several expressions capture, the first keeps the numbers."""

    ok: bool
    why: str
    captures: Captures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One pattern, ready."""

    holds: str
    """In words: `has the word vpn`."""
    lacks: str
    """In words: `has not the word vpn`."""
    folded: bool
    """Wants its text spelt as `fold` does."""
    find: Callable[[str], Captures | None] = field(repr=False)
    """The captures in a text; None where the pattern does not hold."""


def _captures(found: Any) -> Captures | None:
    if found is None:
        return None
    numbered = {str(place): value for place, value in enumerate(found.groups(), 1) if value is not None}
    named = {name: value for name, value in found.groupdict().items() if value is not None}
    return numbered | named


def sane(text: str) -> str:
    """Composed letters only, and nothing that can not be encoded: what RE2 takes."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode("utf-8")


def fold(text: str) -> str:
    """The spelling in which words are compared: one case, umlauts written out, single spaces."""
    spelt = (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()
    for letter, instead in _SPELLING.items():
        spelt = spelt.replace(letter, instead)
    return sane(" ".join(spelt.split()))


@lru_cache(maxsize=2)  # several patterns are asked of one text
def _marked(folded: str) -> str:
    """With a mark on both sides of every word."""
    return _AT_EDGE.sub(_EDGE, folded)


def glob(text: str) -> Compiled:
    """`*` is anything, `?` one character, and all else itself; over the whole value."""
    expression = "".join({"*": ".*", "?": "."}.get(letter) or re2.escape(letter) for letter in sane(text))
    compiled = compile_linear(f"(?s){expression}")
    return Compiled(
        f"matches {text}", f"does not match {text}", False, lambda value: _captures(compiled.fullmatch(value))
    )


def whole(text: str) -> Compiled:
    """The whole value and nothing else."""
    compiled = compile_linear(re2.escape(sane(text)))
    return Compiled(
        f"is '{text}'", f"is not '{text}'", False, lambda value: _captures(compiled.fullmatch(value.strip()))
    )


def expression(text: str) -> Compiled:
    """An expression, found anywhere."""
    compiled = compile_linear(text)
    return Compiled(
        f"matches the expression '{text}'",
        f"does not match the expression '{text}'",
        False,
        lambda value: _captures(compiled.search(value)),
    )


def words(text: str) -> Compiled:
    """One word, several as a phrase, `vpn*` for beginnings; as whole words anywhere in a folded text."""
    return Compiled(f"has {_named(text)}", f"has not {_named(text)}", True, _finder(fold(text)))


def _finder(folded: str) -> Callable[[str], Captures | None]:
    if not folded:
        return lambda text: None
    # A star is the rest of a word, on the side where it stands.
    parts = _STARS.split(_marked(folded))
    fixed = [part for part in parts if part]
    if len(fixed) > 1:
        compiled = compile_linear(f"[^{_EDGE}]*".join(map(re2.escape, parts)))
        return lambda text: _captures(compiled.search(_marked(text)))
    return partial(_found, "".join(fixed))


def _found(marked: str, text: str) -> Captures | None:
    """Where a phrase has no star inside, a plain search finds it, and only the letters around it are looked at."""
    phrase, at = marked.replace(_EDGE, ""), -1
    while (at := text.find(phrase, at + 1)) >= 0:
        end = at + len(phrase)
        begins = not marked.startswith(_EDGE) or not _is_of_word(text[at - 1 : at])
        if begins and not (marked.endswith(_EDGE) and _is_of_word(text[end : end + 1])):
            return {}
    return None


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _named(text: str) -> str:
    if " " in text.strip():
        return f"the words '{text.strip()}'"
    beginning = text.endswith("*") and "*" not in text[:-1]
    return f"a word that begins with {text[:-1]}" if beginning and text != "*" else f"the word {text}"


def of_value(patterns: Iterable[Pattern]) -> tuple[Compiled, ...]:
    """Patterns for a key that compares values: from, to, cc, reply_to, attachment, header."""
    return tuple(_compiled(each, glob) for each in patterns)


def of_words(patterns: Iterable[Pattern]) -> tuple[Compiled, ...]:
    """Patterns for a key that searches words: subject, text."""
    return tuple(_compiled(each, words) for each in patterns)


def _compiled(pattern: Pattern, plain: Callable[[str], Compiled]) -> Compiled:
    if pattern.regex is not None:
        return expression(pattern.regex)
    return whole(pattern.is_) if pattern.is_ is not None else plain(pattern.glob or "")
