"""Is this mail automatic, a bounce, of a list, or a loop? Each fact is the proof in words, or None (RFC 3834, RFC 5230;
the table is reliability.md section 5). What follows from a fact is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mailgate.mail.automatic import (
    ANSWERS,
    LISTS,
    MACHINES,
    SILENCE,
    WITHOUT_DECISION,
    announced_answer,
    away_subject,
    away_text,
    begins_as_absence,
    first_proof,
)
from mailgate.mail.bounce_shapes import delivery_proof, has_null_return_path
from mailgate.mail.message import Envelope, Message
from mailgate.settings.site import Limits

NULL_SENDER = "MAIL FROM: <>"


class Facts(NamedTuple):
    """What kind of mail this is, by its headers and structure. Each field is the proof, for example
    `Auto-Submitted: auto-replied`, or None."""

    hops: str | None
    """Too many Received fields (RFC 5321, 6.3)."""
    bounce: str | None
    """Looks like a delivery report."""
    auto_reply: str | None
    """An automatic answer: vacation, receipt, calendar answer, report. Never a request."""
    auto_generated: str | None
    """Sent by a machine, but may be a request."""
    mailing_list: str | None
    null_sender: str | None
    no_response: str | None
    """Why no automatic letter may answer this. None: it may be answered."""
    no_change: str | None
    """Why this changes no state of a ticket and holds no commands. Who only asks for silence is not meant."""
    away: str | None
    """Only the subject or the first words sound like an absence: no answer where we have written to the sender
    lately."""
    presumed: str | None = None
    """All that `no_change` rests on, where that is the subject alone."""


def classify(message: Message, envelope: Envelope, limits: Limits) -> Facts:
    """The facts about one mail. Asks nothing but the mail and its envelope."""
    null_sender = _null_sender(message, envelope)
    hops = f"Received: {message.hops} fields" if message.hops > limits.hops else None
    bounce = delivery_proof(message, null_sender is not None)
    # A delivery report is marked auto-replied too (RFC 3834, 2); it is a bounce, no answer to us.
    said_null = _null_session(null_sender, envelope)
    auto_reply = None if bounce else first_proof(ANSWERS, message) or announced_answer(message, said_null)
    auto_generated = None if bounce or auto_reply else first_proof(MACHINES, message)
    mailing_list = first_proof(LISTS, message)
    told = (hops, bounce, auto_reply, auto_generated, mailing_list, null_sender)
    no_response = _first(told) or first_proof(SILENCE, message)
    no_change = _first((*told[:-1], said_null)) or first_proof(WITHOUT_DECISION, message)
    away = (away_subject(message) or away_text(message)) if no_response is None else None
    presumed = no_change if no_change and no_change == begins_as_absence(message) else None
    return Facts(
        hops, bounce, auto_reply, auto_generated, mailing_list, null_sender, no_response, no_change, away, presumed
    )


def _first(proofs: Iterable[str | None]) -> str | None:
    for proof in proofs:
        if proof:
            return proof
    return None


def _null_session(null_sender: str | None, envelope: Envelope) -> str | None:
    """A pipe or a mailbox that does not tell the envelope sender makes no machine of its writer."""
    told = envelope.sender or envelope.source in ("smtp", "lmtp", "submission")
    return null_sender if told or null_sender != NULL_SENDER else None


def _null_sender(message: Message, envelope: Envelope) -> str | None:
    if not envelope.sender:
        return NULL_SENDER
    return "Return-Path: <>" if has_null_return_path(message) else None
