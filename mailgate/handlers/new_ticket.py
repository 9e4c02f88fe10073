"""Everything that is nothing else: a ticket is opened, the right people are told, the reporter is acknowledged.

Mail that could not be read becomes a ticket too, with the original attached: nothing blocks, nothing hides.
"""

from __future__ import annotations

from mailgate.desk import conversation, opening
from mailgate.desk.agent_writes import CommandResult
from mailgate.desk.notices import Words, tell_agents
from mailgate.desk.opening import Request
from mailgate.incoming import Incoming, Outcome
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.letters import LETTERS
from mailgate.outbox.sentences import say, sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust import token as tokens


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Opens, routes, tells, acknowledges."""
    request = _request(tx, mail)
    ticket = opening.open_ticket(tx, request)
    conversation.remember_ids(tx, ticket.number, mail.message, opens=True)
    opening.link(tx, ticket, mail.thread)
    results = tuple(CommandResult(each.name, each.args, True, "") for each in mail.written.commands)
    ticket = opening.describe(tx, ticket, mail.agent, mail.written.commands)
    words = Words(
        request.reporter.name or request.reporter.email, request.new_text, request.files, request.remark
    )
    tell_agents(tx, ticket, "new_ticket", actor=request.actor, words=words)
    opening.acknowledge(tx, ticket, request)
    return Outcome("handled", ticket.number, results)


def _request(tx: Tx, mail: Incoming) -> Request:
    message = mail.message
    return Request(
        reporter=mail.sender,
        actor=f"agent:{mail.agent}" if mail.agent else "reporter",
        subject=_subject(tx, mail),
        text=message.text,
        new_text=tokens.strip(mail.written.text if mail.agent else mail.words.text),
        route=mail.route,
        source_address=mail.read.targets[0].spelling if mail.read.targets else tx.settings.addresses[0].address,
        level=mail.level,
        language=message.language,
        files=_files(tx, mail),
        message_id=message.message_id,
        remark=_remark(mail),
        received_at=mail.read.envelope.received_at,
        envelope_sender=mail.read.envelope.sender,
        authentication=mail.read.authentication,
        no_response=mail.read.facts.no_response,
        answers_automatic=mail.thread.token is not None and LETTERS[mail.thread.token.template].gated,
        known_sender=message.sender is not None,
    )


def _subject(tx: Tx, mail: Incoming) -> str:
    language = tx.settings.site.language
    if not mail.message.readable:
        return say("subject.unreadable", language)
    return opening.clean_subject(tx.settings, mail.message.subject) or say("subject.none", language)


def _remark(mail: Incoming) -> Sentence | None:
    if mail.message.readable:
        return None
    why = "; ".join(mail.message.defects) or "unknown structure"
    return sentence("remark.unreadable", why=why)


def _files(tx: Tx, mail: Incoming) -> tuple[Enclosure, ...]:
    if mail.message.readable:
        return conversation.keep_files(tx, mail.message.attachments)
    return conversation.keep_files(tx, (opening.original(mail.read.raw),))
