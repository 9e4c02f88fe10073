"""RTF to text: the words of a mail that was written as RTF, and the HTML or text that Exchange wrapped in RTF
(MS-OXRTFEX). Fonts, styles, pictures and whatever is not known are left out; bytes are read in the code page that the
document or its font names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from mailgate.mail.words import decode_bytes

LONGEST = 2**20
"""Bytes of RTF that are read."""

_TOKEN = re.compile(
    rb"\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,9})? ?"
    rb"|\\(?P<symbol>[^a-zA-Z'])"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)"
    rb"|[\r\n]+|\\"
)
_SPOKEN: dict[bytes, str] = {
    **dict.fromkeys((b"par", b"line", b"row", b"sect", b"page"), "\n"),
    **dict.fromkeys((b"tab", b"cell"), "\t"),
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"emspace": " ",
    b"enspace": " ",
    b"~": "\xa0",
    b"_": "-",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
    b"\n": "\n",
    b"\r": "\n",
}
_UNSPOKEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata header headerl headerr headerf footer footerl footerr "
    b"footerf footnote listtable listoverridetable revtbl rsidtbl generator themedata colorschememapping datastore "
    b"latentstyles fldinst xmlnstbl mhtmltag filetbl template bkmkstart bkmkend".split()
)
"""Destinations that hold nothing to read (RTF 1.9.1); so does each that is marked with `\\*`, but for the HTML."""

# The number of a character set in the table of fonts, and its code page.
_CHARSETS = {
    0: 1252,
    77: 10000,
    128: 932,
    129: 949,
    130: 1361,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
    255: 437,
}
_OTHER_NAMES = {10000: "macintosh", 65001: "utf-8", 20866: "koi8-r", 28591: "latin1"}
_DEEPEST = 500
_MOST_TOKENS = 400_000
"""A document of that many words takes a second; one of a megabyte has a fifth of them."""


@dataclass(frozen=True, slots=True)
class Rtf:
    """What was read. `is_html`: the text is the HTML that was wrapped."""

    text: str
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds within a pair of braces."""

    silent: bool = False
    in_fonts: bool = False
    in_tag: bool = False
    """Inside HTML that was wrapped."""
    only_rtf: bool = False
    """Says in RTF what the HTML around it says already."""
    alternates: int = 1
    """How many characters stand behind a `\\u` for programs that do not know it."""
    charset: str = ""


@dataclass(slots=True)
class _Reader:
    raw: bytes
    is_html: bool
    groups: list[_Group] = field(default_factory=list)
    now: _Group = _Group()
    charset: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    out: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)
    starred: bool = False
    skipped: int = 0
    too_deep: int = 0

    def read(self) -> str:
        at, left = 0, _MOST_TOKENS
        while left and (token := _TOKEN.match(self.raw, at)) is not None:
            at, left = token.end() + self._take(token), left - 1
        self._speak_bytes()
        return _without_surrogates("".join(self.out))

    def _take(self, token: re.Match[bytes]) -> int:
        """Act on one token; returns how many bytes behind it are binary."""
        kind = token.lastgroup
        if kind == "text":
            self._text(token["text"])
        elif kind == "hex":
            self._text(bytes((int(token["hex"], 16),)))
        elif kind == "brace":
            self._brace(token["brace"])
        elif kind == "symbol":
            self._symbol(token["symbol"])
        elif kind is not None:  # a word, with its number or without
            return self._word(token["word"].lower(), token["number"])
        return 0

    def _brace(self, brace: bytes) -> None:
        self._speak_bytes()
        self.starred, self.skipped = False, 0
        if brace == b"{":
            if len(self.groups) >= _DEEPEST:
                self.too_deep += 1
            else:
                self.groups.append(self.now)
        elif self.too_deep:
            self.too_deep -= 1
        elif self.groups:
            self.now = self.groups.pop()

    def _text(self, text: bytes) -> None:
        taken, self.skipped = text[self.skipped :], max(0, self.skipped - len(text))
        if taken and not self._is_silent():
            self.waiting += taken

    def _is_silent(self) -> bool:
        return self.now.silent or (self.is_html and self.now.only_rtf and not self.now.in_tag)

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.starred = True
        elif self.skipped:
            self.skipped -= 1
        else:
            self._speak(_SPOKEN.get(symbol, ""))

    def _speak(self, text: str) -> None:
        if text and not self._is_silent():
            self._speak_bytes()
            self.out.append(text)

    def _speak_bytes(self) -> None:
        if self.waiting:
            self.out.append(decode_bytes(bytes(self.waiting), self.now.charset or self.charset))
            self.waiting.clear()

    def _word(self, word: bytes, written: bytes | None) -> int:
        number = int(written) if written else None
        starred, self.starred = self.starred, False
        if word == b"bin":
            return max(0, min(number or 0, len(self.raw)))
        if word == b"u":
            self._unicode(number or 0)
        elif word == b"htmlrtf":
            self._speak_bytes()
            self.now = replace(self.now, only_rtf=number != 0)
        elif word == b"htmltag" and starred:
            self.now = replace(self.now, in_tag=True, silent=not self.is_html)
        elif word in _UNSPOKEN or (starred and word not in _SPOKEN):
            self.now = replace(self.now, silent=True, in_fonts=word == b"fonttbl")
        elif word in _SPOKEN:
            self._speak(_SPOKEN[word])
        elif number is not None:
            self._setting(word, number)
        return 0

    def _unicode(self, number: int) -> None:
        self._speak(chr(number % 0x10000))
        self.skipped = self.now.alternates

    def _setting(self, word: bytes, number: int) -> None:
        if word == b"uc":
            self.now = replace(self.now, alternates=min(max(number, 0), 10))
        elif word == b"ansicpg":
            self.charset = _charset(number)
        elif word == b"f" and self.now.in_fonts:
            self.font = number
        elif word == b"fcharset" and self.now.in_fonts and len(self.fonts) < 1000:
            self.fonts[self.font] = _charset(_CHARSETS[number]) if number in _CHARSETS else ""
        elif word == b"f" and number in self.fonts:
            self._speak_bytes()
            self.now = replace(self.now, charset=self.fonts[number] if number else "")


def _charset(page: int) -> str:
    return _OTHER_NAMES.get(page, f"cp{page}")


def _without_surrogates(text: str) -> str:
    """Two halves of one character joined; a half alone is none."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_rtf(raw: bytes) -> Rtf:
    """The words of an RTF document, or the HTML wrapped in it. Never raises."""
    raw = raw[:LONGEST]
    is_html = b"\\fromhtml1" in raw[:1024]
    text = _Reader(raw, is_html).read()
    return Rtf(text.strip("\n") if not is_html else text, is_html)
