"""Every table, in one place to import from."""

from __future__ import annotations

from mailgate.store.alert_tables import Shown, Trouble
from mailgate.store.history_tables import Chain, Event, Proof, Seal, Sealed
from mailgate.store.letter_tables import Acted, Announced, Kept, Letter, Paused, Sent, Suppressed, Token
from mailgate.store.mail_tables import Arrival, Cursor, Large, Lease, MailState, Refused, Retransmission
from mailgate.store.schema import DESK, JOURNAL, table_of, widen
from mailgate.store.ticket_tables import Correlation, File, Link, MessageRow, Participant, Person, Reference, TicketRow

__all__ = [
    "DESK",
    "JOURNAL",
    "Acted",
    "Announced",
    "Arrival",
    "Chain",
    "Correlation",
    "Cursor",
    "Event",
    "File",
    "Kept",
    "Large",
    "Lease",
    "Letter",
    "Link",
    "MailState",
    "MessageRow",
    "Participant",
    "Paused",
    "Person",
    "Proof",
    "Reference",
    "Refused",
    "Retransmission",
    "Seal",
    "Sealed",
    "Sent",
    "Shown",
    "Suppressed",
    "TicketRow",
    "Token",
    "Trouble",
    "table_of",
]

widen(JOURNAL, DESK)
