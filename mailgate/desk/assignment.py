"""Whose ticket it is: `#take` and `#assign`."""

from __future__ import annotations

from mailgate.desk import charges, people
from mailgate.desk.absence import Absence
from mailgate.desk.case import Case
from mailgate.desk.charges import Charge
from mailgate.errors import RefusedCommand
from mailgate.outbox import phrases
from mailgate.outbox.sentences import Value, sentence
from mailgate.rules import arguments


def take(case: Case, args: str) -> None:
    """It is mine, also from a colleague, who is told."""
    before = case.ticket.assignee
    case.move("take", assignee=case.agent, accepted_at=case.ticket.accepted_at or case.tx.now)
    case.did("done.take", undo=None if before == case.agent else _back_to(case, before))
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
    """Where he is away, to his deputy; without one to the group."""
    home, before = charges.home(case.tx.settings, case.ticket), case.ticket.assignee
    given = Charge(agent) if agent == case.agent else charges.given_to(case.tx, agent, home)
    if given.agent is None:
        _to_group_of_absent(case, given)
        return
    name = people.agent_name(case.tx.settings, given.agent)
    # The group of a coordinated category has the ticket from the moment that it is given to somebody.
    group = home if case.ticket.coordinator else case.ticket.group
    case.move("assign", _instead_of(given), assignee=given.agent, group=group)
    case.assigned = given.agent != case.agent
    undo = _back_to(case, before)
    if given.instead_of:
        about = _absent(case, given.instead_of)
        case.did("done.away.deputy", undo=undo, name=name, **about)
        case.tell("change.away.deputy", value=name, **about)
    else:
        case.did("done.assign.agent", undo=undo, name=name)
        case.tell("change.assigned", value=name)


def _to_group_of_absent(case: Case, given: Charge) -> None:
    assert given.instead_of is not None, "whoever is here gets it himself"
    if given.group is None:
        raise RefusedCommand(sentence("refused.all_away", number=case.ticket.number, **_absent(case, given.instead_of)))
    name, undo = case.tx.settings.groups[given.group].name, _back_from_group(case)
    case.move("assign_group", _instead_of(given), assignee=None, group=given.group)
    case.handed_to_group = True
    case.did("done.away.group", undo=undo, name=name, **_absent(case, given.instead_of))
    case.tell("change.assigned", value=name)


def _to_group(case: Case, group: str) -> None:
    name, undo = case.tx.settings.groups[group].name, _back_from_group(case)
    case.move("assign_group", assignee=None, group=group)
    case.handed_to_group = True
    case.did("done.assign.group", undo=undo, name=name)
    case.tell("change.assigned", value=name)


def _instead_of(given: Charge) -> dict[str, str]:
    """For the history: who was meant."""
    return {"instead_of": given.instead_of.agent} if given.instead_of else {}


def _absent(case: Case, away: Absence) -> dict[str, Value]:
    _, last = away.days(case.tx.settings)
    return {"absent": people.agent_name(case.tx.settings, away.agent), "day": phrases.day_sentence(last)}


def _back_to(case: Case, before: str | None) -> str:
    """The command that undoes an assignment to somebody."""
    if before == case.agent:
        return "#take"
    if before is None and case.ticket.group is None:
        return "#undo"  # nobody had it, and giving it back would give it to the category's group
    return f"#assign {before}" if before else "#unassign"


def _back_from_group(case: Case) -> str | None:
    """The command that undoes an assignment to a group; asked before it happens."""
    before, group = case.ticket.assignee, case.ticket.group
    if before:
        return _back_to(case, before)
    return f"#assign {group}" if group else "#undo"
