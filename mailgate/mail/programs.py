"""What mail programs call the elements of their HTML: which hold what is answered, which the line above it, which the
signature. Data of the programs, no words of any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

import re2
from lxml import etree

from mailgate.mail.phrases import phrases


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
    INDENTED = "indented"
    """In a quotation without any mark of a program: the program's, or one of the writer's own."""


_CITE = "cite"
_BLOCK = "blockquote"
# (what it is, attribute, tag or any, its names). What comes first wins.
_ELEMENTS: tuple[tuple[Origin, str, str, frozenset[str]], ...] = (
    (
        Origin.CITED,
        "type",
        _BLOCK,
        frozenset((_CITE,)),
    ),  # Apple Mail, iOS, Thunderbird, Open-Xchange, Roundcube, Fastmail …
    (
        Origin.CITED,
        "class",
        _BLOCK,
        frozenset(
            (
                *("gmail_quote", "protonmail_quote", "tutanota_quote", "moz-quote", "iosymail", "skiff_quote"),
                *("spark_quote", "history_container", "clean_bq", "ws-ng-quote", "yahoo_quoted", "zmail_extra"),
            )
        ),
    ),
    # NetEase, Zoho, Outlook for Mac of old
    (
        Origin.CITED,
        "id",
        _BLOCK,
        frozenset(("isReplyContent", "iscReplyContent", "oriMsgHtmlSeperator", "blockquote_zmail", "qt"))
        | frozenset(("MAC_OUTLOOK_ATTRIBUTION_BLOCKQUOTE",)),
    ),
    (Origin.CITED, "class", "", frozenset(("js-readmsg-msg",))),  # Mail.ru
    (Origin.ATTRIBUTION, "class", "", frozenset(("gmail_attr", "moz-cite-prefix", "airmail_on"))),
    (Origin.ATTRIBUTION, "id", "", frozenset(("reply-intro",))),  # Roundcube
    (
        Origin.REST,
        "class",
        "",
        frozenset(
            ("yahoo_quoted", "ms-outlook-mobile-reference-message", "ntes-mailmaster-quote", "OutlookMessageHeader")
        ),
    ),
    (
        Origin.REST,
        "id",
        "",
        frozenset(("OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container", "origbody", "reply139content")),
    ),
    (Origin.REST, "name", "div", frozenset(("quote", "quoted-content"))),  # GMX, web.de, mail.com
    (Origin.REST, "data-marker", "", frozenset(("__HEADERS__", "__QUOTED_TEXT__"))),  # Zimbra
    (
        Origin.SIGNATURE,
        "class",
        "",
        frozenset(
            (
                *("gmail_signature", "gmail_signature_prefix", "moz-signature", "k9mail-signature", "ntes-signature"),
                *("protonmail_signature_block", "bloop_sign", "editorUserSignature"),
            )
        ),
    ),
    (
        Origin.SIGNATURE,
        "id",
        "",
        frozenset(("Signature", "ms-outlook-mobile-signature", "imail_signature", "_rc_sig", "composer_signature"))
        | frozenset(("AppleMailSignature",)),
    ),
    (Origin.SIGNATURE, "name", "div", frozenset(("messageSignatureSection",))),  # Spark
    (Origin.SIGNATURE, "data-marker", "", frozenset(("__SIG_PRE__", "__SIG_POST__"))),  # Zimbra
)
_TAGS = {"includetail": Origin.REST}  # QQ
# Around the line of the program and a quotation: Gmail of old and K-9, Proton, Spark, Zoho, Infomaniak. Answers below
# the quotation stand in it too.
_HOLDERS = frozenset(("gmail_quote", "protonmail_quote", "messageReplySection", "zmail_extra", "ik_mail_quote"))
_HELD_WHOLE = frozenset(("zmail_extra", "ik_mail_quote"))
_MOST_ABOVE, _LONGEST_ABOVE = 60, 800
"""So many elements and characters stand above the quotation at most: a line or two, no mail that is passed on."""
# All behind it: Outlook, Exchange and its web page, Hotmail, Zimbra of old.
_REST_FROM_HERE = frozenset(("divRplyFwdMsg", "appendonsend", "stopSpelling", "replySplit", "OutlookMessageHeader"))
_DRAWN_LINE = "zwchr"
_TOP_LINES = ("#e1e1e1", "#b5c4df", "rgb(225,225,225)", "rgb(181,196,223)", "rgb(229,229,229)")
"""The line that Outlook draws above its header block, by its colour: from 2013 on, 2007 and 2010, Windows Mail."""
_TOP_LINE = "border-top"
_LONGEST_LABEL = 40
_PARTS_OF_HEADER, _LABELS = 20, 3
# Exchange and Hotmail write this before every name of a mail that they show; Yahoo makes its names up anew each time.
_REWRITTEN = re.compile(r"^(?:x_|ecx|3D|\\?\")+|\\?\"$")
_MADE_UP = re.compile(r"^(?:ydp[0-9a-f]{1,8}|yiv\d+)")
_NUMBERED = re.compile(r"_\d+$")

_NAMES = frozenset(name for _, _, _, names in _ELEMENTS for name in names)
_ANY = frozenset((_BLOCK, _TOP_LINE, _DRAWN_LINE, *_NAMES, *_TAGS, *_HOLDERS, *_REST_FROM_HERE))
_ANY_MARK = re2.compile("(?i)" + "|".join(re2.escape(mark) for mark in sorted(_ANY)))


def may_say_something(source: str) -> bool:
    """A cheap look: where none of these names stands in the HTML, all of it is fresh."""
    return bool(_ANY_MARK.search(source))


def origin_of(node: etree._Element, tag: str) -> Origin:
    """What this element holds, as its own names say."""
    found = _UNNAMED
    for attribute in _ATTRIBUTES if node.attrib else ():
        for name in names_of(node, attribute):
            for rank, wanted, origin in _KNOWN.get((attribute, name), ()):
                if wanted in ("", tag) and rank < found[0]:
                    found = rank, origin
    if found[1] is not None:
        return found[1]
    return _TAGS.get(tag, Origin.INDENTED if tag == _BLOCK else Origin.FRESH)


def holds_quotation(node: etree._Element) -> bool | None:
    """Whether this element is the program's own, around its line and a quotation; None where it is none of these.
    False: nothing in it is marked."""
    named = _HOLDERS.intersection((*names_of(node, "class"), *names_of(node, "name"))) if node.attrib else ()
    if not named or node.tag == _BLOCK:
        return None
    size = 0
    for each, _ in zip(node.iter(), range(_MOST_ABOVE), strict=False):
        if each.tag == _BLOCK:
            return True
        size += len(each.text or "")
        if size > _LONGEST_ABOVE:
            break
    return False if _HELD_WHOLE.intersection(named) else None


def begins_rest(node: etree._Element) -> bool:
    """All behind this element is what is answered."""
    if not node.attrib:
        return False
    if _REST_FROM_HERE.intersection((*names_of(node, "id"), *names_of(node, "class"))):
        return True
    if _DRAWN_LINE in names_of(node, "id"):
        return not node.get("data-marker")  # today's Zimbra marks what stands below the line
    return _TOP_LINE in (node.get("style") or "").lower() and _is_top_line(node)


def names_of(node: etree._Element, attribute: str) -> frozenset[str]:
    """The names in an attribute, as the mail program had written them."""
    value = node.get(attribute)
    if not value:
        return _NONE
    return _names_in(value) if len(value) <= _LONGEST_NAMES else frozenset(_as_written(value))


@lru_cache(2048)
def _names_in(value: str) -> frozenset[str]:
    """A page says the same names over and over."""
    return frozenset(_as_written(value))


def _as_written(value: str) -> Iterator[str]:
    for name in value.split():
        plain = _REWRITTEN.sub("", name)
        yield _NUMBERED.sub("", _MADE_UP.sub("", plain)) if plain[:1] == "y" else plain


def _is_top_line(node: etree._Element) -> bool:
    """In the colour of Outlook, with a header block below it, in any language: others draw such lines too."""
    style = "".join((node.get("style") or "").lower().split())
    if node.tag != "div" or not any(colour in style for colour in _TOP_LINES):
        return False
    parts = (part[:_LONGEST_LABEL] for _, part in zip(range(_PARTS_OF_HEADER), node.itertext(), strict=False))
    words = "".join(parts).replace("：", ":").strip()
    label = words[:_LONGEST_LABEL].partition(":")[0].strip("* \xa0").casefold()
    return label in phrases().labels or ("@" in words and words.count(":") >= _LABELS)


def _by_name() -> Iterator[tuple[tuple[str, str], tuple[int, str, Origin]]]:
    for rank, (origin, attribute, tag, names) in enumerate(_ELEMENTS):
        for name in names:
            yield (attribute, name), (rank, tag, origin)


_KNOWN: dict[tuple[str, str], tuple[tuple[int, str, Origin], ...]] = {}
for _key, _row in _by_name():
    _KNOWN[_key] = (*_KNOWN.get(_key, ()), _row)
_ATTRIBUTES = tuple(dict.fromkeys(attribute for _, attribute, _, _ in _ELEMENTS))
_UNNAMED: tuple[int, Origin | None] = (len(_ELEMENTS), None)
_NONE: frozenset[str] = frozenset()
_LONGEST_NAMES = 200
"""Characters of an attribute that are worth remembering."""
