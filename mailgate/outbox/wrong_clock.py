"""After the clock was put right: what was put off by a time that was ahead would wait until that time comes.

Nothing says that the clock has jumped, and a daemon may have been away meanwhile; so the rows are looked at. A letter
or a mail that waits for longer than any pause, or was made later than now, is due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from mailgate.rules.retry import LONGEST_PAUSE
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Letter, MailState, table_of

LETTER, STATE = table_of(Letter), table_of(MailState)
LONGEST_WAIT_OF_A_MAIL = timedelta(hours=1)
"""A mail is tried again after seconds, or minutes."""
NEARLY_RIGHT = timedelta(minutes=1)
"""So much the clocks of several nodes may differ."""


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """What is to be done, where there is anything."""
    letter = tx.value(sa.select(LETTER.c.id).where(_letters(tx.now)).limit(1))
    mail = tx.value(sa.select(STATE.c.mail).where(_mails(tx.now)).limit(1))
    return None if letter is None and mail is None else pull_in


def pull_in(tx: Tx) -> int:
    """How many are due now that would have waited for a wrong time."""
    letters = tx.execute(sa.update(LETTER).where(_letters(tx.now)).values(next_at=tx.now)).rowcount
    return letters + tx.execute(sa.update(STATE).where(_mails(tx.now)).values(not_before=None)).rowcount


def _letters(now: datetime) -> sa.ColumnElement[bool]:
    too_long = (LETTER.c.attempts > 0) & (LETTER.c.next_at > now + LONGEST_PAUSE)
    made_later = LETTER.c.created_at > now + NEARLY_RIGHT
    waits = (LETTER.c.state == "pending") & LETTER.c.worker.is_(None) & (LETTER.c.next_at > now)
    return waits & (too_long | made_later)


def _mails(now: datetime) -> sa.ColumnElement[bool]:
    return (STATE.c.state == "pending") & (STATE.c.not_before > now + LONGEST_WAIT_OF_A_MAIL)
