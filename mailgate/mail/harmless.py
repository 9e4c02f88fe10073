"""The HTML of a mail as a fragment for a page: its words, tables, lists, links and the pictures that came with it.

Nothing in it runs, loads, posts, covers the page or hides. Two floors of work: a tree in which everything is taken out
that is not known (here), and nh3, which reads the result as browsers do and lets pass only what is on its list. What is
too large or too deep becomes escaped text. The page has to resolve `cid:` itself, and needs a policy all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Final

import nh3
from lxml import etree
from lxml.html import Element, HtmlElement, tostring

from mailgate.mail.embedded import taken_out
from mailgate.mail.html import LONGEST, parsed, to_text
from mailgate.mail.marks import content_id_in
from mailgate.mail.styles import ground_colour, harmless_style, letters_colour
from mailgate.mail.unseen import is_hidden

MOST_ELEMENTS: Final = 100_000
MOST_LINKS: Final = 2_000
DEEPEST: Final = 100
_LONGEST_LINK: Final = 4_000
_LONGEST_WORDS: Final = 500
_PIECE: Final = 16_000
_WIDEST: Final = 2_000
_MOST_CELLS: Final = 50

_SILENT: Final = frozenset(
    (
        *("script", "style", "head", "title", "template", "xml", "svg", "math", "object", "embed", "applet", "iframe"),
        *("frame", "frameset", "noembed", "noframes", "audio", "video", "source", "track", "canvas", "map", "area"),
        *("link", "meta", "base", "select", "datalist", "input", "progress", "meter", "portal", "bgsound"),
    )
)
"""Elements that go with all that is in them."""
_TAGS: Final = frozenset(
    (
        *("p", "br", "div", "span", "hr", "center", "blockquote", "pre", "code", "tt", "kbd", "samp", "address"),
        *(
            "b",
            "strong",
            "i",
            "em",
            "u",
            "s",
            "strike",
            "del",
            "ins",
            "sub",
            "sup",
            "small",
            "big",
            "font",
            "q",
            "cite",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a", "img"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    )
)
_ANY: Final = frozenset(("style", "dir", "align"))
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "a": frozenset(("href",)),
    "img": frozenset(("src", "alt", "width", "height")),
    "font": frozenset(("color",)),
    "td": frozenset(("colspan", "rowspan", "bgcolor", "valign")),
    "th": frozenset(("colspan", "rowspan", "bgcolor", "valign")),
    "tr": frozenset(("bgcolor", "valign")),
    "table": frozenset(("border", "bgcolor")),
    "ol": frozenset(("start",)),
}
_NUMBERS: Final = {"width": _WIDEST, "height": _WIDEST, "colspan": _MOST_CELLS, "rowspan": _MOST_CELLS}
_MOST_OF: Final = {**_NUMBERS, "border": 1, "start": 10_000}
_WORDS: Final = {
    "dir": ("ltr", "rtl", "auto"),
    "align": ("left", "right", "center", "justify"),
    "valign": ("top", "middle", "bottom", "baseline"),
}
_OURS: Final = ("rel", "target", "loading")
"""What nh3 adds; of the mail's own it lets none pass."""
_SCHEMES: Final = ("http://", "https://", "mailto:")
_SPACES: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_NUMBER: Final = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Harmless:
    """A fragment for a page."""

    html: str
    whole: bool
    """False: it is too large or too deep, and only its beginning, its text or a part of its links is here; the original
    has all."""
    pictures: tuple[str, ...] = ()
    """Content-IDs that it shows, as `src="cid:…"`, each once."""
    not_loaded: int = 0
    """Pictures that lie elsewhere and so are left out."""


@dataclass(slots=True)
class _Cleaning:
    """One walk through a tree: what was met so far."""

    links: int = 0
    elements: int = 0
    depth: int = 0
    not_loaded: int = 0
    pictures: dict[str, None] = field(default_factory=dict)


def harmless(html: str) -> Harmless:
    """The fragment. Never raises; time and memory grow with the size alone."""
    source = taken_out(html.replace("\0", ""))[0]
    tree = parsed(source[:LONGEST])
    met = _Cleaning()
    if tree is None or not _cleaned(tree, met):
        del tree  # another one is made for the text
        return as_text(to_text(html, links=True))
    _break_up(tree)
    inner = tostring(tree, encoding="unicode", method="html")
    whole = len(source) <= LONGEST and met.links <= MOST_LINKS
    return Harmless(_listed(inner), whole, tuple(met.pictures), met.not_loaded)


def as_text(text: str) -> Harmless:
    """Words as a fragment: every line of them, and nothing else."""
    return Harmless(escape(text).replace("\n", "<br>\n"), whole=False)


def _listed(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_SILENT - {"head"}),
        attributes={**{tag: set(names | _ANY) for tag, names in _ATTRIBUTES.items()}, "*": set(_ANY)},
        attribute_filter=lambda tag, name, value: value if name in _OURS else _attribute(tag, name, value),
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        strip_comments=True,
    )


# -- the tree ----------------------------------------------------------------------------------------------------------


def _cleaned(tree: HtmlElement, met: _Cleaning) -> bool:
    """Change the tree; False where it is more than a page should hold."""
    dropped: list[HtmlElement] = []
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            met.depth -= 1
            hidden -= bool(dropped) and element is dropped[-1] and hidden > 0
            continue
        met.depth += 1
        met.elements += 1
        if met.elements > MOST_ELEMENTS or met.depth > DEEPEST:
            return False
        if hidden:
            continue
        if _goes(element):
            dropped.append(element)
            hidden += 1
        else:
            _clean(element, met)
    for each in dropped:
        _empty(each)
    return True


def _break_up(tree: HtmlElement) -> None:
    """Long texts in pieces: html5ever copies all of a text for each `&amp;` in it."""
    for element in [each for each in tree.iter() if _is_long(each.text) or _is_long(each.tail)]:
        if element.text and _is_long(element.text):
            pieces, element.text = _pieces(element.text), None
            element[:0] = pieces
        if element.tail and _is_long(element.tail):
            pieces, element.tail = _pieces(element.tail), None
            for each in reversed(pieces):
                element.addnext(each)


def _is_long(text: str | None) -> bool:
    return text is not None and len(text) > _PIECE


def _pieces(text: str) -> list[HtmlElement]:
    pieces = [Element("span") for _ in range(0, len(text), _PIECE)]
    for number, each in enumerate(pieces):
        each.text = text[number * _PIECE : (number + 1) * _PIECE]
    return pieces


def _empty(element: HtmlElement) -> None:
    """Nothing of it, where it stood: to join the words around it would copy them each time."""
    tail = element.tail
    element.clear()
    element.tag, element.tail = "span", tail


def _goes(element: HtmlElement) -> bool:
    """It is no HTML that a page shows, or the mail hides it."""
    tag = element.tag
    return not isinstance(tag, str) or tag in _SILENT or "hidden" in element.attrib or is_hidden(_style(element))


def _style(element: HtmlElement) -> str:
    return element.attrib.get("style", "").lower()


def _clean(element: HtmlElement, met: _Cleaning) -> None:
    tag = element.tag
    if tag == "img":
        _clean_picture(element, met)
    elif tag == "a":
        met.links += 1
        if met.links > MOST_LINKS:
            element.tag = "span"
    elif tag not in _TAGS and tag not in ("html", "body"):
        element.tag = "div" if tag in ("form", "fieldset", "section", "article", "header", "footer", "main") else "span"
    _clean_attributes(element)


def _clean_attributes(element: HtmlElement) -> None:
    tag = str(element.tag)
    kept = {name: _attribute(tag, name, value) for name, value in element.attrib.items()}
    element.attrib.clear()
    for name, value in kept.items():
        if value is not None:
            element.attrib[name] = value


def _clean_picture(picture: HtmlElement, met: _Cleaning) -> None:
    """One that came with the mail stays; of another its words."""
    content_id = content_id_in(picture.attrib.get("src", ""))
    if content_id is not None:
        met.pictures.setdefault(content_id)
        return
    words = " ".join(picture.attrib.get("alt", "")[:_LONGEST_WORDS].split())
    met.not_loaded += bool(picture.attrib.get("src"))
    picture.attrib.clear()
    picture.tag = "span"
    picture.text = f"[{words}]" if words else None


# -- one attribute -----------------------------------------------------------------------------------------------------


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value as it may stand there, None where the attribute goes. Asked twice: of the tree, and by nh3."""
    if name not in _ANY and name not in _ATTRIBUTES.get(tag, ()):
        return None
    if name in _WORDS:
        return value.lower() if value.lower() in _WORDS[name] else None
    if name in _MOST_OF:
        return value if _NUMBER.fullmatch(value) and int(value) <= _MOST_OF[name] else None
    other = {"href": _link, "src": _source, "style": harmless_style, "color": letters_colour, "bgcolor": ground_colour}
    return other[name](value) if name in other else value[:_LONGEST_WORDS]


def _link(value: str) -> str | None:
    """Browsers leave out blanks and controls in an address, so they go first."""
    plain = _SPACES.sub("", value)
    return plain if len(plain) <= _LONGEST_LINK and plain.lower().startswith(_SCHEMES) else None


def _source(value: str) -> str | None:
    content_id = content_id_in(value)
    return f"cid:{content_id}" if content_id else None
