"""Address fields cut into the tokens of RFC 5322, 3.2: quoted strings, comments, atoms, specials. Linear, and without
recursion, however deep comments nest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[ \t]+|[^ \t"(),:;<>@\[\]\\.]+|.', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_DEEPEST = 5
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: `quoted`, `comment`, `space`, `atom`, or the special character itself."""

    kind: str
    text: str

    @property
    def words(self) -> str:
        """What a reader sees of it: without quotes, brackets and escapes."""
        if self.kind in ("quoted", "comment"):
            return _ESCAPE.sub(r"\1", self.text[1:-1])
        return self.text


def tokens(value: str) -> Iterator[Token]:
    """Every token in its order. Quotes and brackets that are not closed, and comments nested deeper than anybody
    writes them, come out as specials."""
    at = 0
    while found := _TOKEN.match(value, at):
        text = found[0]
        end = _end_of_comment(value, at) if text == "(" else None
        if end is not None:
            yield Token("comment", value[at:end])
        else:
            yield Token(_kind(text), text)
        at = end or found.end()


def _kind(text: str) -> str:
    if len(text) > 1 and text.startswith('"'):
        return "quoted"
    if text[0] in " \t":
        return "space"
    return text if text in '"(),:;<>@[]\\.' else "atom"


def _end_of_comment(value: str, start: int) -> int | None:
    depth = 0
    for found in _IN_COMMENT.finditer(value, start):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
        if depth > _DEEPEST:
            return None
    return None
