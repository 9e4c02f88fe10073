"""What a ticket is and how far it is: `#resolve #close #reopen #priority #category #kind`."""

from __future__ import annotations

from mailgate.desk.case import Case
from mailgate.outbox import phrases
from mailgate.rules import arguments


def resolve(case: Case, args: str) -> None:
    """The words of the mail are the solution; the resolution notice carries them (`answers.py` sends it)."""
    takes = {"assignee": case.agent} if case.tx.settings.answers_take and case.ticket.assignee is None else {}
    case.move("resolve", solution=case.words.strip() or case.ticket.solution, **takes)
    case.did("done.resolve", undo="#reopen", name=case.reporter.shown)


def close(case: Case, args: str) -> None:
    """Closed; the reporter is told only where `letters.closed` says so."""
    case.move("close")
    case.closed = True
    case.did("done.close", undo="#reopen")
    case.tell("change.closed")


def reopen(case: Case, args: str) -> None:
    """Open again, and the reporter hears of it."""
    before = case.ticket.status
    case.move("reopen")
    case.reopened = True
    case.did("done.reopen", undo="#close" if before == "closed" else "#resolve")
    case.tell("change.reopened")


def priority(case: Case, args: str) -> None:
    """low, normal, high or urgent."""
    before = case.ticket.priority
    case.apply("priority", priority=arguments.priority(args))
    words = phrases.priority_words(case.ticket.priority, case.language)
    case.did("done.priority", undo=f"#priority {before}", value=words)


def category(case: Case, args: str) -> None:
    """Another category; where it has another group, an untaken ticket goes there, and that group is told."""
    settings, before = case.tx.settings, case.ticket
    path = arguments.category(settings, args)
    node = settings.category_nodes[path]
    moves = settings.assign_group_of_category and node.group and before.assignee is None and node.group != before.group
    case.apply("category", category=path, **({"group": node.group} if moves else {}))
    case.handed_to_group = case.handed_to_group or bool(moves)
    case.did("done.category", undo=f"#category {before.category}", value=node.name)
    case.tell("change.category", value=node.name)


def kind(case: Case, args: str) -> None:
    """Another kind of case."""
    settings, before = case.tx.settings, case.ticket.kind
    name = arguments.kind(settings, args)
    case.apply("kind", kind=name)
    case.did("done.kind", undo=f"#kind {before}", value=settings.all_kinds[name].name or name)
