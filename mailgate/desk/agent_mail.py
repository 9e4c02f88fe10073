"""An agent's mail at work: questions are answered, kept mails settled, and each ticket gets its commands and words.

What is refused or not proven changes nothing and sends nothing; the words are kept (`kept.py`) and the agent is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailgate.desk import asked, asking, deciding, one_ticket, opening_again, personal, settling, turned_back
from mailgate.desk.agent_writes import ASKING, SETTLING, AgentMail, Done, Results
from mailgate.desk.between_lines import OVERVIEWS
from mailgate.desk.done import tell_done
from mailgate.desk.rights import sees
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules.vocabulary import fold
from mailgate.rules.written import Command
from mailgate.store.db import Tx


def work(tx: Tx, mail: AgentMail) -> Results:
    """Carry out the mail, or say why not. Every path ends in letters to the agent or in work done."""
    found = _worked(tx, mail)
    asking.ask(tx, mail.agent, mail.message_id)
    return found


def _worked(tx: Tx, mail: AgentMail) -> Results:
    mails: tuple[AgentMail, ...] = (mail,)
    left_out: tuple[Done, ...] = ()
    if mail.answered in SETTLING:
        settled = settling.answered(tx, mail)
        if not settled.mails:
            return settled.results
        mails, left_out = settled.mails, settled.left_out
    questions = tuple(asked.answers(tx, mail))
    done = (*questions, *(each for one in mails for each in _done(tx, one)))
    tell_done(tx, mail, (*done, *left_out, *_signature(tx, mail)))
    return tuple(result for each in done for result in each.results)


def _signature(tx: Tx, mail: AgentMail) -> Iterator[Done]:
    """Contact data that do not name him may have been meant for somebody."""
    words = mail.written.signature
    if words and fold(tx.settings.agents[mail.agent].name) not in fold(words):
        shown = " · ".join(line.strip() for line in words.split("\n") if line.strip())
        ticket = mail.thread.ticket if mail.thread.ticket and sees(tx, mail.agent, mail.thread.ticket) else None
        yield Done(ticket=ticket, effects=(Effect(say("done.signature", mail.language, words=shown)),))


def _done(tx: Tx, mail: AgentMail) -> tuple[Done, ...]:
    """What it does to each ticket it speaks of; or why nothing of it was done."""
    if mail.written.misread:
        return (Done(turned_back.misread(tx, mail)),)
    if deciding.decisions(mail):
        others = deciding.rest(mail)
        return (*deciding.work(tx, mail), *(_done(tx, others) if others.written.commands else ()))
    if personal.commands(tx, mail):
        others = personal.rest(tx, mail)
        return (personal.work(tx, mail), *(_done(tx, others) if _says_something(others) else ()))
    if opening_again.is_meant(mail):
        return (Done(opening_again.open_ticket(tx, mail)),)
    if _names(mail).intersection(settling.ENDING):
        return (Done(turned_back.plainly(tx, mail, sentence("refused.nothing_kept"))),)
    groups = _by_ticket(mail)
    if mail.answered in OVERVIEWS and mail.thread.ticket is None and not (groups or mail.written.commands):
        return (Done(turned_back.plainly(tx, mail, sentence("refused.nothing_read"))),)
    if len(groups) > (most := tx.settings.limits.tickets_per_mail):
        return (Done(turned_back.plainly(tx, mail, sentence("refused.too_many_tickets", number=most))),)
    return tuple(one_ticket.work(tx, mail, number, commands) for number, commands in groups.items())


def _says_something(mail: AgentMail) -> bool:
    """A logo in a signature says nothing."""
    files = any(each.content_id is None for each in mail.files)
    return bool(mail.written.commands or mail.written.text.strip() or files)


def _names(mail: AgentMail) -> set[str]:
    return {each.name for each in mail.written.commands}


def _of_merged(mail: AgentMail, command: Command) -> Command:
    """What takes a merge back is about the ticket that the answered letter was about, not where that lives on."""
    merged = mail.thread.merged
    if merged is None or command.name != "undo" or command.ticket is not None:
        return command
    return replace(command, ticket=merged.number, line=f"#{merged.number} {command.written.removeprefix('#')}")


def _by_ticket(mail: AgentMail) -> dict[int | None, tuple[Command, ...]]:
    """Commands by the ticket they name; the mail's own ticket first, with the words."""
    own = mail.thread.ticket.number if mail.thread.ticket else None
    groups: dict[int | None, tuple[Command, ...]] = {}
    if own is not None or mail.written.text:
        groups[own] = ()
    for command in mail.written.commands:
        if command.name not in ASKING:
            meant = _of_merged(mail, command)
            number = meant.ticket or own
            groups[number] = (*groups.get(number, ()), meant)
    return {number: commands for number, commands in groups.items() if commands or number == own}
