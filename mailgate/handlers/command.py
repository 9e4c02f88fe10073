"""An agent's mail with commands: each one function of the desk, all of a ticket's or none, answered in one letter."""

from __future__ import annotations

from mailgate.desk import agent_mail, conversation
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Carried out, asked back, or refused; the mail is handled in each case."""
    results = agent_mail.work(tx, mail.of_agent(tx))
    ticket = mail.thread.ticket
    if ticket:
        conversation.remember_ids(tx, ticket.number, mail.message, opens=False)
    return Outcome("handled", ticket.number if ticket else None, results)
