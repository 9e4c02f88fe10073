"""One time line of everything that is known about an address, a mail, a letter or a ticket, oldest first.

Refused or arrived, taken for what and why, what was done about it and who was told, and what the relay or a bounce said
about each letter. Built from the rows that are there anyway: nothing is written down for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, turned_away
from mailgate.desk.journal import Missing, addresses
from mailgate.desk.views import Json, when
from mailgate.store import arrivals, older
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Arrival, Event, Letter, MailState, Retransmission, table_of

ARRIVAL, AGAIN = table_of(Arrival), table_of(Retransmission)
STATE, LETTER, EVENT = table_of(MailState), table_of(Letter), table_of(Event)
_ARRIVALS = sa.select(*(column for column in ARRIVAL.c if column.name != "raw"))

DELIVERY = (
    *("sent", "failed", "bounced", "refused_for_now", "delayed", "arrived", "complained"),
    *("files_left_out", "letter_retry", "letter_cancel"),
)
"""What happens to a letter; the event names it."""
BY_HAND = ("mail_retry", "mail_release", "mail_drop", "mail_spam")
"""What an admin, or an agent who was shown it, does with a mail; the event names it."""
MOST = 1000
"""Mails and letters of an address, the newest: a time line of more is none."""


@dataclass(frozen=True, slots=True)
class About:
    """What a time line is about."""

    mails: frozenset[int] = frozenset()
    letters: frozenset[int] = frozenset()
    ticket: int | None = None
    refusals: tuple[Json, ...] = ()


def of_ticket(tx: Tx, number: int) -> About:
    """All that belongs to a ticket."""
    mails = _ids(tx, sa.select(STATE.c.mail).where(STATE.c.ticket == number))
    letters = _ids(tx, sa.select(LETTER.c.id).where(LETTER.c.ticket == number))
    return About(mails, letters | _caused(tx, mails), number)


def of_address(store: Store, tx: Tx, address: str) -> About:
    """Mail from somebody or to an address of ours, what came of it, and letters to him."""
    address = address.lower()
    to = sa.cast(ARRIVAL.c.recipients, sa.String).icontains(address, autoescape=True)
    rows = _ARRIVALS.where(sa.or_(sa.func.lower(ARRIVAL.c.envelope_from) == address, to))
    came = arrivals.select(store, rows.order_by(ARRIVAL.c.id.desc()).limit(MOST))
    named = sa.select(STATE.c.mail, STATE.c.sender).where(STATE.c.sender.icontains(address, autoescape=True))
    wrote = tx.all(named.order_by(STATE.c.mail.desc()).limit(MOST))
    mails = {row.id for row in came if address in addresses(row)}
    mails |= {row.mail for row in wrote if row.sender.lower().rpartition("<")[2].rstrip(">") == address}
    told = sa.select(LETTER.c.id).where(sa.func.lower(LETTER.c.to) == address).order_by(LETTER.c.id.desc())
    letters = _ids(tx, told.limit(MOST)) | _caused(tx, mails)
    return About(frozenset(mails), letters, refusals=tuple(turned_away.of_address(store, address)))


def of_message_id(store: Store, tx: Tx, message_id: str) -> About:
    """A mail that came, or a letter of ours, by its Message-ID without brackets."""
    came = arrivals.select(store, sa.select(ARRIVAL.c.id).where(ARRIVAL.c.message_id == message_id))
    mails = frozenset(row.id for row in came)
    letters = _ids(tx, sa.select(LETTER.c.id).where(LETTER.c.message_id == message_id)) | _caused(tx, mails)
    return About(mails, letters, refusals=tuple(turned_away.of_message_id(store, message_id)))


def of_mail(tx: Tx, number: int) -> About:
    """One arrival."""
    return About(frozenset({number}), _caused(tx, {number}))


def line(store: Store, tx: Tx, about: About) -> list[Json]:
    """Its events, oldest first: `at`, `what`, `text`, `mail`, `letter`, `ticket`, `detail`."""
    found = [*(_refused(each) for each in about.refusals), *_came(store, tx, about.mails)]
    letters = tx.all(sa.select(LETTER).where(LETTER.c.id.in_(about.letters)).order_by(LETTER.c.id))
    happened = _events(tx, about, {row.ticket or change.WITHOUT_TICKET for row in letters})
    delivered = {row.detail.get("letter") for row in happened if row.action in DELIVERY}
    found += (_happened(row) for row in happened)
    for row in letters:
        found += _letter(row, is_told=row.id in delivered)
    return sorted(found, key=lambda each: (each["at"] or "", _ORDER.get(each["what"], 6)))


_ORDER = {"refused": 0, "arrived": 1, "again": 2, "judged": 3, "desk": 4, "letter": 5, "waiting": 9}
"""What comes first of what happened in the same transaction."""


def _came(store: Store, tx: Tx, mails: Iterable[int]) -> Iterator[Json]:
    states = {row.mail: row for row in tx.all(sa.select(STATE).where(STATE.c.mail.in_(list(mails))))}
    rows = {row.id: row for row in arrivals.select(store, _ARRIVALS.where(ARRIVAL.c.id.in_(list(mails))))}
    for number, row in rows.items():
        yield _arrived(row)
        yield _judged(row, states.get(number))
    for number in states.keys() - rows.keys():
        at = states[number].finished_at
        yield _entry(at, "arrived", f"M-{number} arrived once: {older.MISSING}", mail=number)
        yield _judged(Missing(number), states[number])
    for row in arrivals.select(store, sa.select(AGAIN).where(AGAIN.c.arrival.in_(list(mails)))):
        text = f"M-{row.arrival} came again, the very same: counted, not handled again"
        yield _entry(row.at, "again", text, mail=row.arrival)


def _arrived(row: Any) -> Json:
    peer = f" from {row.peer}" if row.peer else ""
    to = ", ".join(row.recipients)
    text = f"M-{row.id} arrived by {row.source}{peer}: {row.envelope_from or '<>'} -> {to}, {row.size} bytes"
    names = ("source", "peer", "helo", "envelope_from", "recipients", "size", "message_id", "trusted")
    return _entry(row.received_at, "arrived", text, mail=row.id, detail={name: getattr(row, name) for name in names})


def _judged(row: Any, state: Any) -> Json:
    if state is None or state.state == "pending":
        why = f": {state.error}" if state and state.error else ""
        tried = state.attempts if state else 0
        return _entry(
            row.received_at, "waiting", f"M-{row.id} is not handled yet, tried {tried} times{why}", mail=row.id
        )
    decision = state.decision or {}
    rules = [f"{rule['name']} ({rule['file']}:{rule['line']})" for rule in decision.get("rules", []) if rule["matched"]]
    level = (decision.get("trust") or {}).get("level")
    said = [f"M-{row.id} {state.state}, taken for {state.sort or 'nothing'}: {state.reason}"]
    said += [f"rule {', '.join(rules)}"] if rules else []
    said += [f"trust {level}"] if level else []
    said += [f"ticket #{state.ticket}"] if state.ticket else []
    detail = {"sort": state.sort, "reason": state.reason, "state": state.state, "rules": rules, "trust": level}
    at = state.finished_at or row.received_at
    return _entry(at, "judged", "; ".join(said), mail=row.id, ticket=state.ticket, detail=detail)


def _refused(one: Json) -> Json:
    times = f" ({one['seen']} times)" if one["seen"] > 1 else ""
    who = one["envelope_from"] if one["envelope_from"] else "<>" if one["envelope_from"] == "" else "nobody yet"
    text = (
        f"refused {one['peer'] or 'a client'}: {who} -> {', '.join(one['recipients']) or 'nobody yet'}: {one['reply']}"
    )
    names = ("source", "peer", "helo", "envelope_from", "recipients", "reply", "seen", "message_id")
    return {
        **_entry(None, "refused", text + times, detail={name: one[name] for name in names}),
        "at": one["received_at"],
    }


def _letter(row: Any, *, is_told: bool) -> Iterator[Json]:
    """That it was written, and where no event says what became of it, that too."""
    ids = {"mail": row.mail, "letter": row.id, "ticket": row.ticket}
    detail = {"template": row.template, "to": row.to, "language": row.language, "subject": row.subject}
    yield _entry(
        row.created_at, "letter", f"L-{row.id} {row.template} to {row.to}: {row.subject}", **ids, detail=detail
    )
    if row.state == "pending":
        answer = f": {row.answer}" if row.answer else ""
        text = f"L-{row.id} waits, tried {row.attempts} times, next at {when(row.next_at)}{answer}"
        yield _entry(row.created_at, "waiting", text, **ids, detail={"answer": row.answer})
    elif not is_told:
        text = f"L-{row.id} {row.state}: {row.answer or 'no answer'}"
        yield _entry(row.sent_at or row.created_at, row.state, text, **ids, detail={"answer": row.answer})


def _events(tx: Tx, about: About, tickets: set[int]) -> list[Any]:
    """Of the ticket, by the mails, and about the letters; not that a letter was written, which its own row says."""
    of_letters = EVENT.c.ticket.in_(tickets) & EVENT.c.action.in_(DELIVERY)
    of_mails = (EVENT.c.ticket == change.WITHOUT_TICKET) & EVENT.c.action.in_(BY_HAND)
    wanted = [EVENT.c.mail.in_(about.mails), of_letters, of_mails, EVENT.c.ticket == about.ticket]
    rows = tx.all(sa.select(EVENT).where(sa.or_(*wanted)).order_by(EVENT.c.at, EVENT.c.ticket, EVENT.c.seq))
    return [row for row in rows if row.action != "letter" and _concerns(row, about)]


def _concerns(row: Any, about: About) -> bool:
    if row.mail in about.mails or row.ticket == about.ticket:
        return True
    return row.detail.get("of") in about.mails if row.action in BY_HAND else row.detail.get("letter") in about.letters


def _happened(row: Any) -> Json:
    told = ", ".join(f"{name} {value}" for name, value in row.detail.items() if name != "letter" and value != [])
    # A mail that came has `arrived`; of a letter it is said in another word.
    what = ("delivered" if row.action == "arrived" else row.action) if row.action in DELIVERY else "desk"
    letter = row.detail.get("letter")
    named = f"L-{letter} " if letter and what != "desk" else ""
    text = f"{named}{row.action.replace('_', ' ')} by {row.actor}{f': {told}' if told else ''}"
    ids = {"mail": row.mail, "letter": letter, "ticket": row.ticket or None}
    return _entry(row.at, what, text, **ids, detail={**row.detail, "actor": row.actor, "action": row.action})


def _entry(
    at: Any,
    what: str,
    text: str,
    *,
    mail: int | None = None,
    letter: Any = None,
    ticket: int | None = None,
    detail: Json | None = None,
) -> Json:
    return {
        "at": when(at),
        "what": what,
        "text": text,
        "mail": f"M-{mail}" if mail else None,
        "letter": f"L-{letter}" if letter else None,
        "ticket": ticket,
        "detail": detail or {},
    }


def _caused(tx: Tx, mails: Iterable[int]) -> frozenset[int]:
    return _ids(tx, sa.select(LETTER.c.id).where(LETTER.c.mail.in_(list(mails))))


def _ids(tx: Tx, statement: sa.Select[Any]) -> frozenset[int]:
    return frozenset(row[0] for row in tx.all(statement))
