"""What does not go out, for `status`: to robots, beyond the budgets, to agents who can not be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from mailgate.outbox import breaker
from mailgate.outbox.letters import LETTERS
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, Suppressed, table_of

LETTER, SUPPRESSED = table_of(Letter), table_of(Suppressed)
LATELY = timedelta(days=1)
HOUR = timedelta(hours=1)
TO_AGENTS = tuple(name for name, letter in LETTERS.items() if letter.to == "agent")


def problems(tx: Tx) -> Iterator[str]:
    """What somebody should know of, in sentences."""
    for row in breaker.paused(tx):
        yield (
            f"{row.mailbox} looks like a robot that answers our letters, and gets none until "
            f"{row.until:%Y-%m-%d %H:%M} UTC: {row.why}."
        )
    if held_back := _out_of_budget(tx):
        yield f"{held_back} acknowledgements were held back in the last hour, because a limit for all mail is used up."
    for email in _unreached(tx):
        yield f"Letters to {email}, who is one of us, do not arrive: see `mailgate outbox --state failed`."


def counts(tx: Tx) -> dict[str, int]:
    """How many automatic letters were stopped: by a budget or the breaker, and for any other reason."""
    by_budget = sa.select(SUPPRESSED.c.budget, sa.func.count().label("many")).group_by(SUPPRESSED.c.budget)
    many = {bool(row.budget): row.many for row in tx.all(by_budget)}
    return {"by_budget": many.get(True, 0), "otherwise": many.get(False, 0)}


def _out_of_budget(tx: Tx) -> int:
    """Budgets of one mailbox or domain are everyday's; one for all is not."""
    all_mail = SUPPRESSED.c.budget & SUPPRESSED.c.reason.endswith("in all in an hour")
    recent = sa.select(sa.func.count()).where(all_mail, SUPPRESSED.c.at > tx.now - HOUR)
    return int(tx.value(recent) or 0)


def _unreached(tx: Tx) -> list[str]:
    """Addresses of ours to which letters of the last day failed, and none arrived since."""
    failed = sa.select(LETTER.c.to, LETTER.c.id).where(
        LETTER.c.state == "failed", LETTER.c.template.in_(TO_AGENTS), LETTER.c.created_at > tx.now - LATELY
    )
    last = {row.to: row.id for row in tx.all(failed.order_by(LETTER.c.id))}
    return sorted(email for email, letter in last.items() if not _sent_since(tx, email, letter))


def _sent_since(tx: Tx, email: str, letter: int) -> bool:
    later = sa.select(LETTER.c.id).where(LETTER.c.id > letter, LETTER.c.to == email, LETTER.c.state == "sent")
    return tx.first(later.limit(1)) is not None
