"""Which customer group an address belongs to: the first of people.yaml that names it."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache

from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii


def customer_group_of(settings: Settings, email: str) -> str | None:
    """The id of the customer group, or None. First match wins (CONTRACT 4)."""
    address = lower_ascii(email)
    for name, group in settings.customer_groups.items():
        if group.match and _any_of(group.match).match(address):
            return name
    return None


@lru_cache(maxsize=512)
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Compiled once: people are asked about several times a mail, and a group may name a thousand domains."""
    return re.compile("|".join(translate(lower_ascii(each)) for each in globs))
