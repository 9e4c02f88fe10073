"""The tree of MIME parts as byte ranges of the mail (RFC 2046, 5.1), cut at boundary lines with `bytes.find`.

No part is copied or decoded here, so that an attached mail keeps its exact bytes. Linear in size times depth, and the
depth is limited: beyond a limit nothing is cut further and the broken limit is named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import re2

from mailgate.mail.fields import Head, head_of, next_line
from mailgate.mail.message import Headers
from mailgate.mail.parameters import Parameterized, media_type, parameterized
from mailgate.settings.site import Limits

ATTACHED_MAIL = ("message/rfc822", "message/global")
# RFC 2046, 6.4: a container whose content is encoded is not cut, because its bytes are not its parts.
UNENCODED = ("", "7bit", "8bit", "binary")
_NOTHING = parameterized("")
_NEAR = 16 * 2**10
_LONGEST_MARK = 80
"""RFC 2046, 5.1.1: a boundary has at most 70 characters."""


class Node(NamedTuple):
    """One part: its fields, what they say it is, its content as `raw[begin:end]`, and the parts inside it. A tuple, as
    it is made in a third of the time of a frozen dataclass, and of every part of every mail."""

    headers: Headers
    media_type: str
    content_type: Parameterized
    disposition: Parameterized
    encoding: str
    """Content-Transfer-Encoding in lower case; empty where there is none."""
    begin: int
    end: int
    children: tuple[Node, ...] = ()
    defects: tuple[str, ...] = ()
    source: bytes | None = None
    """The bytes it was cut from, where these are not the mail's: it was packed in another part (`opened.py`)."""
    enclosed: Headers | None = None
    """Of an attached mail its header section, where that was cut."""


@dataclass
class Cutting:
    """One walk through a mail: counts parts against the limits. `broken` names each limit that did not hold."""

    raw: bytes
    limits: Limits
    broken: dict[str, None] = field(default_factory=dict)
    _parts: int = 0

    def node(
        self, begin: int, end: int, depth: int = 0, default: str = "text/plain", known: Head | None = None
    ) -> Node:
        """The part at `raw[begin:end]`, header section included (`known` where it was cut before), with everything
        inside it. `depth` ends the recursion at `limits.depth`, far below Python's."""
        node = _described(known or head_of(self.raw, begin, end), end, default)
        self._parts += 1
        if self._parts > self.limits.parts:
            self.broken[f"more than {self.limits.parts} parts"] = None
        if node.media_type in ATTACHED_MAIL:
            return self._attached(node, depth)
        if not node.media_type.startswith("multipart/") or node.encoding not in UNENCODED:
            return node
        boundary = node.content_type.get("boundary")
        return node._replace(children=self.parts(node, boundary, depth)) if boundary else node

    def parts(self, node: Node, boundary: str, depth: int) -> tuple[Node, ...]:
        """The parts of a container that stand between lines of this boundary; none where it is too deep."""
        if self._too_much(depth):
            return ()
        inside = "message/rfc822" if node.media_type == "multipart/digest" else "text/plain"
        spans = self._between(boundary.encode("utf-8", "replace"), node.begin, node.end)
        return tuple([self.node(*span, depth + 1, inside) for span in spans])

    def _attached(self, node: Node, depth: int) -> Node:
        """An attached mail stays whole; only its depth counts, for whoever opens it later."""
        if self._too_much(depth) or node.encoding not in UNENCODED:
            return node
        return node._replace(enclosed=self.node(node.begin, node.end, depth + 1).headers)

    def _too_much(self, depth: int) -> bool:
        if depth >= self.limits.depth:
            self.broken[f"parts are nested more than {self.limits.depth} levels deep"] = None
        return bool(self.broken)

    def _between(self, boundary: bytes, begin: int, end: int) -> list[tuple[int, int]]:
        """The ranges between the boundary lines, without the line end before each (it belongs to the boundary). What
        stands before the first and after the closing line is no part."""
        found, opened, at = list[tuple[int, int]](), -1, begin
        while (line := self._delimiter(boundary, at, begin, end)) is not None:
            start, behind, closing = line
            if 0 <= opened < start:  # a boundary line right below another is the same one, written twice
                found.append((opened, self._without_line_end(opened, start)))
            opened, at = (-1 if closing else behind), behind
            if closing or self._parts + len(found) > self.limits.parts:
                break
        if opened >= 0:
            # The closing line is missing: the last part goes to the end.
            found.append((opened, end))
        return found

    def _delimiter(self, boundary: bytes, at: int, begin: int, end: int) -> tuple[int, int, bool] | None:
        """The next boundary line: where it starts, the first byte behind it, whether it is the closing one."""
        mark = b"--" + boundary
        while (start := _place_of(mark, self.raw, at, end)) >= 0:
            at = start + len(mark)
            if start != begin and self.raw[start - 1 : start] != b"\n":
                # Asked first: to look for the end of a long line from each place in it would be quadratic.
                continue
            behind = next_line(self.raw, at, end)
            rest = self.raw[at : min(behind, at + 80)].strip()
            if rest in (b"", b"--"):
                return start, behind, rest == b"--"
        return None

    def _without_line_end(self, begin: int, end: int) -> int:
        """RFC 2046, 5.1.1: the CRLF before a boundary line is part of the boundary."""
        for mark in (b"\r\n", b"\n"):
            if self.raw.endswith(mark, begin, end):
                return end - len(mark)
        return end


def spans_inside(raw: bytes, node: Node, limits: Limits) -> list[tuple[int, int]]:
    """The ranges of the parts in a container, header sections included: the very bytes that a signature covers
    (RFC 1847, 2.1)."""
    boundary = (node.content_type.get("boundary") or "").encode("utf-8", "replace")
    return Cutting(raw, limits)._between(boundary, node.begin, node.end) if boundary else []


def _place_of(mark: bytes, raw: bytes, at: int, end: int) -> int:
    """As `bytes.find`. What is not found nearby, RE2 finds ten to fifty times as fast, looking at many bytes at once;
    to begin with it would cost more where boundaries stand close together. No mail program writes longer ones."""
    near = raw.find(mark, at, min(end, at + _NEAR))
    if near >= 0 or end - at <= _NEAR:
        return near
    far = max(at, at + _NEAR - len(mark))  # one may stand across the edge
    if len(mark) > _LONGEST_MARK:
        return raw.find(mark, far, end)
    found = re2.compile(re2.escape(mark)).search(raw, far, end)
    return int(found.start()) if found else -1


def _described(head: Head, end: int, default: str) -> Node:
    headers, body, defects = head
    said = headers.by_name
    types, dispositions = said.get("content-type"), said.get("content-disposition")
    encodings = said.get("content-transfer-encoding")
    content_type = parameterized(types[0]) if types else _NOTHING
    encoding = encodings[0] if encodings else ""
    return Node(
        headers,
        media_type(content_type) if types else default,
        content_type,
        parameterized(dispositions[0]) if dispositions else _NOTHING,
        encoding if encoding in UNENCODED else parameterized(encoding).value,
        body,
        end,
        (),
        defects,
    )


def outline(raw: bytes, limits: Limits, known: Head | None = None, depth: int = 0) -> tuple[Node, tuple[str, ...]]:
    """The tree of `raw`, and each limit it broke as a short phrase. With a broken limit the tree is not complete.
    `known`: its header section, where that was cut before. `depth`: how deep in the mail it stands."""
    cutting = Cutting(raw, limits)
    root = cutting.node(0, len(raw), depth, known=known)
    return root, tuple(cutting.broken)


def parts_within(
    raw: bytes, node: Node, boundary: str, limits: Limits, depth: int
) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The parts of a container between lines of another boundary than it names, and each limit they broke."""
    cutting = Cutting(raw, limits)
    return cutting.parts(node, boundary, depth), tuple(cutting.broken)
