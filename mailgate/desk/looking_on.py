"""`#watch` and `#unwatch`: an agent is told of a ticket that is not his, or no more."""

from __future__ import annotations

from mailgate.desk import beside, watchers
from mailgate.desk.case import Case
from mailgate.desk.watchers import PARTICIPANT
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence


def watch(case: Case, args: str) -> None:
    """Told of what is said and done from now on; twice is once."""
    if case.agent not in watchers.watching(case.tx, case.ticket):
        beside.add(case.tx, case.ticket.number, case.actor, "watch", PARTICIPANT, _row(case))
    case.did("done.watch", undo="#unwatch")


def unwatch(case: Case, args: str) -> None:
    """No more."""
    if case.agent not in watchers.watching(case.tx, case.ticket):
        raise RefusedCommand(sentence("refused.unwatched", number=case.ticket.number))
    beside.drop(case.tx, case.ticket.number, case.actor, "unwatch", PARTICIPANT, _row(case))
    case.did("done.unwatch", undo="#watch")


def _row(case: Case) -> dict[str, object]:
    return {"ticket": case.ticket.number, "role": "watcher", "who": case.agent, "proven": True}
