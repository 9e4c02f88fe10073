"""A ticket that waits for somebody, and one that is out of sight for a while: `#wait` and `#snooze`.

What becomes due then is the clock's to do, by the columns `waiting_until` and `snoozed_until`.
"""

from __future__ import annotations

from mailgate.desk import change, people, statements
from mailgate.desk.case import Case
from mailgate.desk.dating import undo_of
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox import phrases
from mailgate.outbox.sentences import Value, sentence
from mailgate.rules.dates import moment_of
from mailgate.rules.nothing import is_none
from mailgate.rules.waiting import Reporter, Waiting, When, read_waiting
from mailgate.store.db import Tx

_BESIDE = (("ask", "statement"), ("split", "part"))
"""For whom a ticket waits where `#wait` stands beside one of these and names nobody."""


def wait(case: Case, args: str) -> None:
    """Somebody else has to act first: the reporter, where he is named; beside `#ask` whoever was asked."""
    settings, before = case.tx.settings, case.ticket
    reporter = Reporter(case.reporter.email, case.reporter.name or "")
    said = read_waiting(settings, args, reporter, When(case.tx.now, case.calendar, case.zone))
    beside = next((role for name, role in _BESIDE if name in case.beside), None)
    role = "statement" if _is_asked(case, said) else said.role or beside or "other"
    detail = {"whom": said.whom.value if said.whom else None}
    case.move("wait", detail, waiting_for=role, waiting_until=said.until)
    whom, until = _whom(case, role, said), said.until
    resumed = before.status == "in_progress" and before.assignee == case.agent
    undo = "#take" if resumed else "#undo"
    if until is None:
        case.did("done.wait", undo=undo, whom=whom)
        case.tell("change.waits", value=whom)
    else:
        case.did("done.wait.until", undo=undo, whom=whom, day=case.when(until))
        day = phrases.when_sentence(until, settings.site.timezone)
        case.tell("change.waits.until", value=whom, day=day)


def snooze(case: Case, args: str) -> None:
    """Out of sight until then; `none`: back in sight."""
    before = case.ticket.snoozed_until
    if is_none(args):
        _wake(case)
        return
    at = moment_of(case.tx.settings, args, case.tx.now, case.calendar, case.zone)
    case.move("snooze", snoozed_until=at)
    case.did("done.snooze", undo=undo_of(case, "snooze", before), day=case.when(at), name=case.reporter.shown)
    case.tell("change.snoozed", value=phrases.when_sentence(at, case.tx.settings.site.timezone))


def woken_by_reporter(tx: Tx, ticket: Ticket) -> Ticket:
    """He has written: it is back in sight at once."""
    if ticket.snoozed_until is None or ticket.snoozed_until <= tx.now:
        return ticket
    return change.apply(tx, ticket, "reporter", "woken", snoozed_until=None)


def _wake(case: Case) -> None:
    before = case.ticket.snoozed_until
    if before is None:
        raise RefusedCommand(sentence("refused.empty_date"))
    case.move("snooze", snoozed_until=None)
    case.did("done.snooze.none", undo=undo_of(case, "snooze", before))
    case.tell("change.woken")


def _is_asked(case: Case, said: Waiting) -> bool:
    """He was asked for a statement, and has not given it."""
    who = said.whom.value if said.whom else None
    open_ones = (row for row in statements.of(case.tx, case.ticket.number) if row.state in statements.OPEN)
    return who is not None and any(who in (row.to, row.agent) for row in open_ones)


def _whom(case: Case, role: str, said: Waiting) -> Value:
    settings, whom = case.tx.settings, said.whom
    if whom is not None and whom.kind == "agent":
        return people.agent_name(settings, whom.value)
    if whom is not None:
        return settings.groups[whom.value].name if whom.kind == "group" else whom.value
    return sentence(f"whom.{role}", name=case.reporter.shown)
