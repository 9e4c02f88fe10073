"""Who is at the other end of a session, and what the configuration says of them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from mailgate.settings.model import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a session."""

    ip: str | None
    """None over a Unix socket."""
    trusted: bool = False
    """A trusted relay or LMTP: its Authentication-Results count, and its bare line ends are taken as they are."""
    submitted_by: str | None = None
    """Set where the submission listener knows this peer: what it hands in counts as aligned."""

    @property
    def is_stranger(self) -> bool:
        """Nobody the configuration names: bound by the caps on connections and errors."""
        return not self.trusted and self.submitted_by is None

    @property
    def counted_as(self) -> str:
        """The unit of the cap per peer: an IPv4 address, or the /64 that one IPv6 customer owns."""
        if self.ip and ":" in self.ip:
            return str(ipaddress.ip_network(f"{self.ip}/64", strict=False))
        return self.ip or "unix"


def peer_of(settings: Settings, source: str, ip: str | None) -> Peer:
    """The peer at one of the listeners (`smtp`, `submission`, `lmtp`), or a mailbox (`imap:NAME`)."""
    intake = settings.intake
    kind, _, name = source.partition(":")
    if kind == "imap":
        return Peer(None, trusted=any(each.name == name for each in intake.imap))
    if source == "lmtp":
        return Peer(ip, trusted=intake.lmtp.trusted)
    if source == "submission":
        return Peer(ip, submitted_by=ip if _listed(ip, intake.submission.trusted_peers) else None)
    return Peer(ip, trusted=_listed(ip, intake.smtp.trusted_relays))


@lru_cache(maxsize=4096)
def _listed(ip: str | None, listed: tuple[str, ...]) -> bool:
    if ip is None:
        return False
    address = ipaddress.ip_address(ip)
    return any(address in network for network in _networks(listed))


@lru_cache(maxsize=16)
def _networks(listed: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(network for text in listed if (network := _network(text)))


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:  # `mailgate check` names it; nobody is trusted by it
        return None
