"""Each decision about a mail with its reason: the document of CONTRACT 3, stored with the mail, shown by `explain`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import misuse
from mailgate.desk.views import when
from mailgate.incoming import Incoming, Outcome
from mailgate.outbox import gate
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)

Document = dict[str, Any]
MOST_WORDS = 256 * 2**10
"""Characters."""


def document(tx: Tx, mail: Incoming, outcome: Outcome) -> Document:
    """What was decided and why; without the letters, which are rows of their own."""
    return {
        "sort": str(mail.sort),
        "reason": mail.why,
        "state": outcome.state,
        "trust": {"level": str(mail.level), "evidence": [str(each) for each in mail.evidence]},
        "ticket": _ticket(mail, outcome),
        "rules": [
            {"name": each.name, "file": each.file, "line": each.line, "matched": each.matched, "why": each.why}
            for each in mail.asked
        ],
        "route": _route(mail),
        "commands": [
            {"command": each.command, "args": each.args, "ok": each.ok, "why": each.why or None}
            for each in outcome.commands
        ],
        "new_text": mail.written.text if mail.agent else mail.words.text,
        "forwarded": _forwarded(mail),
        "bounce": _bounce(mail),
        "auto": _auto(tx, mail, outcome),
        "attachments": [
            {"name": each.name, "type": each.media_type, "size": each.size, "sha256": each.sha256}
            for each in mail.message.attachments
        ],
        "defects": list(mail.message.defects),
        "effects": list(tx.effects),
    }


def to_be_kept(document: Document) -> Document:
    """As it is stored with the mail: of very long words only the beginning, for they stand on the ticket."""
    words = document["new_text"]
    return document if len(words) <= MOST_WORDS else {**document, "new_text": f"{words[:MOST_WORDS]}…"}


def undecided(state: str, why: str) -> Document:
    """For a mail that can not be judged now: every key, and why."""
    nothing: Document = dict.fromkeys(("sort", "ticket", "forwarded", "bounce", "new_text"))
    empty: Document = {key: [] for key in ("rules", "commands", "attachments", "defects", "effects", "letters")}
    return {
        **nothing,
        **empty,
        "reason": why,
        "state": state,
        "trust": {"level": None, "evidence": []},
        "route": {**dict.fromkeys(_ROUTE), "tags": [], "notify": [], "cc": [], "remarks": []},
        "auto": {"reply": None, "respond": None, "why": None},
    }


_ROUTE = (
    *("category", "group", "assignee", "coordinator", "priority", "kind", "channel", "language", "level", "visible"),
    *("wanted_by", "due", "reporter", "company", "department", "phone", "correlate", "close", "hold", "drop"),
    *("acknowledge", "rule", "why"),
)
"""What a route has where there is one (`_route`), but for its lists."""


def letters(tx: Tx) -> list[Document]:
    """The letters queued in this transaction."""
    if not tx.letters:
        return []
    mine = sa.select(LETTER).where(LETTER.c.id.in_(tx.letters)).order_by(LETTER.c.id)
    return [
        {
            "to": row.to,
            "template": row.template,
            "language": row.language,
            "subject": row.subject,
            "text": row.text,
        }
        for row in tx.all(mine)
    ]


def _ticket(mail: Incoming, outcome: Outcome) -> Document | None:
    if outcome.ticket is None:
        return None
    joined = mail.thread.ticket is not None
    return {"number": outcome.ticket, "matched_by": (mail.thread.matched_by or None) if joined else None}


def _route(mail: Incoming) -> Document:
    way = mail.route
    return {
        "category": way.category,
        "group": way.group,
        "assignee": way.assignee,
        "coordinator": way.coordinator,
        "priority": way.priority,
        "kind": way.kind,
        "channel": way.channel,
        "language": way.language,
        "tags": list(way.tags),
        "level": way.level,
        "visible": way.visible,
        "wanted_by": when(way.wanted_by),
        "due": when(way.due),
        "reporter": way.reporter.email if way.reporter else None,
        "company": way.company,
        "department": way.department,
        "phone": way.phone,
        "notify": list(way.also_notify),
        "cc": list(way.cc),
        "correlate": _correlate(mail),
        "close": way.close,
        "hold": way.hold,
        "drop": way.drop,
        "acknowledge": way.acknowledge,
        "rule": way.rule,
        "why": way.why,
        "remarks": list(way.remarks),
    }


def _correlate(mail: Incoming) -> Document | None:
    found = mail.route.correlate
    return {"key": found.key, "rule": found.rule, "resolves": found.resolves} if found else None


def _forwarded(mail: Incoming) -> Document | None:
    found = mail.read.forwarded
    if found is None:
        return None
    return {
        "from": found.sender,
        "name": found.name,
        "subject": found.subject,
        "date": found.date,
        "text": found.text,
    }


def _bounce(mail: Incoming) -> Document | None:
    found = mail.read.bounce
    if found is None:
        return None
    reason = str(found.reason)
    return {"recipient": found.recipient, "status": found.status, "class": found.severity, "reason": reason}


def _auto(tx: Tx, mail: Incoming, outcome: Outcome) -> Document:
    """`why` is also said where an acknowledgement was stopped by what the mail does not show: a budget, the breaker."""
    facts, stopped = mail.read.facts, _stopped(tx, mail, outcome)
    forged = stopped if mail.read.authentication.failed else None
    silent = facts.no_response or forged or (stopped if facts.away else None) or misuse.silence(mail.thread.token)
    why = facts.auto_reply or silent or facts.auto_generated or stopped
    return {"reply": facts.auto_reply is not None, "respond": silent is None, "why": why}


def _stopped(tx: Tx, mail: Incoming, outcome: Outcome) -> str | None:
    """Why the acknowledgement of the ticket that this mail has opened did not go."""
    if outcome.ticket is None or mail.thread.ticket is not None:
        return None
    return gate.last_reason(tx, outcome.ticket)
