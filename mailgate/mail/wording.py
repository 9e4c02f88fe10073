"""The body of a mail as text: decoded, unflowed, HTML only where no plain text says anything."""

from __future__ import annotations

import re

from mailgate.mail.content import Words
from mailgate.mail.flowed import unflow
from mailgate.mail.html import to_text
from mailgate.mail.structure import Node
from mailgate.mail.transfer import decode_transfer
from mailgate.mail.words import clean_body, decode_bytes

_LONGEST_EXCUSE = 400
# What programs write into the plain text part instead of the text.
_EXCUSES = re.compile(
    r"not (?:support|display|read|view|render|understand) (?:html|mime|rich)"
    r"|(?:html|mime)[- ](?:capable|compatible|compliant|enabled|aware|f[aä]hig)"
    r"|(?:in|is|an?) html[- ]?(?:format|message|e-?mail|version|nachricht|only)"
    r"|view (?:it|this|the) (?:e-?mail|message|newsletter)? ?(?:in|with|using) (?:an? )?html"
    r"|html[- ]?(?:nachricht|darstellung|ansicht|format) "
    r"|kein(?:e)? html|html nicht (?:anzeigen|darstellen|unterst)"
    r"|(?:unterst[üu]tzt|zeigt) (?:leider )?kein",
    re.IGNORECASE,
)
_ENRICHED_TAG = re.compile(r"<[^<>\n]{0,200}>")


def content_bytes(raw: bytes, node: Node) -> bytes:
    """The decoded content of a part."""
    return decode_transfer(raw, node.encoding, node.begin, node.end)


def body_text(raw: bytes, node: Node) -> str:
    """A text part: charset and transfer encoding decoded, soft line breaks joined, LF line ends."""
    text = clean_body(decode_bytes(content_bytes(raw, node), node.content_type.get("charset")))
    if (node.content_type.get("format") or "").lower() == "flowed":
        return unflow(text, (node.content_type.get("delsp") or "").lower() == "yes")
    if node.media_type in ("text/enriched", "text/richtext"):
        return _ENRICHED_TAG.sub("", text.replace("<<", "<"))
    return text


def html_of(raw: bytes, words: Words) -> str:
    """The HTML of one stretch of body, as sent."""
    return "\n".join(body_text(raw, node) for node in words.html)


def text_of(raw: bytes, words: Words) -> str:
    """One stretch of body as plain text."""
    plain = "\n".join(body_text(raw, node) for node in words.plain)
    if words.html and not says_something(plain):
        return to_text(html_of(raw, words), links=True) or plain
    return plain


def says_something(plain: str) -> bool:
    """Is this plain text more than an excuse for its HTML twin?"""
    text = plain.strip()
    return bool(text) and not (len(text) <= _LONGEST_EXCUSE and _EXCUSES.search(text))
