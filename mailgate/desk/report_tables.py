"""A report for programs: the document of CONTRACT 3, and the same rows as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from mailgate.desk.backlog import Day
from mailgate.desk.reports import Report
from mailgate.rules.figures import NAMES

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, or looks behind for one."""


def document(report: Report, days: Iterable[Day]) -> dict[str, Any]:
    """`report --json`, and all rows together as `total`."""
    by = report.inquiry.by
    rows = [{**dict(zip(by, row.values, strict=True)), **asdict(row.figures)} for row in report.rows]
    backlog = [{"day": each.day.isoformat(), "open": each.open} for each in days]
    return {"by": list(by), "rows": rows, "total": asdict(report.total), "backlog": backlog}


def as_csv(report: Report) -> str:
    """A line for each row below a line of names, ids as they are stored, nothing where there is nothing."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")  # RFC 4180, 2
    lines.writerow((*report.inquiry.by, *NAMES))
    for row in report.rows:
        figures = (getattr(row.figures, name) for name in NAMES)
        lines.writerow([*map(defused, row.values), *figures])
    return out.getvalue()


def defused(value: object) -> object:
    """A cell that no spreadsheet calculates: names are chosen by people, and some are not ours."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
