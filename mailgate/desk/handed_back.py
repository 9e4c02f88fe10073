"""A `#handover` is taken back: tickets that nobody has worked on since are his again, the others stay and are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, change, entrusting, people, tickets, undoing, undone
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.change import EVENT
from mailgate.desk.handing_over import HANDOVER, NAMED
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.desk.undoing import RENAMED, Did
from mailgate.desk.withdrawing import Left
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules.arguments import spoken
from mailgate.store.db import Tx

Stay = tuple[Ticket, str]
"""A ticket that stays where it is, and who has worked on it."""


def take_back(tx: Tx, mail: AgentMail, last: Any, to: str, handed: Iterable[Did]) -> tuple[Effect, ...]:
    """`last`: the mail that handed them over; `to`: an agent or a group. What has not gone over yet, never does."""
    tx.execute(sa.delete(HANDOVER).where(HANDOVER.c.agent == mail.agent, HANDOVER.c.at == last.at))
    back, stay = list[Ticket](), list[Stay]()
    for each in handed:
        ticket, by = tickets.loaded(tx, each.ticket), _worked_on(tx, mail.agent, each)
        columns = undoing.back_of(tx, each, Left()) if by is None else {}
        if columns:
            of = undoing.of_mail(last)
            back.append(change.apply(tx, ticket, f"agent:{mail.agent}", "undo", detail=of, **columns))
        elif by is not None:
            stay.append((ticket, by))
    if not back:
        raise RefusedCommand(sentence("undo.handover.none", numbers=", ".join(f"#{each.number}" for each, _ in stay)))
    _tell(tx, mail.agent, to, back)
    return tuple(_effects(mail.language, back, stay))


def _worked_on(tx: Tx, agent: str, did: Did) -> str | None:
    """Who has done something to it since; not the clock, and not he himself."""
    later = sa.select(EVENT).where(EVENT.c.ticket == did.ticket, EVENT.c.seq > did.last, EVENT.c.action != RENAMED)
    for row in tx.all(later.order_by(EVENT.c.seq)):
        role, _, who = row.actor.partition(":")
        changed = any(name in did.before for name, _, _ in undoing.columns_of_event(row))
        if changed or (role == "agent" and who != agent):
            return people.agent_name(tx.settings, who) if role == "agent" else str(undone.somebody(role))
    return None


def _tell(tx: Tx, agent: str, to: str, back: Sequence[Ticket]) -> None:
    """Whoever had got them; each member of a group."""
    group = tx.settings.groups.get(to) if to not in tx.settings.agents else None
    key = "change.handed_back.one" if len(back) == 1 else "change.handed_back"
    said = sentence(key, name=people.agent_name(tx.settings, agent), count=len(back), number=back[0].number)
    for each in dict.fromkeys(absence.present(tx, one) for one in (group.members if group else (to,))):
        if each is not None and each != agent and is_at_work(tx.settings, each):
            about, head, listed = "handed_back", sentence("title.handed_back"), back[: entrusting.MOST]
            entrusting.tell(tx, each, agent, said, about=about, words="", listed=listed, total=len(back), head=head)


def _effects(language: str, back: Sequence[Ticket], stay: Sequence[Stay]) -> Iterable[Effect]:
    yield Effect(say("done.handed_back.one" if len(back) == 1 else "done.handed_back", language, count=len(back)))
    for ticket, by in stay[:NAMED]:
        text = say("done.handed_back.stays", language, number=ticket.number, name=by)
        yield Effect(text, _take(ticket, language))
    if len(stay) > NAMED:
        yield Effect(say("done.handover.more", language, count=len(stay) - NAMED))


def _take(ticket: Ticket, language: str) -> str:
    return f"#{ticket.number} {spoken('#take').in_language(language).removeprefix('#')}"
