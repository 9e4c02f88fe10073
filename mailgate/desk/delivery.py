"""What the relay or a delivery report says about a letter: remembered, and the owner is told when it is for good.

A letter to one of us that fails is only an event, and a sentence of `status`: a letter about it would go round.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, deputies, failing, notices, people, rights, showing, threads, tickets
from mailgate.desk.audience import Reader, of_agent, told
from mailgate.desk.posting import post
from mailgate.desk.retired import is_at_work
from mailgate.desk.threads import Thread, TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.mail.bounce import Bounce, ids_named
from mailgate.mail.delivery_status import diagnosed
from mailgate.mail.message import Message
from mailgate.mail.report_kinds import is_complaint
from mailgate.outbox.answers import Outcome
from mailgate.outbox.draft import Draft
from mailgate.outbox.letters import LETTERS
from mailgate.outbox.moulds import text_of
from mailgate.outbox.view import LetterView
from mailgate.sentence import Sentence, verbatim
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)
TO_REPORTERS = ("reply", "question", "resolved", "partner_resolved", "forwarded", "statement_request", "announcement")
"""Letters with a person's words: when one is not delivered, its owner has to know."""

_NO_ANSWER = Sentence("no answer", "keine Antwort")
_ACTIONS = {"hard": "bounced", "soft": "refused_for_now", "delay": "delayed"}
"""The event of each severity; only the first changes anything."""


def proof(tx: Tx, thread: Thread, bounce: Bounce | None, message: Message) -> str | None:
    """Why this report is really about a letter of ours, or None."""
    if thread.bounce:
        return "sent to the bounce address of a letter of ours"
    if _by_ids(tx, bounce, message):
        return "it names the Message-ID of a letter of ours"
    return None


def reported_letter(tx: Tx, thread: Thread, bounce: Bounce | None, message: Message) -> sa.Row[Any] | None:
    """The letter a proven report is about."""
    use: TokenUse | None = thread.bounce or _by_ids(tx, bounce, message)
    if use is None or use.letter is None:
        return None
    return tx.first(sa.select(LETTER).where(LETTER.c.id == use.letter))


def _by_ids(tx: Tx, bounce: Bounce | None, message: Message) -> TokenUse | None:
    """The letter whose Message-ID is named: also in a report that says that all went well."""
    if bounce is None and (message.report is None or message.report.kind != "delivery-status"):
        return None
    return threads.letter_reported(tx, bounce.message_ids if bounce else ids_named(message), message)


def of_recipient(letter: sa.Row[Any] | None, bounce: Bounce | None) -> Bounce | None:
    """What the report says of the one address that this letter went to; None where it arrived there."""
    return bounce.about(letter.to) if letter is not None and bounce else bounce


def reported(tx: Tx, letter: sa.Row[Any], bounce: Bounce) -> None:
    """A delivery report came: an event, and for a permanent failure the letter failed and its address is spared."""
    answer = f"{bounce.status or '?'} {bounce.reason}".strip()
    change.record(
        tx,
        letter.ticket or change.WITHOUT_TICKET,
        f"person:{letter.to}",
        _ACTIONS[bounce.severity],
        letter=letter.id,
        to=letter.to,
        status=bounce.status,
        why=bounce.reason,
    )
    if bounce.severity == "hard" and letter.state != "failed":
        tx.execute(sa.update(LETTER).where(LETTER.c.id == letter.id).values(state="failed", answer=answer))
        news = bounce.address and failing.note(tx, letter.to, letter.ticket, str(bounce.reason))
        tell_owner(tx, letter, bounce.reason, news=news)


def arrived(tx: Tx, letter: sa.Row[Any]) -> None:
    """A report that says that all went well (RFC 3464, 2.3.3: delivered, relayed, expanded)."""
    change.record(tx, letter.ticket or change.WITHOUT_TICKET, f"person:{letter.to}", "arrived", letter=letter.id)


def complained_about(tx: Tx, message: Message) -> int | None:
    """Somebody's provider passes on a complaint (RFC 5965): with our letter in it, its address is spared. Returns the
    ticket of that letter."""
    if not is_complaint(message):
        return None
    use = threads.letter_reported(tx, ids_named(message), message)
    letter = tx.first(sa.select(LETTER).where(LETTER.c.id == use.letter)) if use else None
    if letter is None:
        return None
    ticket: int | None = letter.ticket
    change.record(tx, ticket or change.WITHOUT_TICKET, f"person:{letter.to}", "complained", letter=letter.id)
    failing.note(tx, letter.to, ticket, "a complaint (RFC 5965)")
    return ticket


def settled(tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> None:
    """The sender is done with a letter, for good or for bad; or it goes on without its files."""
    ticket = letter.ticket or change.WITHOUT_TICKET
    if outcome.lighter:
        names, why = [each["name"] for each in letter.files], outcome.answer
        change.record(
            tx, ticket, "rule:delivery", "files_left_out", letter=letter.id, to=letter.to, why=why, files=names
        )
        return
    change.record(tx, ticket, "rule:delivery", outcome.state, letter=letter.id, to=letter.to, answer=outcome.answer)
    if outcome.state == "failed":
        # The relay may refuse for reasons of its own; only what it says about the address counts against that.
        said = outcome.answer or ""
        news = _refuses_address(said) and failing.note(tx, letter.to, letter.ticket, said)
        tell_owner(tx, letter, verbatim(outcome.answer) if outcome.answer else _NO_ANSWER, news=news)


def _refuses_address(answer: str) -> bool:
    said = diagnosed(None, answer)
    return (said.status or "").startswith(("5.1.", "5.2.")) and said.address


def tell_owner(tx: Tx, letter: sa.Row[Any], why: Sentence, *, news: bool = False) -> None:
    """Who wrote the letter learns that it did not arrive; of a letter that we wrote ourselves the assignee, where it is
    news that the address fails. Never about letters to us, which would go round."""
    ticket = tickets.load(tx, letter.ticket) if letter.ticket else None
    if ticket is None:
        return
    readers: tuple[Reader, ...] = ()
    if letter.template in TO_REPORTERS:
        readers = _owners(tx, ticket, letter.owner)
    elif news and LETTERS[letter.template].gated and ticket.assignee:
        readers = _active(tx, ticket.assignee)
    for reader in deputies.with_deputies(tx, readers, ticket, rights.now(tx, ticket)):
        post(tx, _draft(tx, ticket, reader, letter, why))


def _owners(tx: Tx, ticket: Ticket, owner: str | None) -> tuple[Reader, ...]:
    view = rights.now(tx, ticket)
    return _active(tx, owner) or told(tx.settings, "new_message", ticket, view, actor="rule:delivery")


def _active(tx: Tx, agent: str | None) -> tuple[Reader, ...]:
    return (of_agent(tx.settings, str(agent)),) if is_at_work(tx.settings, agent) else ()


def _draft(tx: Tx, ticket: Ticket, reader: Reader, letter: sa.Row[Any], why: Sentence) -> Draft:
    reporter = people.by_id(tx, ticket.reporter)
    view: LetterView = replace(
        showing.for_agent(tx, ticket, reader),
        recipient=letter.to,
        why=why.in_language(reader.language),
        words=_beginning(text_of(tx, letter)),
        by_us=letter.template not in TO_REPORTERS,
        writer=reporter.shown if letter.to == reporter.email else letter.to,
    )
    return notices.about(tx, ticket, "delivery_failed", reader, view, writer="")


def _beginning(text: str) -> str:
    """The beginning of the letter, so that the owner knows which one it was."""
    lines = text.splitlines()
    return "\n".join(lines[:15]) + ("\n…" if len(lines) > 15 else "")
