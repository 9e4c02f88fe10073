"""Which customer group an address belongs to: the first of people.yaml that names it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii


def customer_group_of(settings: Settings, email: str) -> str | None:
    """The id of the customer group, or None. First match wins (CONTRACT 4)."""
    address = lower_ascii(email)
    for name, group in settings.customer_groups.items():
        if any(fnmatchcase(address, pattern.lower()) for pattern in group.match):
            return name
    return None
