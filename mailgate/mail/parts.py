"""The parts of a mail, read one by one: body text, attachments. Each is guarded, so that a part nobody can read
becomes a defect and the others stay (reliability.md F11).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, TypeVar

from mailgate.mail.content import Content, File, Words, content_id, name_of
from mailgate.mail.filenames import default_name, distinct, safe_name
from mailgate.mail.huge import MOST
from mailgate.mail.message import Attachment
from mailgate.mail.reports import headers_within
from mailgate.mail.structure import ATTACHED_MAIL, Node
from mailgate.mail.wording import content_bytes, html_of, text_of
from mailgate.mail.words import clean_line, decode_words
from mailgate.settings.site import Limits

_P = ParamSpec("_P")
_T = TypeVar("_T")
_U = TypeVar("_U")
_MOST_WORDS = 0.6
_WORD = re.compile(r"\w+")
_LONGEST_SUBJECT = 100
_HAS_ENDING = re.compile(r"\w\.[A-Za-z][A-Za-z0-9]{1,4}$")


def guarded(
    defects: list[str], what: str, otherwise: _U, question: Callable[_P, _T], *args: _P.args, **named: _P.kwargs
) -> _T | _U:
    """The answer to the question, or `otherwise` and a defect about `what`."""
    try:
        return question(*args, **named)
    except Exception as error:  # noqa: BLE001 - hostile bytes find new exceptions in every library; no part may cost the mail
        defects.append(f"{what} could not be read ({type(error).__name__})")
        return otherwise


def body_of(raw: bytes, content: Content, defects: list[str]) -> tuple[str, str | None]:
    """The whole body as plain text, and its HTML as sent where there is some."""
    texts, size = list[str](), 0
    for words in content.words:
        if size > MOST:
            defects.append(f"only the first {len(texts)} of {len(content.words)} text parts were read")
            break
        texts.append(guarded(defects, "a text part", "", text_of, raw, words, defects))
        size += len(texts[-1])
    marked = [words for words in content.words if words.html]
    if content.spare:
        more = [guarded(defects, "a text part", "", text_of, raw, words) for words in content.spare]
        missing = [at for at, text in enumerate(more) if not says_the_same(text, texts)]
        texts += [more[at] for at in missing]
        marked += [content.spare[at] for at in missing if content.spare[at].html]
    for words, text in _unsaid(raw, content, texts, defects) if content.others else ():
        texts.append(text)
        if words.html and not any(words.html[0] is node for each in marked for node in each.html):
            marked.append(words)
    htmls = [guarded(defects, "an HTML part", "", html_of, raw, words) for words in marked]
    return _joined(texts, "\n\n"), _joined(htmls, "\n") or None if htmls else None


def _unsaid(raw: bytes, content: Content, texts: list[str], defects: list[str]) -> Iterator[tuple[Words, str]]:
    """Those of which a word stands nowhere else, as text."""
    said = {word for text in texts for word in _WORD.findall(text.casefold())}
    for words in content.words:
        if len(words.html) == 1:  # the twin of the plain text: what says the same as it says nothing else
            said |= _words_of(raw, Words(html=words.html), defects)
    size = 0
    for at, words in enumerate(content.others):
        if size > MOST:
            defects.append(f"only the first {at} of {len(content.others)} more alternatives were read")
            return
        size += sum(node.end - node.begin for node in (*words.plain, *words.html))
        own = _words_of(raw, words, defects)
        if not own <= said:
            said |= own
            yield words, guarded(defects, "a text part", "", text_of, raw, words)


def _words_of(raw: bytes, words: Words, defects: list[str]) -> set[str]:
    bare = guarded(defects, "a text part", "", text_of, raw, words, links=False)
    return set(_WORD.findall(bare.casefold()))


def says_the_same(text: str, others: Iterable[str]) -> bool:
    """Do most words of this text stand in the others?"""
    words = set(text.casefold().split())
    there = {word for other in others for word in other.casefold().split()}
    return len(words & there) >= _MOST_WORDS * len(words)


def _joined(pieces: Iterable[str], glue: str) -> str:
    return glue.join([piece for piece in pieces if piece and not piece.isspace()])


def attachments_of(raw: bytes, files: list[File], limits: Limits, defects: list[str]) -> tuple[Attachment, ...]:
    """The files up to `limits.attachments`, each with a safe name of its own."""
    if len(files) > limits.attachments:
        defects.append(f"only the first {limits.attachments} of {len(files)} attachments were read")
    taken: set[str] = set()
    read = (
        guarded(defects, f"attachment {number}", None, _attachment, raw, file, number, taken)
        for number, file in enumerate(files[: limits.attachments], start=1)
    )
    return tuple(attachment for attachment in read if attachment)


def _attachment(raw: bytes, file: File, number: int, taken: set[str]) -> Attachment:
    content = content_bytes(raw, file.node)
    name = safe_name(name_of(file.node)) or _other_name(raw, file.node)
    name = name or default_name(file.node.media_type, number)
    return Attachment(
        name=distinct(name, taken),
        media_type=file.node.media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id(file.node),
        inline=file.inline,
        method=file.node.content_type.get("method") or "" if file.node.media_type == "text/calendar" else "",
    )


def _other_name(raw: bytes, node: Node) -> str:
    """Of a file without a name: what it is said to be elsewhere (peers.md E3), of an attached mail its subject."""
    if node.media_type in ATTACHED_MAIL:
        subject = safe_name(clean_line(decode_words(headers_within(raw, node).get("subject")), _LONGEST_SUBJECT))
        return f"{subject}.eml" if subject else ""
    written = (node.headers.get(name) for name in ("content-location", "content-description"))
    names = (safe_name(decode_words(each.partition("?")[0])) for each in written if each)
    return next((name for name in names if _HAS_ENDING.search(name)), "")
