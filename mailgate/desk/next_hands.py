"""What whoever gets a ticket now reads of it: the reporter's words, and on a part the question that it is about."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk import answers, conversation, parts, people, quoting
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.desk.notices import Words
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.sentences import sentence

Said = tuple[str, tuple[Enclosure, ...]]
"""Words and files."""


def words(case: Case) -> Words:
    """Below what the agent has to say about it."""
    if "decline" in case.beside:
        return _declined(case)
    if parts.is_part(case.ticket):
        return _of_part(case)
    text, files = conversation.said_by_reporter(case.tx, case.ticket.number)
    if not case.words.strip():
        words = Words(case.reporter.shown, text, (*case.files, *files), address=case.reporter.email or "")
    else:
        words = replace(answers.words_of(case), said=None, earlier=text, files=(*case.files, *files))
    return replace(words, quoted=quoting.by_reporter(case.tx, case.ticket.number))


def _declined(case: Case) -> Words:
    """Why not, and what was asked. The reason may stand behind the command or below it."""
    part = parts.is_part(case.ticket)
    text, files = _question(case) if part else conversation.said_by_reporter(case.tx, case.ticket.number)
    said = sentence("said.decline.part" if part else "said.decline", name=case.agent_name)
    own = replace(answers.words_of(case), said=said, earlier=text, files=(*case.files, *files))
    return own if case.words.strip() else replace(own, text=case.reason)


def _of_part(case: Case) -> Words:
    """The question comes from who coordinates it; what the reporter of the whole said stands below."""
    question, files = _question(case)
    if case.words.strip():
        return replace(answers.words_of(case), said=None, earlier=question, files=(*case.files, *files))
    told, more = conversation.said_by_reporter(case.tx, int(case.ticket.parent or 0))
    asks = people.agent_name(case.tx.settings, parts.coordinator_of(case.tx, case.ticket)) or case.agent_name
    return Words(asks, question, (*case.files, *files, *more), earlier=told)


def _question(case: Case) -> Said:
    """What its handler was asked, as it was made."""
    first = sa.select(MESSAGE).where(MESSAGE.c.ticket == case.ticket.number).order_by(MESSAGE.c.id).limit(1)
    row = case.tx.first(first)
    return (row.new_text, conversation.of_json(row.attachments)) if row else ("", ())
