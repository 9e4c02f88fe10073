"""The Authentication-Results that nearly all relays write, read at one glance: `method=result`, comments behind it,
properties of one word each.

The general reader (authres) takes a third of a millisecond for one such field. Everything that is written in any
other way, malformed fields too, is left to it, so that what is read here is read there in the same way.
"""

from __future__ import annotations

import re
from typing import Final

Read = tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
"""Each result: method, result, properties (`header.from`, value)."""

_METHODS: Final = "dkim|dmarc|spf|arc|iprev|auth"
_ATOM: Final = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_COMMENT: Final = r"[ \t]+\([ !-'*-\[\]-~]*\)"
# RFC 8601, 2.2, pvalue: an address, a domain with or without @ before it, or a token.
_VALUE: Final = rf"(?:@{_ATOM}|[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-][A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.@-]*)"
_PROPERTY: Final = rf"[ \t]+(?:smtp|header|body|policy)\.[a-z][a-z0-9-]*={_VALUE}(?=[ \t;]|\Z)"
_OPENING: Final = re.compile(rf"[ \t]*{_ATOM}(?:[ \t]+1)?[ \t]*(?=;)")
_RESULT: Final = re.compile(
    rf";[ \t]*({_METHODS})=([a-z]+)(?=[ \t;]|\Z)((?:{_COMMENT}|{_PROPERTY})*)[ \t]*(?=;|\Z)", re.ASCII
)
_NAMED: Final = re.compile(rf"{_COMMENT}|[ \t]+([a-z]+\.[a-z0-9-]+)=([^ \t;]+)", re.ASCII)


def read_usual(value: str) -> Read | None:
    """The results of the field, or None where it is not written as usual."""
    opening = _OPENING.match(value)
    at = opening.end() if opening else -1
    found: list[tuple[str, str, tuple[tuple[str, str], ...]]] = []
    while 0 <= at < len(value):
        result = _RESULT.match(value, at)
        if result is None:
            return None
        named = ((each[1], each[2]) for each in _NAMED.finditer(result[3]) if each[1])
        found.append((result[1], result[2], tuple(named)))
        at = result.end()
    return tuple(found) or None
