"""Where a mail goes: `rules` for a new ticket, `follow_up_rules` for one that exists; `correlate` may find one yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailgate.desk import correlation, tickets
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.rules.correlate import Correlation
from mailgate.rules.routing import Asked, FollowUp, Mail, Route, follow_up, route
from mailgate.settings.model import Target
from mailgate.store.db import Tx


@dataclass(frozen=True, slots=True)
class Way:
    """The decision, every rule that was asked for it, and the ticket as it is known now."""

    route: Route
    asked: tuple[Asked, ...]
    thread: Thread
    changes: FollowUp | None = None
    """What follow_up_rules change of the ticket."""
    is_alert: bool = False
    """The ticket was found by the key of an alert, not by anything its writer could know."""


def decide(tx: Tx, mail: Mail, thread: Thread, target: Target | None) -> Way:
    """`target`: the address of ours it came to."""
    if thread.ticket is not None:
        return _of_ticket(tx, mail, thread, thread.ticket, target)
    if thread.reopens and thread.follows:
        # CONTRACT 8: a new ticket of the same category and group, without an assignee.
        return Way(replace(_as_it_is(tickets.loaded(tx, thread.follows)), assignee=None), (), thread)
    found, asked = route(tx.settings, mail, target)
    return _of_alert(tx, mail, thread, found, asked)


def _of_ticket(tx: Tx, mail: Mail, thread: Thread, ticket: Ticket, target: Target | None) -> Way:
    changes, asked = follow_up(tx.settings, mail)
    way = replace(_as_it_is(ticket), correlate=_known_key(tx, mail, ticket, target))
    if changes is None:
        return Way(way, asked, thread)
    said = changes.outcome
    way = replace(
        way,
        **{name: getattr(said, name) for name in said.set_keys if name in _SAME_NAME},
        also_notify=said.notify,
        rule=changes.rule if changes.rule_place else None,
        rule_place=changes.rule_place,
        why=f"{changes.why}; belongs to #{ticket.number}",
        remarks=said.remarks,
    )
    return Way(way, asked, thread, changes)


def _known_key(tx: Tx, mail: Mail, ticket: Ticket, target: Target | None) -> Correlation | None:
    """A monitor may name its first mail when it says that all is well: the key has led to this ticket before."""
    if not any(rule.then.correlate for rule in tx.settings.rules):
        return None
    found = route(tx.settings, mail, target)[0].correlate
    return found if found and correlation.is_known(tx, ticket, found) else None


_SAME_NAME = frozenset(Route.__dataclass_fields__) - {"notify", "tags", "remarks", "reporter", "acknowledge"}
"""What a rule sets and a route shows under the same name."""


def _of_alert(tx: Tx, mail: Mail, thread: Thread, found: Route, asked: tuple[Asked, ...]) -> Way:
    """A mail without a ticket, whose key may know one."""
    known = found.correlate
    if known is None or found.drop or found.hold:
        return Way(found, asked, thread)
    ticket = correlation.ticket_of(tx, known, mail.envelope.received_at)
    if ticket is None or ticket.status == "merged":
        return Way(found, asked, thread)
    if ticket.status == "closed":
        return Way(found, asked, replace(thread, follows=ticket.number))
    joined = replace(
        _as_it_is(ticket),
        correlate=known,
        rule=found.rule,
        rule_place=found.rule_place,
        why=f"{found.why}; {correlation.why(known)} leads to #{ticket.number}",
        remarks=found.remarks,
    )
    return Way(joined, asked, replace(thread, ticket=ticket, matched_by=correlation.why(known)), is_alert=True)


def _as_it_is(ticket: Ticket) -> Route:
    """The route of a mail that joins a ticket: where the ticket already is."""
    return Route(
        category=ticket.category,
        group=ticket.group,
        assignee=ticket.assignee,
        coordinator=ticket.coordinator,
        priority=ticket.priority,
        kind=ticket.kind,
        channel=ticket.channel,
        language=ticket.language,
        tags=ticket.tags,
        acknowledge=None,
        notify=(),
        drop=None,
        hold=None,
        rule=None,
        rule_place="",
        why=f"stays where #{ticket.number} is",
        remarks=(),
        level=ticket.level,
        visible=ticket.visible,
        wanted_by=ticket.wanted_by,
        due=ticket.due_at,
    )
