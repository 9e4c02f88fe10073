"""The boundary of a container whose parts were not found where its header says: it is encoded, which it must not be
(RFC 2045, 6.4), or names no boundary, or another than it uses.
"""

from __future__ import annotations

import re

_FIRST_LINE = re.compile(rb"\s{0,200}(?:[^\n-][^\n]{0,200}\n\s{0,20}){0,5}--([!-~]{2,70})[ \t]*\r?\n")


def boundary_within(content: bytes, declared: str) -> str:
    """The declared boundary where a line of it stands there, else the one that the parts are really between; empty
    where there is none."""
    if declared and _stands_there(content, declared.encode("utf-8", "replace")):
        return declared
    first = _FIRST_LINE.match(content[:4096])
    if first is None or first[1].endswith(b"--") or content.count(b"\n--" + first[1]) < 1 + (first.start(1) > 2):
        return ""
    return first[1].decode("ascii")


def _stands_there(content: bytes, boundary: bytes) -> bool:
    return content.startswith(b"--" + boundary) or b"\n--" + boundary in content
