"""What the HTML of a mail says about its lines: which stand in a quotation, which after the frame of a mail program.

The text and the HTML of a mail are laid side by side letter by letter, so that wrapped lines and quote marks do not
matter. Nothing is taken from the HTML but this knowledge; without it the lines speak for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import re2
from lxml import etree, html

from mailgate.mail.marks import content_id_in, mark
from mailgate.mail.programs import Origin, begins_rest, holds_quotation, may_say_something, origin_of

__all__ = ["Origin", "is_quotation", "is_signature", "origins"]

_SILENT = frozenset(("script", "style", "head", "title"))
_BLOCK = "blockquote"
# Where a link leads is in no letters of the HTML.
_MARK = re2.compile(r"\[cid:[^\]\s]+\]")
_LEADS_TO = re2.compile(r"<[^<>\s]{1,1000}>")
_WINDOW = 4000
_SURE_LETTERS = 8


def origins(source: str, bares: Sequence[str], most: int) -> list[Origin]:
    """The origin of each line of text (`bares`: without quote marks). HTML longer than `most` characters is ignored."""
    unknown = [Origin.UNKNOWN] * len(bares)
    root = _parsed(source) if len(source) <= most and may_say_something(source) else None
    if root is None:
        return unknown
    marks = frozenset(each for bare in bares if "[cid:" in bare for each in _MARK.findall(bare))
    stream, places = _flatten(root, marks)
    return _aligned(bares, stream, places) if any(p is not Origin.FRESH for _, p in places) else unknown


def _parsed(source: str) -> etree._Element | None:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):  # empty or hopeless markup: the text alone decides
        return None


def _flatten(root: etree._Element, marks: frozenset[str]) -> tuple[str, list[tuple[int, Origin]]]:
    """All letters of the page in one string, and from which position on which origin holds. `marks`: of the
    pictures that the text names; their letters stand where the picture does."""
    walk = _Walk()
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            walk.enter(node, tag)
            walk.write(_mark_of(node, marks) if marks and tag == "img" else node.text)
        else:
            walk.leave(tag)
            walk.write(node.tail)
    return "".join(walk.letters), walk.places


@dataclass
class _Walk:
    """Through the page, element by element."""

    letters: list[str] = field(default_factory=list)
    places: list[tuple[int, Origin]] = field(default_factory=list)
    opened: list[Origin] = field(default_factory=list)
    held: int | None = None
    """Depth of the open element of the program that holds a quotation."""
    above: bool = False
    """In it, above the quotation."""
    rest: bool = False
    silent: int = 0
    size: int = 0

    def enter(self, node: etree._Element, tag: str) -> None:
        """Below the start of an element."""
        self.silent += tag in _SILENT
        held = holds_quotation(node) if self.held is None else None
        origin = Origin.REST if held is False else origin_of(node, tag)
        if held:
            self.held, self.above = len(self.opened), True
        elif tag == _BLOCK and self.held is not None:
            self.above = False
            origin = Origin.CITED if origin is Origin.INDENTED else origin
        self.rest = self.rest or (begins_rest(node) and not _QUOTED.intersection(self.opened))
        self.opened.append(origin)

    def leave(self, tag: str) -> None:
        """Behind the end of an element."""
        self.silent -= tag in _SILENT
        self.opened.pop()
        if self.held == len(self.opened):
            self.held, self.above = None, False

    def write(self, words: str | None) -> None:
        """The words that stand here."""
        if not words or self.silent or not (text := "".join(filter(str.isalnum, words.casefold()))):
            return
        place = Origin.REST if self.rest else self._place()
        if not self.places or self.places[-1][1] is not place:
            self.places.append((self.size, place))
        self.letters.append(text)
        self.size += len(text)

    def _place(self) -> Origin:
        place = _innermost(self.opened)
        return Origin.ATTRIBUTION if self.above and place is Origin.FRESH else place


def _mark_of(picture: etree._Element, marks: frozenset[str]) -> str | None:
    written = mark(content_id_in(picture.get("src") or "") or "")
    return written if written in marks else None


def is_quotation(node: etree._Element) -> bool:
    """What somebody else wrote, or what the mail program says about it."""
    return node.tag == _BLOCK or origin_of(node, str(node.tag)) in _STRENGTH[:3]


def is_signature(node: etree._Element) -> bool:
    """What the mail program puts below the words."""
    return origin_of(node, str(node.tag)) is Origin.SIGNATURE


_STRENGTH = (Origin.CITED, Origin.REST, Origin.ATTRIBUTION, Origin.SIGNATURE, Origin.INDENTED)
_QUOTED = frozenset((Origin.CITED, Origin.REST))


def _innermost(opened: Sequence[Origin]) -> Origin:
    present = set(opened)
    return next((origin for origin in _STRENGTH if origin in present), Origin.FRESH)


def _place(bare: str, stream: str, at: int) -> tuple[str, int]:
    """The letters of a line, and where they stand from `at` on; -1 where they do not, or not for certain."""
    letters = "".join(filter(str.isalnum, bare.casefold()))
    if letters and stream.startswith(letters, at):
        return letters, at
    if len(letters) < _SURE_LETTERS:
        return letters, -1
    return letters, stream.find(letters, at, at + _WINDOW + len(letters))


def _aligned(bares: Sequence[str], stream: str, places: Sequence[tuple[int, Origin]]) -> list[Origin]:
    """Walks both texts once; a line that is not found nearby stays unknown and moves nothing."""
    found: list[Origin] = []
    at, place = 0, 0
    for bare in bares:
        letters, start = _place(bare, stream, at)
        if start < 0 and "<" in bare:
            letters, start = _place(_LEADS_TO.sub("", bare), stream, at)
        if start < 0:
            found.append(Origin.UNKNOWN)
            continue
        while place + 1 < len(places) and places[place + 1][0] <= start:
            place += 1
        found.append(places[place][1])
        at = start + len(letters)
    return found
