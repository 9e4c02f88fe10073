"""German, English, or not sure: by the small words of a text.

Sure means: at least 8 words, at least 3 of them known small words and at least one in eight, and twice as many as any
other language has. Words that two languages share are in no list; the languages around us are counted only so
that they are not taken for German or English. Where the beginning of a text is sure, the rest is not asked: what the
writer added stands there, and most texts are through by then.
"""

from __future__ import annotations

import re
from collections import Counter

_BEGINNING = 1_000
_READ = 20_000
_FEWEST_WORDS = 8
_FEWEST_HITS = 3
_ONE_IN = 8
_MARGIN = 2

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"^>.*$", re.MULTILINE)

_SMALL_WORDS: tuple[tuple[str, str], ...] = (
    (
        "de",
        "und das nicht ist ich wir mit ein eine einen einem einer auf für sie bitte auch dass daß haben habe hat wird "
        "werden oder aber nach kann können beim zum zur vom mir uns ihnen ihre ihr ihren mein meine sehr geehrte "
        "geehrter hallo danke dank vielen guten freundlichen grüßen gruß noch wenn wie aus bei seit sich sind dem den "
        "des durch keine kein schon nur unser unsere warum heute gestern funktioniert möchte wurde über schönen als",
    ),
    (
        "en",
        "the and not you that this have with are please our can your would has from they but thanks thank hello dear "
        "it's i'm don my we been will when which there their it at be an or if by i to of what could any does only "
        "since after yesterday today working regards kind need how just am had should get cannot was were my help",
    ),
    (
        "nl",
        "het een niet van ik je voor met zijn hebben maar ook naar wij bij geen graag uw groet deze dit",
    ),
    (
        "fr",
        "le la les des et est pas pour que vous nous dans une sur avec votre je bonjour merci cette mais sont",
    ),
    ("es", "el los las una por con para que no se del su como pero hola gracias usted está este es mi lo y"),
    ("it", "il che non per di sono con una della del questo grazie buongiorno è ho alla anche ma vi si nel"),
    ("pt", "não uma para com os as do da você obrigado está em por mas foi meu minha olá são ao na"),
    ("north", "och att det som är jag inte på med til ikke jeg og har av til en et på kan vi du hej hei tack tak med"),
    ("pl", "nie jest się na do że to proszę dzień dobry mam jak ale czy dla po za od przez pozdrawiam w z i"),
)
_LANGUAGES = tuple(name for name, _ in _SMALL_WORDS)
_SURE = ("de", "en")


def _known() -> dict[str, str]:
    """Small word, as text is compared with it → the languages that have it."""
    found: dict[str, list[str]] = {}
    for name, words in _SMALL_WORDS:
        for word in set(words.split()):
            found.setdefault(word, []).append(name)
    return {word: " ".join(names) for word, names in found.items() if word == word.casefold()}


_KNOWN = _known()

# Western text, which is nearly all of it, is compared as bytes of cp1252: that costs a third of what `_WORD` and
# `casefold` cost, and gives the same.
_WESTERN = "cp1252"


def _folded(byte: int) -> bytes:
    """The byte of a letter in lower case; a blank for what is no letter."""
    sign = bytes([byte]).decode(_WESTERN, "replace")
    if not _WORD.fullmatch(sign):
        return b" "
    small = sign.casefold().encode(_WESTERN, "ignore")
    return small if len(small) == 1 else bytes([byte])


_LETTERS = b"".join(map(_folded, range(256)))
_KNOWN_BYTES = {
    spelling.encode(_WESTERN, "replace"): names
    for word, names in _KNOWN.items()
    for spelling in (word, word.replace("ss", "ß"))  # a byte stays one byte: ß is not folded to ss
}


def language_of(text: str) -> str | None:
    """`de`, `en`, or None: another language, or too few words to be sure. Lines quoted with `>` do not count."""
    read = _unquoted(text[:_READ])
    return _sure_language(read[:_BEGINNING]) or (_sure_language(read) if len(read) > _BEGINNING else None)


def _sure_language(text: str) -> str | None:
    words, small = counted(text)
    if words < _FEWEST_WORDS:
        return None
    hits = dict.fromkeys(_LANGUAGES, 0)
    for names, count in small.items():
        for name in names.split():
            hits[name] += count
    (best, most), (_, next_most) = sorted(hits.items(), key=lambda hit: hit[1], reverse=True)[:2]
    enough = most >= _FEWEST_HITS and most * _ONE_IN >= words and most >= _MARGIN * next_most
    return best if enough and best in _SURE else None


def _unquoted(text: str) -> str:
    return _QUOTED.sub("", text) if text.startswith(">") or "\n>" in text else text


def counted(text: str) -> tuple[int, Counter[str]]:
    """How many words, and how many of them are small words of which languages."""
    try:
        western = text.encode(_WESTERN).translate(_LETTERS).split()
        return len(western), Counter(filter(None, map(_KNOWN_BYTES.get, western)))
    except UnicodeEncodeError:
        words = _WORD.findall(text)
        return len(words), Counter(filter(None, map(_KNOWN.get, map(str.casefold, words))))
