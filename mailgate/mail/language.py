"""In which language a text is written, or that it is not sure: by its small words (`languages.yaml`), and of Chinese,
Japanese and Korean by the script.

Sure means: at least 8 words, at least 3 of them small words of that language and at least one in eight, and against
each other language at least two words that only this one has, and twice as many as only the other has. So what Danish
and Norwegian share names neither. Languages around ours are counted only so that they are not taken for one of ours.
Where the beginning of a text is sure, the rest is not asked: what the writer added stands there, and most texts are
through by then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

_BEGINNING = 700
_READ = 8_000
_FEWEST_WORDS = 8
_FEWEST_HITS = 3
_ONE_IN = 8
_FEWEST_OWN = 2
_MARGIN = 2

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)

# Scripts that write no blanks between words, and that of one language alone: the first two are Japanese (kana).
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u4e00-\u9fff]")
_FEWEST_SIGNS = 8
_SIGNS_A_WORD = 2
"""So many signs say about as much as one word in letters."""
_KANA_IN = 20
"""Japanese has at least one kana among so many signs; Chinese has none, but for a name."""

_WESTERN = "cp1252"
"""Western text, which is nearly all of it, is compared as bytes of this charset: that costs a third of what `_WORD` and
`casefold` cost, and gives the same."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Small word, as text is compared with it → the languages that have it."""

    words: Mapping[str, tuple[str, ...]]
    western: Mapping[bytes, tuple[str, ...]]
    named: frozenset[str]


@cache
def _table() -> _Table:
    content = YAML(typ="safe", pure=True).load((files("mailgate.mail") / "languages.yaml").read_text("utf-8"))
    found: dict[str, set[str]] = {}
    for name, words in (*content["named"].items(), *content["around"].items()):
        for word in words.casefold().split():
            found.setdefault(word, set()).add(name)
    known = {word: tuple(sorted(names)) for word, names in found.items()}
    # A byte stays one byte: ß is not folded to ss.
    western = {_bytes(spelling): names for word, names in known.items() for spelling in (word, word.replace("ss", "ß"))}
    western.pop(b"", None)
    return _Table(known, western, frozenset(content["named"]))


def _bytes(word: str) -> bytes:
    """As in western text; empty where no such text can hold it."""
    try:
        return word.encode(_WESTERN)
    except UnicodeEncodeError:
        return b""


def _folded(byte: int) -> bytes:
    """The byte of a letter in lower case; a blank for what is no letter."""
    sign = bytes([byte]).decode(_WESTERN, "replace")
    if not _WORD.fullmatch(sign):
        return b" "
    small = sign.casefold().encode(_WESTERN, "ignore")
    return small if len(small) == 1 else bytes([byte])


_LETTERS = b"".join(map(_folded, range(256)))


def language_of(text: str) -> str | None:
    """`de`, `en`, `ja`, …; None: a language we do not name, or too few words to be sure. Lines quoted with `>` do not
    count."""
    read = _unquoted(text[:_READ])
    return _sure_language(read[:_BEGINNING]) or (_sure_language(read) if len(read) > _BEGINNING else None)


def _sure_language(text: str) -> str | None:
    words, small = counted(text)
    if words < _FEWEST_WORDS or not _is_enough(sum(small.values()), words):
        return _by_script(text, words)
    best = _obvious(small) or _most_frequent(small)
    hits = sum(count for names, count in small.items() if best in names)
    if not _is_enough(hits, words):
        return _by_script(text, words)
    return best if best in _table().named else None


def _is_enough(hits: int, words: int) -> bool:
    return hits >= _FEWEST_HITS and hits * _ONE_IN >= words


def _obvious(small: Counter[tuple[str, ...]]) -> str | None:
    """The language whose very own words outnumber all that it does not have: most texts ask no more."""
    best, own = max(
        ((names[0], count) for names, count in small.items() if len(names) == 1), key=_count, default=("", 0)
    )
    others = sum(count for names, count in small.items() if best not in names)
    return best if own >= max(_FEWEST_OWN, _MARGIN * others) else None


def _count(each: tuple[str, int]) -> int:
    return each[1]


def _most_frequent(small: Counter[tuple[str, ...]]) -> str:
    """The language with most words, where no other comes near; else empty."""
    hits = _hits(small.items())
    best = max(hits, key=hits.__getitem__)
    return best if _is_alone(best, hits, small) else ""


def _hits(small: Iterable[tuple[tuple[str, ...], int]]) -> dict[str, int]:
    hits: dict[str, int] = {}
    for names, count in small:
        for name in names:
            hits[name] = hits.get(name, 0) + count
    return hits


def _is_alone(best: str, hits: Mapping[str, int], small: Counter[tuple[str, ...]]) -> bool:
    """No other language comes near, of the words that the two do not share."""
    shared, most = _hits((names, count) for names, count in small.items() if best in names), hits[best]
    return all(
        most - both >= max(_FEWEST_OWN, _MARGIN * (count - both))
        for other, count in hits.items()
        if other != best
        for both in (shared.get(other, 0),)
    )


def _by_script(text: str, words: int) -> str | None:
    """Chinese, Japanese, Korean: no small words, but signs of their own."""
    if text.isascii():
        return None
    kana, hangul, han = (len(each.findall(text)) for each in (_KANA, _HANGUL, _HAN))
    signs = kana + hangul + han
    if signs < _FEWEST_SIGNS or signs < _SIGNS_A_WORD * words:
        return None
    if 2 * hangul > signs:
        return "ko"
    if kana * _KANA_IN >= signs:
        return "ja" if not hangul else None
    return "zh" if not kana and not hangul else None


def _unquoted(text: str) -> str:
    return _QUOTED.sub("", text) if text.startswith(">") or "\n>" in text else text


def counted(text: str) -> tuple[int, Counter[tuple[str, ...]]]:
    """How many words, and how many of them are small words of which languages."""
    table = _table()
    try:
        western = text.encode(_WESTERN).translate(_LETTERS).split()
        return len(western), Counter(filter(None, map(table.western.get, western)))
    except UnicodeEncodeError:
        words = _WORD.findall(text)
        return len(words), Counter(filter(None, map(table.words.get, map(str.casefold, words))))
