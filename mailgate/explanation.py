"""Each decision about a mail with its reason: the document of CONTRACT 3, stored with the mail, shown by `explain`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import delivery, misuse
from mailgate.desk.conversation import said_in
from mailgate.desk.views import when
from mailgate.incoming import Incoming, Outcome
from mailgate.mail.folds import NewWords
from mailgate.mail.forwarded import Forwarded
from mailgate.mail.message import Address
from mailgate.outbox import gate
from mailgate.outbox.moulds import text_of
from mailgate.rules.sort import Sort
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)

Document = dict[str, Any]
MOST_WORDS = 256 * 2**10
"""Characters."""
_MOST_FOLDS = 50


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
        "folded": _folded(mail.words),
        "forwarded": _forwarded(mail.read.forwarded),
        "bounce": _bounce(tx, mail),
        "auto": _auto(tx, mail, outcome),
        "attachments": [
            {
                "name": each.name,
                "type": each.media_type,
                "size": each.size,
                "sha256": each.sha256,
                "cid": each.content_id,
                "decoration": str(each.decoration) if each.decoration else None,
            }
            for each in mail.message.attachments
        ],
        "defects": list(mail.message.defects),
        "effects": list(tx.effects),
    }


def to_be_kept(tx: Tx, document: Document) -> Document:
    """As it is stored with the mail: words that a message holds are only named (`mails.decision`), and of other very
    long ones only the beginning is kept."""
    words = document["new_text"]
    message = tx.once(said_in, tx.mail).get(words) if tx.mail is not None else None
    short = {"new_text": _cut(words)} if message is None else {"new_text": None, "said_in": message}
    return {**document, **short, "forwarded": _shortened(document["forwarded"])}


def _shortened(found: Document | None) -> Document | None:
    if found is None:
        return None
    short = {key: _cut(found[key]) for key in ("text", "words")}
    return {**found, **short, "inner": _shortened(found["inner"])}


def _cut(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"


def undecided(state: str, why: str) -> Document:
    """For a mail that can not be judged now: every key, and why."""
    nothing: Document = dict.fromkeys(("sort", "ticket", "forwarded", "bounce", "new_text", "folded"))
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
            "text": text_of(tx, row),
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


def _folded(words: NewWords) -> Document:
    """Which lines of the mail, counted from 1, are not new: how each was recognised, and how certain that is."""
    parts = [
        {"kind": each.kind, "lines": [each.start + 1, each.end], "method": each.method, "confidence": each.confidence}
        for each in words.folds[:_MOST_FOLDS]
    ]
    return {"why": str(words.why), "parts": parts}


def _forwarded(found: Forwarded | None) -> Document | None:
    if found is None:
        return None
    return {
        "from": found.sender,
        "name": found.name,
        "subject": found.subject,
        "date": found.date,
        "text": found.text,
        "to": [_person(each) for each in found.to],
        "cc": [_person(each) for each in found.cc],
        "words": found.words,
        "inner": _forwarded(found.inner),
    }


def _person(address: Address) -> Document:
    return {"name": address.name, "email": address.email}


def _bounce(tx: Tx, mail: Incoming) -> Document | None:
    """Of a report that names several recipients, what it says of ours; of one about no letter of ours, the worst."""
    found = mail.read.bounce
    if found and mail.sort is Sort.bounce:
        letter = delivery.reported_letter(tx, mail.thread, found, mail.message)
        found = delivery.of_recipient(letter, found)
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
