"""The times of a document, for people: by the clocks of the site. Programs read UTC."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")


def zoned(value: Any, zone: ZoneInfo) -> Any:
    """The same document, in which each time reads `2026-11-23T10:00:00`, as clocks in that zone show it."""
    if isinstance(value, dict):
        return {name: zoned(each, zone) for name, each in value.items()}
    if isinstance(value, list):
        return [zoned(each, zone) for each in value]
    if isinstance(value, str) and _TIME.fullmatch(value):
        return _local(value, zone)
    return value


def _local(text: str, zone: ZoneInfo) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError):  # no such day, or one at the end of all years
        return text
