"""What all sessions share: the settings of the moment, the journal, the caps, and who is here right now."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, Protocol

from mailgate import log
from mailgate.clock import Clock
from mailgate.intake import replies
from mailgate.intake.apart import apart
from mailgate.intake.caps import BytesInFlight, Connections, Load
from mailgate.intake.commits import Commits
from mailgate.intake.logins import Logins
from mailgate.intake.peers import Peer
from mailgate.settings.model import Settings
from mailgate.store import blobs
from mailgate.store.journal import Journal, Receipt, Transmission

_SPACE_IS_KNOWN_SECONDS = 1.0

Source = Literal["smtp", "submission", "lmtp"]


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: which kind, and its TLS. `starttls` is offered; `implicit` holds from the first byte."""

    source: Source
    starttls: ssl.SSLContext | None = None
    implicit: ssl.SSLContext | None = None


class Visitor(Protocol):
    """A session, as far as the reception asks it to leave."""

    def leave(self) -> None: ...
    def hang_up(self, reply: str) -> None: ...


@dataclass
class Reception:
    """Shared by all sessions of all listeners. `settings` may be replaced at any time: sessions ask anew each time."""

    settings: Settings
    journal: Journal
    clock: Clock
    arrived: Callable[[Receipt], None]
    connections: Connections = field(default_factory=Connections)
    flight: BytesInFlight = field(default_factory=BytesInFlight)
    logins: Logins = field(init=False)
    visitors: set[Visitor] = field(default_factory=set)
    commits: set[asyncio.Future[Receipt]] = field(default_factory=set)
    log: log.Log = field(default_factory=lambda: log.get("intake.smtp").bind())
    """Made ready once, for there is a line for each mail: where logs go then, and their level, hold for it."""
    is_closing: bool = False
    _journalled: Commits = field(default_factory=Commits)
    _deserted: asyncio.Event = field(default_factory=asyncio.Event)
    _space: tuple[float, bool] = (float("-inf"), False)

    def __post_init__(self) -> None:
        self.logins = Logins(self.clock)

    def welcome(self, visitor: Visitor, peer: Peer) -> str | None:
        """Count a session in: None, or the reply that turns it away. Either way it says `goodbye` when it ends."""
        self.visitors.add(visitor)
        self._deserted.clear()
        return replies.CLOSING if self.is_closing else self.connections.enter(peer, self.settings.limits)

    def goodbye(self, visitor: Visitor, admitted: Peer | None) -> None:
        """The session is over; `admitted` is the peer as it was counted in, None where it was turned away."""
        if admitted is not None:
            self.connections.leave(admitted)
        self.visitors.discard(visitor)
        if not self.visitors:
            self._deserted.set()

    async def is_deserted_within(self, seconds: float) -> bool:
        """Wait until the last session has ended, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.visitors:
                    await self._deserted.wait()
        return not self.visitors

    def why_not_now(self) -> str | None:
        """A reply when no mail can be taken for now, whoever sends it."""
        if self.journal.broken:
            return replies.STORE_FAULT
        return replies.NO_ROOM if self._is_full() else None

    def keep(self, mail: Transmission, load: Load) -> asyncio.Future[Receipt]:
        """Journal the mail, and give its load back then. The commit is nobody's to cancel: a client that goes away
        changes nothing."""
        try:
            rows = apart(self.settings, mail)
            expected = self._journalled.expect(len(rows))
            self.journal.hand_in(rows, expected)
        except BaseException:
            load.give_back()
            raise
        # All of them, or the sender tries again: what was stored already is only counted then.
        commit = expected.commit
        self.commits.add(commit)
        commit.add_done_callback(partial(self._committed, mail, load))
        return commit

    def _committed(self, mail: Transmission, load: Load, commit: asyncio.Future[Receipt]) -> None:
        load.give_back()
        self.commits.discard(commit)
        if commit.cancelled() or commit.exception():
            return  # whoever waits for it gets it too; a sender that has hung up tries again
        receipt = commit.result()
        # Not called here: what it does must not stand between the commit and the 250.
        asyncio.get_running_loop().call_soon(self.arrived, receipt)
        self.log.info(
            "counted again" if receipt.again else "kept",
            mail=f"M-{receipt.id}",
            source=mail.source,
            peer=mail.peer,
            size=len(mail.raw),
            recipients=len(mail.recipients),
        )

    def _is_full(self) -> bool:
        now = asyncio.get_running_loop().time()
        asked_at, full = self._space
        if now - asked_at > _SPACE_IS_KNOWN_SECONDS:
            full = blobs.is_full(self.settings)
            self._space = now, full
        return full
