"""The life of one session: admission, commands one after the other, deadlines, and how it ends. aiosmtpd carries the
connection, the STARTTLS handshake and the table of commands; its loop is replaced, because it answers our own faults
with 500 and their text, cancels a commit when the client goes away, and knows no bounds. What commands do: `verbs.py`.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable
from typing import Any, cast

from aiosmtpd.smtp import SMTP, TLSSetupException

from mailgate.errors import StoreUnavailable
from mailgate.intake import replies
from mailgate.intake.endpoint import plain_ip
from mailgate.intake.pace import Pace
from mailgate.intake.peers import Peer, peer_of
from mailgate.intake.reception import Door, Reception
from mailgate.intake.transaction import Transaction
from mailgate.mail.words import clean_line
from mailgate.store.refusals import Refusal

COMMAND_BYTES = 2048
ERRORS = 20
COMMANDS_WITHOUT_MAIL = 100
_YIELD_EVERY = 32
_LINGER_SECONDS = 5.0
_MAIL_COMMANDS = frozenset({"MAIL", "RCPT", "DATA"})
_LONGEST_ADDRESS = 320
_LONGEST_MESSAGE_ID = 998
# Endings of a session with a client that may have wanted to bring a mail.
_TURNED_AWAY = frozenset({replies.TOO_SLOW, replies.TOO_MANY_ERRORS, replies.TOO_MANY_COMMANDS})
# A browser or a proxy that was talked into sending to our port: whatever follows is not meant for us.
_FOREIGN = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "PROXY"})


class Session(SMTP):
    """One connection of one client."""

    line_length_limit = 2**16  # only the read buffer of aiosmtpd: lines of a message are judged in `data.py`
    greeting = "ESMTP"

    def __init__(self, reception: Reception, door: Door, hostname: str) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(None, hostname=hostname, ident="ready", tls_context=door.starttls, loop=loop)
        self.reception = reception
        self.door = door
        self.peer = Peer(None)
        self._admitted: Peer | None = None
        self._refusal: str | None = None
        self._pace: Pace | None = None
        self._due = 1
        self._errors = 0
        self._commands = 0
        self._without_mail = 0
        self._is_busy = False
        self._is_leaving = False
        self._is_sent_away = False
        self._is_closing = False
        self._is_lost = False

    # -- the connection --------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:  # else it is the same client, after STARTTLS
            ip = plain_ip(transport.get_extra_info("peername"))
            self.peer = peer_of(self.reception.settings, self.door.source, ip)
            self._refusal = self.reception.welcome(self, self.peer)
            self._admitted = None if self._refusal else self.peer
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._is_lost:
            self._is_lost = True
            self.reception.goodbye(self, self._admitted)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        # Unlike aiosmtpd: what was sent before the client closed its side still counts, and is answered.
        keep_open = super(SMTP, self).eof_received()
        return False if self.session is not None and self.session.ssl is not None else keep_open

    def data_received(self, data: bytes) -> None:
        if self._pace is not None:
            self._pace.more(len(data), self.loop.time())
        super().data_received(data)

    def leave(self) -> None:
        """We are closing: at once where the client waits for nothing, else after the reply to its message."""
        self._is_sent_away = True
        if not self._is_busy:
            self.hang_up(replies.CLOSING)

    def hang_up(self, reply: str) -> None:
        """The last words, for each reply that is due, and the end. Called from outside the command loop."""
        if self.transport is not None and not self._is_closing:
            self.log("closed", reply)
            self._note_end(reply)
            self._writer.write(self._each_due(reply).encode() + b"\r\n")
            self._close()
            if self._handler_coroutine is not None:
                self._handler_coroutine.cancel()

    def _close(self) -> None:
        if self.transport is not None and not self._is_closing:
            self._is_closing = True
            self.transport.close()
            # A client that reads nothing would keep the last words in our memory for ever.
            self._reset_timeout(_LINGER_SECONDS)

    def _timeout_cb(self) -> None:
        if self._is_closing:
            if isinstance(self.transport, asyncio.Transport):
                self.transport.abort()
        elif self._pace is None:
            self.hang_up(replies.IDLE)
        elif (left := self._pace.left(self.loop.time())) > 0:
            self._reset_timeout(left)
        else:
            self.hang_up(replies.TOO_SLOW)

    # -- the commands ----------------------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        try:
            if self._refusal is not None:
                self.log("turned away", self._refusal)
                self.note(self._refusal)
                await self.push(self._refusal)
            else:
                await self.push(f"220 {self.hostname} {self.greeting} ready")
                await self._serve()
        except (OSError, EOFError, TLSSetupException):
            pass  # the client is gone, or never understood us; nobody is left to be told
        finally:
            self._close()
            if self._is_in_handshake:
                self.connection_lost(None)  # the TLS layer never says so before its handshake is done

    @property
    def _is_in_handshake(self) -> bool:
        """STARTTLS was answered, and TLS is not established (yet, or ever)."""
        return self._tls_protocol is not None and (self.session is None or self.session.ssl is None)

    async def _serve(self) -> None:
        while not self._is_leaving:
            self._reset_timeout(self.reception.settings.limits.command_timeout.plain.total_seconds())
            await self._obey(await self._read_line())
            if last_words := self._last_words():
                self._is_leaving = True
                self.log("closed", last_words)
                self._note_end(last_words)
                await self.push(last_words)
            self._commands += 1
            if self._commands % _YIELD_EVERY == 0:
                await asyncio.sleep(0)  # thousands of commands in one packet must not keep the others waiting

    async def _read_line(self) -> bytes | None:
        """One command; None when it is longer than any may be (RFC 5321, 4.5.3.1.4, and room for parameters)."""
        try:
            line = await self._reader.readuntil()
        except asyncio.LimitOverrunError:
            self._is_leaving = True
            return None
        return line if len(line) <= COMMAND_BYTES else None

    async def _obey(self, line: bytes | None) -> None:
        if line is None:
            await self.answer(replies.LINE_TOO_LONG)
            return
        verb, _, argument = line.strip().decode("utf-8", "surrogateescape").partition(" ")
        name = verb.upper()
        if name in _FOREIGN:
            self._is_leaving = True
            await self.answer(replies.NOT_SMTP)
            return
        if name not in _MAIL_COMMANDS:
            self._without_mail += 1
        try:
            await self._smtp_methods.get(name, self._unknown)(argument.strip())
        except (ConnectionError, EOFError, TLSSetupException):
            raise
        except Exception as error:  # noqa: BLE001  # F1: whatever fails in us is temporary, and its text stays here
            if self._pace is not None:
                self._is_leaving = True  # in the middle of a message: what follows are no commands
            reply = await self.handle_exception(error)
            self.note(reply, self.transaction.sender, self.transaction.recipients)
            await self.answer(reply)

    async def _unknown(self, argument: str) -> None:
        await self.answer(replies.UNKNOWN_COMMAND)

    def _last_words(self) -> str | None:
        """Why the session ends after this command, where the client has not been told."""
        if self._is_sent_away:
            return replies.CLOSING
        if self.peer.is_stranger and self._errors >= ERRORS:
            return replies.TOO_MANY_ERRORS
        if self.peer.is_stranger and self._without_mail >= COMMANDS_WITHOUT_MAIL:
            return replies.TOO_MANY_COMMANDS
        return None

    async def answer(self, reply: str) -> None:
        """Answer the command, and an LMTP message once for each recipient that was accepted."""
        if reply.startswith("5"):
            self._errors += 1
        said = self._each_due(reply)
        self._due = 1
        self._is_busy = False
        await self.push(said)

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

    def _note_end(self, reply: str) -> None:
        if reply in _TURNED_AWAY:
            self.note(reply, self.transaction.sender, self.transaction.recipients)

    def _each_due(self, reply: str) -> str:
        return "\r\n".join([reply] * self._due)

    async def handle_exception(self, error: Exception) -> str:
        """The reply to a fault of ours."""
        if isinstance(error, StoreUnavailable):
            self.reception.log.error("store unavailable", peer=self.peer.ip, error=str(error))
            return replies.STORE_FAULT
        # Neither the text of the error nor its values: they may quote the message.
        where = "".join(traceback.format_tb(error.__traceback__))
        self.reception.log.error("fault in a session", peer=self.peer.ip, error=type(error).__name__, where=where)
        return replies.FAULT

    # -- a message on its way --------------------------------------------------------------------------------

    def begin_message(self, replies_due: int) -> None:
        """354 is said: from now on the pace counts, and the session is not asked to leave."""
        now = self.loop.time()
        self._due = replies_due
        self._is_busy = True
        self._pace = Pace(self.reception.settings.limits, now, now)
        self._reset_timeout(self._pace.left(now))

    def end_of_message(self) -> None:
        """The final dot is here: it is up to us now, and no deadline runs."""
        self._pace = None
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    def mail_accepted(self) -> None:
        """A client that brings mail may make mistakes and ask questions anew."""
        self._errors = self._without_mail = 0

    def quit(self) -> None:
        """No command after this one is read."""
        self._is_leaving = True

    @property
    def transaction(self) -> Transaction:
        """The mail transaction that is open, or an empty one. aiosmtpd keeps it under its own name."""
        return cast(Transaction, self.envelope)

    def reset(self) -> None:
        """Forget the transaction (RFC 5321, 4.1.1.5)."""
        self.envelope = self._create_envelope()

    def _create_envelope(self) -> Any:
        return Transaction()
