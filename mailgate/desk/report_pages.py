"""A report for the eye, in the site's language: an SVG file, or one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from mailgate.desk import report_words
from mailgate.desk.backlog import Day
from mailgate.desk.report_charts import chart
from mailgate.desk.reports import Report
from mailgate.mail.words import clean_line
from mailgate.outbox import phrases
from mailgate.outbox.view_lines import FigureLine
from mailgate.rules.report import FIELDS
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

PAGES = Path(__file__).parent.parent / "templates" / "pages"
_LEGEND = Sentence(
    "Answers and solutions in working time: half of them came within the first time, nine of ten within the second. "
    "Kept: the share of promises. Merged tickets and parts do not count.",
    "Antworten und Lösungen in Arbeitszeit: die Hälfte binnen der ersten Zeit, neun von zehn binnen der zweiten. "
    "Erfüllt: der Anteil der Zusagen. Zusammengeführte Tickets und Teile zählen nicht.",
)
_LONGEST_NAME = 200


def as_svg(tx: Tx, report: Report, days: Sequence[Day]) -> str:
    """The drawing alone."""
    language = tx.settings.site.language
    return _pages().get_template("chart.svg").render(chart=chart(tx.settings, report, days, language))


def as_html(tx: Tx, report: Report, days: Sequence[Day]) -> str:
    """Table and drawing."""
    settings, language = tx.settings, tx.settings.site.language
    by, total = report.inquiry.by, report_words.told(report.total, language)
    names = [clean_line(report_words.name_of(settings, by, row, language), _LONGEST_NAME) for row in report.rows]
    together = report_words.TOTAL.in_language(language)
    return (
        _pages()
        .get_template("report.html")
        .render(
            site=settings.site.name,
            at=phrases.when_words(tx.now, language, settings.site.timezone),
            by=" · ".join(FIELDS[name].title.in_language(language) for name in by),
            columns=[
                {"head": each.head.in_language(language), "means": each.means.in_language(language)}
                for each in report_words.COLUMNS
            ],
            lines=[
                FigureLine(name or together, report_words.told(row.figures, language))
                for name, row in zip(names, report.rows, strict=True)
            ],
            total=FigureLine(together, total) if len(names) > 1 else None,
            legend=_LEGEND.in_language(language),
            chart=chart(settings, report, days, language),
            drawing=Markup(as_svg(tx, report, days)),  # noqa: S704  # our own template has escaped it
        )
    )


@cache
def _pages() -> jinja2.Environment:
    """Every value is escaped in them: SVG is XML, and what HTML escapes is enough for it."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
