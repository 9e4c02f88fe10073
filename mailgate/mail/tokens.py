"""Address fields cut into the tokens of RFC 5322, 3.2: quoted strings, comments, atoms, specials. Linear, and without
recursion, however deep comments nest.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[ \t]+|[^ \t"(),:;<>@\[\]\\.]+|.', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_SPECIALS = frozenset('"(),:;<>@[]\\.')
_DEEPEST = 5
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Token(NamedTuple):
    """`kind`: `quoted`, `comment`, `space`, `atom`, or the special character itself."""

    kind: str
    text: str

    @property
    def words(self) -> str:
        """What a reader sees of it: without quotes, brackets and escapes."""
        if self.kind in ("quoted", "comment"):
            return _ESCAPE.sub(r"\1", self.text[1:-1])
        return self.text


def tokens(value: str) -> list[Token]:
    """Every token in its order. Quotes and brackets that are not closed, and comments nested deeper than anybody
    writes them, come out as specials."""
    if "(" not in value:
        return [Token(_kind(text), text) for text in _TOKEN.findall(value)]
    read, at = list[Token](), 0
    while found := _TOKEN.match(value, at):
        text = found[0]
        end = _end_of_comment(value, at) if text == "(" else None
        read.append(Token(_kind(text), text) if end is None else Token("comment", value[at:end]))
        at = end or found.end()
    return read


def _kind(text: str) -> str:
    first = text[0]
    if first in " \t":
        return "space"
    if first not in _SPECIALS:
        return "atom"
    return text if len(text) == 1 else "quoted"


def _end_of_comment(value: str, start: int) -> int | None:
    depth = 0
    for found in _IN_COMMENT.finditer(value, start):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
        if depth > _DEEPEST:
            return None
    return None
