"""What the relay or a delivery report says about a letter: remembered, and the owner is told when it is for good."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, notices, people, showing, threads, tickets
from mailgate.desk.audience import Reader, of_agent, told
from mailgate.desk.threads import Thread, TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.mail.bounce import Bounce
from mailgate.mail.message import Message
from mailgate.outbox.answers import Outcome
from mailgate.outbox.draft import Draft
from mailgate.outbox.queue import put
from mailgate.outbox.view import LetterView
from mailgate.sentence import Sentence, verbatim
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)
TO_REPORTERS = ("reply", "question", "resolved", "forwarded", "statement_request", "announcement")
"""Letters with a person's words: when one is not delivered, its owner has to know."""

_NO_ANSWER = Sentence("no answer", "keine Antwort")


def proof(tx: Tx, thread: Thread, bounce: Bounce | None, message: Message) -> str | None:
    """Why this report is really about a letter of ours, or None."""
    if thread.bounce:
        return "sent to the bounce address of a letter of ours"
    if bounce and threads.letter_reported(tx, bounce.message_ids, message):
        return "it names the Message-ID of a letter of ours"
    return None


def reported_letter(tx: Tx, thread: Thread, bounce: Bounce | None, message: Message) -> sa.Row[Any] | None:
    """The letter a proven report is about."""
    use: TokenUse | None = thread.bounce
    if use is None and bounce:
        use = threads.letter_reported(tx, bounce.message_ids, message)
    if use is None or use.letter is None:
        return None
    return tx.first(sa.select(LETTER).where(LETTER.c.id == use.letter))


def reported(tx: Tx, letter: sa.Row[Any], bounce: Bounce) -> None:
    """A delivery report came: an event, and for a permanent failure the letter failed."""
    answer = f"{bounce.status or '?'} {bounce.reason}".strip()
    change.record(
        tx,
        letter.ticket or change.WITHOUT_TICKET,
        f"person:{letter.to}",
        "bounced" if bounce.severity == "hard" else "delayed",
        letter=letter.id,
        to=letter.to,
        status=bounce.status,
        why=str(bounce.reason),
    )
    if bounce.severity == "hard" and letter.state != "failed":
        tx.execute(sa.update(LETTER).where(LETTER.c.id == letter.id).values(state="failed", answer=answer))
        tell_owner(tx, letter, bounce.reason)


def settled(tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> None:
    """The sender is done with a letter, for good or for bad."""
    ticket = letter.ticket or change.WITHOUT_TICKET
    change.record(tx, ticket, "rule:delivery", outcome.state, letter=letter.id, to=letter.to, answer=outcome.answer)
    if outcome.state == "failed":
        tell_owner(tx, letter, verbatim(outcome.answer) if outcome.answer else _NO_ANSWER)


def tell_owner(tx: Tx, letter: sa.Row[Any], why: Sentence) -> None:
    """Who wrote the letter learns that it did not arrive; never about letters to ourselves, which would go round."""
    ticket = tickets.load(tx, letter.ticket) if letter.ticket else None
    if ticket is None or letter.template not in TO_REPORTERS:
        return
    for reader in _owners(tx, ticket, letter.owner):
        put(tx, _draft(tx, ticket, reader, letter, why))


def _owners(tx: Tx, ticket: Ticket, owner: str | None) -> tuple[Reader, ...]:
    active = owner is not None and owner in tx.settings.agents and tx.settings.agents[owner].active
    if active:
        return (of_agent(tx.settings, str(owner)),)
    return told(tx.settings, "new_message", ticket, actor="rule:delivery")


def _draft(tx: Tx, ticket: Ticket, reader: Reader, letter: sa.Row[Any], why: Sentence) -> Draft:
    reporter = people.by_id(tx, ticket.reporter)
    view: LetterView = replace(
        showing.for_agent(tx, ticket, reader.language, reader.name),
        recipient=letter.to,
        why=why.in_language(reader.language),
        words=_words_of(letter.text),
        writer=reporter.shown if letter.to == reporter.email else letter.to,
    )
    return notices.about(tx, ticket, "delivery_failed", reader, view, writer="")


def _words_of(text: str) -> str:
    """The beginning of the letter, so that the owner knows which one it was."""
    lines = text.splitlines()
    return "\n".join(lines[:15]) + ("\n…" if len(lines) > 15 else "")
