"""`text/enriched` (RFC 1896) and its forerunner `text/richtext` (RFC 1341) as plain text."""

from __future__ import annotations

import re

_PIECE = re.compile(r"<<|<(/?)([a-z0-9-]{1,60})>|\n+|[^<\n]+|<", re.IGNORECASE)
_SILENT = ("param", "comment")
_OLD_WORDS = {"nl": "\n", "np": "\n", "lt": "<", "paragraph": "\n"}


def plain_text(text: str, *, old: bool = False) -> str:
    """The words. A single line end is a blank, of several one is none (RFC 1896, 2). `old`: text/richtext, where lines
    end by `<nl>` alone."""
    done, silent, exact = list[str](), 0, 0
    for piece in _PIECE.finditer(text):
        name, change = (piece[2] or "").lower(), -1 if piece[1] else 1
        if name in _SILENT:
            silent = max(0, silent + change)
        elif name == "nofill":
            exact = max(0, exact + change)
        elif name:
            done.append(_OLD_WORDS.get(name, "") if old and change > 0 else "")
        elif not silent:
            done.append(_spoken(piece[0], old=old, exact=bool(exact)))
    return "".join(done)


def _spoken(piece: str, *, old: bool, exact: bool) -> str:
    if piece == "<<" and not old:
        return "<"
    if not piece.startswith("\n") or exact:
        return piece
    return " " if old or len(piece) == 1 else piece[1:]
