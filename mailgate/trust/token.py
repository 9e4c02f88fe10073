"""Reply tokens: 24 characters of lower-case base32 that stand for one person, role and ticket (CONTRACT 5).

Only their digest is stored. This file makes them, finds them in every carrier a mail program may return them in, and
takes them out of words that travel on to somebody else. Whether a token is valid is the store's to say.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Literal

import re2

from mailgate.settings.model import Target

REMOVED = "[link removed]"
Kind = Literal["reply", "bounce"]

_LENGTH = 24
_BASE32 = bytes(b"abcdefghijklmnopqrstuvwxyz234567"[byte % 32] for byte in range(256))  # five bits of each byte
_TAG = re.compile(r"(b-)?([a-z2-7]{24})", re.ASCII)
_OUR_ID = re.compile(r"(?:([0-9]{1,18})\.([a-z2-7]{24})|([a-z2-7]{24})\.mailgate)@([^@]+)", re.ASCII)
_IN_SUBJECT = re.compile(r"\[[^\[\]]{0,40}?([0-9]{1,18})\s+([a-z2-7]{24})\s*\]", re.ASCII | re.IGNORECASE)
# What mail programs put inside an id or an address: white space of folding, `>` of quoting, brackets.
_MANGLING = re.compile(r"[\s<>]+")


def mint() -> str:
    """A new token: 24 characters of `a-z2-7`."""
    return secrets.token_bytes(_LENGTH).translate(_BASE32).decode("ascii")


def digest(token: str) -> str:
    """SHA-256 of the lower-cased token, in hex: the only thing that is stored of it."""
    return hashlib.sha256(token.lower().encode("utf-8", "replace")).hexdigest()


def in_address(target: Target) -> tuple[str | None, Kind | None]:
    """The token in the +tag of an address of ours, and what it is for; (None, None) where there is none.

    A bounce address (`b-TOKEN`) takes only delivery reports and automatic answers.
    """
    found = _TAG.fullmatch(target.tag.lower())
    if not found:
        return None, None
    return found[2], "bounce" if found[1] else "reply"


def in_message_ids(ids: Iterable[str], domains: Container[str]) -> tuple[tuple[int | None, str], ...]:
    """Ticket number (None: the letter had no ticket, or it is the References carrier) and token of each id of ours.

    In the order of `ids`, each once. Believed are only ids of exactly our shape under one of `domains` (lower case);
    case, folding, quoting and brackets do not matter.
    """
    found = (_of_id(_MANGLING.sub("", each).lower(), domains) for each in ids)
    return tuple(dict.fromkeys(each for each in found if each))


def _of_id(plain: str, domains: Container[str]) -> tuple[int | None, str] | None:
    match = _OUR_ID.fullmatch(plain)
    if not match or match[4] not in domains:
        return None
    return (int(match[1]) or None, match[2]) if match[1] else (None, match[3])


def in_subject(subject: str) -> tuple[int, str] | None:
    """Ticket number and token of `[#1042 TOKEN]`, the form of one-tap links where there is no subaddressing."""
    match = _IN_SUBJECT.search(subject)
    return (int(match[1]), match[2].lower()) if match else None


def message_id(number: int | None, token: str, domain: str) -> str:
    """The Message-ID of a letter, without brackets: `1042.TOKEN@example.com`; number 0 where it has no ticket."""
    return f"{number or 0}.{token}@{domain}"


def carrier_id(token: str, domain: str) -> str:
    """The id that carries the token at the end of References, where no relay rewrites it (relays do rewrite
    Message-ID)."""
    return f"{token}.mailgate@{domain}"


# A token in running text, also broken over lines and quoted. Every part is bounded, so the search is linear.
_BREAK = r"(?:=?\r?\n[> \t]{0,8})?"
_TOKEN = rf"[a-z2-7](?:{_BREAK}[a-z2-7]){{23}}"
# Most words hold no such run of letters, and RE2 says so forty times as fast as `_CARRIERS` finds no carrier of one.
_ANY_TOKEN = re2.compile(rf"[A-Za-z2-7](?:{_BREAK}[A-Za-z2-7]){{{_LENGTH - 1}}}")
_PLUS, _AT = r"(?:\+|%2b)", r"(?:@|%40)"
_CARRIERS = re.compile(
    rf"{_PLUS}{_BREAK}(?:b-)?({_TOKEN}){_BREAK}{_AT}"
    rf"|[0-9]{{1,18}}\.{_BREAK}({_TOKEN}){_BREAK}{_AT}"
    rf"|(?<![a-z2-7])({_TOKEN}){_BREAK}\.mailgate{_AT}"
    rf"|(?:/|%2f)t(?:/|%2f){_BREAK}({_TOKEN})(?![a-z2-7])"
    rf"|(?:\[|%5b)[^\[\]\n]{{0,40}}?[0-9]{{1,18}}(?:\s|\+|%20){{1,10}}({_TOKEN})\s{{0,10}}(?:\]|%5d)",
    re.ASCII | re.IGNORECASE,
)
_IN_CARRIERS = ("@", "/", "[", "%")
"""Each of them has one of these."""
_NOT_A_TOKEN = re.compile(r"[^a-z2-7]", re.ASCII)
_ENDS = frozenset(" \t\r\n<>()[]{}\"',;|\u00a0")
_PIECE = 256 * 2**10
_LONGEST_TOKEN = _LENGTH * (1 + len("=\r\n") + 8)  # each letter and the longest `_BREAK` behind it
_REACH = 320  # longest address or link that is taken out whole


def in_text(text: str) -> list[str]:
    """Every token in running text in one of our carriers, in lower case, each once, in their order."""
    if not any(each in text for each in _IN_CARRIERS) or not _may_hold_one(text):
        return []
    return list(dict.fromkeys(_token_of(match) for match in _CARRIERS.finditer(text)))


def strip(text: str, is_ours: Callable[[str], bool] | None = None) -> str:
    """The text with every token in it replaced, together with the address, id, link or tag that carries it.

    `is_ours` is asked with the bare token in lower case, and only those it knows are replaced; without it everything
    that has the shape of a token in one of our carriers is.
    """
    if len(text) < _LENGTH or not any(each in text for each in _IN_CARRIERS) or not _may_hold_one(text):
        return text
    return "".join(_without(text, is_ours))


def _may_hold_one(text: str) -> bool:
    """Looked at in pieces: the whole of a large mail is not copied for it."""
    pieces = (text[at : at + _PIECE + _LONGEST_TOKEN] for at in range(0, len(text), _PIECE))
    return any(_ANY_TOKEN.search(piece.encode("utf-8", "surrogatepass")) for piece in pieces)


def _without(text: str, is_ours: Callable[[str], bool] | None) -> Iterator[str]:
    done = 0
    for match in _CARRIERS.finditer(text):
        token = _token_of(match)
        if match.start() < done or (is_ours and not is_ours(token)):
            continue
        begin, end = _whole(text, match.start(), match.end(), done)
        yield text[done:begin]
        yield REMOVED
        done = end
    yield text[done:]


def _token_of(match: re.Match[str]) -> str:
    return _NOT_A_TOKEN.sub("", next(group for group in match.groups() if group).lower())


def _whole(text: str, begin: int, end: int, floor: int) -> tuple[int, int]:
    """Widen a hit to the whole address or link it stands in; a subject tag ends at its brackets."""
    if text[begin] == "[":
        return begin, end
    first, last = max(floor, begin - _REACH), min(len(text), end + _REACH)
    while begin > first and text[begin - 1] not in _ENDS:
        begin -= 1
    while end < last and text[end] not in _ENDS:
        end += 1
    return begin, end
