"""Where the pictures of an HTML body stand, as marks in its text: `[cid:…]`, as Outlook writes them.

A mark is how a picture keeps its place from the mail to the letter: a letter shows the picture there, or its name. Of
a picture that did not come with the mail the words beside it are told where they say something no other words do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from urllib.parse import unquote

from lxml.html import HtmlElement

from mailgate.mail.words import clean_line

_LONGEST = 200
_LONGEST_SIGN = 12


def mark(content_id: str) -> str:
    """What stands for the picture in a text."""
    return f"[cid:{content_id}]"


def without_marks(text: str, content_ids: Collection[str]) -> str:
    """The text without the marks of these pictures, and without the lines that held nothing else."""
    found = {mark(each) for each in content_ids}
    if not any(each in text for each in found):
        return text
    kept: list[str] = []
    gone = False
    for line in text.split("\n"):
        left = _without(line, found) if "[cid:" in line else line
        if line.strip() and not left.strip():
            gone = True
        elif left.strip() or not (gone and kept and not kept[-1].strip()):  # one blank line where there were two
            kept.append(left)
            gone = False
    return "\n".join(kept).strip("\n")


def _without(line: str, marks: Collection[str]) -> str:
    for each in marks:
        line = line.replace(each, "")
    return line.rstrip()


def content_id_in(src: str) -> str | None:
    """The Content-ID that a link names (RFC 2392), None where it leads elsewhere."""
    scheme, colon, rest = src.strip().partition(":")
    if not colon or scheme.lower() != "cid":
        return None
    named = unquote(rest).strip().strip("<>").strip()
    plain = named and len(named) <= _LONGEST and named.isprintable() and not any(sign in named for sign in "[]\r\n\t ")
    return named if plain else None


def write_marks(tree: HtmlElement) -> None:
    """Change the tree: each picture becomes what stands for it."""
    for picture in list(tree.iter("img")):
        content_id = content_id_in(picture.get("src", ""))
        said = f" {mark(content_id)} " if content_id else _said(picture)
        picture.tag = "span"
        picture.text = said


def _said(picture: HtmlElement) -> str | None:
    """Its words where it is a sign among words, or all there is of a link."""
    words = clean_line(picture.get("alt", ""), _LONGEST)
    if not words:
        return None
    if len(words) <= _LONGEST_SIGN and all(_is_sign(each) for each in words):
        return words
    return words if _is_whole_link(picture) else None


def _is_sign(letter: str) -> bool:
    """A smiley or what belongs to one."""
    return unicodedata.category(letter) in ("So", "Sk", "Cf", "Mn", "Me") and not letter.isascii()


def _is_whole_link(picture: HtmlElement) -> bool:
    link = picture.getparent()
    if link is None or link.tag != "a" or not link.get("href") or len(link) != 1:
        return False
    return not (link.text or "").strip() and not (picture.tail or "").strip()
