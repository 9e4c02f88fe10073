"""The pictures of a body: each is a file with a name, and a mark in the text says where it stood (`marks.py`).

Outlook writes such marks into its plain text, Gmail writes `[image: name]`, others write nothing: there the letters
around the picture in the HTML are looked for in the text. What is not found gets no mark, and stands below the words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement

from mailgate.mail.embedded import Embedded, taken_out
from mailgate.mail.filenames import default_name, distinct
from mailgate.mail.html import LONGEST, parsed
from mailgate.mail.marks import content_id_in, mark
from mailgate.mail.markup import is_quotation, is_signature
from mailgate.mail.message import Attachment, Shown
from mailgate.mail.pixels import kind_of
from mailgate.mail.unseen import TAGS as UNSEEN
from mailgate.mail.unseen import is_hidden

_IMAGE = "image/"
_UNTYPED = "application/octet-stream"
_SURE_LETTERS = 6
_NEAR_LETTERS = 40
_MOST_WORDS = 60
_DELIMITER = "\x01"
"""Stands for the line above a signature, which has no letters."""
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d{0,9})?(?:px)?\s*", re.IGNORECASE)
_STYLED = {name: re.compile(rf"(?:^|;)\s*{name}\s*:\s*(\d{{1,5}})(?:\.\d{{0,9}})?px") for name in ("width", "height")}
_LEADS_TO = re.compile(r"<https?://[^<>\s]{1,1000}>")
_QUOTE_MARKS = re.compile(r"[> ]*>[> ]?")


@dataclass(frozen=True, slots=True)
class _Placed:
    """One picture in the HTML. `at`: how many letters stand before it; `sinks`: it belongs to what comes after them,
    as what stands in a signature does."""

    content_id: str
    at: int
    sinks: bool
    alt: str
    shown: Shown


def arranged(
    text: str, html: str | None, attachments: tuple[Attachment, ...], most: int
) -> tuple[str, str | None, tuple[Attachment, ...]]:
    """The text with marks, the HTML without data, and all files, of which `most` are kept. Mails without pictures come
    back as they are."""
    if not html or not (";base64," in html or any(map(_may_be_shown, attachments))):
        return text, html, attachments
    html, embedded = taken_out(html, max(0, most - len(attachments)))
    attachments = (*attachments, *_files(embedded, attachments))
    tree = parsed(html[:LONGEST])
    if tree is None:
        return text, html, attachments
    letters, placed = _flattened(tree)
    attachments = _as_shown(attachments, placed)
    known = {each.content_id: each.name for each in attachments if each.shown}
    return _marked(text, letters, [each for each in placed if each.content_id in known], known), html, attachments


def _may_be_shown(file: Attachment) -> bool:
    return file.media_type.startswith(_IMAGE) or (file.content_id is not None and file.media_type == _UNTYPED)


def _files(pictures: Iterable[Embedded], others: Sequence[Attachment]) -> Iterator[Attachment]:
    taken = {each.name.casefold() for each in others}
    for number, each in enumerate(pictures, start=len(others) + 1):
        name = distinct(default_name(each.media_type, number), taken)
        yield Attachment(name, each.media_type, each.content, each.sha256, each.content_id, inline=True)


def _as_shown(attachments: tuple[Attachment, ...], placed: Sequence[_Placed]) -> tuple[Attachment, ...]:
    """The files with what the HTML says of them; some programs name a picture there by its file name."""
    by_id = {each.content_id: each for each in reversed(placed)}
    by_name = {each.content_id.casefold(): each for each in reversed(placed)}
    known = {each.content_id for each in attachments}

    def seen(file: Attachment) -> Attachment:
        found = by_id.get(file.content_id or "")
        if found is None and file.content_id is None:
            named = by_name.get(file.name.casefold())
            found = named if named and named.content_id not in known else None
        kind = kind_of(file.content) if file.media_type == _UNTYPED else file.media_type
        if found is None or kind is None or not kind.startswith(_IMAGE):
            return file
        return replace(file, content_id=found.content_id, media_type=kind, inline=True, shown=found.shown)

    return tuple(map(seen, attachments))


# -- the HTML ----------------------------------------------------------------------------------------------------------


def _flattened(tree: HtmlElement) -> tuple[str, list[_Placed]]:
    """All letters of the page in one string, and where among them its pictures stand."""
    pieces: list[str] = []
    placed: list[_Placed] = []
    sinking = [False]
    size, silent = 0, 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            silent += node.tag in UNSEEN
            sinking.append(sinking[-1] or is_quotation(node) or is_signature(node))
            if node.tag == "img" and not silent and (named := content_id_in(node.get("src", ""))):
                placed.append(_Placed(named, size, sinking[-1], " ".join(node.get("alt", "").split()), _shown(node)))
        else:
            silent -= node.tag in UNSEEN
            sinking.pop()
        words = node.text if event == "start" else node.tail
        if words and not silent and (letters := _letters(words)):
            pieces.append(letters)
            size += len(letters)
    return "".join(pieces), placed


def _letters(words: str) -> str:
    if "-" in words and any(line.strip() == "--" for line in words.split("\n")):
        return "".join(_DELIMITER if line.strip() == "--" else _letters(line) for line in words.split("\n"))
    return "".join(filter(str.isalnum, words.casefold()))


def _shown(picture: HtmlElement) -> Shown:
    style = picture.get("style", "").lower()
    if is_hidden(style) or "hidden" in picture.attrib:
        return Shown(0, 0)
    return Shown(_pixels(picture, style, "width"), _pixels(picture, style, "height"))


def _pixels(picture: HtmlElement, style: str, name: str) -> int | None:
    found = _STYLED[name].search(style) or _PIXELS.fullmatch(picture.get(name, ""))
    return int(found[1]) if found else None


# -- the text ----------------------------------------------------------------------------------------------------------


def _marked(text: str, letters: str, placed: Sequence[_Placed], names: dict[str | None, str]) -> str:
    """The text with a mark for each picture that it has none for and whose place is found."""
    first = {each.content_id: each for each in reversed(placed)}
    missing = [each for each in placed if first[each.content_id] is each and mark(each.content_id) not in text]
    left: list[_Placed] = []
    for each in missing:
        changed = _instead(text, each, names[each.content_id])
        left += [each] if changed is None else []
        text = text if changed is None else changed
    return _inserted(text, letters, left) if left else text


def _instead(text: str, picture: _Placed, name: str) -> str | None:
    """The text where the program's own mark is replaced, None where there is none."""
    said = [each for each in (picture.alt, name) if each]
    marks = [f"[image: {each}]" for each in said] + [f"<{each}>" for each in said] + [f"[{each}]" for each in said]
    for written in (*marks, "[image]", "\ufffc"):
        if written in text:
            return text.replace(written, mark(picture.content_id), 1)
    words = picture.alt.split()[:_MOST_WORDS]
    if len(words) > 1 and f"[{words[0]}" in text:  # over several lines
        inside = r"\s+".join(map(re.escape, words))
        found = re.search(rf"\[{inside}\]", text)
        return None if found is None else text[: found.start()] + mark(picture.content_id) + text[found.end() :]
    return None


def _inserted(text: str, letters: str, placed: Sequence[_Placed]) -> str:
    """Marks on lines of their own, behind the letters that stand before the pictures."""
    lines = text.split("\n")
    stream, ends = _stream(lines)
    above: dict[int, list[str]] = {}
    found = 0
    for each in placed:
        before = letters[max(0, each.at - _NEAR_LETTERS) : each.at]
        start = stream.find(before, max(0, found - len(before))) if len(before) >= min(_SURE_LETTERS, each.at) else -1
        if start < 0:
            continue
        found = start + len(before)
        # The line whose letters it belongs to; it is quoted as deep as that one is.
        line = min(bisect_right(ends, found if each.sinks else found - 1), len(lines) - 1)
        quoted = _QUOTE_MARKS.match(lines[line])
        at = line if each.sinks or not before else line + 1
        if not each.sinks and lines[at : at + 2] == ["", ""]:
            at += 1  # in the middle of the room that was left
        above.setdefault(at, []).append((quoted[0] if quoted else "") + mark(each.content_id))
    return "\n".join(_with_marks(lines, above)) if above else text


def _with_marks(lines: Sequence[str], above: dict[int, list[str]]) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield from above.get(at, ())
        yield line
    yield from above.get(len(lines), ())


def _stream(lines: Sequence[str]) -> tuple[str, list[int]]:
    """All letters of the text, and how many there are up to the end of each line."""
    pieces: list[str] = []
    ends: list[int] = []
    size = 0
    for line in lines:
        letters = _letters(_LEADS_TO.sub("", line) if "<" in line else line)
        pieces.append(letters)
        size += len(letters)
        ends.append(size)
    return "".join(pieces), ends
