"""Message-IDs in a field, and subjects without what replies and forwards put before them."""

from __future__ import annotations

import re
from functools import lru_cache

from mailgate.mail.words import decode_words

LONGEST_ID = 998
"""RFC 5322, 2.1.1: a longer id can not stand in a line of a mail."""

_BRACKETED = re.compile(r"<([^<>]*)>")
_RUN = re.compile(r"[^\s<>,;\"()]+")
_WHITE = re.compile(r"\s+")

# Prefixes of replies and forwards by mail programs, any language: en, de, nl, sv/da/no, fi, fr, it, es, pt, pl, cs/sk,
# hu, ro, tr, el, ru, et/lv/lt, he/ar, zh, ja, ko.
_PREFIXES = (
    *("re", "reply", "fw", "fwd", "forward", "aw", "antw", "antwort", "wg", "weitergeleitet", "tr", "rif", "r", "i"),
    *("inoltra", "sv", "vs", "vb", "vl", "ref", "doorst", "rv", "enc", "res", "reenv", "odp", "pd", "namn", "ynt"),
    *("redir", "redir.", "videresend", "videresendt", "vidarebefordrat", "transf", "edasi"),
    *("ilt", "i̇lt", "yan", "rép", "rep", "vá", "továbbítás", "atb", "pv", "απ", "σχετ", "πρθ", "пересл", "отв"),
    *(
        "ответ",
        "回复",
        "回覆",
        "答复",
        "答覆",
        "转发",
        "轉寄",
        "轉發",
        "返信",
        "転送",
        "회신",
        "전달",
        "תגובה",
        "הועבר",
        "رد",
    ),
)
_PREFIX = re.compile(
    r"\s*(?:" + "|".join(sorted(map(re.escape, _PREFIXES), key=len, reverse=True)) + r")"
    r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\d{1,2})?\s?[:：]",
    re.IGNORECASE,
)


def message_ids(value: str) -> tuple[str, ...]:
    """Every id in a field, without brackets, in its order, each once. Commas between them, folding inside them and
    fields that were wrongly encoded are tolerated (peers.md 26, needs.md P1); an id without brackets counts where
    there is no other. Ids longer than 998 characters are left out."""
    if not value:  # as In-Reply-To and References of every mail that answers nothing
        return ()
    if "=?" in value:
        value = decode_words(value)
    written = _BRACKETED.findall(value) or [run for run in _RUN.findall(value) if "@" in run[1:-1]]
    ids = dict.fromkeys(["".join(each.split()) for each in written])
    return tuple([each for each in ids if each and each != "none" and len(each) <= LONGEST_ID])


def has_oversized_id(value: str) -> bool:
    """Is an id left out because of its length?"""
    return len(value) > LONGEST_ID and any(len(each) > LONGEST_ID for each in _BRACKETED.findall(value))


@lru_cache(maxsize=32)  # of one mail it is asked several times
def base_subject(subject: str) -> str:
    """The subject without reply and forward prefixes before it. Tags in brackets stay where they are."""
    at = 0
    while found := _PREFIX.match(subject, at):
        at = found.end()
    return subject[at:].strip()
