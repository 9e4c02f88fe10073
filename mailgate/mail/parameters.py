"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045, 5.1; RFC 2183; RFC 2231)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mailgate.mail.words import decode_bytes, decode_words

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


@dataclass(frozen=True, slots=True)
class Parameterized:
    """`value` in lower case, parameters as (lower-case name, decoded text); the first of a name counts."""

    value: str
    parameters: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The parameter, or None."""
        return next((text for known, text in self.parameters if known == name), None)


@dataclass(frozen=True, slots=True)
class _Segment:
    name: str
    number: int
    encoded: bool
    text: str


# A handful of values stands in nearly all mail; few are remembered, because one may be as long as a field.
@lru_cache(maxsize=64)
def parameterized(value: str) -> Parameterized:
    """Reads one field value. Never raises; what can not be read is left out."""
    kind = value.partition(";")[0].split("(")[0].strip().lower()
    if ";" not in value:
        return Parameterized(kind)
    segments = [_segment(found[1], found[2]) for found in _PARAMETER.finditer(value)]
    names = dict.fromkeys(segment.name for segment in segments)
    return Parameterized(kind, tuple((name, _joined(segments, name)) for name in list(names)[:50]))


def media_type(content_type: Parameterized, default: str = "text/plain") -> str:
    """`type/subtype` in lower case; what is none is the default (RFC 2045, 5.2)."""
    return content_type.value if _MEDIA_TYPE.fullmatch(content_type.value) else default


def _segment(written: str, text: str) -> _Segment:
    shape = _SEGMENT.match(written)
    name, number, star = (shape[1], shape[2], shape[3]) if shape else (written, None, None)
    return _Segment(name.lower(), int(number or 0), bool(star), _unquoted(text))


def _unquoted(text: str) -> str:
    text = text.strip()
    return _ESCAPE.sub(r"\1", text[1:].removesuffix('"')) if text.startswith('"') else text


def _joined(segments: list[_Segment], name: str) -> str:
    """RFC 2231, 3 and 4: numbered segments in order, each percent-encoded or not; encoded ones win over a plain one."""
    mine = sorted((segment for segment in segments if segment.name == name), key=lambda segment: segment.number)
    encoded = [segment for segment in mine if segment.encoded]
    if not encoded:
        return decode_words("".join(_each_number_once(mine)))
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
