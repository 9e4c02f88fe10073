"""One client at one of our doors: counted in and out, its mail transaction, and what is written down of it, in the log
and for `mailgate mails --refused`. What it says, and is told: `session.py`."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable
from typing import Any, cast

from mailgate.errors import StoreUnavailable
from mailgate.intake import replies
from mailgate.intake.endpoint import plain_ip
from mailgate.intake.peers import Peer, peer_of
from mailgate.intake.reception import Door, Reception
from mailgate.intake.transaction import Transaction
from mailgate.intake.wire import Wire
from mailgate.mail.words import clean_line
from mailgate.store.refusals import Refusal

_LONGEST_ADDRESS = 320
_LONGEST_MESSAGE_ID = 998
# Endings of a session with a client that may have wanted to bring a mail.
_TURNED_AWAY = frozenset({replies.TOO_SLOW, replies.TOO_MANY_ERRORS, replies.TOO_MANY_COMMANDS})


class Visit(Wire):
    """From the first packet to the last."""

    def __init__(self, reception: Reception, door: Door, hostname: str) -> None:
        super().__init__(hostname=hostname, ident="ready", tls_context=door.starttls)
        self.reception = reception
        self.door = door
        self.peer = Peer(None)
        self.refusal: str | None = None
        """The words that turn it away."""
        self._admitted: Peer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:  # else it is the same client, after STARTTLS
            ip = plain_ip(transport.get_extra_info("peername"))
            self.peer = peer_of(self.reception.settings, self.door.source, ip)
            self.refusal = self.reception.welcome(self, self.peer)
            self._admitted = None if self.refusal else self.peer
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._is_lost:
            self._is_lost = True
            self.reception.goodbye(self, self._admitted)
            super().connection_lost(error)

    def leave(self) -> None:
        """We are closing: at once where the client waits for nothing, else after the reply to its message."""
        raise NotImplementedError

    def hang_up(self, reply: str) -> None:
        """The last words, for each reply that is due, and the end."""
        raise NotImplementedError

    @property
    def transaction(self) -> Transaction:
        """The mail transaction that is open, or an empty one. aiosmtpd keeps it under its own name."""
        return cast(Transaction, self.envelope)

    def reset(self) -> None:
        """Forget the transaction (RFC 5321, 4.1.1.5)."""
        self.envelope = self._create_envelope()

    def _create_envelope(self) -> Any:
        return Transaction()

    # -- what is written down --------------------------------------------------------------------------------

    def log(self, event: str, reply: str, **more: object) -> None:
        """One line on what became of a mail or a session, with the words the client heard."""
        self.reception.log.info(event, reply=reply, source=self.door.source, peer=self.peer.ip, **more)

    def note(
        self,
        reply: str,
        sender: str | None = None,
        recipients: Iterable[str] = (),
        *,
        size: int | None = None,
        message_id: str | None = None,
    ) -> None:
        """Remember what was turned away, for `mailgate mails --refused`."""
        self.reception.journal.note(
            Refusal(
                at=self.reception.clock.now(),
                source=self.door.source,
                peer=self.peer.ip,
                helo=self.session.host_name if self.session is not None else None,
                envelope_from=None if sender is None else clean_line(sender, _LONGEST_ADDRESS),
                recipients=tuple(clean_line(each, _LONGEST_ADDRESS) for each in recipients),
                reply=reply,
                size=size,
                message_id=clean_line(message_id, _LONGEST_MESSAGE_ID) if message_id else None,
            )
        )

    def note_end(self, reply: str) -> None:
        """The session ends with these words of ours."""
        self.log("closed", reply)
        if reply in _TURNED_AWAY:
            self.note(reply, self.transaction.sender, self.transaction.recipients)

    def note_fault(self, error: Exception) -> str:
        """A fault of ours; the reply to it."""
        if isinstance(error, StoreUnavailable):
            self.reception.log.error("store unavailable", peer=self.peer.ip, error=str(error))
            reply = replies.STORE_FAULT
        else:
            # Neither the text of the error nor its values: they may quote the message.
            where = "".join(traceback.format_tb(error.__traceback__))
            self.reception.log.error("fault in a session", peer=self.peer.ip, error=type(error).__name__, where=where)
            reply = replies.FAULT
        self.note(reply, self.transaction.sender, self.transaction.recipients)
        return reply
