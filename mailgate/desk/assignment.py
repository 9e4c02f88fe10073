"""Whose ticket it is: `#take` and `#assign`."""

from __future__ import annotations

from mailgate.desk import people
from mailgate.desk.case import Case
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import arguments


def take(case: Case, args: str) -> None:
    """It is mine, also from a colleague, who is told."""
    before = case.ticket.assignee
    case.move("take", assignee=case.agent, accepted_at=case.ticket.accepted_at or case.tx.now)
    case.did("done.take", undo=_back_to(case, before))
    if before and before != case.agent:
        case.displaced = before
        case.tell("change.taken")


def assign(case: Case, args: str) -> None:
    """To an agent, or to a group whose members take open tickets."""
    who = arguments.who(case.tx.settings, args)
    if who.kind == "address":
        raise RefusedCommand(sentence("refused.group_only"))
    before = case.ticket.assignee
    if who.kind == "agent":
        _to_agent(case, who.value)
    else:
        _to_group(case, who.value)
    if before and before not in (case.ticket.assignee, case.agent):
        case.displaced = before


def _to_agent(case: Case, agent: str) -> None:
    name = people.agent_name(case.tx.settings, agent)
    before = case.ticket.assignee
    case.move("assign", assignee=agent)
    case.assigned = agent != case.agent
    case.did("done.assign.agent", undo=_back_to(case, before), name=name)
    case.tell("change.assigned", value=name)


def _to_group(case: Case, group: str) -> None:
    name = case.tx.settings.groups[group].name
    before = case.ticket.assignee
    case.move("assign_group", assignee=None, group=group)
    case.handed_to_group = True
    case.did("done.assign.group", undo=_back_to(case, before), name=name)
    case.tell("change.assigned", value=name)


def _back_to(case: Case, before: str | None) -> str | None:
    """The command that undoes an assignment; back to nobody is `#unassign`, which is not built yet."""
    return f"#assign {before}" if before else None
