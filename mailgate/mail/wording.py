"""The body of a mail as text: decoded, unflowed, HTML only where no plain text says anything."""

from __future__ import annotations

import re

from mailgate.mail.charsets import codec_of
from mailgate.mail.content import RTF, Words
from mailgate.mail.enriched import plain_text
from mailgate.mail.flowed import unflow
from mailgate.mail.html import to_text
from mailgate.mail.huge import MOST, shortened, shortened_html
from mailgate.mail.structure import Node
from mailgate.mail.transfer import decode_transfer
from mailgate.mail.words import clean_body, clean_line, decoded

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
_META = re.compile(
    rb"<(?:meta|\?xml)\b[^<>]{0,200}?(?:charset|encoding)\s{0,3}=\s{0,3}[\"']?([\w:.-]{2,40})", re.IGNORECASE
)
_HEAD = 2048
"""Bytes at the beginning of HTML in which it may say its charset; browsers look no further than half of that."""
_ENRICHED = ("text/enriched", "text/richtext")


def content_bytes(raw: bytes, node: Node) -> bytes:
    """The decoded content of a part."""
    return decode_transfer(raw if node.source is None else node.source, node.encoding, node.begin, node.end)


def body_text(raw: bytes, node: Node, defects: list[str] | None = None) -> str:
    """A text part: charset and transfer encoding decoded, soft line breaks joined, LF line ends. What is doubtful about
    its charset is added to `defects`."""
    content = content_bytes(raw, node)
    if node.media_type in RTF:
        return _of_rtf(content)
    charset = _charset(node, content)
    if len(content) > MOST:
        is_html = node.media_type == "text/html"
        content = shortened_html(content, charset) if is_html else _shortened(content, defects)
    read = decoded(content, charset)
    if read.doubtful and defects is not None:
        defects.append(_doubt(node, read.codec))
    text = clean_body(read.text)
    if node.media_type == "text/html":
        return text
    if (node.content_type.get("format") or "").lower() == "flowed":
        return unflow(text, (node.content_type.get("delsp") or "").lower() == "yes")
    if node.media_type in _ENRICHED:
        return plain_text(text, old=node.media_type == "text/richtext")
    return text


def _shortened(content: bytes, defects: list[str] | None) -> bytes:
    if defects is not None:
        defects.append(f"only the first {MOST} bytes of a text part were read")
    return shortened(content)


def _charset(node: Node, content: bytes) -> str | None:
    """As declared; HTML may declare it inside."""
    declared = node.content_type.get("charset")
    if node.media_type != "text/html" or codec_of(declared):
        return declared
    inside = _META.search(content, 0, _HEAD)
    return inside[1].decode("ascii", "replace") if inside else declared


def _doubt(node: Node, codec: str) -> str:
    said = clean_line(node.content_type.get("charset") or "", 40)
    if codec_of(said) == codec:
        return f"a text part has characters that are not {codec}"
    return f"a text part is not in the charset it names ({said}), read as {codec}" if said else _UNNAMED.format(codec)


_UNNAMED = "a text part names no charset, read as {}"


def _of_rtf(content: bytes) -> str:
    from mailgate.mail.rtf import read_rtf  # few mails have any

    read = read_rtf(content)
    return to_text(read.text, links=True) if read.is_html else clean_body(read.text)


def html_of(raw: bytes, words: Words) -> str:
    """The HTML of one stretch of body, as sent."""
    return "\n".join([body_text(raw, node) for node in words.html])


def text_of(raw: bytes, words: Words, defects: list[str] | None = None, *, links: bool = True) -> str:
    """One stretch of body as plain text. `links`: of HTML, with where its links lead."""
    plain = "\n".join([body_text(raw, node, defects) for node in words.plain])
    if words.html and not says_something(plain):
        html = "\n".join([body_text(raw, node, defects) for node in words.html])
        return to_text(html, links=links) or plain
    return plain


def says_something(plain: str) -> bool:
    """Is this plain text more than an excuse for its HTML twin?"""
    text = plain.strip()
    return bool(text) and not (len(text) <= _LONGEST_EXCUSE and _EXCUSES.search(text))
