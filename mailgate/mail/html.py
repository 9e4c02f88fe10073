"""HTML bodies to readable text with inscriptis, on a tree made harmless first.

Tables become lines and nested indentation is bounded: laid out as drawn, one wide cell beside many rows would fill the
memory. Where the HTML can not be read, or only in part, its tags are cut out instead: no word is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from mailgate.mail.embedded import taken_out
from mailgate.mail.hyperlinks import write_out
from mailgate.mail.marks import write_marks
from mailgate.mail.unseen import TAGS as UNSEEN
from mailgate.mail.unseen import is_hidden, shrinks, without_padding

LONGEST = 2**20
"""Characters of HTML that are read; what stands behind is only in the original."""

_DATA_URI = re.compile(r"""(?<=["'(=])data:[^"'()\s>]{100,}""", re.IGNORECASE)
# What stands in no XML can be written into no tree; this sign stands there instead of it, and is shown to nobody.
_UNSEEN = "\x7f"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_INDENTING = frozenset(("ul", "ol", "dl", "blockquote"))
_DEEPEST_INDENTATION = 4
_TABLE_TAGS = {"table": "div", "tr": "div", "caption": "div", "td": "span", "th": "span", "dt": "div", "dd": "div"}
_CHANGED = frozenset((*_TABLE_TAGS, *_INDENTING, "p"))
_LINES = ("div", "p")
_IN_LINES = frozenset(("a", "b", "strong", "i", "em", "u", "s", "span", "font", "o:p", "sub", "sup", "code"))
_NO_MARGIN = re.compile(r"margin(?:-bottom)?\s*:\s*0")
_KEEPS_LINES = re.compile(r"white-space\s*:\s*pre")
_HIDING = "display:none"
_MOST_CELLS = 100
"""In one line: inscriptis takes ever longer to append to a line."""
_MANY_BYTES = 64 * 2**10
_MOST_TAGS = 200_000
"""More of them take longer to draw than there is time for a mail, and no person's mail has as many."""
_LONG_TAG = 4000
_MOST_ATTRIBUTES = 1000
# One tag as HTML reads it, quotes and all. Possessive: no letter is looked at twice.
_WHOLE_TAG = re.compile(r"""<[a-z](?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+|["'])*+""", re.IGNORECASE)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE)

_OPENING = re.compile(r"<(!--|(?:script|style|head|title)\b)", re.IGNORECASE)
_CLOSING = {
    "!--": re.compile(r"-->"),
    **{tag: re.compile(rf"</{tag}\s{{0,9}}>", re.IGNORECASE) for tag in ("script", "style", "head", "title")},
}
_BREAK = re.compile(r"<\s*(?:br|/?(?:p|div|tr|li|ul|ol|h[1-6]|blockquote|table|pre))\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<\s*(?:td|th)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#x?[0-9a-f]{9,};?", re.IGNORECASE)


def to_text(html: str, *, links: bool = False) -> str:
    """Readable plain text of an HTML body: LF line ends, at most one blank line in a row, no blank lines around it.
    `links`: with where they lead, for somebody who reads it; without, to be compared with another text."""
    html = _DECLARATION.sub("", _without_data(html))[:LONGEST]
    tree = parsed(html)
    if links and tree is not None:
        write_marks(tree)
        write_out(tree)
    return _tidy(_without_tags(html) if tree is None else _drawn(tree) or _without_tags(html))


def is_too_long(html: str) -> bool:
    """Does `to_text` leave a part of it unread? Images written into the HTML do not count."""
    return len(html) > LONGEST and len(_without_data(html)) > LONGEST


def _without_data(html: str) -> str:
    return _DATA_URI.sub("data:", taken_out(html.replace("\0", ""))[0])


def parsed(html: str) -> HtmlElement | None:
    """The tree, or None where there is too much of it, or libxml2 can not read it whole: it stops at 256 levels and
    says so in its log, and the time it takes grows with the square of an element's attributes."""
    if len(html) > _MANY_BYTES and (html.count("<") > _MOST_TAGS or _has_endless_tag(html)):
        return None
    parser = HTMLParser(remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(_UNWRITABLE.sub(_UNSEEN, html), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    return None if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log) else tree


def _has_endless_tag(html: str) -> bool:
    long = (tag[0] for tag in _WHOLE_TAG.finditer(html) if len(tag[0]) > _LONG_TAG)
    return any(len(_QUOTED.sub("", tag).split(None, _MOST_ATTRIBUTES)) > _MOST_ATTRIBUTES for tag in long)


def _drawn(tree: HtmlElement) -> str:
    _make_harmless(tree)
    try:
        return str(Inscriptis(tree, _CONFIG).get_text())
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        # inscriptis raises these on odd attributes; the words are still in the HTML.
        return ""


def _make_harmless(tree: HtmlElement) -> None:
    """Tables to lines, outer indentation only, nothing of no size, and of all styles those that hide text or keep its
    lines."""
    indented, cells = 0, 0
    opened: list[bool] = []
    shrunk: list[bool] = [False]
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            indented -= opened.pop()
            shrunk.pop()
            if element.tail:
                _keep_entities(element, "tail")
                if shrunk[-1]:
                    element.tail = None
            continue
        tag = str(element.tag)
        opened.append(tag in _INDENTING)
        indented += opened[-1]
        attributes = element.attrib
        style = attributes.get("style", "").lower() if attributes else ""
        shrunk.append(_is_shrunk(style, shrunk[-1]) if style else shrunk[-1])
        _keep_entities(element, "text")
        if shrunk[-1]:
            element.text = None
        if _is_blank_line(element):
            element.text = None
            etree.SubElement(element, "br")
        if tag in _CHANGED:
            cells = cells + 1 if tag in ("td", "th") else 0 if tag == "tr" else cells
            _change(element, tag, style, cells, outer=indented <= _DEEPEST_INDENTATION)
        if attributes or tag in UNSEEN:
            kept = _kept(element, tag, style)
            attributes.clear()
            if kept:
                attributes["style"] = kept


def _keep_entities(element: HtmlElement, where: str) -> None:
    """inscriptis reads entities once more: of the link `?a=1&copy=2` it would make another, and of `&amp;lt;` a `<`."""
    words = getattr(element, where)
    if words and "&" in words:
        try:
            setattr(element, where, words.replace("&", "&amp;"))
        except ValueError:  # beside signs that XML can not hold
            return


def _is_shrunk(style: str, outer: bool) -> bool:
    inner = shrinks(style)
    return outer if inner is None else inner


def _change(element: HtmlElement, tag: str, style: str, cells: int, *, outer: bool) -> None:
    """The element as inscriptis is to draw it. `cells`: which cell of its row it is; `outer`: it may still indent."""
    if tag in _TABLE_TAGS:
        element.tag = _TABLE_TAGS[tag]
        if tag in ("td", "th") and element.getnext() is not None:
            element.tail = " " + (element.tail or "")
            element.tag = "span" if cells % _MOST_CELLS else "div"
        if tag in ("td", "th"):
            _unwrap_line(element)
    elif tag in _INDENTING and not outer:
        element.tag = "div"
    elif tag == "p" and ("msonormal" in element.attrib.get("class", "").lower() or _NO_MARGIN.search(style)):
        # Outlook's lines are paragraphs without margin: a blank line after each would double its text.
        element.tag = "div"


def _unwrap_line(cell: HtmlElement) -> None:
    """Outlook puts each cell into a paragraph; where that is all of a cell, its row stays one line."""
    if len(cell) != 1 or not _is_empty(cell.text):
        return
    line = cell[0]
    if line.tag in _LINES and _is_empty(line.tail) and all(each.tag in _IN_LINES for each in line):
        line.tag = "span"


def _kept(element: HtmlElement, tag: str, style: str) -> str:
    """What of its style counts."""
    if tag in UNSEEN or is_hidden(style) or "hidden" in element.attrib:
        return _HIDING
    return "white-space:pre" if "white-space" in style and _KEEPS_LINES.search(style) else ""


def _is_blank_line(element: HtmlElement) -> bool:
    """A line of nothing but a non-breaking space: so Outlook, GMX and others write the space between paragraphs, and
    inscriptis would leave it out."""
    if len(element) or "\xa0" not in (element.text or "") or not _is_empty(element.text):
        return False
    if element.tag in _LINES:
        return True
    line = element.getparent()  # <p><o:p>&nbsp;</o:p></p>
    if line is None or line.tag not in _LINES or len(line) != 1:
        return False
    return _is_empty(line.text) and _is_empty(element.tail)


def _is_empty(text: str | None) -> bool:
    return not text or text.isspace()


def _without_tags(html: str) -> str:
    """The words of HTML that has no readable tree."""
    shown = _TAG.sub("", _CELL.sub(" ", _BREAK.sub("\n", "".join(_shown(html)))))
    return unescape(_HUGE_NUMBER.sub("", shown))


def _shown(html: str) -> Iterator[str]:
    """The stretches outside comments, scripts and styles. What is opened and never closed is shown, and not searched
    for again: fifty thousand open comments would otherwise be fifty thousand searches to the end."""
    at, endless = 0, set[str]()
    for opening in _OPENING.finditer(html):
        kind = opening[1].lower()
        if opening.start() < at or kind in endless:
            continue
        closing = _CLOSING[kind].search(html, opening.end())
        if closing is None:
            endless.add(kind)
            continue
        yield html[at : opening.start()]
        at = closing.end()
    yield html[at:]


def _tidy(text: str) -> str:
    kept: list[str] = []
    for line in text.replace(_UNSEEN, "").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        shown = without_padding(line).replace("\xa0", " ")
        if shown or (kept and kept[-1]):
            kept.append(shown)
    return "\n".join(kept).rstrip("\n")
