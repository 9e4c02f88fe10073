"""Bytes and encoded words to text that is safe to keep: charset ladder (needs.md 39), RFC 2047, no control characters.

Nothing here looks at structure: addresses and parameters are cut apart before their words are decoded (peers.md 19).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from mailgate.mail.charsets import codec_of
from mailgate.mail.ladder import Decoded, decode
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
_CONTROLS = bytes(each for each in _BODY if each < 0x80)
_SURROGATE = re.compile("[\ud800-\udfff]")
# `translate` asks its table about each character unless the text is ASCII: fifteen times as slow as this search, which
# finds nothing in the text of most mails.
_IN_BODY = re.compile(f"[{''.join(map(chr, _BODY))}\ud800-\udfff]")

# Charsets, and none, whose text is read as UTF-8 wherever it can be.
_FIRST_UTF_8 = ("utf-8", "ascii", "cp1252", None)


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
    """Text of `raw`, as declared or by the ladder (`ladder.py`). Never fails; control characters stay."""
    return decoded(raw, charset).text


def decoded(raw: bytes, charset: str | None) -> Decoded:
    """The same, with whether it had to be read otherwise than declared."""
    codec = codec_of(charset)
    # Valid UTF-8 beyond ASCII is practically never meant as western one-byte text, whatever a broken program declares.
    if codec in _FIRST_UTF_8 and b"\0" not in raw and b"\x1b" not in raw:
        try:
            return Decoded(raw.decode(), codec or "utf-8")
        except UnicodeDecodeError:
            pass
    found = decode(raw, charset)
    return found._replace(text=_without_surrogates(found.text))


def _without_surrogates(text: str) -> str:
    if text.isascii():
        return text
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
    lines = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if lines.isascii():
        whole = lines.encode()
        return (lines if len(whole.translate(None, _CONTROLS)) == len(whole) else lines.translate(_BODY)).rstrip()
    if _IN_BODY.search(lines):
        lines = _without_surrogates(lines.translate(_BODY))
    return lines.rstrip()
