"""`#undo` in an answer to the letter that confirms `#handover`, `#away` or `#back`: that one mail is taken back.

Of tickets that were handed over, those come back that nobody has worked on since; the others stay, and are named with
what takes them. What no longer stands can not be taken back, and the letter says what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absences, change, handed_back, undoing
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.change import EVENT
from mailgate.desk.letters_answered import LETTER
from mailgate.desk.undoing import COMMANDED, WITHIN
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.outbox.view import Effect
from mailgate.rules.written import Command
from mailgate.store.db import Tx

CONFIRMS = "command_done"


@contextmanager
def remembered(tx: Tx, agent: str, commands: Sequence[Command]) -> Iterator[None]:
    """What happens inside is what these commands about the agent himself do."""
    before = len(tx.once(change.written))
    yield
    if any(each.name == "undo" for each in commands):
        return
    values = {
        "ticket": change.WITHOUT_TICKET,
        "agent": agent,
        "mail": tx.mail,
        "at": tx.now,
        "commands": [each.line for each in commands],
        "events": [list(each) for each in tx.once(change.written)[before:]],
    }
    tx.execute(sa.insert(COMMANDED).values(**values))


def is_meant(tx: Tx, mail: AgentMail, command: Command) -> bool:
    """Whether this is an `#undo` of what a letter about no ticket confirms."""
    alone = command.name == "undo" and command.ticket is None and mail.thread.ticket is None
    return alone and mail.answered == CONFIRMS and _confirmed(tx, mail) is not None


def undo(tx: Tx, mail: AgentMail, args: str, words: str) -> tuple[Effect, ...]:
    """All that this mail said of the agent himself. Raises RefusedCommand with the reason."""
    last = _confirmed(tx, mail)
    if last is None or last.undone_at is not None:
        raise RefusedCommand(sentence("undo.own.already"))
    if last.at < tx.now - WITHIN:
        raise RefusedCommand(sentence("undo.own.old"))
    mine = [seq for ticket, seq in last.events if ticket == change.WITHOUT_TICKET]
    said = sa.select(EVENT).where(EVENT.c.ticket == change.WITHOUT_TICKET, EVENT.c.seq.in_(mine))
    rows = [row for row in tx.all(said.order_by(EVENT.c.seq.desc())) if row.action in _BACK]
    effects = tuple(effect for row in rows for effect in _BACK[row.action](tx, mail, last, row.detail))
    tx.execute(sa.update(COMMANDED).where(COMMANDED.c.id == last.id).values(undone_at=tx.now))
    return effects


def _confirmed(tx: Tx, mail: AgentMail) -> sa.Row[Any] | None:
    """What the letter confirms that he answers: the same mail brought both about."""
    token = mail.thread.token
    cause = tx.value(sa.select(LETTER.c.mail).where(LETTER.c.id == token.letter)) if token else None
    his = (COMMANDED.c.ticket == change.WITHOUT_TICKET, COMMANDED.c.agent == mail.agent, COMMANDED.c.mail == cause)
    return tx.first(sa.select(COMMANDED).where(*his).order_by(COMMANDED.c.id.desc()).limit(1)) if cause else None


_Back = Callable[[Tx, AgentMail, Any, dict[str, Any]], tuple[Effect, ...]]


def _handed_over(tx: Tx, mail: AgentMail, last: Any, said: dict[str, Any]) -> tuple[Effect, ...]:
    did = [each for each in undoing.what_it_did(tx, last.events) if each.ticket != change.WITHOUT_TICKET]
    return handed_back.take_back(tx, mail, last, said["to"], did)


def _away(tx: Tx, mail: AgentMail, last: Any, said: dict[str, Any]) -> tuple[Effect, ...]:
    return absences.take_back(tx, mail, last.at, said)


def _back_again(tx: Tx, mail: AgentMail, last: Any, said: dict[str, Any]) -> tuple[Effect, ...]:
    return absences.away(tx, mail, f"{said['first']}..{said['last']} {said.get('deputy') or ''}".rstrip(), "")


_BACK: dict[str, _Back] = {"handover": _handed_over, "away": _away, "back": _back_again}
"""What an event says he did, and how it is taken back."""
