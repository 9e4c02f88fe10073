"""The draft of one answer: after the last part the coordinator gets all answers and files in order (CONTRACT 8).

`#release` alone sends it unchanged, with words of its own it sends those; nothing else of it ever leaves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, conversation, notices, parts, rights
from mailgate.desk.audience import Reader, of_agent, told
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.desk.notices import Words
from mailgate.desk.parts import PART, Part, State
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.sentences import sentence
from mailgate.store.db import Tx
from mailgate.store.tables import MergedDraft, table_of

DRAFT = table_of(MergedDraft)
BY_PARTS = "rule:parts"


def draft(tx: Tx, parent: Ticket, last: Ticket) -> frozenset[str]:
    """Write the draft where no part is missing any more, and something new is in it. `last`: the part by which it
    became complete. Returns who gets it."""
    known = parts.of(tx, parent.number)
    answered = [each for each in known if each.state is State.answered]
    if not parent.is_open or not answered or any(each.state not in parts.SETTLED for each in known):
        return frozenset()
    text, files = _together(tx, answered)
    numbers, newest = [each.ticket.number for each in known], _newest(tx, parent.number)
    if newest is not None and (newest.text, newest.parts) == (text, numbers) and newest.released_at is None:
        return frozenset()
    change.record(tx, parent.number, BY_PARTS, "merged", parts=numbers)
    words, before = Words(text=text, files=files), len(tx.letters)
    readers, lines = _readers(tx, parent, last), parts.lines(tx, known)
    told = [notices.tell_agent(tx, parent, "merged_draft", each, words=words, changes=lines) for each in readers]
    stored = {"files": [conversation.as_json(each) for each in files], "letters": tx.letters[before:]}
    tx.execute(sa.insert(DRAFT).values(ticket=parent.number, text=text, parts=numbers, at=tx.now, **stored))
    return frozenset[str]().union(*told)


def _readers(tx: Tx, parent: Ticket, last: Ticket) -> tuple[Reader, ...]:
    if agent := parts.coordinator_of(tx, last):
        return (of_agent(tx.settings, agent),)
    return told(tx.settings, "new_message", parent, rights.now(tx, parent), actor=BY_PARTS)


def _together(tx: Tx, answered: list[Part]) -> tuple[str, tuple[Enclosure, ...]]:
    """The answers in the order of the parts, each file once."""
    texts, files = list[str](), dict[tuple[str, str], Enclosure]()
    for each in answered:
        said = (MESSAGE.c.ticket == each.ticket.number, MESSAGE.c.purpose == "answer", MESSAGE.c.direction == "note")
        for row in tx.all(sa.select(MESSAGE.c.new_text, MESSAGE.c.attachments).where(*said).order_by(MESSAGE.c.id)):
            texts.append(row.new_text.strip("\n"))
            files |= {(file.name, file.sha256): file for file in conversation.of_json(row.attachments)}
    return "\n\n".join(filter(None, texts)), tuple(files.values())


def _newest(tx: Tx, parent: int) -> sa.Row[Any] | None:
    return tx.first(sa.select(DRAFT).where(DRAFT.c.ticket == parent).order_by(DRAFT.c.id.desc()).limit(1))


# -- releasing it ------------------------------------------------------------------------------------------------------


def release(case: Case, args: str) -> None:
    """`#release`: the words of the mail become the draft, unless it has words of its own."""
    tx, ticket = case.tx, case.ticket
    if ticket.parent is not None:
        raise RefusedCommand(sentence("refused.release.part", number=ticket.number, parent=ticket.parent))
    newest, known = _newest(tx, ticket.number), parts.of(tx, ticket.number)
    if not known:
        raise RefusedCommand(sentence("refused.release.none", number=ticket.number))
    if not case.words.strip():
        _take_draft(case, newest, known)
    case.move("release")
    case.joint.released = True
    _remember(case, newest, known)


def _take_draft(case: Case, newest: sa.Row[Any] | None, known: tuple[Part, ...]) -> None:
    if newest is None or newest.released_at is not None or newest.parts != [each.ticket.number for each in known]:
        progress = parts.said_of(case.tx.settings, known)
        raise RefusedCommand(sentence("refused.release.waits", number=case.ticket.number, progress=progress))
    if _has_seen_less(case, newest):
        raise RefusedCommand(sentence("refused.release.newer"))
    case.words = newest.text
    case.files = (*conversation.of_json(newest.files), *case.files)


def _has_seen_less(case: Case, newest: sa.Row[Any]) -> bool:
    """He answers an older draft; or was asked about such an answer before this one was there."""
    letter = case.joint.answers_draft
    if letter is None or letter.id in newest.letters:
        return False
    return letter.id in _letters(case) or letter.at < newest.at


def _letters(case: Case) -> set[int]:
    """Every letter that showed a draft of this ticket."""
    rows = case.tx.all(sa.select(DRAFT.c.letters).where(DRAFT.c.ticket == case.ticket.number))
    return {each for row in rows for each in row.letters}


def unreleased(tx: Tx, ticket: int, at: datetime) -> None:
    """What was released at that moment has not left and never will: it waits for another `#release`."""
    for table, mine in ((PART, PART.c.parent == ticket), (DRAFT, DRAFT.c.ticket == ticket)):
        tx.execute(sa.update(table).where(mine, table.c.released_at == at).values(released_at=None))


def _remember(case: Case, newest: sa.Row[Any] | None, known: tuple[Part, ...]) -> None:
    """What was answered is not in the next draft."""
    answered = [each.ticket.number for each in known if each.state is State.answered]
    case.tx.execute(sa.update(PART).where(PART.c.ticket.in_(answered)).values(released_at=case.tx.now))
    if newest is not None:
        case.tx.execute(sa.update(DRAFT).where(DRAFT.c.id == newest.id).values(released_at=case.tx.now))
