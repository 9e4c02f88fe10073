"""What letters to a reporter say of the end of his ticket: when it closes by itself, until when he can reopen it."""

from __future__ import annotations

from mailgate.desk import showing
from mailgate.desk.tickets import Ticket
from mailgate.rules import nudges
from mailgate.store.db import Tx


def closes(tx: Tx, ticket: Ticket, language: str) -> str:
    """When it closes by itself where nothing comes; empty: never."""
    at = nudges.closes(tx.settings, ticket)
    # What is late closes only after the last word, which says when.
    return showing.when(tx.settings, at, language) if at and at > tx.now else ""


def reopens(tx: Tx, ticket: Ticket, language: str) -> str:
    """Until when an answer opens it again once it is closed, or closes by itself (`reopen.within`); empty: never."""
    end, within = ticket.closed_at or nudges.closes(tx.settings, ticket), tx.settings.reopen.within.plain
    return showing.when(tx.settings, end + within, language) if end and within else ""
