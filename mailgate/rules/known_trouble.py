"""Known trouble (`notices:` of service.yaml): what is to be said at this moment, of everything or of a category. Pure.

A notice begins and ends by itself: whoever writes a letter asks here each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from mailgate.rules.hours import wall_clock_in
from mailgate.settings.model import Settings
from mailgate.settings.scalars import in_language
from mailgate.settings.service import Notice

_APART = "\n\n"


def in_force(settings: Settings, now: datetime) -> tuple[Notice, ...]:
    """Those that hold now, in the order of the file."""
    return tuple(each for each in settings.notices if begins(settings, each) <= now < ends(settings, each))


def begins(settings: Settings, notice: Notice) -> datetime:
    """In UTC; what names no time zone is meant in that of the site."""
    return _moment(settings, notice.from_)


def ends(settings: Settings, notice: Notice) -> datetime:
    """As `begins`; from then on it holds no more."""
    return _moment(settings, notice.until)


def said(settings: Settings, now: datetime, category: str, language: str) -> str:
    """What somebody who writes about this category should know: a paragraph each; empty where all is well."""
    return _APART.join(
        in_language(each.text, language, settings.site.language).strip()
        for each in in_force(settings, now)
        if concerns(each, category)
    )


def concerns(notice: Notice, category: str) -> bool:
    """Its category, and all below it; without one, everything."""
    return notice.category is None or category == notice.category or category.startswith(f"{notice.category}/")


def all_said(settings: Settings, now: datetime, language: str) -> Iterator[tuple[str, datetime]]:
    """For us: each text, and until when it holds."""
    for each in in_force(settings, now):
        yield in_language(each.text, language, settings.site.language).strip(), ends(settings, each)


def _moment(settings: Settings, written: datetime) -> datetime:
    if written.tzinfo:
        return written.astimezone(UTC)
    midnight = datetime.combine(written.date(), time())
    return wall_clock_in(settings.site.timezone, written.date(), written - midnight)
