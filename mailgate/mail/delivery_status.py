"""What a server's answer means: the enhanced status code (RFC 3463) it gives or its words stand for, the reason in our
own plain words, and whether the address is to blame for it.

A code that somebody wrote is kept; where it only tells the class, a more exact one beside it counts, and the words say
the reason. Codes are made from words only where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailgate.mail.bounce_words import Meaning, Server, folded, meanings, reasons
from mailgate.sentence import Sentence

_NOT_THE_ADDRESS = ("1.7", "1.8", "2.3")
_READ = 8_000
"""Characters: no server says more of one recipient."""

# Dots and digits around a code make it part of an IP address, a version or a date.
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d\.\d{1,3})(?!\d|\.\d)")
_REPLY = re.compile(
    r"(?<![\w.])(?:4[2-7]|5[0-7])\d(?=[ \-:;#]|$)(?! ?(?:[kmg]?b\b|bytes|hours|days|minutes|seconds))",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})(?:\.(\d{1,3}))?(?!\d|\.\d)")
_DETAIL = re.compile(r"(?<![\d.])([0-7])\.(\d{1,2})(?![\d.])")

_ADDRESS = re.compile(r"[^\s<>\"'():,;]{1,64}@[a-z0-9][a-z0-9.-]{0,250}", re.IGNORECASE)
_HOST = re.compile(r"[\w-][\w.-]{0,250} ?\[[0-9a-f.:]{3,45}\](?::\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What became of one recipient, and why."""

    status: str | None
    """None where neither a code nor a word said anything."""
    reason: Sentence
    address: bool
    """Whether the failure lies with the address, and not with the letter, our server or its reputation."""


def diagnosed(said: str | None, words: str, server: Server | None = None, *, permanent: bool = False) -> Diagnosis:
    """`said`: what stands in a Status field. `words`: the diagnostic, or all that the server wrote. `permanent`: it
    calls the failure so, which tells the class where no code does."""
    words = words[:_READ]
    meaning = _meaning(words, server)
    status = _status(said, words, meaning, permanent)
    if meaning is None or not _words_tell_more(status, meaning):
        return Diagnosis(status, reason_of(status), blames_address(status))
    blamed = blames_address(meaning.status) if meaning.address is None else meaning.address
    return Diagnosis(status, meaning.says or reason_of(meaning.status), blamed)


def reason_of(status: str | None) -> Sentence:
    """What a status means, in our own plain words; the subject of the code where the detail is unknown."""
    code, known = (status or "").partition(".")[2], reasons()
    return known.get(code) or known.get(f"{code.partition('.')[0]}.0") or known["0.0"]


def blames_address(status: str | None) -> bool:
    """Whether a permanent failure lies with the address, and not with the letter, our server or its reputation."""
    code = (status or "").partition(".")[2]
    return code not in _NOT_THE_ADDRESS and not code.startswith(("3.", "5.", "6.", "7."))


def status_in(text: str) -> str | None:
    """The status that a server's words give: an enhanced code that says something, else what the words mean, else the
    class of an SMTP reply."""
    return diagnosed(None, text).status


def has_code(text: str) -> bool:
    """An enhanced code, or a reply code of SMTP, stands in it."""
    return bool(_ENHANCED.search(text) or _REPLY.search(text))


def status_field(value: str, failed: bool | None = None) -> str | None:
    """What a Status field says: `5.1.1 (no such user)`, `5.1`, `550 5.1.1`; also without its class (`1.1`), where the
    Action tells that (`failed`)."""
    if found := _CODE.search(value):
        return f"{found[1]}.{int(found[2])}.{int(found[3] or 0)}"
    detail = _DETAIL.search(value)
    if detail and failed is not None:
        return f"{5 if failed else 4}.{detail[1]}.{detail[2]}"
    reply = _REPLY.search(value)
    return f"{reply[0][0]}.0.0" if reply else None


def _status(said: str | None, words: str, meaning: Meaning | None, permanent: bool) -> str | None:
    exact = _best(_ENHANCED.findall(words))
    if said:
        return f"{said[0]}{exact[1:]}" if exact and _exactness(exact) > _exactness(said) else said
    reply = _REPLY.search(words)
    if exact and not exact.endswith(".0.0"):
        return exact
    if meaning is None:
        return exact or (f"{reply[0][0]}.0.0" if reply else None)
    # The words say what, the code for how long (a full mailbox is answered with 452 or 552).
    kind = exact[0] if exact else reply[0][0] if reply else _class_of(meaning, words, permanent)
    return f"{kind}{meaning.status[1:]}"


def _class_of(meaning: Meaning, words: str, permanent: bool) -> str:
    """What a server tried again and again was refused for now each time."""
    if "retry timeout exceeded" in folded(words):
        return "4"
    return "5" if permanent else meaning.status[0]


def _best(codes: Iterable[str]) -> str | None:
    """The worst of those that say most."""
    return max(codes, key=lambda code: (code[0] != "2", _exactness(code), code[0]), default=None)


def _exactness(code: str) -> int:
    """0: the class alone. 1: the subject too, or that the time ran out, which is told only where nothing else is known
    (RFC 3463, 3.5)."""
    return 0 if code.endswith(".0.0") else 1 if code.endswith((".0", ".4.7")) else 2


def _meaning(words: str, server: Server | None) -> Meaning | None:
    if not words:
        return None
    text = f" {folded(_HOST.sub(' ', _ADDRESS.sub(' ', words)))} "
    known = (*server.meanings, *meanings()) if server else meanings()
    return next((meaning for meaning in known if meaning.stands_in(text)), None)


def _words_tell_more(status: str | None, meaning: Meaning) -> bool:
    if meaning.sure or status is None or _is_vague(status):
        return True
    return meaning.says is not None and status[1:4] == meaning.status[1:4]


def _is_vague(status: str) -> bool:
    """Only the class or the subject; `refused`; and what Microsoft uses for addresses of its own customers
    (5.4.1 and 5.1.10)."""
    return _exactness(status) < 2 or status[1:] in (".7.1", ".1.10") or status.startswith("5.4.")
