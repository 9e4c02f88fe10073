"""What experts and informed people answer: internal, whoever wrote it and whatever it says (CONTRACT 7).

It changes nothing but that a ticket which waits for statements goes on when the last of them is here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from mailgate.desk import change, conversation, notices, people, rights, statements
from mailgate.desk.audience import of_agent
from mailgate.desk.conversation import Entry
from mailgate.desk.letters_answered import LETTER
from mailgate.desk.notices import Words
from mailgate.desk.retired import is_at_work
from mailgate.desk.threads import OUTSIDERS, Thread, TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


@dataclass(frozen=True, slots=True)
class Heard:
    """A mail of somebody outside, as an internal message."""

    entry: Entry
    writer: str
    """Name or address, as it is shown."""


def asked_of(thread: Thread) -> str | None:
    """Its token is that of a request for a statement: whom it asked."""
    return thread.token.person if thread.token is not None and thread.token.role == "statement" else None


def is_outsiders(thread: Thread) -> bool:
    """Its token is of somebody asked or informed."""
    return thread.token is not None and thread.token.role in OUTSIDERS


def is_own(tx: Tx, use: TokenUse, writer: str) -> bool:
    """Whether the person wrote whom the letter went to; agents have several addresses."""
    agent = tx.settings.agent_at(use.person)
    return use.by_person or (agent is not None and agent == tx.settings.agent_at(writer))


def remark(tx: Tx, use: TokenUse, writer: str) -> Sentence | None:
    """Whose words they are, where somebody else answered."""
    if is_own(tx, use, writer):
        return None
    agent = tx.settings.agent_at(use.person)
    return sentence(
        f"remark.{use.role}.other", person=people.agent_name(tx.settings, agent) or use.person, writer=writer
    )


def statement(tx: Tx, ticket: Ticket, use: TokenUse, heard: Heard, said: Sentence | None, *, counts: bool) -> None:
    """The statement is here: kept, and told to whoever works on the ticket and whoever asked. `said`: the remark;
    `counts`: a person wrote it, no program that has only taken it in."""
    message = conversation.add(tx, ticket.number, heard.entry)
    asked = statements.of_letter(tx, use.letter)
    if asked is not None and counts:
        statements.given(tx, asked, heard.entry.sender)
    changes = [progress.whole] if (progress := statements.progress(tx, ticket.number)) else []
    if ticket.waiting_for == "statement" and not any(
        row.state in statements.OPEN for row in statements.of(tx, ticket.number)
    ):
        ticket = change.move(tx, ticket, heard.entry.author, "statement_given")
        changes.append(sentence("change.statement.moves", number=ticket.number))
    owner = tx.settings.now_called("agent", asked.asked_by) if asked else None
    _tell(tx, ticket, heard, message, said, tuple(changes), owner)


def informed(tx: Tx, ticket: Ticket, use: TokenUse, heard: Heard, said: Sentence | None) -> None:
    """Somebody answers what was forwarded to him: kept, and told as a statement is."""
    message = conversation.add(tx, ticket.number, heard.entry)
    owner = tx.value(sa.select(LETTER.c.owner).where(LETTER.c.id == use.letter)) if use.letter else None
    _tell(tx, ticket, heard, message, said, (), owner)


def _tell(
    tx: Tx,
    ticket: Ticket,
    heard: Heard,
    message: int,
    said: Sentence | None,
    changes: tuple[Sentence, ...],
    owner: str | None,
) -> None:
    entry = heard.entry
    words = Words(heard.writer, entry.new_text, entry.files, said, message, is_note=True, address=entry.sender)
    words = replace(words, quoted=entry.quoted)
    told = notices.tell_agents(tx, ticket, "new_message", actor=entry.author, words=words, changes=changes)
    if owner is None or owner in told or not is_at_work(tx.settings, owner) or not rights.sees(tx, owner, ticket):
        return
    notices.tell_agent(tx, ticket, "new_message", of_agent(tx.settings, owner), words=words, changes=changes, skip=told)
