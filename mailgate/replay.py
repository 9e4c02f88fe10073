"""`mailgate replay`: mail of the journal judged by two configurations on the same desk, and what differs between them.

A mail that opened nothing or something new is judged on an empty desk, at the time it came: so neither what has been
learnt since nor a budget that is used up by now hides or makes a difference. A mail that belongs to something that
exists (a ticket it joined, a letter it answers or reports) is judged on the desk as it is now, at the time it came, by
both configurations: tickets have moved on since, but the same for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate import arrived, inbound
from mailgate.desk.views import when
from mailgate.explanation import Document
from mailgate.first_hop import Look
from mailgate.intake.peers import peer_of
from mailgate.mail.message import Envelope
from mailgate.rehearsal import arrival, judge, refusal
from mailgate.settings.model import Settings
from mailgate.store import arrivals
from mailgate.store.arrivals import Copies
from mailgate.store.db import Store, in_memory
from mailgate.store.tables import Arrival, MailState, table_of

ARRIVAL = table_of(Arrival)
STATE = table_of(MailState)

OF_WHAT_EXISTS = ("loop", "duplicate", "bounce", "auto_reply", "command", "agent_reply", "reply")
"""Sorts of mail that are what they are because of a letter, a ticket or a mail that is there."""
ROUTE = ("category", "group", "assignee", "coordinator", "priority", "kind", "channel", "language", "tags")


@dataclass(frozen=True, slots=True)
class Replay:
    """Two configurations, the desk that really is, and one that is empty."""

    desk: Store
    empty: Store
    now: Settings
    against: Settings
    look: Look | None = None

    def difference(self, number: int) -> Document | None:
        """The two ways this mail is judged, where they differ."""
        row = arrival(self.desk, number)
        with self.desk.reading(self.now, row.received_at) as tx:
            state = tx.first(sa.select(STATE).where(STATE.c.mail == number))
        raw, exists = arrivals.raw(self.desk, row), _belongs_to_what_exists(state)
        both = [self._judged(settings, row, raw, exists) for settings in (self.now, self.against)]
        changed = [name for name in both[0] if both[0][name] != both[1][name] and name not in ("rule", "why")]
        if not changed:
            return None
        return {**_named(row, state), "changed": changed, "now": both[0], "against": both[1]}

    def _judged(self, settings: Settings, row: Any, raw: bytes, exists: bool) -> Document:
        came = _as_it_would_come(settings, row)
        if reply := refusal(settings, came, raw):
            return _outcome(None, reply)
        same = arrivals.copies(self.desk, settings, row) if exists else Copies()
        read = inbound.prepare(settings, raw, came, mail=row.id, twin=same.twin, sibling=same.sibling, look=self.look)
        return _outcome(judge(self.desk if exists else self.empty, settings, read, row.received_at), None)


@contextmanager
def replaying(desk: Store, now: Settings, against: Settings, look: Look | None = None) -> Iterator[Replay]:
    """Ready to judge any number of mails."""
    empty = in_memory()
    try:
        yield Replay(desk, empty, now, against, look)
    finally:
        empty.close()


def numbers(store: Store, since: datetime | None) -> list[int]:
    """Every mail of the journal since then, in the order they came."""
    found = sa.select(ARRIVAL.c.id).order_by(ARRIVAL.c.id)
    if since is not None:
        found = found.where(ARRIVAL.c.received_at >= since)
    return [row.id for row in arrivals.select(store, found)]


def _belongs_to_what_exists(state: Any) -> bool:
    """Also what waits still, and what no rule was asked about: it follows a ticket that was closed long ago."""
    decision = state.decision if state else None
    return not decision or decision["sort"] in OF_WHAT_EXISTS or not decision["rules"]


def _as_it_would_come(settings: Settings, row: Any) -> Envelope:
    """The envelope, with the trust that these settings have in who brought it."""
    came = arrived.envelope_of(settings, row)
    if row.source not in ("smtp", "submission", "lmtp", "deliver"):
        return came
    peer = peer_of(settings, "lmtp" if row.source == "deliver" else row.source, row.peer)
    by_login = row.submitted_by if row.submitted_by != row.peer else None
    known_as = arrived.authserv_id(settings, row.source) if peer.trusted else None
    return replace(came, trusted=peer.trusted, authserv_id=known_as, submitted_by=by_login or peer.submitted_by)


def _outcome(document: Document | None, refused: str | None) -> Document:
    """What people would notice of it; `rule` and `why` only explain."""
    judged = document or {}
    way = judged.get("route") or {}
    return {
        "refused": refused,
        "sort": judged.get("sort"),
        "state": judged.get("state"),
        "drop": way.get("drop"),
        "hold": way.get("hold"),
        "trust": (judged.get("trust") or {}).get("level"),
        **{name: way.get(name) for name in ROUTE},
        "letters": sorted(f"{each['template']} to {each['to']}" for each in judged.get("letters", [])),
        "rule": way.get("rule"),
        "why": refused or (judged.get("reason") if not way.get("rule") else way.get("why")),
    }


def _named(row: Any, state: Any) -> Document:
    return {
        "mail": f"M-{row.id}",
        "received_at": when(row.received_at),
        "envelope_from": row.envelope_from,
        "recipients": list(row.recipients),
        "from": state.sender if state else None,
        "subject": state.subject if state else None,
        "ticket": state.ticket if state else None,
    }
