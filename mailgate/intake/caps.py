"""Bounds over all sessions together: connections of strangers, and bytes of mail that are in memory and not yet durable
(`limits:`). A configured relay is never turned away for being busy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mailgate.intake import replies
from mailgate.intake.peers import Peer
from mailgate.settings.site import Limits


@dataclass
class Connections:
    """How many connections strangers hold."""

    total: int = 0
    per_peer: Counter[str] = field(default_factory=Counter)

    def enter(self, peer: Peer, limits: Limits) -> str | None:
        """Count the peer in: None, or the reply that turns it away (then it is not counted)."""
        if peer.is_stranger:
            if self.total >= limits.connections:
                return replies.TOO_MANY_CONNECTIONS
            if self.per_peer[peer.counted_as] >= limits.connections_per_peer:
                return replies.TOO_MANY_OF_YOURS
            self.total += 1
            self.per_peer[peer.counted_as] += 1
        return None

    def leave(self, peer: Peer) -> None:
        """Count out a peer that was counted in."""
        if peer.is_stranger:
            self.total -= 1
            self.per_peer[peer.counted_as] -= 1
            if not self.per_peer[peer.counted_as]:
                del self.per_peer[peer.counted_as]


@dataclass
class BytesInFlight:
    """Bytes of mails that all sessions together hold."""

    taken: int = 0

    def has_room(self, size: int, most: int) -> bool:
        """May `size` more bytes come? Nothing is reserved: a stranger who only announces takes no room from others."""
        return self.taken + max(size, 1) <= most


@dataclass
class Load:
    """The share of one mail in the bytes in flight; given back once, by whoever holds it last."""

    flight: BytesInFlight
    most: int
    size: int = 0

    def take(self, size: int) -> bool:
        """Take `size` bytes more; False, and nothing taken, when there is no room."""
        if self.flight.taken + size > self.most:
            return False
        self.flight.taken += size
        self.size += size
        return True

    def give_back(self) -> None:
        """Give all of it back."""
        self.flight.taken -= self.size
        self.size = 0
