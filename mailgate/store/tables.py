"""Every table, in one place to import from."""

from __future__ import annotations

from mailgate.store.history_tables import Chain, Event, Proof, Seal, Sealed
from mailgate.store.letter_tables import Kept, Letter, Paused, Sent, Suppressed, Token
from mailgate.store.mail_tables import Arrival, Cursor, MailState, Refused, Retransmission
from mailgate.store.schema import DESK, JOURNAL, table_of
from mailgate.store.ticket_tables import Correlation, File, Link, MessageRow, Participant, Person, Reference, TicketRow

__all__ = [
    "DESK",
    "JOURNAL",
    "Arrival",
    "Chain",
    "Correlation",
    "Cursor",
    "Event",
    "File",
    "Kept",
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
    "Suppressed",
    "TicketRow",
    "Token",
    "table_of",
]
