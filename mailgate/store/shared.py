"""What the journal does besides where several nodes share one PostgreSQL.

Two nodes may be handed the same mail at the same moment: whoever comes second waits until the first has it, and knows
it then. Ids become visible out of order, so there is no cursor over them: an arrival has its state row from the
beginning. Large mails are rows, because there is no folder that every node sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from mailgate.store.tables import Large, MailState, table_of

LARGE = table_of(Large)
STATE = table_of(MailState)

# The inner query is sorted before anything is locked: two nodes never wait for each other.
_LOCK = sa.text(
    "SELECT pg_advisory_xact_lock(key) FROM"
    " (SELECT DISTINCT key FROM unnest(CAST(:keys AS bigint[])) AS key ORDER BY key) AS in_order"
)
_KEEP = insert(LARGE).on_conflict_do_nothing()
_ENLIST = sa.insert(STATE)


def is_shared(connection: sa.Connection) -> bool:
    """Whether other nodes may write into this database."""
    return connection.dialect.name == "postgresql"


def one_after_the_other(connection: sa.Connection, contents: Iterable[str]) -> None:
    """Until the end of this transaction no other node takes mails with the same bytes (`Digests.content`): not the same
    transmission, nor its copy for others, which has to come behind it."""
    connection.execute(_LOCK, {"keys": [int(content[:15], 16) for content in contents]})


def keep(connection: sa.Connection, large: Iterable[tuple[str, bytes, object]]) -> None:
    """Keep every (sha256, bytes, …), as rows."""
    for sha256, raw, _ in large:
        connection.execute(_KEEP, {"sha256": sha256, "content": raw})


def load(connection: sa.Connection, sha256: str) -> bytes:
    """The bytes of a large mail. Raises FileNotFoundError where they are gone."""
    content = connection.execute(sa.select(LARGE.c.content).where(LARGE.c.sha256 == sha256)).scalar()
    if content is None:
        raise FileNotFoundError(sha256)
    return bytes(content)


def enlist(connection: sa.Connection, mails: Sequence[int]) -> None:
    """These arrivals may be claimed."""
    if mails:
        connection.execute(
            _ENLIST, [{"mail": mail, "state": "pending", "attempts": 0, "strikes": 0, "fence": 0} for mail in mails]
        )
