"""Notices of known trouble: one that ends before it begins would never be said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from mailgate.settings.problems import Problem, shown
from mailgate.settings.tree import Found, Node, find, pattern

_MOMENT = TypeAdapter(datetime)


def never_said(root: Node) -> Iterator[Problem]:
    """A problem for each notice whose end is not behind its beginning. What is no date at all the types say."""
    zone = next((found.text for found in find(root, pattern("site.timezone"))), None) or "UTC"
    for notice in find(root, pattern("notices.*")):
        begins, ends = notice.below("from"), notice.below("until")
        if begins is None or ends is None:
            continue
        first, last = _moment(begins, zone), _moment(ends, zone)
        if first and last and last <= first:
            since = shown(begins.written)
            yield ends.problem(f"this notice is over when it begins, at {since}: it would never be said")


def _moment(found: Found, zone: str) -> datetime | None:
    """What names no time zone is meant in that of the site."""
    try:
        written = _MOMENT.validate_python(found.text)
        return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))
    except (ValidationError, KeyError, ValueError, OSError):
        return None
