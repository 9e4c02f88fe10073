"""The letter `command_done`: one for a mail with commands, naming each effect and what undoes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mailgate.desk import notices
from mailgate.desk.agent_writes import AgentMail, Done
from mailgate.desk.tickets import Ticket
from mailgate.outbox.view import Effect, LetterView, Tap
from mailgate.store.db import Tx


def tell_done(tx: Tx, mail: AgentMail, done: Iterable[Done], taps: tuple[Tap, ...] = ()) -> None:
    """What became of all tickets of the mail; no letter where no command had an effect."""
    effective = [each for each in done if each.effects]
    if not effective:
        return
    ticket = effective[0].ticket
    effects = tuple(effect for each in effective for effect in _as_seen_from(ticket, each))
    view = LetterView(site=tx.settings.site.name, effects=effects, taps=taps)
    if ticket:
        view = replace(view, number=ticket.number, subject=ticket.subject)
    notices.tell_person(tx, mail.agent, "command_done", view, ticket=ticket, answers=mail.message_id)


def _as_seen_from(ticket: Ticket | None, done: Done) -> Iterable[Effect]:
    """In the letter about one ticket, what undoes something on another has to name that."""
    other = done.ticket.number if done.ticket and done.ticket != ticket else None
    for effect in done.effects:
        if other is None or effect.undo is None or effect.undo[1:2].isdigit():
            yield effect
        else:
            yield replace(effect, undo=f"#{other} {effect.undo.removeprefix('#')}")
