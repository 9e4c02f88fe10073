"""Mail that nobody has checked before us: our own look at its sender, where what it needs is installed.

Not asked are trusted relays, LMTP, mailboxes and whoever has logged in (CONTRACT 7): they speak for themselves.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.mail.message import Envelope, Message
from mailgate.settings.model import Settings
from mailgate.trust.lookups import Lookups

if TYPE_CHECKING:
    from mailgate.trust.results import OwnCheck

NEEDED: Final = ("dkim", "spf", "dns")
LOG = log.get("first hop")

Look = Callable[[bytes, Message, Envelope], "OwnCheck | None"]
"""What we find out about the sender of this mail; None: it is not for us to look."""


def look_of(settings: Settings, clock: Clock) -> Look | None:
    """How this desk looks at strangers; None where the extra `senders` is not installed."""
    if any(find_spec(name) is None for name in NEEDED):
        LOG.info("senders are not looked at: the extra senders is not installed")
        return None

    @cache
    def resolver() -> Lookups:
        # Imported only when somebody is looked at: most desks stand behind a relay, and the extra may be missing.
        from mailgate.resolver import Resolver

        return Resolver(settings.intake.smtp.resolvers, clock)

    return looking(resolver)


def looking(lookups: Callable[[], Lookups]) -> Look:
    """The look that asks these lookups, made when they are first needed."""

    def look(raw: bytes, message: Message, envelope: Envelope) -> OwnCheck | None:
        if envelope.source != "smtp" or envelope.trusted or envelope.submitted_by or message.sender is None:
            return None
        peer = envelope.peer if _is_far(envelope.peer) else None
        if peer is None and "dkim-signature" not in message.headers:
            return None  # nothing could vouch for it, so nobody is asked
        from mailgate.trust.own_check import own_check

        return own_check(raw, message.sender.domain, envelope.sender, peer, lookups())

    return look


def _is_far(peer: str | None) -> bool:
    """A host of the internet. One of our own house hands on what came to it: its address says nothing of the sender."""
    try:
        return peer is not None and ipaddress.ip_address(peer).is_global
    except ValueError:
        return False
