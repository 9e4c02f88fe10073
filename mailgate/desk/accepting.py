"""Taking charge of a ticket, or not: `#accept`, `#decline WHY`, `#unassign` and `#coordinator WHO`.

The reporter never learns that somebody declined, nor why.
"""

from __future__ import annotations

from mailgate.desk import absence, charges, people
from mailgate.desk.case import Case
from mailgate.desk.retired import is_at_work
from mailgate.desk.rights import may_act
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import arguments
from mailgate.rules.arguments import Instead
from mailgate.rules.nothing import NONE, is_none
from mailgate.settings.scalars import Text

_LONGEST_REASON = 500


def accept(case: Case, args: str) -> None:
    """As the handler who was asked, else as the coordinator, whose category's group has it from then on."""
    if case.acts_for(case.ticket.assignee):
        _as_handler(case)
    elif coordinator := _whose_coordination(case):
        _as_coordinator(case, coordinator)
    else:
        _not_asked(case)


def decline(case: Case, args: str) -> None:
    """Back to the coordinator, else to the group."""
    why = " ".join((args or case.words).split())[:_LONGEST_REASON]
    if not why:
        raise RefusedCommand(sentence("refused.no_reason"))
    case.reason = why
    if case.acts_for(case.ticket.assignee):
        case.entrusted = charges.coordinator(case.tx, case.ticket)
        group = case.ticket.group if case.entrusted else _home(case)
        case.move("decline", {"why": why}, assignee=None, group=group)
    elif case.ticket.assignee is None and case.acts_for(case.ticket.coordinator):
        without = {"coordinator": None, "coordinator_accepted_at": None, "assignee": None}
        case.move("decline", {"why": why}, group=_home(case), **without)
    else:
        _not_asked(case)
    case.handed_to_group = case.entrusted is None
    where = _where(case)
    key = "done.decline" if where else "done.decline.nobody"
    case.did(key, undo="#undo", name=where, reporter=case.reporter.shown)
    case.tell("change.declined" if args else "change.declined.words", why=why)


def unassign(case: Case, args: str) -> None:
    """Back to the group, from whoever has it."""
    before = case.ticket.assignee
    if before is None:
        raise RefusedCommand(sentence("refused.nobodys", number=case.ticket.number))
    case.move("unassign", assignee=None, group=_home(case))
    case.handed_to_group = True
    own = before == case.agent
    case.displaced = None if own else before
    name = _where(case)
    undo = "#take" if own else f"#assign {before}"
    may = may_act(case.tx, case.agent, case.ticket)
    case.did("done.unassign" if name else "done.unassign.nobody", undo=undo if may else None, name=name)
    key = "change.unassigned" if own else "change.unassigned.from"
    case.tell(key, value=people.agent_name(case.tx.settings, before))
    if coordinator := charges.coordinator(case.tx, case.ticket):
        case.concerned.add(coordinator)


def coordinator(case: Case, args: str) -> None:
    """Somebody else coordinates it, and has to accept that; `none`: nobody does."""
    before = case.ticket.coordinator
    if is_none(args):
        _uncoordinated(case, before)
        return
    new = _agent(case, args)
    again = new == before
    kept = {} if again else {"coordinator_accepted_at": None}
    case.move("coordinator", coordinator=new, **kept)
    name = people.agent_name(case.tx.settings, new)
    case.entrusted = None if again else new
    case.did("done.coordinator", undo=None if again else f"#coordinator {before or NONE}", name=name)
    case.tell("change.coordinator", value=name)
    if before and is_at_work(case.tx.settings, before):
        case.concerned.add(before)


def _as_handler(case: Case) -> None:
    case.move("accept", accepted_at=case.ticket.accepted_at or case.tx.now)
    case.did("done.accept", undo="#undo")
    case.tell("change.accepted")
    if coordinator := charges.coordinator(case.tx, case.ticket):
        case.concerned.add(coordinator)


def _as_coordinator(case: Case, coordinator: str) -> None:
    ticket = case.ticket
    if ticket.coordinator_accepted_at is not None:
        raise RefusedCommand(sentence("refused.accepted_already", number=ticket.number))
    dates = {"accepted_at": ticket.accepted_at or case.tx.now, "coordinator_accepted_at": case.tx.now}
    case.move("coordinator_accept", coordinator=coordinator, group=_home(case), **dates)
    case.handed_to_group = ticket.group is None and case.ticket.group is not None
    case.did("done.coordinator_accept", undo="#undo")
    case.tell("change.coordinator_accepted")


def _whose_coordination(case: Case) -> str | None:
    """The coordinator for whom he accepts; where none is named, that of its group."""
    named = case.ticket.coordinator
    if named is None and (group := _home(case)):
        named = case.tx.settings.groups[group].coordinator
    return named if case.acts_for(named) else None


def _not_asked(case: Case) -> None:
    number = case.ticket.number
    if case.ticket.assignee is None:
        raise Instead(sentence("refused.not_asked", number=number), ("#take",))
    name = people.agent_name(case.tx.settings, case.ticket.assignee)
    raise Instead(sentence("refused.is_anothers", number=number, name=name), ("#take", "#unassign"))


def _uncoordinated(case: Case, before: str | None) -> None:
    if before is None:
        raise RefusedCommand(sentence("refused.uncoordinated", number=case.ticket.number))
    group = case.ticket.group
    home = group if case.ticket.assignee else _home(case)
    case.move("coordinator", coordinator=None, coordinator_accepted_at=None, group=home)
    case.handed_to_group = home != group
    case.did("done.coordinator.none", undo=f"#coordinator {before}")
    case.tell("change.coordinator.none", value=people.agent_name(case.tx.settings, before))
    if is_at_work(case.tx.settings, before):
        case.concerned.add(before)


def _agent(case: Case, args: str) -> str:
    """One of us who is here: in place of somebody who is away his deputy."""
    who = arguments.who(case.tx.settings, args)
    if who.kind != "agent":
        raise RefusedCommand(sentence("refused.one_agent"))
    present = who.value if who.value == case.agent else absence.present(case.tx, who.value)
    if present is None:
        raise RefusedCommand(absence.nobody_there(case.tx, who.value))
    return present


def _home(case: Case) -> str | None:
    return charges.home(case.tx.settings, case.ticket)


def _where(case: Case) -> Text | None:
    """Who has it now: the coordinator it went back to, else the group."""
    settings = case.tx.settings
    if case.entrusted:
        return people.agent_name(settings, case.entrusted)
    return settings.groups[case.ticket.group].name if case.ticket.group else None
