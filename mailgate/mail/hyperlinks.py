"""Where the links of an HTML body lead, written behind their words: `here <https://x.example/doc>`.

What shows already is not said twice, what is no page or address is left out, and to a letter of ours that is quoted
nothing is added: quotations are compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from mailgate.mail.marker import MARKER
from mailgate.mail.markup import is_quotation

_MOST = 32 * 2**10
"""Letters that are added to one mail, so that its words stay within what is looked at."""
_LONGEST = 1000
_LONGEST_WORDS = 2000
_MOST_PIECES = 100
_PAGE = ("http", "https")
_BARE_ADDRESS = re.compile(r"[^\s<>@,;:\"]{1,64}@[^\s<>@,;:\"]{1,255}")
_SHOWN_AS = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_REWRITTEN_BY = ".safelinks.protection.outlook.com"


def write_out(tree: HtmlElement) -> None:
    """Change the tree: each link that is worth it is followed by where it leads."""
    left = _MOST
    for link, target in list(_found(tree)):
        left -= len(target)
        if left >= 0:
            etree.SubElement(link, "span").text = f" <{target}>"


def _found(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """The links above our own line, in order."""
    quoted: list[bool] = []
    commands: list[bool] = []  # asked of each text once: of its links each, it were quadratic
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        words = element.text if event == "start" else element.tail
        if event == "start":
            quoted.append(is_quotation(element) or bool(quoted and quoted[-1]))
            if element.tag == "a" and (target := _target(element, bare=quoted[-1] or commands[-1:] == [True])):
                yield element, target
            commands.append((words or "")[:100].lstrip()[:1] == "#")
        else:
            quoted.pop()
            commands.pop()
        if words and "===" in words and MARKER in " ".join(words.split()):
            return


def _target(link: HtmlElement, *, bare: bool) -> str | None:
    """What is to be said of it."""
    href = link.get("href", "").strip()
    if not href or len(href) > _LONGEST:
        return None
    words = _words(link)
    target = _page(href) if bare or words[:1] == "@" else _page(href) or _address(href)
    if (
        not words
        or target is None
        or _compact(target) in _compact(words)
        or _compact(_unwrapped(href)) in _compact(words)
    ):
        return None
    return target


def _words(link: HtmlElement) -> str:
    return "".join(islice(link.itertext(), _MOST_PIECES))[:_LONGEST_WORDS].strip("\xa0\u200b \n\t")


def _is_argument(link: HtmlElement) -> bool:
    """Behind a command a name says whom it means, as a mention does anywhere."""
    line = link.getparent()
    return line is not None and (line.text or "").lstrip()[:1] == "#"


def _address(href: str) -> str | None:
    """Not in quotations: there they are of mail programs' frames, and of our own letters."""
    scheme, _, rest = href.partition(":")
    bare = rest.partition("?")[0]
    return bare if scheme.lower() == "mailto" and _BARE_ADDRESS.fullmatch(bare) else None


def _page(href: str) -> str | None:
    written = href.replace(" ", "%20")
    try:
        parts = urlsplit(written)
    except ValueError:  # an IPv6 address that is none
        return None
    plain = written.isprintable() and not any(sign in written for sign in '<>"')
    return written if parts.scheme.lower() in _PAGE and parts.netloc and plain else None


def _unwrapped(href: str) -> str:
    """Outlook sends readers over its own page, while the words still show the first one."""
    try:
        parts = urlsplit(href)
        ours = (parts.hostname or "").endswith(_REWRITTEN_BY)
        return parse_qs(parts.query, max_num_fields=20).get("url", [href])[0] if ours else href
    except ValueError:
        return href


def _compact(text: str) -> str:
    return _SHOWN_AS.sub("", "".join(text.split()).replace("\u200b", "")).rstrip("/").casefold()
