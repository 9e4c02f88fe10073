"""What a pattern of the configuration means: globs over whole values, whole words, expressions, whole values.

Every pattern becomes an RE2 expression, so that matching is linear whatever a mail holds. Case never matters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import re2

from mailgate.settings.routing import Pattern, compile_linear

Captures = dict[str, str]

# ä is ae and ß is ss for everybody who searches; invisible hyphens and joiners part no word.
_SPELLING = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")}
)
_WITHIN = r"[\p{L}\p{N}\p{M}]"
_BEFORE, _BEHIND = r"(?:^|[^\p{L}\p{N}\p{M}])", r"(?:$|[^\p{L}\p{N}\p{M}])"
_BETWEEN = "[ -]+"  # the words of a phrase: "VPN tunnel", "VPN-Tunnel"


@dataclass(frozen=True, slots=True)
class Compiled:
    """One pattern, ready: `find` gives its captures, or None where it does not hold."""

    holds: str
    """In words: `has the word vpn`."""
    lacks: str
    """In words: `has not the word vpn`."""
    folded: bool
    """Wants its text spelt as `fold` does."""
    _search: Callable[[str], Any] = field(repr=False)

    def find(self, text: str) -> Captures | None:
        found = self._search(text)
        return None if found is None else _captures(found)


def _captures(found: Any) -> Captures:
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
    folded = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(sane(folded.casefold().translate(_SPELLING)).split())


def glob(text: str) -> Compiled:
    """`*` is anything, `?` one character, and all else itself; over the whole value."""
    expression = "".join({"*": ".*", "?": "."}.get(letter) or re2.escape(letter) for letter in sane(text))
    compiled = compile_linear(f"(?s){expression}")
    return Compiled(f"matches {text}", f"does not match {text}", False, compiled.fullmatch)


def whole(text: str) -> Compiled:
    """The whole value and nothing else."""
    compiled = compile_linear(re2.escape(sane(text)))
    return Compiled(f"is '{text}'", f"is not '{text}'", False, lambda value: compiled.fullmatch(value.strip()))


def expression(text: str) -> Compiled:
    """An expression, found anywhere."""
    searching = compile_linear(text).search
    return Compiled(f"matches the expression '{text}'", f"does not match the expression '{text}'", False, searching)


def words(text: str) -> Compiled:
    """One word, several as a phrase, `vpn*` for beginnings; as whole words anywhere in a folded text."""
    parts = fold(text).split()
    phrase = _BETWEEN.join(re2.escape(part).replace(r"\*", f"{_WITHIN}*") for part in parts)
    anything = not text.replace("*", "").strip()
    searching = compile_linear("" if anything and parts else f"{_BEFORE}{phrase}{_BEHIND}").search
    return Compiled(f"has {_named(text)}", f"has not {_named(text)}", True, searching if parts else lambda _: None)


def _named(text: str) -> str:
    if " " in text.strip():
        return f"the words '{text.strip()}'"
    beginning = text.endswith("*") and "*" not in text[:-1]
    return f"a word that begins with {text[:-1]}" if beginning and text != "*" else f"the word {text}"


def of_value(patterns: Iterable[Pattern]) -> tuple[Compiled, ...]:
    """Patterns for a key that compares values: from, to, header."""
    return tuple(_compiled(each, glob) for each in patterns)


def of_words(patterns: Iterable[Pattern]) -> tuple[Compiled, ...]:
    """Patterns for a key that searches words: subject, text."""
    return tuple(_compiled(each, words) for each in patterns)


def _compiled(pattern: Pattern, plain: Callable[[str], Compiled]) -> Compiled:
    if pattern.regex is not None:
        return expression(pattern.regex)
    return whole(pattern.is_) if pattern.is_ is not None else plain(pattern.glob or "")
