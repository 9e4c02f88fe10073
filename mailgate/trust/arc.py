"""Mail that a list or a forwarder changed: what it says, under its seal, about the mail as it came to it (RFC 8617).

Believed are only sealers that the configuration names: a seal proves who says it, not that it is true. The chain is
verified by dkimpy, the newest set first, so that what nobody sealed costs two questions and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailgate.trust import canonical, results
from mailgate.trust.lookups import Lookups, NoAnswer
from mailgate.trust.results import Finding
from mailgate.trust.signatures import FEWEST_BITS, LEAKS, Key, Said

MOST: Final = 50
"""RFC 8617, 4.2.1."""
_SEAL: Final = b"arc-seal"
_SIGNATURE: Final = b"arc-message-signature"
_RESULTS: Final = b"arc-authentication-results"
_SET: Final = (_SEAL, _SIGNATURE, _RESULTS)
_INSTANCE: Final = re.compile(rb"\s*i\s*=\s*([1-9][0-9]?)\s*;")
"""It stands first in Authentication-Results under a seal; the other two are lists of tags."""


class _Broken(Exception):
    """the chain proves nothing"""


@dataclass(slots=True)
class _Set:
    """The three fields of one sealer."""

    values: dict[bytes, bytes] = field(default_factory=dict)
    tags: dict[bytes, dict[bytes, bytes]] = field(default_factory=dict)

    @property
    def sealer(self) -> str:
        return self.tags[_SEAL].get(b"d", b"").decode("ascii", "replace").strip().lower()

    @property
    def said(self) -> str:
        """What its sealer found, as Authentication-Results say it."""
        return _INSTANCE.sub(b"", self.values[_RESULTS], count=1).decode("utf-8", "replace")


def sealed(raw: bytes, author: str, sealers: tuple[str, ...], lookups: Lookups) -> Finding | None:
    """What the newest seal is worth for mail From this domain; None where there is none, or nobody's seal counts.
    Never raises."""
    if not sealers or b"arc-seal" not in raw.lower():
        return None
    named = frozenset(each.lower().rstrip(".") for each in sealers)
    verifier = canonical.verifier(dkim.ARC, raw, Said(), FEWEST_BITS)
    if verifier is None:
        return Finding("arc", "fail", "", why="the header of the mail can be read in more than one way")
    try:
        sets = _sets(verifier.headers)
    except (dkim.DKIMException, _Broken) as wrong:
        return Finding("arc", "fail", "", why=_words(wrong))
    if not sets:
        return None
    sealer = sets[-1].sealer
    if sealer not in named:
        return Finding("arc", "policy", sealer, why="its sealer is not named in intake.smtp.arc_sealers")
    value, why = _verified(verifier, sets, Key(lookups))
    if value != "pass":
        return Finding("arc", value, sealer, why=why)
    return _believed(sets, named, author)


def _believed(sets: list[_Set], named: frozenset[str], author: str) -> Finding:
    """The newest word of a named sealer that vouches for From; behind one who is not named nobody counts."""
    newest = sets[-1].sealer
    for each in reversed(sets):
        if each.sealer not in named:
            break
        found = results.sealed(each.said, author)
        failed = any(one.method == "dmarc" and one.value == "fail" for one in found)
        telling = next((one for one in found if one.aligned and not failed), None)
        if telling:
            seen = str(telling.said)
            why = f"which saw {seen}" if each.sealer == newest else f"and {each.sealer} saw {seen}"
            return Finding("arc", "pass", newest, aligned=True, why=why)
    return Finding("arc", "pass", newest, why="but its sealer saw nothing that vouches for the sender")


def _sets(headers: Iterable[tuple[bytes, bytes]]) -> list[_Set]:
    """The sets from the oldest to the newest, each whole and each once."""
    sets: dict[int, _Set] = {}
    for name, value in headers:
        lowered = name.lower()
        if lowered not in _SET:
            continue
        tags = {} if lowered == _RESULTS else _tags(value)
        one = sets.setdefault(_instance(lowered, value, tags), _Set())
        if lowered in one.values:
            raise _Broken("a set of the chain stands there twice")
        one.values[lowered], one.tags[lowered] = value, tags
    if sorted(sets) != list(range(1, len(sets) + 1)) or any(len(each.values) != len(_SET) for each in sets.values()):
        raise _Broken("a part of the chain is missing")
    return [sets[number] for number in sorted(sets)]


def _instance(name: bytes, value: bytes, tags: dict[bytes, bytes]) -> int:
    if name == _RESULTS:
        found = _INSTANCE.match(value)
        written = found[1] if found else b""
    else:
        written = tags.get(b"i", b"").strip()
    if not written.isdigit() or len(written) > 2 or not 1 <= int(written) <= MOST:
        raise _Broken("a set of the chain has no number")
    return int(written)


def _tags(value: bytes) -> dict[bytes, bytes]:
    try:
        return dict(parse_tag_value(value))
    except InvalidTagValueList as wrong:
        raise _Broken("a set of the chain can not be read") from wrong


def _verified(verifier: dkim.ARC, sets: list[_Set], key: Key) -> tuple[str, str]:
    """A word of RFC 8601 for the whole chain, and what is wrong with it."""
    try:
        _prove_coverage(sets[-1])
        count, fields = verifier.sorted_arc_headers()
        if count != len(sets):
            raise _Broken("its numbers can be read in two ways")
        for number in range(count, 0, -1):
            found = verifier.verify_instance(fields, number, dnsfunc=key.of)
            if found["as-domain"] != sets[number - 1].tags[_SEAL].get(b"d"):
                raise _Broken("its numbers can be read in two ways")
            _prove(found, newest=number == count)
            if number == count and b"y" in {each.strip() for each in key.tags.get(b"t", b"").split(b":")}:
                return "policy", "its key is only tested with (t=y)"
    except NoAnswer:
        return "temperror", "DNS did not answer"
    except (_Broken, dkim.DKIMException) as wrong:
        return "fail", _words(wrong)
    except LEAKS as wrong:
        return "fail", type(wrong).__name__
    return "pass", ""


def _prove_coverage(newest: _Set) -> None:
    """Its signature is its sealer's own, over From and the whole body."""
    signature = newest.tags[_SIGNATURE]
    covered = {name.strip().lower() for name in signature.get(b"h", b"").split(b":")}
    if b"from" not in covered or b"l" in signature:
        raise _Broken("its signature does not cover the whole mail")
    if signature.get(b"d", b"").strip().lower() != newest.tags[_SEAL].get(b"d", b"").strip().lower():
        raise _Broken("somebody else signed the mail")


def _prove(found: dict[str, Any], *, newest: bool) -> None:
    """RFC 8617, 5.2: the newest signature is right, each seal is, and each sealer found the chain so far whole."""
    if newest and not found["ams-valid"]:
        raise _Broken("the mail was changed after it was sealed")
    if not found["as-valid"]:
        raise _Broken(f"seal {found['instance']} is broken")
    if found["cv"] != (b"none" if found["instance"] == 1 else b"pass"):
        raise _Broken(f"seal {found['instance']} says that the chain was broken before")


def _words(wrong: Exception) -> str:
    return str(wrong)[:120]
