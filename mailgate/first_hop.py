"""Mail that nobody has checked before us: our own look at its sender, where what it needs is installed.

Not asked are trusted relays, LMTP, mailboxes and whoever has logged in (CONTRACT 7): they speak for themselves.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Protocol

from mailgate import log
from mailgate.clock import Clock
from mailgate.mail.message import Envelope, Message
from mailgate.settings.model import Settings
from mailgate.trust import ahead
from mailgate.trust.lookups import Lookups

if TYPE_CHECKING:
    from mailgate.trust.results import OwnCheck

NEEDED: Final = ("dkim", "spf", "dns")
LOG = log.get("first hop")


class Look(Protocol):
    """How strangers are looked at."""

    def __call__(self, raw: bytes, message: Message, envelope: Envelope) -> OwnCheck | None:
        """What we find out about the sender of this mail; None: it is not for us to look."""
        ...

    def ahead(self, mails: Iterable[tuple[bytes, Envelope]]) -> None:
        """Ask DNS for all of these at once what looking at them will ask one by one."""
        ...


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

    return looking(resolver, settings.intake.smtp.arc_sealers)


def looking(lookups: Callable[[], Lookups], sealers: tuple[str, ...] = ()) -> Look:
    """The look that asks these lookups, made when they are first needed. `sealers`: whose seals count."""
    return _Looking(lookups, sealers)


@dataclass(frozen=True, slots=True)
class _Looking:
    lookups: Callable[[], Lookups]
    sealers: tuple[str, ...]

    def __call__(self, raw: bytes, message: Message, envelope: Envelope) -> OwnCheck | None:
        if not _is_strangers(envelope) or message.sender is None:
            return None
        peer = envelope.peer if _is_far(envelope.peer) else None
        signatures = ("dkim-signature", *(("arc-seal",) if self.sealers else ()))
        if peer is None and not any(each in message.headers for each in signatures):
            return None  # nothing could vouch for it, so nobody is asked
        from mailgate.trust.own_check import own_check

        return own_check(raw, message.sender.domain, envelope.sender, peer, self.lookups().for_one_mail(), self.sealers)

    def ahead(self, mails: Iterable[tuple[bytes, Envelope]]) -> None:
        wanted = [
            name
            for raw, envelope in mails
            if _is_strangers(envelope)
            for name in ahead.names(raw, envelope.sender, by_host=_is_far(envelope.peer))
        ]
        known: set[str] = set()
        for _ in range(ahead.ROUNDS):
            new = [each for each in dict.fromkeys(wanted) if each not in known][: ahead.MOST_NAMES]
            if not new:
                return
            known.update(new)
            wanted = list(ahead.named(self.lookups().ahead(new)))


def _is_strangers(envelope: Envelope) -> bool:
    return envelope.source == "smtp" and not envelope.trusted and not envelope.submitted_by


def _is_far(peer: str | None) -> bool:
    """A host of the internet. One of our own house hands on what came to it: its address says nothing of the sender."""
    try:
        return peer is not None and ipaddress.ip_address(peer).is_global
    except ValueError:
        return False
