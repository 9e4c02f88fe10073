"""Which letters there are, and what their headers say of them: the table of CONTRACT 9 as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

AGENTS_SUPPRESS: Final = "OOF, AutoReply, RN, NRN"
"""X-Auto-Response-Suppress to our own people: no out-of-office, no automatic answer, no read receipts (MS-OXCMAIL)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is true of every letter of one name."""

    to: Literal["reporter", "agent", "outsider"]
    """`outsider`: somebody who is neither the reporter nor one of us, such as a statement giver."""
    auto_submitted: str | None = None
    """RFC 3834, 5: None where a person wrote it."""
    suppress: str | None = None
    """X-Auto-Response-Suppress."""
    sender: Literal["automatic", "bounce"] = "bounce"
    """Envelope sender: as `delivery.automatic_sender` says, or the bounce address of the letter."""
    gated: bool = False
    """Has to pass `gate.py` and its budgets."""


_ACKNOWLEDGEMENT = Letter("reporter", "auto-replied", "All", "automatic", gated=True)
_AUTOMATIC = Letter("reporter", "auto-generated", "All", "automatic", gated=True)
_PERSONAL = Letter("reporter")
_OUTSIDE = Letter("outsider")
_NEWS = Letter("agent", "auto-generated", AGENTS_SUPPRESS)
_ANSWER = Letter("agent", "auto-replied", AGENTS_SUPPRESS)

LETTERS: Final[dict[str, Letter]] = {
    "acknowledged": _ACKNOWLEDGEMENT,
    "acknowledged_minimal": _ACKNOWLEDGEMENT,
    "reminder_reporter": _AUTOMATIC,
    "statement_reminder": Letter("outsider", "auto-generated", "All", "automatic", gated=True),
    "closed": _AUTOMATIC,
    "postponed": _AUTOMATIC,
    "reopened": _AUTOMATIC,
    "partner_resolved": _AUTOMATIC,
    "closing_soon": _AUTOMATIC,
    "reply": _PERSONAL,
    "question": _PERSONAL,
    "resolved": _PERSONAL,
    "announcement": _PERSONAL,
    "forwarded": _OUTSIDE,
    "statement_request": _OUTSIDE,
    "new_ticket": _NEWS,
    "new_message": _NEWS,
    "assigned": _NEWS,
    "entrusted": _NEWS,
    "status_changed": _NEWS,
    "reminder": _NEWS,
    "escalated": _NEWS,
    "delivery_failed": _NEWS,
    "merged_draft": _NEWS,
    "held": _NEWS,
    "digest": _NEWS,
    "alert": _NEWS,
    "command_done": _ANSWER,
    "command_refused": _ANSWER,
    "confirm": _ANSWER,
    "list": _ANSWER,
    "report": _ANSWER,
    "help": _ANSWER,
}

LANGUAGES: Final = ("en", "de")

WORDLESS: Final = frozenset({"acknowledged_minimal"})
"""Letters to somebody whose mail is only claimed: they may carry nothing that the mail itself said."""

TO_AGENTS: Final = tuple(name for name, letter in LETTERS.items() if letter.to == "agent")
"""Letters that only our own people get."""
