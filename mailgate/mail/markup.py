"""What the HTML of a mail says about its lines: which stand in a quotation, which after the frame of a mail program.

The text and the HTML of a mail are laid side by side letter by letter, so that wrapped lines and quote marks do not
matter. Nothing is taken from the HTML but this knowledge; without it the lines speak for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import re2
from lxml import etree, html


class Origin(Enum):
    """Where a line of text stands in the HTML body."""

    UNKNOWN = "unknown"
    FRESH = "fresh"
    CITED = "cited"
    """In a quotation that the mail program closes around answers in between."""
    ATTRIBUTION = "attribution"
    """The program's own line above the quotation."""
    REST = "rest"
    """Below the frame of a program that does not mark what it quotes."""
    SIGNATURE = "signature"
    """Put there by the program, below what was written."""


_SILENT = frozenset(("script", "style", "head", "title"))
# mail program → the class, id or name it gives to its frames
_CITE = "cite"
_CITE_CLASSES = frozenset(("gmail_quote", "protonmail_quote", "tutanota_quote", "moz-quote"))
_CITE_IDS = frozenset(("isReplyContent", "iscReplyContent"))
_ATTRIBUTION_CLASSES = frozenset(("gmail_attr", "moz-cite-prefix"))
_REST_CLASSES = frozenset(("yahoo_quoted", "ms-outlook-mobile-reference-message", "zmail_extra"))
_REST_IDS = frozenset(("OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container"))
_REST_NAMES = frozenset(("quote",))  # GMX and web.de
_SIGNATURE_CLASSES = frozenset(("gmail_signature", "gmail_signature_prefix", "moz-signature"))
_SIGNATURE_IDS = frozenset(("Signature", "ms-outlook-mobile-signature"))
_REST_FROM_HERE = frozenset(("divRplyFwdMsg", "x_divRplyFwdMsg", "appendonsend", "zwchr", "stopSpelling"))

_SIGNATURES = _SIGNATURE_CLASSES | _SIGNATURE_IDS
_MARKS = (
    *(_CITE_CLASSES, _CITE_IDS, _ATTRIBUTION_CLASSES),
    *(_REST_CLASSES, _REST_IDS, _REST_FROM_HERE, _REST_NAMES, _SIGNATURES),
)
# Where none of them stands in the HTML all of it is fresh, and nobody needs a tree of it to say so.
_ANY_MARK = re2.compile("|".join(re2.escape(mark) for mark in sorted(frozenset((_CITE,)).union(*_MARKS))))

# Where a link leads is in no letters of the HTML.
_LEADS_TO = re2.compile(r"<[^<>\s]{1,1000}>")
_WINDOW = 4000
_SURE_LETTERS = 8


def origins(source: str, bares: Sequence[str], most: int) -> list[Origin]:
    """The origin of each line of text (`bares`: without quote marks). HTML longer than `most` characters is ignored."""
    unknown = [Origin.UNKNOWN] * len(bares)
    root = _parsed(source) if len(source) <= most and _ANY_MARK.search(source) else None
    if root is None:
        return unknown
    stream, places = _flatten(root)
    return _aligned(bares, stream, places) if any(p is not Origin.FRESH for _, p in places) else unknown


def _parsed(source: str) -> etree._Element | None:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):  # empty or hopeless markup: the text alone decides
        return None


def _flatten(root: etree._Element) -> tuple[str, list[tuple[int, Origin]]]:
    """All letters of the page in one string, and from which position on which origin holds."""
    letters: list[str] = []
    places: list[tuple[int, Origin]] = []
    opened: list[Origin] = []
    size, from_here, silent = 0, False, 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            from_here = from_here or node.get("id", "") in _REST_FROM_HERE
            opened.append(_origin_of(node, tag))
            silent += tag in _SILENT
            words = node.text
        else:
            opened.pop()
            silent -= tag in _SILENT
            words = node.tail
        if words and not silent and (text := "".join(filter(str.isalnum, words.casefold()))):
            place = Origin.REST if from_here else _innermost(opened)
            if not places or places[-1][1] is not place:
                places.append((size, place))
            letters.append(text)
            size += len(text)
    return "".join(letters), places


def _origin_of(node: etree._Element, tag: str) -> Origin:
    classes = frozenset((node.get("class") or "").split())
    name = node.get("id") or ""
    if tag == "blockquote" and (node.get("type") == _CITE or classes & _CITE_CLASSES or name in _CITE_IDS):
        return Origin.CITED
    if classes & _ATTRIBUTION_CLASSES:
        return Origin.ATTRIBUTION
    if classes & _REST_CLASSES or name in _REST_IDS or (tag == "div" and node.get("name") in _REST_NAMES):
        return Origin.REST
    return Origin.SIGNATURE if classes & _SIGNATURE_CLASSES or name in _SIGNATURE_IDS else Origin.FRESH


def is_quotation(node: etree._Element) -> bool:
    """What somebody else wrote, or what the mail program says about it."""
    return node.tag == "blockquote" or _origin_of(node, str(node.tag)) in _STRENGTH[:3]


_STRENGTH = (Origin.CITED, Origin.REST, Origin.ATTRIBUTION, Origin.SIGNATURE)


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
