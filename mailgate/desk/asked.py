"""What an agent asks by mail: `#help #list #show #history #report`, each answered in a letter of its own to the
registered address alone. Asking changes nothing, and what he may not see is to him as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mailgate.desk import notices, overview, people, report_letters, retelling, showing, tickets, turned_back
from mailgate.desk.agent_writes import ASKING, AgentMail, Done, results
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.rights import sees
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.helping import help_rows
from mailgate.outbox.next_steps import next_steps
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import LetterView, Tap
from mailgate.rules import access
from mailgate.rules.arguments import ticket_number
from mailgate.rules.listing import read_listing
from mailgate.rules.report import read_report
from mailgate.rules.written import Command
from mailgate.store.db import Tx


def answers(tx: Tx, mail: AgentMail) -> Iterator[Done]:
    """Answer every question of the mail, each once. Where another line stops it, help is given all the same."""
    asking = ("help",) if mail.written.misread else ASKING
    for command in mail.written.commands:
        if command.name in asking and mail.level in access.needed(tx.settings, command.name):
            yield _answered(tx, mail, command)


def _answered(tx: Tx, mail: AgentMail, command: Command) -> Done:
    try:
        _ANSWERS[command.name](tx, mail, command)
    except RefusedCommand as refused:
        return Done(turned_back.unanswered(tx, mail, command, refused))
    return Done(results((command,), True))


def _help(tx: Tx, mail: AgentMail, command: Command) -> None:
    """The table of commands; about the ticket where he sees it."""
    view = LetterView(site=tx.settings.site.name, commands=help_rows(mail.language))
    ticket = mail.thread.ticket
    seen = ticket if ticket and sees(tx, mail.agent, ticket) else None
    notices.tell_person(tx, mail.agent, "help", view, ticket=seen, answers=mail.message_id)


def _list(tx: Tx, mail: AgentMail, command: Command) -> None:
    reader = of_agent(tx.settings, mail.agent)
    listing = read_listing(tx.settings, command.args, tx.now)
    found = overview.overview(tx, mail.agent, listing)
    view = LetterView(
        site=tx.settings.site.name,
        heading=listing.heading.in_language(reader.language),
        rows=tuple(overview.line(tx, reader, each) for each in found.tickets),
        why=say("list.more", reader.language, number=overview.MOST) if found.has_more else "",
    )
    notices.tell_person(tx, mail.agent, "list", view, ticket=None, answers=mail.message_id)


def _report(tx: Tx, mail: AgentMail, command: Command) -> None:
    inquiry = read_report(tx.settings, command.args, tx.now)
    view = report_letters.report_letter(tx, of_agent(tx.settings, mail.agent), mail.agent, inquiry)
    notices.tell_person(tx, mail.agent, "report", view, ticket=None, answers=mail.message_id)


def _show(tx: Tx, mail: AgentMail, command: Command) -> None:
    ticket, reader = _ticket(tx, mail, command), of_agent(tx.settings, mail.agent)
    said, more = retelling.said(tx, reader, ticket)
    reporter = people.by_id(tx, ticket.reporter)
    view = showing.for_agent(
        tx,
        ticket,
        reader,
        conversation=said,
        more=more,
        writer=reporter.shown,
        writer_address="" if tx.settings.agent_at(reporter.email) else reporter.email,
        taps=_taps(reader, ticket),
    )
    notices.tell_person(tx, mail.agent, "list", view, ticket=ticket, answers=mail.message_id)


def _history(tx: Tx, mail: AgentMail, command: Command) -> None:
    ticket, reader = _ticket(tx, mail, command), of_agent(tx.settings, mail.agent)
    happened, more = retelling.happened(tx, reader, ticket)
    view = LetterView(
        site=tx.settings.site.name,
        number=ticket.number,
        subject=ticket.subject,
        happened=happened,
        more=more,
        taps=_taps(reader, ticket),
    )
    notices.tell_person(tx, mail.agent, "list", view, ticket=ticket, answers=mail.message_id)


def _ticket(tx: Tx, mail: AgentMail, command: Command) -> Ticket:
    """The one that is named, else that of the letter he answers. Raises RefusedCommand where there is none for him."""
    own = mail.thread.ticket.number if mail.thread.ticket else None
    number = command.ticket or (ticket_number(command.args) if command.args else own)
    if number is None:
        raise RefusedCommand(sentence("refused.no_ticket"))
    ticket = tickets.load(tx, number)
    if ticket is None or not sees(tx, mail.agent, ticket):
        raise RefusedCommand(sentence("refused.not_here", number=number))
    return ticket


def _taps(reader: Reader, ticket: Ticket) -> tuple[Tap, ...]:
    steps = next_steps("list", reader.language, taken=ticket.assignee == reader.person, status=ticket.status)
    return tuple(Tap(label, command) for label, command in steps)


_ANSWERS: dict[str, Callable[[Tx, AgentMail, Command], None]] = {
    "help": _help,
    "list": _list,
    "show": _show,
    "history": _history,
    "report": _report,
}
