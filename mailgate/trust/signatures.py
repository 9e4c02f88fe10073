"""The DKIM signatures of a mail (RFC 6376, RFC 8463), each verified by dkimpy on the bytes as they were received.

dkimpy looks at one signature, and believes what gives no rights here: a signature over a part of the body (`l=`), one
by SHA-1 (RFC 8301), one by a key that is only tested with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailgate.trust import canonical
from mailgate.trust.lookups import Lookups, NoAnswer

MOST: Final = 5
"""Signatures that are looked at, from the topmost on; more are on no honest mail."""
FEWEST_BITS: Final = 1024
LEAKS: Final = (
    *(ValueError, TypeError, IndexError, KeyError, AttributeError, ArithmeticError, RecursionError, AssertionError),
)
"""What dkimpy lets out on odd keys and headers, besides its own errors."""
_BELIEVED: Final = (b"rsa-sha256", b"ed25519-sha256")
_LARGEST_HEADER: Final = 256 * 2**10
_LONGEST_REASON: Final = 120
_HOST: Final = re.compile(r"[a-z0-9._-]{1,253}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """What became of one signature."""

    domain: str
    """Who signed (`d=`), in lower case; empty where it can not be read."""
    result: str
    """A word of RFC 8601, 2.7.1: `pass`, `fail`, `policy` (correct, but not believed), `temperror`, `permerror`."""
    why: str = ""
    """What is wrong, in a few words."""


def signatures(raw: bytes, lookups: Lookups) -> tuple[Signature, ...]:
    """Each signature, from the topmost on. Never raises; what can not be read is a `permerror`."""
    if b"dkim-signature" not in raw[:_LARGEST_HEADER].lower():
        return ()
    said = Said()
    verifier = canonical.verifier(dkim.DKIM, raw, said, FEWEST_BITS)
    if verifier is None:
        return (Signature("", "permerror", "the header of the mail can be read in more than one way"),)
    values = [value for name, value in verifier.headers if name.lower() == b"dkim-signature"]
    return tuple(_judged(verifier, said, at, value, lookups) for at, value in enumerate(values[:MOST]))


def _judged(verifier: dkim.DKIM, said: Said, at: int, value: bytes, lookups: Lookups) -> Signature:
    try:
        tags = parse_tag_value(value)
    except InvalidTagValueList:
        return Signature("", "permerror", "it can not be read")
    domain = tags.get(b"d", b"").decode("ascii", "replace").lower()
    if not _HOST.fullmatch(domain):
        return Signature("", "permerror", "it names no domain")
    key, said.errors = Key(lookups), []
    found = Signature(domain, *_result(verifier, said, at, key))
    reason = _not_believed(tags, key) if found.result == "pass" else None
    return Signature(domain, "policy", reason) if reason else found


def _result(verifier: dkim.DKIM, said: Said, at: int, key: Key) -> tuple[str, str]:
    try:
        if verifier.verify(at, dnsfunc=key.of):
            return "pass", ""
        return ("permerror", _in_our_words(said.errors[0])) if said.errors else ("fail", "the mail was changed")
    except NoAnswer:
        return "temperror", "DNS did not answer"
    except dkim.ValidationError as wrong:
        return "fail", _in_our_words(str(wrong))[:_LONGEST_REASON]
    except dkim.DKIMException as wrong:
        return "permerror", str(wrong)[:_LONGEST_REASON]
    except LEAKS as wrong:
        return "permerror", type(wrong).__name__


_OUR_WORDS: Final = (
    ("body hash mismatch", "the body was changed"),
    ("missing public key", "it has no key in DNS"),
    ("could not parse", "its key can not be read"),
    ("incomplete", "its key can not be read"),
    ("unknown algorithm", "its key is of an unknown kind"),
    ("unknown service type", "its key is not for mail"),
    ("too small", "its key is too short to be believed"),
    ("digest too large", "its key is too short to be believed"),
)


def _in_our_words(error: str) -> str:
    """What dkimpy says, for people."""
    return next((words for known, words in _OUR_WORDS if known in error), error)


@dataclass(slots=True)
class Said:
    """The log of dkimpy: the only place where it tells what is wrong with a key."""

    errors: list[str] = field(default_factory=list)

    def error(self, error: object) -> None:
        self.errors.append(str(error)[:_LONGEST_REASON])

    def debug(self, *_: object) -> None:
        """What it hashes, and how: for its authors."""

    info = debug


@dataclass(slots=True)
class Key:
    """The record of the key, as dkimpy asks for it; kept, because dkimpy tells nobody what stands in it."""

    lookups: Lookups
    tags: Mapping[bytes, bytes] = field(default_factory=dict)

    def of(self, name: bytes, timeout: float = 5) -> bytes | None:
        found = next(self._records(name.decode("ascii", "replace").rstrip(".")), None)
        try:
            self.tags = {} if found is None else parse_tag_value(found)
        except InvalidTagValueList as wrong:
            raise dkim.KeyFormatError("could not parse its record") from wrong
        return found

    def _records(self, name: str) -> Iterator[bytes]:
        """RFC 6376, 3.6.2.2: of several records, which one is undefined; what is no key is left out."""
        return (each for each in self.lookups.txt(name) if b"p=" in each) if _HOST.fullmatch(name) else iter(())


def _not_believed(tags: Mapping[bytes, bytes], key: Key) -> str | None:
    """Why a correct signature gives no rights."""
    signed = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    flags = {each.strip() for each in key.tags.get(b"t", b"").split(b":")}
    identity = tags.get(b"i", b"").rpartition(b"@")[2].strip().lower()
    reasons = (
        (b"l" in tags, "it covers only a part of the body (l=)"),
        (b"from" not in signed, "it does not cover From"),
        (tags.get(b"a", b"").strip() not in _BELIEVED, "its algorithm is broken (RFC 8301)"),
        (b"y" in flags, "its key is only tested with (t=y)"),
        (b"s" in flags and identity not in (b"", tags[b"d"].strip().lower()), "its key signs for no subdomains (t=s)"),
    )
    return next((why for holds, why in reasons if holds), None)
