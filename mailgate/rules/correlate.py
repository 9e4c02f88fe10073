"""`correlate`: which alerts belong together, by a key in the subject, else in the text, and which says that all is well
again (CONTRACT 4). Remembering keys and finding their tickets is the desk's part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mailgate.mail.words import clean_line
from mailgate.rules.patterns import expression
from mailgate.rules.seen import Seen
from mailgate.settings.routing import Correlate

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Correlation:
    """What a rule says about one alert."""

    rule: str
    key: str
    """In lower case, on one line."""
    within: timedelta
    resolves: bool = False
    """It says that the trouble is over."""


def correlation(asked: Correlate, seen: Seen, rule: str) -> Correlation | None:
    """The key of this mail, or None where it has none. The first group that caught something is the key."""
    found = seen.found(expression(asked.key))
    if found is None:
        return None
    caught = (found[str(number)] for number in range(1, 100) if str(number) in found)
    key = clean_line(next(caught, ""), _LONGEST_KEY).casefold()
    if not key:
        return None
    over = asked.resolved_by is not None and seen.found(expression(asked.resolved_by)) is not None
    return Correlation(rule, key, asked.within.plain, over)
