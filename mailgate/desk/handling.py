"""What a ticket is and how far it is: `#resolve #close #reopen #priority #category #kind`."""

from __future__ import annotations

from mailgate.desk import charges, partners, parts, splitting, statements
from mailgate.desk.case import Case
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.rules import arguments
from mailgate.settings.categories import CategoryNode


def resolve(case: Case, args: str) -> None:
    """The words of the mail are the solution; the resolution notice carries them (`answers.py` sends it)."""
    takes = {"assignee": case.agent} if case.tx.settings.answers_take and case.ticket.assignee is None else {}
    case.move("resolve", solution=case.words.strip() or case.ticket.solution, **takes)
    if parts.is_part(case.ticket):
        case.did("done.resolve.part", undo="#reopen", name=parts.addressee(case.tx, case.ticket))
        return
    case.did("done.resolve", undo="#reopen", name=case.reporter.shown)
    first = partners.first_level(case.tx, case.ticket)
    if first and first != case.agent:  # he may close it, and has to know
        case.concerned.add(first)
        case.tell("change.level.resolved")


def close(case: Case, args: str) -> None:
    """Closed; the reporter is told only where `letters.closed` says so."""
    case.move("close")
    case.closed = True
    case.did("done.close", undo="#reopen")
    case.tell("change.closed")
    splitting.close_with(case)
    statements.withdraw(case.tx, case.ticket.number, case.actor)


def reopen(case: Case, args: str) -> None:
    """Open again, and the reporter hears of it."""
    before = case.ticket.status
    case.move("reopen")
    case.reopened = True
    case.did("done.reopen", undo="#close" if before == "closed" else "#resolve")
    case.tell("change.reopened")


def spam(case: Case, args: str) -> None:
    """Closed and marked; nobody outside hears of it."""
    tags = case.ticket.tags if "spam" in case.ticket.tags else (*case.ticket.tags, "spam")
    case.move("spam", tags=tags)
    case.did("done.spam", undo="#undo")
    case.tell_workers("change.spam")


def priority(case: Case, args: str) -> None:
    """low, normal, high or urgent."""
    before = case.ticket.priority
    case.apply("priority", priority=arguments.priority(args))
    words = phrases.priority_words(case.ticket.priority, case.language)
    case.did("done.priority", undo=f"#priority {before}", value=words)


def category(case: Case, args: str) -> None:
    """Another category; an untaken ticket goes to its group or its coordinator, who are told."""
    settings, before = case.tx.settings, case.ticket
    path = arguments.category(settings, args)
    node = settings.category_nodes[path]
    whose = charges.of_node(case.tx, node)
    same = whose["coordinator"] == before.coordinator
    whose["coordinator_accepted_at"] = before.coordinator_accepted_at if same else None
    moves = before.assignee is None and any((whose["group"], whose["coordinator"]))
    case.apply("category", category=path, **(whose if moves else {}))
    case.handed_to_group |= _is_told_anew(case, before, node)
    case.did("done.category", undo=f"#category {before.category}", value=node.name)
    case.tell("change.category", value=node.name)


def _is_told_anew(case: Case, before: Ticket, node: CategoryNode) -> bool:
    """Others have it now; where nobody has it, the notify address of the category stands for them."""
    after, old = case.ticket, case.tx.settings.category_nodes.get(before.category)
    nobodys = not (after.assignee or after.group or after.coordinator)
    elsewhere = node.notify is not None and (old is None or node.notify != old.notify)
    return (before.group, before.coordinator) != (after.group, after.coordinator) or (nobodys and elsewhere)


def kind(case: Case, args: str) -> None:
    """Another kind of case."""
    settings, before = case.tx.settings, case.ticket.kind
    name = arguments.kind(settings, args)
    case.apply("kind", kind=name)
    case.did("done.kind", undo=f"#kind {before}", value=settings.all_kinds[name].name or name)
