"""The bytes of the mails behind the events: are they still the ones that arrived? In the row, in their
file, or in the table of large ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from mailgate.desk.tampering import Finding, Kind, of
from mailgate.store import evidence
from mailgate.store.db import Store, Tx
from mailgate.store.journal import raw_of


def examine(tx: Tx, store: Store, since: int | None) -> Iterator[Finding | None]:
    """Each mail that has events (with `since`: after that seal): a finding, or None where it is as it was."""
    for rows in evidence.mails(tx, since):
        with store.looking_back() as journal:
            kept = evidence.arrivals(journal, [row.mail for row in rows])
        for row in rows:
            yield _look(tx, store, row, kept.get(row.mail))


def _look(tx: Tx, store: Store, named: sa.Row[Any], kept: sa.Row[Any] | None) -> Finding | None:
    if kept is None:
        return None if named.erased else _finding(tx, Kind.mail_missing, named.mail, "is missing")
    if named.raw is None:
        return None  # written by hand of an admin, before its bytes were looked at
    try:
        digest = _digest(store, kept)
    except (OSError, ValueError):  # no file, or a name that can be none
        digest = None
    if digest is None:
        return None if named.erased else _finding(tx, Kind.mail_missing, named.mail, "has lost its bytes")
    if digest != named.raw or kept.sha256 != named.raw:
        return _finding(tx, Kind.mail_changed, named.mail, "was changed: it is not what arrived")
    return None


def _digest(store: Store, kept: sa.Row[Any]) -> str | None:
    """Of the bytes there are. Raises OSError."""
    if kept.raw is not None:
        raw = kept.raw if isinstance(kept.raw, bytes) else str(kept.raw).encode("utf-8", "surrogateescape")
        return hashlib.sha256(raw).hexdigest() if raw else None
    if store.is_shared:
        return hashlib.sha256(raw_of(store, kept)).hexdigest()
    with (store.blobs / kept.sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _finding(tx: Tx, kind: Kind, mail: int, what: str) -> Finding:
    ticket, seq = evidence.place(tx, mail)
    return Finding(kind, f"Mail M-{mail} (event {seq} {of(ticket)}) {what}.", ticket, seq, mail)
