"""`#split` and `#part`: each part becomes a ticket of its own, with handler, date, visibility and history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import answers, change, charges, conversation, notices, parts, people, quoting, statements, tickets
from mailgate.desk.audience import of_agent
from mailgate.desk.case import Case
from mailgate.desk.conversation import Entry
from mailgate.desk.joint import Planned
from mailgate.desk.notices import Words
from mailgate.desk.parts import State
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import arguments, dates
from mailgate.rules.arguments import Unclear, Who
from mailgate.rules.splitting import PartArgs, near_args, part_args
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.tables import Link, PartRow, table_of

PART, LINK = table_of(PartRow), table_of(Link)
MOST = 20


# -- what the commands say ---------------------------------------------------------------------------------------------


def split(case: Case, args: str) -> None:
    """The ticket can be split, and there are parts to split it into."""
    number, portions = case.ticket.number, case.joint.portions
    if parts.is_part(case.ticket):
        raise RefusedCommand(sentence("refused.split.part", number=number))
    if not portions:
        raise RefusedCommand(sentence("refused.split.none"))
    if len(portions) == 1 and not parts.of(case.tx, number):
        raise RefusedCommand(sentence("refused.split.one"))
    if len(portions) > MOST:
        raise RefusedCommand(sentence("refused.split.many", number=MOST))


def part(case: Case, args: str) -> None:
    """One part: who handles it, until when, and who knows of it."""
    place = len(case.joint.planned)
    if place >= len(case.joint.portions):
        raise RefusedCommand(sentence("refused.part.alone"))
    said, text = part_args(args), case.joint.portions[place].text
    try:
        who, date = _who(case, said), _date(case, said)
    except RefusedCommand as refused:
        raise Unclear(refused.why, (*getattr(refused, "near", ()), *_meant(case, args))) from None
    if not (text.strip() or case.words.strip()):
        raise RefusedCommand(sentence("refused.part.empty"))
    case.joint.planned.append(Planned(who, date, said.hidden, text))


def _meant(case: Case, args: str) -> Iterator[str]:
    """The same with `by` and `hidden` written rightly, where that makes sense."""
    for each in near_args(args):
        with suppress(RefusedCommand):
            said = part_args(each)
            _who(case, said)
            _date(case, said)
            yield each


def _who(case: Case, said: PartArgs) -> Who:
    try:
        who = arguments.who(case.tx.settings, said.who)
    except Unclear as unclear:
        rest = f"{f' by {said.by}' if said.by else ''}{' hidden' if said.hidden else ''}"
        raise Unclear(unclear.why, [f"{each}{rest}" for each in unclear.near]) from None
    if who.kind == "address":
        raise RefusedCommand(sentence("refused.part.address"))
    return _here(case, who, hidden=said.hidden)


def _here(case: Case, who: Who, *, hidden: bool) -> Who:
    """In place of somebody who is away his deputy, else the group; what is hidden goes to no group."""
    if who.kind == "group":
        if hidden:
            raise RefusedCommand(sentence("refused.part.hidden_group"))
        return who
    given = charges.given_to(case.tx, who.value, None if hidden else charges.home(case.tx.settings, case.ticket))
    if given.agent:
        return Who("agent", given.agent)
    if given.group is None:
        name = people.agent_name(case.tx.settings, who.value)
        raise RefusedCommand(sentence("refused.part.away", name=name))
    return Who("group", given.group)


def _date(case: Case, said: PartArgs) -> datetime | None:
    return dates.moment_of(case.tx.settings, said.by, case.tx.now, case.calendar, case.zone) if said.by else None


# -- what is done ------------------------------------------------------------------------------------------------------


def send(case: Case) -> None:
    """Make the parts and tell their handlers. The note to all stays on the whole, the words of a part on that alone."""
    if case.words.strip() or case.files:
        answers.internally(case, "note")
    made = [_opened(case, each) for each in case.joint.planned]
    case.tx.opened.discard(case.ticket.number)
    case.move("split", {"parts": [each.number for each in made]})
    case.did("done.split", undo="#undo", count=len(parts.of(case.tx, case.ticket.number)))
    for each, planned in zip(made, case.joint.planned, strict=True):
        _tell(case, each, planned)
    case.tell("change.split", count=len(made))


def _opened(case: Case, planned: Planned) -> Ticket:
    tx, parent = case.tx, case.ticket
    agent = planned.who.value if planned.who.kind == "agent" else None
    new = replace(
        _like(parent),
        number=tickets.next_number(tx),
        status="assigned" if agent else "new",
        created_at=tx.now,
        updated_at=tx.now,
        group=parent.group if agent else planned.who.value,
        assignee=agent,
        assigned_at=tx.now if agent else None,
        coordinator=parent.coordinator or case.agent,
        visible=parent.visible and not planned.hidden,
        parent=parent.number,
        due_at=planned.due_at,
    )
    detail = {"parent": parent.number, "assignee": agent, "group": new.group, "due_at": planned.due_at}
    why = f"a part of #{parent.number}"
    new = change.create(tx, new, case.actor, why=why, hidden=planned.hidden or None, **detail)
    row = {"ticket": new.number, "parent": parent.number, "hidden": planned.hidden}
    tx.execute(sa.insert(PART).values(**row))
    tx.execute(sa.insert(LINK).values(from_ticket=new.number, to_ticket=parent.number, kind="part"))
    conversation.add(tx, new.number, _entry(case, new, _all_words(case, planned)))
    return new


_TAKEN_OVER = (
    *("subject", "kind", "category", "source_address", "reporter", "language", "priority", "channel", "end_customer"),
    *("foreign_number", "level"),
)
"""What a part has of the whole."""


def _like(parent: Ticket) -> Ticket:
    same: dict[str, Any] = {name: getattr(parent, name) for name in _TAKEN_OVER}
    return Ticket(number=0, status="", created_at=parent.created_at, updated_at=parent.updated_at, **same)


def _all_words(case: Case, planned: Planned) -> str:
    return "\n\n".join(filter(None, (planned.text.strip("\n"), case.words.strip("\n"))))


def _entry(case: Case, new: Ticket, words: str) -> Entry:
    return Entry(
        direction="note",
        purpose="note",
        author=case.actor,
        sender=case.tx.settings.agents[case.agent].email.lower(),
        subject=notices.subject_of(case.tx, new),
        text=words,
        new_text=words,
        public=False,
        trust=case.trust,
        files=case.files,
    )


def _tell(case: Case, new: Ticket, planned: Planned) -> None:
    """Its handler reads what he is asked, and below it what the reporter said; the group where it goes to that."""
    tx, name = case.tx, parts.whose(case.tx.settings, new)
    text, files = conversation.said_by_reporter(tx, case.ticket.number)
    words = Words(case.agent_name, _all_words(case, planned), (*case.files, *files), earlier=text)
    words = replace(words, quoted=quoting.by_reporter(tx, case.ticket.number))
    if new.assignee is None:
        case.joint.told |= notices.tell_agents(tx, new, "new_ticket", actor=case.actor, words=words)
    elif new.assignee != case.agent:
        case.joint.told |= notices.tell_agent(tx, new, "assigned", of_agent(tx.settings, new.assignee), words=words)
    key = f"done.part{'.hidden' if planned.hidden else ''}{'.by' if planned.due_at else ''}"
    date = case.when(planned.due_at) if planned.due_at else ""
    case.did(key, part=new.number, name=name, date=date)


# -- when the whole is done --------------------------------------------------------------------------------------------


def close_with(case: Case) -> None:
    """An agent closes the whole: whoever is still at work on a part learns that it is not needed any more."""
    closed = _closed(case.tx, case.ticket, case.actor)
    case.elsewhere += [(part, said) for part, said in closed if said is not None]
    if closed:
        case.did("done.parts_closed")


def close_after(tx: Tx, parent: Ticket, actor: str) -> None:
    """The same where nobody of us closed it; statements are not waited for any more either."""
    for part, said in _closed(tx, parent, actor):
        if said and is_at_work(tx.settings, part.assignee):
            notices.tell_agent(tx, part, "status_changed", of_agent(tx.settings, str(part.assignee)), changes=(said,))
    statements.withdraw(tx, parent.number, actor)


def _closed(tx: Tx, parent: Ticket, actor: str) -> list[tuple[Ticket, Sentence | None]]:
    """Close what is open of its parts; with a sentence for those whose answer was still missing."""
    found: list[tuple[Ticket, Sentence | None]] = []
    for each in parts.of(tx, parent.number, released=True):
        if each.ticket.is_open:
            why = {"why": f"#{parent.number} is closed"}
            after = change.move(tx, each.ticket, actor, "close", detail=why)
            said = sentence("change.part.parent_closed", number=after.number, parent=parent.number)
            found.append((after, said if each.state in (State.missing, State.overdue) else None))
    return found
