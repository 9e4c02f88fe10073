"""An agent answers a letter of ours without a command: his words go where that letter says, usually to the reporter."""

from __future__ import annotations

from mailgate.desk import agent_mail, conversation
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Sent, kept as a note, asked back or refused; nothing is lost."""
    agent_mail.work(tx, mail.of_agent(tx))
    ticket = mail.thread.ticket
    if ticket:
        conversation.remember_ids(tx, ticket.number, mail.message, opens=False)
    return Outcome("handled", ticket.number if ticket else None)
