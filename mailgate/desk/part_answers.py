"""Words on a part: its handler answers the coordinator, the coordinator writes to its handler; never the reporter."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from mailgate.desk import answers, change, merging, notices, parts
from mailgate.desk.audience import of_agent
from mailgate.desk.case import Case
from mailgate.desk.parts import PART, State
from mailgate.desk.tickets import Ticket


def to_coordinator(case: Case, purpose: str) -> None:
    """The answer on a part. `purpose`: answer, or solution where the part was resolved with these words."""
    if case.acts_for(parts.coordinator_of(case.tx, case.ticket)) and not case.acts_for(case.ticket.assignee):
        _to_handler(case)
        return
    if case.words.strip() or case.files:
        answers.internally(case, "answer")
        case.noted = False  # an answer to it is no note either: the coordinator's goes to the handler
    if purpose != "solution":
        takes = case.tx.settings.answers_take and case.ticket.assignee is None
        case.move("answer_part", assignee=case.agent if takes else case.ticket.assignee)
        case.did("done.part_answer", name=parts.addressee(case.tx, case.ticket))
    case.tx.execute(sa.update(PART).where(PART.c.ticket == case.ticket.number).values(answered_at=case.tx.now))
    case.joint.answered = case.ticket


def _to_handler(case: Case) -> None:
    """Whoever coordinates it asks or tells the handler something; the state of the part stays."""
    if parts.takes_notes(case.tx, case.ticket, str(parts.coordinator_of(case.tx, case.ticket))):
        answers.as_note(case)
        return
    answers.internally(case, "question")
    case.noted = False  # an answer to it is an answer to the coordinator
    case.did("done.part_words", name=parts.whose(case.tx.settings, case.ticket))


def draft(case: Case) -> frozenset[str]:
    """Where no part is missing any more after all that a mail did to one, the coordinator gets the draft. Returns who
    was told."""
    tx, part = case.tx, case.ticket
    if not parts.is_part(part):
        return frozenset()
    parent = parts.parent_of(tx, part)
    known = parts.of(tx, parent.number)
    if case.joint.answered:
        _record(case, parent, known)
    settled = any(each.state in parts.SETTLED for each in known if each.ticket.number == part.number)
    return merging.draft(tx, parent, part) if settled else frozenset()


def report(case: Case, told: Collection[str]) -> frozenset[str]:
    """The coordinator reads what was done and said on a part, and how many are answered. `told`: who has had a letter
    already. Returns who gets one now."""
    tx, part = case.tx, case.ticket
    coordinator = parts.coordinator_of(tx, part) if parts.is_part(part) else None
    said = bool(case.words.strip() or case.files)
    if not parts.is_part(part) or coordinator in (case.agent, *told) or not (said or case.changes):
        return frozenset()
    progress = parts.progress(tx, parts.parent_of(tx, part)) if case.joint.answered else None
    changes = (*case.changes, *((progress.whole,) if progress else ()))
    letter, words = "new_message" if said else "status_changed", answers.words_of(case)
    skip = frozenset(told)
    if coordinator is None:
        parent = parts.parent_of(tx, part)
        return notices.tell_agents(tx, parent, letter, actor=case.actor, words=words, changes=changes, skip=skip)
    reader = of_agent(tx.settings, coordinator)
    return notices.tell_agent(tx, part, letter, reader, words=words, changes=changes, skip=skip)


def _record(case: Case, parent: Ticket, known: tuple[parts.Part, ...]) -> None:
    """The whole knows of it too, and no longer waits for parts where none is missing."""
    answered = sum(each.state is State.answered for each in known)
    number = case.ticket.number
    actor = merging.BY_PARTS if parts.is_hidden(case.tx, case.ticket) else case.actor
    change.record(case.tx, parent.number, actor, "part_answered", part=number, answered=answered, total=len(known))
    if parent.waiting_for == "part" and all(each.state in parts.SETTLED for each in known):
        change.move(case.tx, parent, actor, "parts_answered")
