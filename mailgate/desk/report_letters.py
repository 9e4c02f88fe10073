"""`#report`: tickets counted by mail, of those that the agent may see, and so many that no other mail waits long."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, customers, report_words, reports, rights
from mailgate.desk.audience import Reader
from mailgate.desk.overview import likely
from mailgate.desk.reports import TICKET, Report, Row, Sight
from mailgate.outbox.view import LetterView
from mailgate.outbox.view_lines import FigureLine
from mailgate.rules import access
from mailgate.rules.access import TicketView
from mailgate.rules.arguments import Unclear
from mailgate.rules.report import Inquiry
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

MOST_TICKETS = 400_000
"""Counting them takes about half a second, and other mails wait for it."""
MOST_ROWS = 50
_TOO_MANY = Sentence(
    "these are more than {most} tickets, which `mailgate report` counts and a letter does not; ask for fewer days",
    "das sind mehr als {most} Tickets, die `mailgate report` zählt und eine Mail nicht; bitte weniger Tage angeben",
)
_MORE = Sentence(
    "{number} more rows are left out here; `mailgate report` shows all of them.",
    "{number} weitere Zeilen fehlen hier; `mailgate report` zeigt alle.",
)


def report_letter(tx: Tx, reader: Reader, agent: str, inquiry: Inquiry, *, most: int = MOST_TICKETS) -> LetterView:
    """What the letter shows. Raises Unclear where there are more than `most` tickets to be counted."""
    sight = sight_of(tx, agent)
    if reports.has_more_than(tx, inquiry, sight, most):
        fewer = [f"{' '.join(inquiry.by)} {days}d" for days in (90, 30)]
        raise Unclear(_TOO_MANY.filled(most=f"{most:,}".replace(",", " ")), fewer)
    return _view(tx, reader, reports.report(tx, inquiry, sight))


def sight_of(tx: Tx, agent: str) -> Sight:
    """What of a ticket decides whether he sees it now. Whoever once had it sees it too, but does not count it."""
    if access.sees_everything(tx.settings, agent):
        return Sight()
    mine = (agent, *sorted(absence.stands_in_for(tx, agent)))
    hands = (sa.case((column.in_(mine), column)) for column in (TICKET.c.assignee, TICKET.c.coordinator))

    @cache
    def sees(category: str, customer_group: str | None, group: str | None, *hands: str | None) -> bool:
        assignee, coordinator = hands
        return rights.sees_such(
            tx, agent, TicketView(category, group, assignee, coordinator, customer_group=customer_group)
        )

    def all_seen(values: Sequence[Any]) -> bool:
        return sees(*values)

    return Sight(likely(tx, agent), (TICKET.c.category, customers.group_of(tx), TICKET.c.group, *hands), all_seen)


def _view(tx: Tx, reader: Reader, report: Report) -> LetterView:
    language, by = reader.language, report.inquiry.by
    shown = [_line(tx, by, row, language) for row in report.rows[:MOST_ROWS]]
    if len(report.rows) > 1:
        shown.append(
            FigureLine(report_words.TOTAL.in_language(language), report_words.told(report.total, language), True)
        )
    kept = [place for place, _ in enumerate(report_words.COLUMNS) if any(each.figures[place] for each in shown)]
    left_out = max(len(report.rows) - MOST_ROWS, 0)
    return LetterView(
        site=tx.settings.site.name,
        heading=report.inquiry.heading.in_language(language),
        heads=tuple(report_words.COLUMNS[place].head.in_language(language) for place in kept),
        figures=tuple(FigureLine(each.name, tuple(each.figures[i] for i in kept), each.is_total) for each in shown),
        why=_MORE.filled(number=left_out).in_language(language) if left_out else "",
    )


def _line(tx: Tx, by: tuple[str, ...], row: Row, language: str) -> FigureLine:
    name = report_words.name_of(tx.settings, by, row, language)
    return FigureLine(name, report_words.told(row.figures, language))
