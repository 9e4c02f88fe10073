"""Letters of a mail that is taken back: what has not left yet never will, what has left can not come back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from mailgate.desk import change, conversation, outbox_views, people
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.outbox.queue import LETTER
from mailgate.outbox.sentences import say, sentence
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx

OF_HIS_OWN = ("command_done", "command_refused", "confirm", "help", "list", "report")
"""Letters to the agent about his own mail."""


@dataclass(frozen=True, slots=True)
class Left:
    """What became of the letters, and what else stays."""

    outside: tuple[str, ...] = ()
    """Whom outside they reached, by name."""
    agents: frozenset[str] = frozenset()
    """Which of us they reached."""
    stopped: tuple[str, ...] = ()
    """Whom they never will, by name."""
    notes: bool = False

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What the agent has to know of them."""
        said = [sentence("undo.stopped", names=", ".join(self.stopped))] if self.stopped else []
        said += [sentence("undo.left", names=", ".join(self.outside))] if self.outside else []
        return (*said, *([sentence("undo.note")] if self.notes else []))

    @property
    def sentence(self) -> Sentence:
        """All of them as one."""
        return joined(self.sentences, verbatim(" "))


def withdraw(case: Case, mail: int | None, numbers: Collection[int]) -> Left:
    """Stop the letters that this mail caused on these tickets, and say which are gone."""
    tx, outside, agents, stopped = case.tx, list[str](), set[str](), list[str]()
    said, unsaid = set[int | None](), set[int | None]()
    mine = (LETTER.c.mail == mail, LETTER.c.ticket.in_(numbers), LETTER.c.template.not_in(OF_HIS_OWN))
    for row in tx.all(sa.select(LETTER).where(*mine).order_by(LETTER.c.id)) if mail else ():
        agent = tx.settings.agent_at(row.to)
        name = people.agent_name(tx.settings, agent) or _name(case, row.to)
        if row.state == "pending" and outbox_views.cancel(tx, row.id):
            change.record(tx, row.ticket, case.actor, "letter_cancel", letter=row.id, to=row.to)
            stopped.append(name)
            unsaid.add(row.message)
        elif row.state in ("pending", "sent") and agent:
            agents.add(agent)
        elif row.state in ("pending", "sent"):
            outside.append(name)
            said.add(row.message)
    _unsay(case, unsaid - said)
    notes = (MESSAGE.c.mail == mail, MESSAGE.c.ticket.in_(numbers), MESSAGE.c.direction == "note")
    kept = mail is not None and tx.first(sa.select(MESSAGE.c.id).where(*notes).limit(1)) is not None
    return Left(_each_once(outside), frozenset(agents - {case.agent}), _each_once(stopped), kept)


def tell_of_hold(case: Case) -> None:
    """Until when his words can be stopped, where they wait (`delivery.hold`)."""
    hold = case.tx.settings.delivery.hold.plain
    if hold and waits(case.tx, case.tx.mail, case.ticket.number):
        case.did("done.hold", "#undo", when=case.when(case.tx.now + hold))


def waits(tx: Tx, mail: int | None, ticket: int) -> bool:
    """Words of this mail on the ticket have not left yet."""
    his = (LETTER.c.mail == mail, LETTER.c.ticket == ticket, LETTER.c.owner.is_not(None))
    mine = (*his, LETTER.c.state == "pending")
    return mail is not None and tx.first(sa.select(LETTER.c.id).where(*mine).limit(1)) is not None


def _unsay(case: Case, messages: Collection[int | None]) -> None:
    """Words of which no letter has left were never said."""
    remark = say("remark.stopped", case.tx.settings.site.language, name=case.agent_name)
    out = (MESSAGE.c.id.in_(messages), MESSAGE.c.direction == "out")
    for row in case.tx.all(sa.select(MESSAGE.c.id).where(*out)):
        conversation.unsay(case.tx, row.id, remark)


def _name(case: Case, address: str) -> str:
    person = people.by_email(case.tx, address)
    return person.shown if person else address


def _each_once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
