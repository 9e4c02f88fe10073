"""Commands in the mail with which an agent opens a ticket: they may only describe it, and need no right on it."""

from __future__ import annotations

from mailgate.desk import change, refusals, turned_back
from mailgate.desk.acts import StoppedAt, obey
from mailgate.desk.agent_writes import AgentMail, Done, Results, results
from mailgate.desk.case import Case
from mailgate.desk.done import tell_done
from mailgate.desk.tickets import Ticket
from mailgate.store.db import Tx

DESCRIBING = ("priority", "category", "kind")
"""Commands of this version that only describe the ticket that their mail opens."""


def describe(tx: Tx, ticket: Ticket, mail: AgentMail) -> Case:
    """The ticket as its mail describes it. Raises StoppedAt where a command names nothing we know."""
    case = Case(tx, ticket, mail.agent, mail.language, trust=mail.level)
    obey(case, mail.written.commands)
    return case


def confirm(tx: Tx, case: Case, mail: AgentMail) -> Results:
    """The agent is told what his commands did."""
    tell_done(tx, mail, [Done(ticket=case.ticket, effects=tuple(case.effects))])
    return results(mail.written.commands, True)


def not_opened(tx: Tx, mail: AgentMail, refused: StoppedAt) -> Results:
    """A command was wrong, so there is no ticket: the mail is kept, and the agent is told."""
    commands = mail.written.commands
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=str(refused))
    mistakes = (turned_back.stopped(mail.language, commands, refused),)
    refusals.refuse(tx, mail.held(None, commands, mail.written.text), mistakes)
    return results(commands, False, str(refused))
