"""Every table, in one place to import from."""

from __future__ import annotations

from mailgate.store.letter_tables import Kept, Letter, Sent, Suppressed, Token
from mailgate.store.mail_tables import Arrival, Cursor, MailState, Retransmission
from mailgate.store.schema import DESK, JOURNAL, table_of
from mailgate.store.ticket_tables import Event, File, Link, MessageRow, Participant, Person, Reference, TicketRow

__all__ = [
    "DESK",
    "JOURNAL",
    "Arrival",
    "Cursor",
    "Event",
    "File",
    "Kept",
    "Letter",
    "Link",
    "MailState",
    "MessageRow",
    "Participant",
    "Person",
    "Reference",
    "Retransmission",
    "Sent",
    "Suppressed",
    "TicketRow",
    "Token",
    "table_of",
]
