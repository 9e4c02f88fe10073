"""Commands in the mail with which an agent opens a ticket: they may only describe it, and need no right on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailgate.desk import asking, change, proof, refusals, rights, turned_back, undoing
from mailgate.desk.acts import StoppedAt, obey
from mailgate.desk.agent_writes import AgentMail, Done, Results, results
from mailgate.desk.case import Case
from mailgate.desk.done import tell_done
from mailgate.desk.tickets import Ticket
from mailgate.outbox.view import Tap
from mailgate.rules import access
from mailgate.rules.destination import Destination
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level

DESCRIBING = access.DESCRIBING
"""Commands that only describe the ticket that their mail opens."""


@dataclass(frozen=True, slots=True)
class Described:
    """The ticket as its mail describes it, and what came of the commands."""

    case: Case
    asked_back: Results | None = None
    """`commands:` of people.yaml asks for more than this mail proves."""


def describe(tx: Tx, ticket: Ticket, mail: AgentMail) -> Described:
    """Let the mail describe its ticket. Raises StoppedAt where a command names nothing we know."""
    case, commands = Case(tx, ticket, mail.agent, mail.language, trust=mail.level), mail.written.commands
    needed = [access.needed(tx.settings, each.name, opening=True) for each in commands]
    if all(mail.level in levels for levels in needed):
        with undoing.remembered(case, commands):
            obey(case, commands)
        return Described(case)
    more, held = any(Level.proven not in levels for levels in needed), mail.held(ticket, commands, "")
    nowhere = Destination.nobody
    lacking = proof.lacking(mail.level)
    return Described(case, turned_back.asked_back(case, held, commands, nowhere, lacking, needs_signature=more))


def confirm(tx: Tx, described: Described, mail: AgentMail, taps: tuple[Tap, ...] = ()) -> Results:
    """The agent is told what his commands did, or asked whether they are his."""
    if described.asked_back is not None:
        asking.ask(tx, mail.agent, mail.message_id)
    ticket, effects = described.case.ticket, tuple(described.case.effects)
    if not rights.may_act(tx, mail.agent, ticket):  # later he could not take it back
        effects = tuple(replace(each, undo=None) for each in effects)
    tell_done(tx, mail, [Done(ticket=ticket, effects=effects)], taps)
    return results(mail.written.commands, True) if described.asked_back is None else described.asked_back


def not_opened(tx: Tx, mail: AgentMail, refused: StoppedAt) -> Results:
    """A command was wrong, so there is no ticket: the mail is kept, and the agent is told."""
    commands = mail.written.commands
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=refused.why)
    mistakes = (turned_back.stopped(mail.language, commands, refused),)
    refusals.refuse(tx, mail.held_whole(None, commands, mail.written.text), mistakes)
    return results(commands, False, str(refused))
