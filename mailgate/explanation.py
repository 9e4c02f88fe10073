"""Each decision about a mail with its reason: the document of CONTRACT 3, stored with the mail, shown by `explain`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.incoming import Incoming, Outcome
from mailgate.mail.forwarded import forwarded
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)

Document = dict[str, Any]


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
        "auto": _auto(mail),
        "attachments": [
            {"name": each.name, "type": each.media_type, "size": each.size, "sha256": each.sha256}
            for each in mail.message.attachments
        ],
        "defects": list(mail.message.defects),
        "effects": list(tx.effects),
    }


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
    return {"number": outcome.ticket, "matched_by": mail.thread.matched_by or None}


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
        "acknowledge": way.acknowledge,
        "rule": way.rule,
        "why": way.why,
        "remarks": list(way.remarks),
    }


def _forwarded(mail: Incoming) -> Document | None:
    found = forwarded(mail.message)
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


def _auto(mail: Incoming) -> Document:
    facts = mail.read.facts
    why = facts.auto_reply or facts.no_response or facts.auto_generated
    return {"reply": facts.auto_reply is not None, "respond": facts.no_response is None, "why": why}
