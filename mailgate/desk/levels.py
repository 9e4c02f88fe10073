"""Second level support: `#level 2` hands a ticket to the group that is named for it, `#level 1` back to who had it."""

from __future__ import annotations

from mailgate.desk import absence, charges, partners
from mailgate.desk.case import Case
from mailgate.desk.retired import is_at_work
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules.arguments import Unclear
from mailgate.rules.known import known_agent, known_group

LEVELS = {"1": 1, "2": 2}


def level(case: Case, args: str) -> None:
    """To 2nd level support, and back."""
    wanted, number = LEVELS.get(args.strip()), case.ticket.number
    if wanted is None:
        raise Unclear(sentence("refused.level.unknown"), tuple(LEVELS))
    if wanted == case.ticket.level:
        raise RefusedCommand(sentence("refused.level.same", number=number, level=wanted))
    before = case.ticket.assignee
    _up(case) if wanted == 2 else _down(case)
    case.tell(f"change.level.{wanted}")
    if before and before not in (case.agent, case.ticket.assignee):
        case.displaced = before


def _up(case: Case) -> None:
    settings = case.tx.settings
    node = settings.category_nodes.get(case.ticket.category)
    named = (node.second_level if node else None) or (settings.second_level.group if settings.second_level else None)
    group = known_group(settings, named) if named else None
    if group is None:
        raise RefusedCommand(sentence("refused.level.nobody", number=case.ticket.number))
    case.move("level", level=2, group=group, assignee=None)
    case.handed_to_group = True
    case.did("done.level.2", undo="#level 1", name=settings.groups[group].name)


def _down(case: Case) -> None:
    settings, had = case.tx.settings, partners.handed_up(case.tx, case.ticket.number)
    agent = known_agent(settings, settings.now_called("agent", had.assignee)) if had.assignee else None
    group = known_group(settings, settings.now_called("group", had.group)) if had.group else None
    here = absence.present(case.tx, agent) if is_at_work(settings, agent) else None
    home = group or charges.of_category(settings, case.ticket.category)
    case.move("level", level=1, group=home, assignee=here)
    case.assigned = here is not None and here != case.agent
    case.handed_to_group = here is None
    case.did("done.level.1", undo="#level 2")
