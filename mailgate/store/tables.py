"""Every table, in one place to import from."""

from __future__ import annotations

from mailgate.store.absence_tables import Absence, Handover
from mailgate.store.alert_tables import Shown, Trouble
from mailgate.store.clock_tables import Digested, Mark, Standstill
from mailgate.store.command_tables import Commanded
from mailgate.store.history_tables import Chain, Event, Proof, Seal, Sealed
from mailgate.store.letter_tables import Acted, Announced, Kept, Letter, MouldRow, Paused, Sent, Suppressed, Token
from mailgate.store.mail_tables import Arrival, Cursor, Large, Lease, MailState, Refused, Retransmission
from mailgate.store.mailbox_tables import Followed, MailboxState, Seen
from mailgate.store.picture_tables import PictureSeen
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
    "Followed",
    "Handover",
    "Kept",
    "Large",
    "Lease",
    "Letter",
    "Link",
    "MailState",
    "MailboxState",
    "Mark",
    "MergedDraft",
    "MessageRow",
    "MouldRow",
    "OtherAddress",
    "PartRow",
    "Participant",
    "Paused",
    "Person",
    "PictureSeen",
    "Proof",
    "Reference",
    "Refused",
    "Retransmission",
    "Seal",
    "Sealed",
    "Seen",
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
