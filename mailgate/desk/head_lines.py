"""What the head line of a letter to one of us says: where a colleague's words went, and whether the status is new."""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.desk import change
from mailgate.desk.case import Case
from mailgate.desk.change import EVENT
from mailgate.outbox.sentences import SENTENCES, sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.tables import MessageRow, table_of

MESSAGE = table_of(MessageRow)
_OUTWARD = ("answer", "question")
"""What goes to the reporter, but on a part stays with us."""


def said(case: Case) -> Sentence | None:
    """To whom the words of the mail went; None where they became no message."""
    message = sa.select(MESSAGE.c.purpose, MESSAGE.c.public).where(MESSAGE.c.id == case.message)
    row = case.tx.first(message) if case.message else None
    if row is None:
        return None
    on_a_part = not row.public and row.purpose in _OUTWARD
    key = f"said.part.{row.purpose}" if on_a_part else f"said.{row.purpose}"
    if row.public and case.tx.settings.delivery.hold.plain:
        key = "said.waits"
    return sentence(key, name=case.agent_name) if key in SENTENCES else None


def is_new_status(tx: Tx, number: int) -> bool:
    """Whether what is being done right now has changed the ticket's status."""
    now = [seq for ticket, seq in tx.once(change.written) if ticket == number]
    mine = sa.select(EVENT.c.detail).where(EVENT.c.ticket == number, EVENT.c.seq.in_(now), EVENT.c.mail == tx.mail)
    return any("status" in row.detail for row in tx.all(mine)) if now else False
