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

from mailgate.mail.hyperlinks import write_out

LONGEST = 2**20
"""Characters of HTML that are read; what stands behind is only in the original."""

_DATA_URI = re.compile(r"""(?<=["'(=])data:[^"'()\s>]{100,}""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_INDENTING = frozenset(("ul", "ol", "dl", "dd", "blockquote"))
_DEEPEST_INDENTATION = 4
_TABLE_TAGS = {"table": "div", "tr": "div", "caption": "div", "td": "span", "th": "span"}
_LINES = ("div", "p")
_NO_MARGIN = re.compile(r"margin(?:-bottom)?\s*:\s*0")
_KEPT_STYLES = (
    ("display:none", re.compile(r"display\s*:\s*none")),
    ("white-space:pre", re.compile(r"white-space\s*:\s*pre")),
)
_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE)

_OPENING = re.compile(r"<(!--|(?:script|style|head|title)\b)", re.IGNORECASE)
_CLOSING = {
    "!--": re.compile(r"-->"),
    **{tag: re.compile(rf"</{tag}\s{{0,9}}>", re.IGNORECASE) for tag in ("script", "style", "head", "title")},
}
_BREAK = re.compile(r"<\s*(?:br|/?(?:p|div|tr|li|ul|ol|h[1-6]|blockquote|table|pre))\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#x?[0-9a-f]{9,};?", re.IGNORECASE)


def to_text(html: str, *, links: bool = False) -> str:
    """Readable plain text of an HTML body: LF line ends, at most one blank line in a row, no blank lines around it.
    `links`: with where they lead, for somebody who reads it; without, to be compared with another text."""
    html = _DECLARATION.sub("", _without_data(html))[:LONGEST]
    tree = _parsed(html)
    if links and tree is not None:
        write_out(tree)
    return _tidy(_without_tags(html) if tree is None else _drawn(tree) or _without_tags(html))


def is_too_long(html: str) -> bool:
    """Does `to_text` leave a part of it unread? Images written into the HTML do not count."""
    return len(html) > LONGEST and len(_without_data(html)) > LONGEST


def _without_data(html: str) -> str:
    return _DATA_URI.sub("data:", html.replace("\0", ""))


def _parsed(html: str) -> HtmlElement | None:
    """The tree, or None where libxml2 can not read the HTML whole: it stops at 256 levels and says so in its log."""
    parser = HTMLParser(remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(html, parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    return None if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log) else tree


def _drawn(tree: HtmlElement) -> str:
    _make_harmless(tree)
    try:
        return str(Inscriptis(tree, _CONFIG).get_text())
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        # inscriptis raises these on odd attributes; the words are still in the HTML.
        return ""


def _make_harmless(tree: HtmlElement) -> None:
    """Tables to lines, outer indentation only, and of all styles those that hide text or keep its lines."""
    indented = 0
    opened: list[bool] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            indented -= opened.pop()
            continue
        tag = str(element.tag)
        opened.append(tag in _INDENTING)
        indented += opened[-1]
        style = element.attrib.get("style", "").lower()
        if _is_blank_line(element):
            element.text = None
            etree.SubElement(element, "br")
        if tag in _TABLE_TAGS:
            element.tag = _TABLE_TAGS[tag]
            if tag in ("td", "th") and element.getnext() is not None:
                element.tail = " " + (element.tail or "")
        elif tag in _INDENTING and indented > _DEEPEST_INDENTATION:
            element.tag = "div"
        elif tag == "p" and ("msonormal" in element.attrib.get("class", "").lower() or _NO_MARGIN.search(style)):
            # Outlook's lines are paragraphs without margin: a blank line after each would double its text.
            element.tag = "div"
        kept = ";".join(name for name, wanted in _KEPT_STYLES if wanted.search(style))
        element.attrib.clear()
        if kept:
            element.attrib["style"] = kept


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
    shown = _TAG.sub("", _BREAK.sub("\n", "".join(_shown(html))))
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
    lines = (line.replace("\xa0", " ").rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")
