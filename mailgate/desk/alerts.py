"""The letter `alert` to the admins: what is wrong with mailgate, since when, what it means, what to do; and that it is
over.

One letter names all troubles there are, so a newer one takes the place of one that has not left yet. When one is due
says `troubles.py`; which way it leaves says `alerts.relay` (`outbox/deliver.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mailgate.desk import audience, notices, outbox_views, people, showing, trouble_words, troubles
from mailgate.desk.audience import Reader
from mailgate.desk.troubles import Row
from mailgate.outbox.sentences import say
from mailgate.outbox.view import LetterView
from mailgate.outbox.view_lines import TroubleLine
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)
MOST = 20
"""Troubles that one letter spells out."""
SUPERSEDED = "a newer alert says it all"


@dataclass(frozen=True, slots=True)
class News:
    """What a letter has to say."""

    standing: Sequence[Row]
    over: Sequence[Row]


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: see without a turn whether there is something to tell."""
    return tell if _news(tx) else None


def tell(tx: Tx) -> int:
    """One letter to each admin where something is due to be told. Returns how many letters."""
    news = _news(tx)
    if news is None:
        return 0
    troubles.forget(tx)
    readers = audience.admins(tx.settings)
    for reader in readers:
        _take_back(tx, reader)
        _post(tx, reader, news)
    troubles.told(tx, news.standing)
    troubles.cleared(tx, news.over)
    return len(readers)


def _news(tx: Tx) -> News | None:
    news = News(troubles.standing(tx), troubles.over(tx))
    due = news.over or troubles.is_time(tx, news.standing, tx.settings.alerts.repeat.plain)
    return news if due else None


def _take_back(tx: Tx, reader: Reader) -> None:
    """An alert that could not leave yet says less than the one that follows."""
    waiting = (LETTER.c.template == "alert", LETTER.c.to == reader.email, LETTER.c.state == "pending")
    gone = {"state": "cancelled", "next_at": None, "answer": SUPERSEDED}
    tx.execute(sa.update(LETTER).where(*waiting, outbox_views.at_rest(tx)).values(**gone))


def _post(tx: Tx, reader: Reader, news: News) -> None:
    standing = sorted(news.standing, key=lambda row: (trouble_words.place(row.kind), row.since))
    view = LetterView(
        site=tx.settings.site.name,
        formal=people.is_formal(tx.settings, None),
        reader=reader.name,
        troubles=tuple(_line(tx, reader, row) for row in standing[:MOST]),
        over=tuple(_line(tx, reader, row) for row in news.over[:MOST]),
        more=max(0, len(standing) - MOST) + max(0, len(news.over) - MOST),
    )
    notices.tell_without_ticket(tx, "alert", reader, view, subject=_subject(tx, reader, standing, news))


def _line(tx: Tx, reader: Reader, row: Row) -> TroubleLine:
    language = reader.language
    words = trouble_words.of(row.kind, row.about)
    is_over = row.ended_at is not None
    return TroubleLine(
        text=troubles.said(row).whole.in_language(language),
        since=showing.when(tx.settings, row.since, language),
        means="" if is_over else words.means.in_language(language),
        todo="" if is_over else words.todo.whole.in_language(language),
        until=showing.when(tx.settings, row.ended_at, language) if is_over else "",
    )


def _subject(tx: Tx, reader: Reader, standing: Sequence[Row], news: News) -> str:
    """What is worst, or what is over: the newest is what the letter is about."""
    site, language = tx.settings.site.name, reader.language
    if not standing:
        said = trouble_words.KINDS.get(news.over[0].kind, trouble_words.OTHER).title
        return say("alert.clear" if len(news.over) == 1 else "alert.all_clear", language, site=site, what=said)
    untold = [row for row in standing if not troubles.is_told(row)] or standing
    said = trouble_words.KINDS.get(untold[0].kind, trouble_words.OTHER).title
    others = len(standing) - 1
    return say("alert.more" if others else "alert.one", language, site=site, what=said, number=others)
