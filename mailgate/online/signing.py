"""The keys of `delivery.dkim` beside what DNS publishes of them (RFC 6376, 3.6.1)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from mailgate.online.said import Said, good, problem, publish, warning
from mailgate.outbox.dkim import Signer
from mailgate.settings.tree import Path
from mailgate.trust.lookups import Lookups

_USUAL_BITS: Final = 2048


def key_of(path: Path, signer: Signer, lookups: Lookups) -> Iterator[Said]:
    """Does the record that receivers find fit the key that we sign with?"""
    name = f"{signer.selector}._domainkey.{signer.domain}"
    wanted = f"publish {publish(name, signer.record)}"
    found = [each.decode("utf-8", "replace") for each in lookups.txt(name)]
    keys = [tags for each in found if "p" in (tags := tags_of(each))]
    if not keys:
        what = "what is published there is no key" if found else "its key is not published"
        yield problem(path, f"our signature by {name} is worth nothing, because {what}: {wanted}")
    elif len(keys) > 1:
        words = f"{name} publishes {len(keys)} keys, and receivers may take the wrong one: only {wanted}"
        yield problem(path, words)
    else:
        yield from _compared(path, name, keys[0], tags_of(signer.record), wanted)


def is_published(signer: Signer, lookups: Lookups) -> bool:
    """Whether receivers find the key."""
    return all(each.weight != "problem" for each in key_of((), signer, lookups))


def tags_of(record: str) -> dict[str, str]:
    """RFC 6376, 3.2; blanks inside a value do not matter."""
    pairs = (each.partition("=") for each in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, equals, value in pairs if equals}


def _compared(path: Path, name: str, theirs: dict[str, str], ours: dict[str, str], wanted: str) -> Iterator[Said]:
    wrong = _wrong(theirs, ours)
    if wrong:
        yield problem(path, f"our signature by {name} is worth nothing, because {wrong}: {wanted}")
        return
    if "y" in theirs.get("t", "").split(":"):
        words = f"{name} says that it is only tested with (t=y), so many receivers believe no signature by it: {wanted}"
        yield warning(path, words)
    bits = _bits(ours) if ours["k"] == "rsa" else _USUAL_BITS
    if bits < _USUAL_BITS:
        words = (
            f"the key {name} has {bits} bits, which some receivers do not believe any more: make one of {_USUAL_BITS}"
        )
        yield warning(path, words)
    yield good(path, f"{name} publishes the key that we sign with ({ours['k']})")


def _wrong(theirs: dict[str, str], ours: dict[str, str]) -> str | None:
    written = "".join((*theirs, *theirs.values()))
    flaws = (
        (
            "\\" in written or '"' in written,
            'it has \\ or " in it, which stand there as text: they belong to zone files',
        ),
        (not theirs["p"], "the key published there is withdrawn (p= is empty)"),
        (theirs.get("k", "rsa") != ours["k"], f"a key of another kind is published (k={theirs.get('k', 'rsa')})"),
        (not _same_key(theirs["p"], ours["p"]), "another key is published than the one in key_file"),
        ("h" in theirs and "sha256" not in theirs["h"].split(":"), f"it allows only {theirs.get('h')} (h=)"),
        (
            theirs.get("s", "*") not in ("*", "email") and "email" not in theirs["s"].split(":"),
            "it is not for mail (s=)",
        ),
        (theirs.get("v", "DKIM1") != "DKIM1", f"its version is {theirs.get('v')}"),
    )
    return next((why for holds, why in flaws if holds), None)


def _same_key(one: str, other: str) -> bool:
    try:
        return base64.b64decode(one, validate=True) == base64.b64decode(other)
    except (binascii.Error, ValueError):
        return False


def _bits(ours: dict[str, str]) -> int:
    # Imported only here: an extra that is not installed must not keep other commands from starting.
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(base64.b64decode(ours["p"]))
    assert isinstance(key, RSAPublicKey), "its record says so"
    return key.key_size
