"""`mailgate report`: tickets counted by any field, for people, programs, spreadsheets, or the eye."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.common import AsJson, Config, print_json, print_table, reading, since_of
from mailgate.desk import report_pages, report_tables, report_words
from mailgate.desk.backlog import Day, backlog
from mailgate.desk.reports import Report
from mailgate.desk.reports import report as counted
from mailgate.rules.arguments import Unclear
from mailgate.rules.near import nearest
from mailgate.rules.report import FIELDS, Inquiry, fields_of
from mailgate.settings.model import Settings
from mailgate.store.db import Tx

By = Annotated[
    str | None,
    typer.Option(metavar="FIELD[,FIELD]", help=f"One or two of: {' '.join(FIELDS)}."),
]
Span = Annotated[str | None, typer.Option(help="Opened since then: 7d, 4h, 30m ago, or a date: 2026-12-24.")]
Until = Annotated[str | None, typer.Option(help="Opened until then; of a date, that day included.")]
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LANGUAGE = "en"


def report(
    config: Config = None,
    by: By = None,
    since: Span = None,
    until: Until = None,
    customer_group: Annotated[str | None, typer.Option(help="Of reporters of this group alone.")] = None,
    level: Annotated[int | None, typer.Option(min=1, max=2)] = None,
    internal: Annotated[bool, typer.Option("--internal", help="Reported by our own people.")] = False,
    external: Annotated[bool, typer.Option("--external", help="Reported from outside.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Neither closed nor merged.")] = False,
    closed: Annotated[bool, typer.Option("--closed")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets, on stdout.")] = False,
    svg: Annotated[bool, typer.Option("--svg", help="A chart, on stdout.")] = False,
    html: Annotated[bool, typer.Option("--html", help="One page with table and chart, on stdout.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tickets counted: first answers, solutions, promises, handling time. Merged tickets and parts do not count."""
    _only_one("--internal and --external", internal, external)
    _only_one("--open and --closed", open_, closed)
    _only_one("--csv, --svg, --html and --json", csv, svg, html, as_json)
    formats = {"csv": csv, "svg": svg, "html": html, "json": as_json}
    fields = _fields(by or "")
    with reading(config) as (_, tx):
        inquiry = Inquiry(
            by=fields,
            since=_moment(tx.settings, since),
            until=_moment(tx.settings, until, timedelta(days=1)),
            customer_group=_customer_group(tx.settings, customer_group),
            level=level,
            internal=internal if internal or external else None,
            is_open=open_ if open_ or closed else None,
        )
        wanted = next((name for name, is_wanted in formats.items() if is_wanted), "")
        _show(tx, inquiry.in_words(tx.settings), wanted)


# -- what is asked -----------------------------------------------------------------------------------------------------


def _only_one(options: str, *given: bool) -> None:
    if sum(given) > 1:
        raise typer.BadParameter(f"choose one of {options}")


def _fields(text: str) -> tuple[str, ...]:
    try:
        return fields_of(text)
    except Unclear as unclear:
        raise typer.BadParameter(_in_words(str(unclear.why), unclear.near), param_hint="--by") from unclear


def _customer_group(settings: Settings, name: str | None) -> str | None:
    known = settings.customer_groups
    if name is None or name in known:
        return name
    some = ", ".join(known) or "none is configured"
    why = f"there is no customer group '{name}': {some}"
    raise typer.BadParameter(_in_words(why, nearest(name, known)), param_hint="--customer-group")


def _in_words(why: str, near: Sequence[str]) -> str:
    return f"{why}; was {' or '.join(near[:2])} meant?" if near else why


def _moment(settings: Settings, text: str | None, more: timedelta = timedelta()) -> datetime | None:
    """A day is one where the site is, and begins there at midnight; `more`: what of it is meant as well."""
    if text is None or not _DATE.fullmatch(text.strip()):
        return since_of(text)
    try:
        day = datetime.fromisoformat(text.strip()) + more
        return day.replace(tzinfo=ZoneInfo(settings.site.timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return since_of(text)  # which says what is wrong with it


# -- what is shown -----------------------------------------------------------------------------------------------------


def _show(tx: Tx, inquiry: Inquiry, wanted: str) -> None:
    if wanted not in _WITH_BACKLOG:
        _ROWS[wanted](tx, counted(tx, inquiry))
        return
    _WITH_BACKLOG[wanted](tx, counted(tx, inquiry), backlog(tx, inquiry))


def _table(tx: Tx, report: Report) -> None:
    heads = ("tickets", "open", "answer", "90%", "solved", "90%", "kept", "handling", "rating")
    rows: list[tuple[Any, ...]] = [
        (*("-" if value is None else value for value in row.values), *report_words.told(row.figures, LANGUAGE))
        for row in report.rows
    ]
    if len(rows) > 1:
        blank = ("",) * (len(report.inquiry.by) - 1)
        rows.append(("total", *blank, *report_words.told(report.total, LANGUAGE)))
    print_table((*report.inquiry.by, *heads), rows, "No tickets.")


def _as_bytes(text: str) -> None:
    """UTF-8 whatever the terminal speaks, and line ends as they are: it goes into a file."""
    typer.echo(text.encode(), nl=False)


_ROWS: dict[str, Callable[[Tx, Report], None]] = {
    "": _table,
    "csv": lambda tx, report: _as_bytes(report_tables.as_csv(report)),
}
_WITH_BACKLOG: dict[str, Callable[[Tx, Report, tuple[Day, ...]], None]] = {
    "svg": lambda tx, report, days: _as_bytes(report_pages.as_svg(tx, report, days)),
    "html": lambda tx, report, days: _as_bytes(report_pages.as_html(tx, report, days)),
    "json": lambda tx, report, days: print_json(report_tables.document(report, days)),
}
