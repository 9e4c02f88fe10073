"""Every table, in one place to import from."""

from __future__ import annotations

from mailgate.store.absence_tables import Absence, Handover
from mailgate.store.alert_tables import Shown, Trouble
from mailgate.store.clock_tables import Digested, Mark, Standstill
from mailgate.store.command_tables import Commanded
from mailgate.store.history_tables import Chain, Event, Proof, Seal, Sealed
from mailgate.store.letter_tables import Acted, Announced, Kept, Letter, Paused, Sent, Suppressed, Token
from mailgate.store.mail_tables import Arrival, Cursor, Large, Lease, MailState, Refused, Retransmission
from mailgate.store.schema import DESK, JOURNAL, table_of, widen
from mailgate.store.ticket_tables import (
    Correlation,
    File,
    Link,
    MessageRow,
    OtherAddress,
    Participant,
    Person,
    Reference,
    TicketRow,
)
from mailgate.store.workflow_tables import MergedDraft, PartRow, Statement

__all__ = [
    "DESK",
    "JOURNAL",
    "Absence",
    "Acted",
    "Announced",
    "Arrival",
    "Chain",
    "Commanded",
    "Correlation",
    "Cursor",
    "Digested",
    "Event",
    "File",
    "Handover",
    "Kept",
    "Large",
    "Lease",
    "Letter",
    "Link",
    "MailState",
    "Mark",
    "MergedDraft",
    "MessageRow",
    "OtherAddress",
    "PartRow",
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
    "Standstill",
    "Statement",
    "Suppressed",
    "TicketRow",
    "Token",
    "Trouble",
    "table_of",
]

widen(JOURNAL, DESK)
