"""Numbers for a worker that decides before its turn: of tickets, people, messages and letters.

They are taken from the desk with a commit before, so two workers never mean the same one by a number. Only what is new
is named by them. What comes to a ticket that exists gets its number in the turn, behind all that was there before.
"""

from __future__ import annotations

from mailgate.desk import tickets
from mailgate.store.db import Tx
from mailgate.store.reserve import Reserve
from mailgate.store.tables import Letter, MessageRow, Person, table_of

_ROWS = ((table_of(Person), 2), (table_of(MessageRow), 1), (table_of(Letter), 8))
"""How many a new ticket needs as a rule: one that needs more waits for the turn."""


def refill(tx: Tx, mails: int) -> None:
    """Enough for so many new tickets."""
    tickets.reserve(tx, mails - len(tx.reserved.left(tickets.NUMBERS)))
    for table, each in _ROWS:
        if (missing := mails * each - len(tx.reserved.left(table.name))) > 0:
            tx.reserve(table, missing)


def give_back(tx: Tx) -> None:
    """The rush is over: ticket numbers that nobody has used are the next ones again, where no later one is taken."""
    if tx.reserved.has(tickets.NUMBERS):
        tickets.give_back(tx)
    tx.reserved = Reserve()
