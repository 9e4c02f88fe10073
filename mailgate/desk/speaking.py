"""In which language somebody outside is written to about a ticket (CONTRACT 9): his own, else that of his mail or of
the rule, which the ticket knows; each only where we have the letter in it, else that of the address he wrote to, else
the site's."""

from __future__ import annotations

from mailgate.desk.people import Person
from mailgate.desk.tickets import Ticket
from mailgate.outbox import tongues
from mailgate.settings.model import Settings
from mailgate.store.db import Tx


def language_for(tx: Tx, ticket: Ticket, person: Person | None, letter: str) -> str:
    """The language of that letter to him."""
    own = person.language if person else None
    return tongues.spoken(tx.settings, letter, (own, ticket.language, of_address(tx.settings, ticket.source_address)))


def of_address(settings: Settings, address: str) -> str | None:
    """The language that an address of ours is configured to speak."""
    target = settings.target(address)
    return target.address.language if target else None
