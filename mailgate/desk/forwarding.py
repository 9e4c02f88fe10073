"""`#forward`: the public words and files of a ticket for somebody's information, in a thread of their own; what he
answers is internal and never reaches the reporter (`hearing.py`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import answers, conversation, outward, people, showing
from mailgate.desk.asking_others import not_reporter
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.rules import recipients
from mailgate.store.db import Tx

LETTER, INFORMED = "forwarded", "informed"
MOST = 20
"""Messages that go along."""


def forward(case: Case, args: str) -> None:
    """Whom; the text of the mail, where there is some, stands above what is passed on."""
    to = recipients.recipients(case.tx.settings, args)
    not_reporter(case, to, "refused.forward.reporter")
    case.joint.informed = to


def send(case: Case) -> None:
    """One letter for each, with the files of the mail and of the ticket."""
    tx, to = case.tx, case.joint.informed
    public = _public(tx, case.ticket.number)
    files = tuple(file for row in public for file in conversation.of_json(row.attachments))
    message = answers.internally(case, "forward", "out", tuple(each.address for each in to))
    case.move("forward", {"to": [each.address for each in to]})
    for number, each in enumerate(to):
        letter = outward.send(
            case,
            LETTER,
            INFORMED,
            each,
            original="\n\n\n".join(_said(case, row, outward.language_for(case, each, LETTER)) for row in public),
            files=(*case.files, *files),
            deadline="",
            message=message,
        )
        if number == 0:
            conversation.link_letter(tx, message, letter)
        name = each.name or each.address
        case.did("done.forward", name=name)
        case.tell("change.forwarded", value=name)


def _public(tx: Tx, ticket: int) -> list[sa.Row[Any]]:
    """What the reporter wrote or was told, the last of it, oldest first."""
    rows = tx.all(sa.select(MESSAGE).where(MESSAGE.c.ticket == ticket, MESSAGE.c.public).order_by(MESSAGE.c.id))
    return rows[-MOST:]


def _said(case: Case, row: sa.Row[Any], language: str) -> str:
    """Who wrote it, when, and the words."""
    role, _, who = row.author.partition(":")
    name = people.agent_name(case.tx.settings, who) if role == "agent" else case.reporter.shown
    if role == "person":
        agent = case.tx.settings.agent_at(row.sender)
        name = people.agent_name(case.tx.settings, agent) or row.sender
    return f"{name}, {showing.when(case.tx.settings, row.at, language)}\n\n{row.new_text.strip()}"
