"""The letter that reminds somebody of a statement: the question once more, and by when; nothing else of the ticket.

An answer to it is an answer to the request: it carries the same role, and stays with us.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, clock_letters, confidential, conversation, correspondence, people, showing
from mailgate.desk.correspondence import Outward
from mailgate.desk.posting import post
from mailgate.desk.retired import is_at_work
from mailgate.desk.statements import LETTER, STATEMENT, Row
from mailgate.desk.tickets import Ticket
from mailgate.outbox.draft import Draft
from mailgate.outbox.queue import sent_to
from mailgate.outbox.view import LetterView
from mailgate.store.db import Tx
from mailgate.trust import token as tokens

MESSAGE = conversation.MESSAGE
TEMPLATE = "statement_reminder"


def send(tx: Tx, ticket: Ticket, statement: Row, *, overdue: bool) -> None:
    """Where the gate lets it go, with an event. One of us who is no longer at work is not reminded."""
    agent = tx.settings.now_called("agent", statement.agent) if statement.agent else None
    if statement.agent and not is_at_work(tx.settings, agent):
        return
    to = tx.settings.agents[agent].email.lower() if agent else str(statement.to)
    # An agent asked him by his own hand, so that nothing about the address is merely claimed.
    if not correspondence.passes(tx, ticket, TEMPLATE, Outward(to, proven=True)):
        return
    letter = post(tx, _draft(tx, ticket, statement, to, overdue=overdue), clock_letters.ACTOR)
    reminders = [*statement.reminders, letter]
    tx.execute(sa.update(STATEMENT).where(STATEMENT.c.id == statement.id).values(reminders=reminders))
    change.record(tx, ticket.number, clock_letters.ACTOR, "reminded", to=[to], letter=letter)


def _draft(tx: Tx, ticket: Ticket, statement: Row, to: str, *, overdue: bool) -> Draft:
    request = tx.first(sa.select(LETTER).where(LETTER.c.id == statement.letter))
    assert request is not None, "he was asked by a letter"
    known, language = people.by_email(tx, to), request.language
    agent = tx.settings.agent_at(to)
    name = people.agent_name(tx.settings, agent) if agent else (known.name if known and known.name else "")
    site = showing.site_name(tx.settings, ticket.source_address)
    view = LetterView(
        site=site,
        formal=people.is_formal(tx.settings, known),
        number=ticket.number,
        subject=ticket.subject if statement.with_original else "",
        reader=name,
        writer=people.agent_name(tx.settings, tx.settings.now_called("agent", statement.asked_by)),
        asked_on=showing.when(tx.settings, statement.asked_at, language),
        deadline=showing.when(tx.settings, statement.by, language) if statement.by else "",
        overdue=overdue,
        **_question(tx, request, language),
    )
    before = sent_to(tx, ticket.number, to)
    return Draft(
        template=TEMPLATE,
        to=to,
        to_name=name,
        language=language,
        view=view,
        role="statement",
        person=to,
        from_address=ticket.source_address,
        from_name=site,
        reply_name=site,
        subject=request.subject,
        ticket=ticket.number,
        in_reply_to=before[-1] if before else request.message_id,
        references=tuple(before[:1]) or (request.message_id,),
        owner=statement.asked_by,
        secrets=confidential.of(tx, ticket, but=request.message),
    )


def _question(tx: Tx, request: sa.Row[Any], language: str) -> dict[str, Any]:
    """What he was asked, as he was asked it."""
    said = tx.first(sa.select(MESSAGE).where(MESSAGE.c.id == request.message))
    if said is None:
        return {}
    files = conversation.of_json(said.attachments)
    return {"earlier": tokens.strip(said.new_text), "files": showing.file_lines(files, (), language)}
