"""Bytes and encoded words to text that is safe to keep: charset ladder (needs.md 39), RFC 2047, no control characters.

Nothing here looks at structure: addresses and parameters are cut apart before their words are decoded (peers.md 19).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from mailgate.mail.charsets import codec_of
from mailgate.mail.transfer import from_base64

# RFC 2047, 2. Real mail has spaces inside, so only "?" ends the text; each opener looks no further than that.
_WORD = re.compile(r"=\?([^?\s]{1,100})\?([bBqQ])\?([^?]*)\?=")

_SPLITTING = (*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029)
_UNSEEN = (
    *range(0x09),
    *range(0x0E, 0x1C),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,  # soft hyphen
    0x061C,
    0x180E,
    *range(0x200B, 0x2010),  # zero-width space, joiners, direction marks
    *range(0x202A, 0x202F),  # bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, isolates, invisible operators
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),  # tag characters
)
_ONE_LINE: dict[int, str | None] = {**dict.fromkeys(_SPLITTING, " "), **dict.fromkeys(_UNSEEN, None)}
# A body keeps tabs, joiners and direction marks: emoji, Persian and Hebrew need them. Overrides only deceive.
_BODY: dict[int, str | None] = {
    **dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF, 0x202D, 0x202E), None),
    **dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n"),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
# `translate` asks its table about each character unless the text is ASCII: fifteen times as slow as this search, which
# finds nothing in the text of most mails.
_IN_BODY = re.compile(f"[{''.join(map(chr, _BODY))}\ud800-\udfff]")

# One unreadable character in two hundred: a cut or damaged text of the declared charset, not one of another.
_TOLERATED = 200


def decode_words(value: str) -> str:
    """A header value with its encoded words decoded once (RFC 2047), as one clean line of any length."""
    return _one_line("".join(_pieces(value)) if "=?" in value else value)


def _pieces(value: str) -> Iterator[str]:
    """Plain text and decoded words in turn. Neighbours in one charset are joined as bytes: some programs cut a
    character in two (RFC 2047, 5 forbids it). White space between two encoded words is not text (RFC 2047, 6.2)."""
    at, charset, waiting = 0, "", list[bytes]()
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        declared = word[1].partition("*")[0].lower()
        if waiting and (declared != charset or between.strip()):
            yield decode_bytes(b"".join(waiting), charset)
            waiting = []
        if between.strip() or (between and at == 0):
            yield between
        charset, at = declared, word.end()
        waiting.append(_word_bytes(word[2], word[3]))
    yield decode_bytes(b"".join(waiting), charset)
    yield value[at:]


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return from_base64(raw) if encoding in "bB" else binascii.a2b_qp(raw, header=True)


def decode_bytes(raw: bytes, charset: str | None) -> str:
    """Text of `raw`: as declared, else UTF-8, else cp1252, else latin-1. Never fails; control characters stay."""
    codec = codec_of(charset)
    # Valid UTF-8 beyond ASCII is practically never meant as western one-byte text, whatever a broken program declares.
    ladder = ("utf-8", codec) if codec == "cp1252" else (codec, "utf-8")
    for step in (*ladder, "cp1252"):
        text = _decoded(raw, step) if step else None
        if text is None and step and step == codec:
            text = _damaged(raw, step)
        if text is not None:
            return _without_surrogates(text)
    return raw.decode("latin-1")


def _decoded(raw: bytes, codec: str) -> str | None:
    if codec.startswith(("utf-16", "utf-32")) and b"\0" not in raw:
        # Every line end of such text holds a NUL: this is text of another charset, wrongly declared.
        return None
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _damaged(raw: bytes, codec: str) -> str | None:
    """The text with a mark for each unreadable character, where there are few of them."""
    if codec in ("ascii", "cp1252") or codec.startswith(("utf-16", "utf-32")):
        return None
    text = raw.decode(codec, "replace")
    return text if text.count("\ufffd") * _TOLERATED <= len(text) else None


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():  # all that is taken out or splits a line is not; white space but the blank is not either
        text = _without_surrogates(text.translate(_ONE_LINE))
    return " ".join(text.split())


def clean_line(text: str, most: int = 200) -> str:
    """One line of at most `most` characters, safe for headers, logs and terminals: no control, bidi or zero-width
    characters, white space collapsed. What is cut off is marked with `…`."""
    line = _one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def clean_body(text: str) -> str:
    """Several lines: LF line ends, no control characters but tab, no blank lines at the end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines.isascii() or _IN_BODY.search(lines):
        lines = _without_surrogates(lines.translate(_BODY))
    return lines.rstrip()
