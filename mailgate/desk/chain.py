"""What an event's hash is made of (DESIGN 7): pure, the same for writing and for proving.

Each event holds the hash of the one before it in its ticket, so none can be changed, taken out, put in or moved without
the next ones showing it. What is written stands under a salted digest, so that it can be erased and the chain still
holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from mailgate.store import json_text
from mailgate.store.json_text import Written

ERASED: dict[str, Any] = {}
"""What stands in the place of an erased detail."""
_PERSON = "person:"
# `repr`: whatever somebody has put into a row, it has a hash, and not the right one.
_WHATEVER = json.JSONEncoder(default=repr).encode


def start(ticket: int) -> str:
    """What the first event of a ticket takes for the hash before it."""
    return _sha256(f"ticket {ticket}")


def new_salt() -> str:
    return secrets.token_hex(16)


def written(detail: dict[str, Any]) -> Written:
    """A detail as it is stored: with its keys in order."""
    return json_text.written(dict(sorted(detail.items())))


@lru_cache(64)
def stamp(at: datetime) -> str:
    """A time as it is stored."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def digest(salt: str, text: str) -> str:
    """Of a detail, as it is written. Without the salt nobody can try what it may have been."""
    return _sha256(f"{salt} {text}")


def nameless(actor: str, salt: str) -> str:
    """The actor as the hash takes him: an address may have to be erased. Without a salt he is nameless already."""
    if not (salt and actor.startswith(_PERSON)):
        return actor
    return _PERSON + digest(salt, actor)[:40]


def link(
    previous: str, seq: int, at: str, actor: str, action: str, mail: int | None, raw: str | None, digest: str
) -> str:
    """The hash of an event. `actor` is `nameless`."""
    return _sha256(_WHATEVER([previous, seq, at, actor, action, mail, raw, digest]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
