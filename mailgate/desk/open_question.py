"""The question that a reporter has not answered yet: our last public words to him, a question before all others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk.conversation import of_json
from mailgate.outbox.draft import Enclosure
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import MessageRow, table_of
from mailgate.trust import token as tokens

MESSAGE = table_of(MessageRow)
_SAID = Prepared(
    sa.select(
        *(MESSAGE.c[name] for name in ("direction", "purpose", "author", "new_text", "at", "attachments")),
    )
    .where(MESSAGE.c.ticket == sa.bindparam("ticket"), MESSAGE.c.public)
    .order_by(MESSAGE.c.id)
)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What was asked, when, and the files that went along."""

    text: str
    at: datetime
    files: tuple[Enclosure, ...]


def of(tx: Tx, ticket: int) -> OpenQuestion | None:
    """None where nothing of ours has ever gone to him."""
    said = tx.all(_SAID, {"ticket": ticket})
    # What a program answers for him is not public.
    his = max((place for place, row in enumerate(said) if row.author == "reporter"), default=-1)
    row = _last(said[his + 1 :]) or _last(said)
    return OpenQuestion(tokens.strip(row.new_text).strip(), row.at, of_json(row.attachments)) if row else None


def _last(said: list[sa.Row[Any]]) -> sa.Row[Any] | None:
    ours = [row for row in said if row.direction == "out" and row.new_text.strip()]
    asked = [row for row in ours if row.purpose == "question"]
    return next(reversed(asked or ours), None)
