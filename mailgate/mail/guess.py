"""The charset of text that names none, or a wrong one: guessed from what languages look like, or not at all.

A guess is made only where enough of the text is not ASCII and one language fits much better than all others: which
characters are the frequent ones of Chinese and Korean, kana in Japanese, letters by their frequency in Cyrillic, Greek,
Hebrew, Arabic and Thai, and for the languages of Central Europe and Turkey whether every letter is one of theirs.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import pairwise

ENOUGH = 20
"""Bytes beyond ASCII: in less than that anything can be seen."""
_ENOUGH_ACCENTS = 8
_ENOUGH_OTHER = 3
"""Letters that the Western reading shows as others."""

_READ = 8 * 2**10
_HIGH = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]+")
_FOREIGN = re.compile(rb"[\xa8-\xff]{4}|(?:[\x81-\x9f\xe0-\xef][\x40-\xfc]){4}")

# Characters that make up a fifth and more of any text.
_MANY: tuple[tuple[str, str, float], ...] = (
    (
        "gb18030",
        "的一是不了在人有我他这中大来上个国到说们为你时要就出会可也对生能而子那得于下自之年过发后作用道行所家事成方多"
        "经去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无与长把机请您谢问题无法打印系统",
        0.15,
    ),
    (
        "cp950",
        "的一是不了在人有我他這中大來上個國到說們為你時要就出會可也對生能而子那得於下自之年過發後作用道行所家事成方多"
        "經去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日者意無與長把機請您謝問題列印系統",
        0.15,
    ),
    (
        "cp949",
        "이다는을의에가고하지한로기사은도를서리자어시대인나정해부스전수아구보일제우원과상안장성주여동조신경들니면문합습요게세있었없것",
        0.3,
    ),
)
_KANA = re.compile("[\u3041-\u30fe]")
_HALF_KANA = re.compile("[\uff61-\uff9f]")
_ENOUGH_KANA = 0.2

# Letters from the most to the least frequent, and the code pages that text in them comes in.
_ALPHABETS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("cp1251", "koi8-u", "iso8859-5", "cp866"), "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    (("cp1251", "koi8-u", "iso8859-5", "cp866"), "оанивтерслкдімупяьзгбчйхцїюжєшщфґ"),
    (("cp1251", "iso8859-5"), "аиоетнрсвлкдпмзгяъубчцщхжшюйфь"),
    (("cp1253", "iso8859-7"), "αοιετσνηυρπκμλςάίόέήγδώύχθφωβξζψϊΐ"),
    (("cp1255", "iso8859-8"), "יוהלאתרבשמנחדעקכםגפסןצזטךףץ"),
    (("cp1256", "iso8859-6"), "الينمرتوبةعدسفهكقحجشطصخذضزثءغظأإىئؤآ"),
    (("cp874",), "านรอกเงมยลวดทสต่ะ้ปบคี็ัิใหไแจผพขชโซ์ูุื"),
)
_FITS, _BETTER = 0.5, 0.08
_FEW = 10
"""Different bytes: less of them are a line of signs, not a text."""

# Every letter that is not ASCII, in the languages of one code page.
_LATIN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("cp1252",),
        ("äöüß", "éèàêçùôîâûëïüœæÿ", "áéíóúñüªº", "ãáçéêíóõâàúôü", "àèéìòùî", "åäöæøéü", "áðéíóúýþæö", "ëïéèêöüáó"),
    ),
    (
        ("cp1250", "iso8859-2"),
        ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    ),
    (("cp1254",), ("çğıiöşüâî",)),
    (("cp1257",), ("ąčęėįšųūž", "āčēģīķļņšūž")),
)
_SIGNS = frozenset("“”„’‘‚–—…€°§´·»«›‹™®©•£\xa0\xad¿¡½¼¾×²³µ")
_ALL = 0.97


def guessed(raw: bytes) -> str | None:
    """Python's name of the charset that this text is in, or None where that is not sure."""
    first = _HIGH.search(raw)
    if first is None:
        return None
    sample = raw[first.start() : first.start() + _READ]
    runs = _RUN.findall(sample)
    high = sum(map(len, runs))
    if high >= 1.8 * len(runs) or _FOREIGN.search(sample):
        return _of_many(sample) or _of_alphabets(sample) if high >= ENOUGH else None
    return _latin(sample) if high >= _ENOUGH_ACCENTS else None


def looks_foreign(raw: bytes) -> bool:
    """Is this hardly a Western text, although it says so?"""
    return _FOREIGN.search(raw) is not None


def _decoded(sample: bytes, codec: str) -> str | None:
    """The sample, whose last character may be cut in two."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample)
    except (UnicodeError, ValueError):
        return None


def _of_many(sample: bytes) -> str | None:
    """Japanese, Chinese, Korean."""
    scores: list[tuple[float, str]] = []
    for codec in ("euc_jp", "cp932"):
        text = _decoded(sample, codec)
        if text is not None:
            wide = sum(char > "\u2000" for char in text) or 1
            kana, half = len(_KANA.findall(text)) / wide, len(_HALF_KANA.findall(text)) / wide
            scores += [(kana, codec)] if kana >= _ENOUGH_KANA and half < 0.1 else []
    for codec, frequent, least in _MANY:
        text = _decoded(sample, codec)
        if text is not None:
            wide = sum(char > "\u2000" and char.isalpha() for char in text) or 1
            share = sum(char in frequent for char in text) / wide
            scores += [(share, codec)] if share >= least else []
    return max(scores)[1] if scores else None


def _of_alphabets(sample: bytes) -> str | None:
    """The code page in which the letters are as frequent as in one of the languages, and case is as people write it."""
    if len(set(sample)) < _FEW:
        return None
    scores: dict[str, float] = {}
    for pages, letters in _ALPHABETS:
        for codec in pages:
            text = sample.decode(codec, "replace")
            scores[codec] = max(scores.get(codec, 0.0), _likeness(text, letters))
    best, *others = sorted(((score, codec) for codec, score in scores.items()), reverse=True)
    ahead = [score for score, codec in others if not _say_the_same(sample, best[1], codec)]
    return best[1] if best[0] >= _FITS and best[0] - max(ahead, default=0.0) >= _BETTER else None


def _say_the_same(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, "replace") == sample.decode(other, "replace")


def _likeness(text: str, letters: str) -> float:
    """From 0 to 1: how frequent the letters are that stand there; a capital inside a word speaks against it."""
    third = len(letters) // 3
    weights = {letter: 1.0 - 0.4 * (at // third) for at, letter in enumerate(letters)}
    counts = Counter(char for char in text if char > "\x7f" and char not in _SIGNS)
    total = sum(counts.values()) or 1
    fits = sum(weights.get(char.lower(), -0.5) * count for char, count in counts.items())
    odd = sum(one.islower() and other.isupper() for one, other in pairwise(text))
    return fits / total - odd / total


def _latin(sample: bytes) -> str | None:
    """A code page of which one language has every letter that stands there, where no Western language has."""
    fitting: list[tuple[float, str]] = []
    for pages, languages in _LATIN:
        for codec in pages:
            letters = [char for char in sample.decode(codec, "replace").lower() if char > "\x7f" and char not in _SIGNS]
            best = max(sum(char in of_one for char in letters) for of_one in languages)
            fitting.append((best / (len(letters) or 1), codec))
    western = fitting[0][0]
    share, codec = max(fitting[1:], key=lambda each: each[0])
    usual, other = sample.decode("cp1252", "replace"), sample.decode(codec, "replace")
    differing = sum(one != two for one, two in zip(usual, other, strict=True))
    return codec if share >= _ALL and western < share and differing >= _ENOUGH_OTHER else None
