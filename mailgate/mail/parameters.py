"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045, 5.1; RFC 2183; RFC 2231)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mailgate.mail.words import decode_bytes, decode_words

_PARAMETER = re.compile(r';\s*([^\s=;:"]{1,100})\s*[=:]\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$")
# RFC 5322, 3.2.4 escapes any character, programs these two; else a path of Windows would lose its strokes.
_ESCAPE = re.compile(r'\\(["\\])')
_UNSEPARATED = re.compile(r"[ \t]*+([^\s;=\"]{1,100})[ \t]++(?=[^\s=;\"]{1,100}=)")
_ALONE = re.compile(r"\s*(?:file)?name\*?\s*=", re.IGNORECASE)
_AROUND = " \t\"',<>"
_SHORT = 2_000
_QUOTES_INSIDE = re.compile(r'="[^";]*"[^;\s"(][^;"]*"')
_QUOTED = re.compile(r'(=\s*)"([^;]*)"(?=\s*(?:;|$))')
_QUOTE = re.compile('"')
_MARKED = r"\\" + '"'
# A second parameter without a semicolon before it; and a comment behind a word.
_KNOWN = r"[ \t]++(?=(?:name|filename|charset|format|delsp|boundary|type|reply-type)\*?=)"
_RUN_ON = (re.compile(r"(=[^\s;]++)" + _KNOWN, re.IGNORECASE), re.compile(r'(")' + _KNOWN, re.IGNORECASE))
_COMMENT = re.compile(r"\s+\(.*", re.DOTALL)
_NAMES = ("name", "filename")
_PERCENT = re.compile(r"(?:%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3})")
_EXTENDED = re.compile(r"[\w-]{3,20}'[\w-]{0,8}'(?=.*%)")
_MOST = 50
_SHORT_VALUE = 100
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


@dataclass(frozen=True, slots=True)
class Parameterized:
    """`value` in lower case, parameters as (lower-case name, decoded text); the first of a name counts."""

    value: str
    parameters: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The parameter, or None."""
        for known, text in self.parameters:
            if known == name:
                return text
        return None


@dataclass(frozen=True, slots=True)
class _Segment:
    name: str
    number: int
    encoded: bool
    text: str


def parameterized(value: str) -> Parameterized:
    """Reads one field value. Never raises; what can not be read is left out."""
    return _remembered(value) if len(value) <= _SHORT_VALUE else _read(value)


# A handful of values stands in nearly all mail; those are short.
@lru_cache(maxsize=256)
def _remembered(value: str) -> Parameterized:
    return _read(value)


def _read(value: str) -> Parameterized:
    first = value.partition(";")[0]
    if "=" in first:
        first, value = _separated(first, value)
    kind = first.split("(")[0].strip(_AROUND).lower()
    if ";" not in value:
        return Parameterized(kind)
    if value.count("=") > value.count(";"):
        value = _RUN_ON['"' in value].sub(r"\1;", value)
    if value.count('"') > 2:
        value = _with_marked_quotes(value)
    if "*" not in value and "\\" not in value and "=?" not in value and "%" not in value:
        plain = value.replace("\t", " ")
        if plain.isprintable():
            return Parameterized(kind, _usual(plain))
    segments = [_segment(found[1], found[2]) for found in _PARAMETER.finditer(value)]
    names = dict.fromkeys(segment.name for segment in segments)
    return Parameterized(kind, tuple((name, _joined(segments, name)) for name in list(names)[:_MOST]))


def _separated(first: str, value: str) -> tuple[str, str]:
    """`application/pdf name="a.pdf"`, `text/html, charset=utf-8`, `filename="a.pdf"`: what lacks its semicolon."""
    unseparated = _UNSEPARATED.match(first)
    if unseparated is None:
        return ("", f";{value}") if _ALONE.match(first) else (first, value)
    kind = unseparated[1].rstrip(",")
    return kind, f"{kind};{value[unseparated.end() :]}"


def _with_marked_quotes(value: str) -> str:
    """`filename="our "new" plan.pdf"`: quotes inside a quoted text, which should have been escaped."""
    if len(value) > _SHORT or "\\" in value or not _QUOTES_INSIDE.search(value):
        return value
    return _QUOTED.sub(lambda found: f'{found[1]}"{_QUOTE.sub(_MARKED, found[2])}"', value)


def _usual(value: str) -> tuple[tuple[str, str], ...]:
    """Parameters as nearly all are: each in one piece (RFC 2231), no escapes, no encoded words (RFC 2047). Read to the
    same end as the others."""
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        found.setdefault(name.lower(), " ".join(_plain(name.lower(), _unquoted(text)).split()))
    return tuple(found.items())[:_MOST]


def media_type(content_type: Parameterized, default: str = "text/plain") -> str:
    """`type/subtype` in lower case; what is none is the default (RFC 2045, 5.2)."""
    kind = content_type.value
    return (_known_type(kind) if len(kind) <= _SHORT_VALUE else _type_in(kind)) or default


def _type_in(kind: str) -> str:
    if _MEDIA_TYPE.fullmatch(kind):
        return kind
    kind = kind.replace(" ", "")  # "text / html"
    return kind if _MEDIA_TYPE.fullmatch(kind) else ""


_known_type = lru_cache(maxsize=256)(_type_in)


def _segment(written: str, text: str) -> _Segment:
    shape = _SEGMENT.match(written)
    name, number, star = (shape[1], shape[2], shape[3]) if shape else (written, None, None)
    return _Segment(name.lower(), int(number or 0), bool(star), _unquoted(text))


def _unquoted(text: str) -> str:
    text = text.strip()
    return _ESCAPE.sub(r"\1", text[1:].removesuffix('"')) if text.startswith('"') else text


def _plain(name: str, text: str) -> str:
    """A value that says in itself how it is encoded, or stands in quotes of another kind: no standard knows it, but
    programs write file names so."""
    if name not in _NAMES:
        return _COMMENT.sub("", text) if "(" in text and name != "boundary" else text
    if "%" in text and _EXTENDED.match(text):
        charset, _, rest = _charset(text)
        return decode_bytes(unquote_to_bytes(rest), charset)
    if "%" in text and _PERCENT.search(text):
        return decode_bytes(unquote_to_bytes(text), "utf-8")
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "'" else text


def _joined(segments: list[_Segment], name: str) -> str:
    """RFC 2231, 3 and 4: numbered segments in order, each percent-encoded or not; encoded ones win over a plain one."""
    mine = sorted((segment for segment in segments if segment.name == name), key=lambda segment: segment.number)
    encoded = [segment for segment in mine if segment.encoded]
    if not encoded:
        return decode_words(_plain(name, "".join(_each_number_once(mine))))
    charset, _, rest = _charset(encoded[0].text)
    texts = [rest if segment is encoded[0] else segment.text for segment in _without_plain_twin(mine)]
    return decode_words(decode_bytes(b"".join(unquote_to_bytes(text) for text in texts), charset))


def _charset(text: str) -> tuple[str, str, str]:
    charset, first, rest = text.partition("'")
    language, second, words = rest.partition("'")
    return (charset, language, words) if first and second else ("utf-8", "", text)


def _each_number_once(segments: list[_Segment]) -> list[str]:
    return list({segment.number: segment.text for segment in reversed(segments)}.values())[::-1]


def _without_plain_twin(segments: list[_Segment]) -> list[_Segment]:
    """`filename=` beside `filename*=` is for old programs and says the same."""
    taken = {segment.number for segment in segments if segment.encoded}
    return [segment for segment in segments if segment.encoded or segment.number not in taken]
