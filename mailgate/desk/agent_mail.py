"""An agent's mail at work: help is given, kept mails are settled, and each ticket gets its commands and words.

What is refused or not proven changes nothing and sends nothing; the words are kept (`kept.py`) and the agent is told.
"""

from __future__ import annotations

from mailgate.desk import asking, deciding, notices, one_ticket, opening_again, settling, turned_back
from mailgate.desk.agent_writes import SETTLING, AgentMail, Done, Results
from mailgate.desk.done import tell_done
from mailgate.desk.rights import sees
from mailgate.outbox.helping import help_rows
from mailgate.outbox.sentences import sentence
from mailgate.outbox.view import LetterView
from mailgate.rules import access
from mailgate.rules.written import Command
from mailgate.store.db import Tx


def work(tx: Tx, mail: AgentMail) -> Results:
    """Carry out the mail, or say why not. Every path ends in letters to the agent or in work done."""
    found = _worked(tx, mail)
    asking.ask(tx, mail.agent, mail.message_id)
    return found


def _worked(tx: Tx, mail: AgentMail) -> Results:
    if "help" in _names(mail) and mail.level in access.needed(tx.settings, "help"):
        _help(tx, mail)
    mails: tuple[AgentMail, ...] = (mail,)
    if mail.answered in SETTLING:
        settled = settling.answered(tx, mail)
        if not settled.mails:
            return settled.results
        mails = settled.mails
    done = tuple(each for one in mails for each in _done(tx, one))
    tell_done(tx, mail, done)
    return tuple(result for each in done for result in each.results)


def _done(tx: Tx, mail: AgentMail) -> tuple[Done, ...]:
    """What it does to each ticket it speaks of; or why nothing of it was done."""
    if mail.written.misread:
        return (Done(turned_back.misread(tx, mail)),)
    if deciding.decisions(mail):
        others = deciding.rest(mail)
        return (*deciding.work(tx, mail), *(_done(tx, others) if others.written.commands else ()))
    if opening_again.is_meant(mail):
        return (Done(opening_again.open_ticket(tx, mail)),)
    if _names(mail).intersection(settling.ENDING):
        return (Done(turned_back.plainly(tx, mail, sentence("refused.nothing_kept"))),)
    groups = _by_ticket(mail)
    if len(groups) > (most := tx.settings.limits.tickets_per_mail):
        return (Done(turned_back.plainly(tx, mail, sentence("refused.too_many_tickets", number=most))),)
    return tuple(one_ticket.work(tx, mail, number, commands) for number, commands in groups.items())


def _names(mail: AgentMail) -> set[str]:
    return {each.name for each in mail.written.commands}


def _by_ticket(mail: AgentMail) -> dict[int | None, tuple[Command, ...]]:
    """Commands by the ticket they name; the mail's own ticket first, with the words."""
    own = mail.thread.ticket.number if mail.thread.ticket else None
    groups: dict[int | None, tuple[Command, ...]] = {}
    if own is not None or mail.written.text:
        groups[own] = ()
    for command in mail.written.commands:
        if command.name != "help":
            number = command.ticket or own
            groups[number] = (*groups.get(number, ()), command)
    return {number: commands for number, commands in groups.items() if commands or number == own}


def _help(tx: Tx, mail: AgentMail) -> None:
    """The table of commands, to the registered address only; about the ticket where he sees it."""
    view = LetterView(site=tx.settings.site.name, commands=help_rows(mail.language))
    ticket = mail.thread.ticket
    seen = ticket if ticket and sees(tx, mail.agent, ticket) else None
    notices.tell_person(tx, mail.agent, "help", view, ticket=seen, answers=mail.message_id)
