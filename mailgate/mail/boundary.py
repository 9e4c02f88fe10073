"""The boundary of a container whose parts were not found where its header says: it is encoded, which it must not be
(RFC 2045, 6.4), or names no boundary, or another than it uses.
"""

from __future__ import annotations

import re

_NEAR = 4096
_FIRST_LINE = re.compile(rb"\s{0,200}(?:[^\n-][^\n]{0,200}\n\s{0,20}){0,5}--([!-~]{2,70})[ \t]*\r?\n")


def boundary_within(raw: bytes, declared: str, begin: int = 0, end: int | None = None) -> str:
    """The declared boundary where a line of it stands in `raw[begin:end]`, else the one that the parts are really
    between; empty where there is none."""
    end = len(raw) if end is None else end
    if declared and _stands_there(raw, b"--" + declared.encode("utf-8", "replace"), begin, end):
        return declared
    first = _FIRST_LINE.match(raw, begin, min(begin + _NEAR, end))
    if first is None or first[1].endswith(b"--"):
        return ""
    behind = first.end(1)  # the line itself is the first of at least two
    return first[1].decode("ascii") if raw.find(b"\n--" + first[1], behind, end) >= 0 else ""


def _stands_there(raw: bytes, mark: bytes, begin: int, end: int) -> bool:
    return raw.startswith(mark, begin, end) or raw.find(b"\n" + mark, begin, end) >= 0
