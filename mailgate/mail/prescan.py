"""Limits checked on the bytes of a mail before anything reads it, in linear time: a mail that would cost a parser
minutes or gigabytes (reliability.md F12) costs this room milliseconds. Decides nothing else.
"""

from __future__ import annotations

import re

from mailgate.mail.fields import Head, Section, section_of, usual_head
from mailgate.mail.structure import outline
from mailgate.settings.site import Limits

_ENCODED_WORD = re.compile(rb"=\?[^?\s]{1,100}\?[bBqQ]\?")


def prescan(raw: bytes, limits: Limits) -> tuple[str, ...]:
    """Each broken limit as a short phrase for people; nothing is wrong when there is none. The tree of parts is only
    looked at when the headers are within their limits."""
    if head := usual_top(raw, limits):
        return outline(raw, limits, head)[1]
    return header_problems(raw, top_section(raw, limits), limits) or outline(raw, limits)[1]


def usual_top(raw: bytes, limits: Limits) -> Head | None:
    """The header section of a mail, if it is as nearly all are and clearly within the limits."""
    head = usual_head(raw, 0, len(raw))
    if head is None or head.body > min(limits.headers_size, limits.field_size):
        return None
    few = len(head.headers.fields) <= limits.fields and _words(raw, head.body) <= limits.encoded_words
    return head if few else None


def top_section(raw: bytes, limits: Limits) -> Section:
    """The header section of a mail, looked at no further than its limit allows."""
    return section_of(raw, 0, min(len(raw), limits.headers_size + 1))


def header_problems(raw: bytes, section: Section, limits: Limits) -> tuple[str, ...]:
    """The broken limits of the header section."""
    found = (
        (section.body > limits.headers_size, f"the header is larger than {limits.headers_size} bytes"),
        (len(section.spans) > limits.fields, f"more than {limits.fields} header fields"),
        (_longest(section) > limits.field_size, f"a header field is larger than {limits.field_size} bytes"),
        (
            _words(raw, section.body) > limits.encoded_words,
            f"more than {limits.encoded_words} encoded words in the header",
        ),
    )
    return tuple(problem for broken, problem in found if broken)


def _longest(section: Section) -> int:
    return max((span.stop - span.begin for span in section.spans), default=0)


def _words(raw: bytes, body: int) -> int:
    if raw.find(b"=?", 0, body) < 0:
        return 0
    return sum(1 for _ in _ENCODED_WORD.finditer(raw, 0, body))
