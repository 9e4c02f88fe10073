"""Whom the site turns away by address (`intake.refuse`): asked at MAIL and RCPT, answered with 550."""

from __future__ import annotations

from functools import lru_cache

from mailgate.rules.patterns import Compiled, glob
from mailgate.settings.model import Settings

_ALWAYS_TAKEN = ("postmaster", "abuse")
"""RFC 5321, 4.5.1; CONTRACT 5."""


def refuses_sender(settings: Settings, address: str) -> bool:
    """The null sender is never refused: delivery reports come from it."""
    return bool(address) and _fits(settings.intake.refuse.from_, address)


def refuses_recipient(settings: Settings, address: str) -> bool:
    """Compared with and without the +tag."""
    local, at, domain = address.rpartition("@")
    plain = local.partition("+")[0]
    if plain.lower() in _ALWAYS_TAKEN:
        return False
    patterns = settings.intake.refuse.to
    return _fits(patterns, address) or _fits(patterns, f"{plain}{at}{domain}")


def _fits(patterns: tuple[str, ...], address: str) -> bool:
    return any(_compiled(each).find(address) is not None for each in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Compiled:
    return glob(pattern)
