"""Kept connections to one relay: opened when needed, each used by one letter at a time, renewed after a while.

aiosmtplib carries the dialogue; what it lacks is here: LMTP, a deadline of its own for the end of DATA, and the
knowledge whether a letter had been handed over when the connection broke.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiosmtplib
from aiosmtplib.response import SMTPResponse
from aiosmtplib.typing import Default

from mailgate.clock import Clock
from mailgate.errors import Temporary
from mailgate.outbox.answers import in_words
from mailgate.outbox.entering import entered
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import Way

LETTERS_PER_CONNECTION = 50
SECONDS_PER_CONNECTION = 60
QUIT_SECONDS = 2


class Unreachable(Temporary):
    """the relay could not be reached"""


class Lapsed(Exception):
    """the letter is not ours any more"""


class TooLarge(Exception):
    """the relay has announced that it takes less"""

    def __init__(self, size: int, most: int) -> None:
        super().__init__()
        self.size = size
        self.most = most


class Connection(aiosmtplib.SMTP):
    """One session with a relay. `handed_over` is true from DATA on: what breaks then may have been delivered."""

    opened_at: float
    letters: int = 0
    handed_over: bool = False
    data_seconds: float = 600
    is_ours: Callable[[], bool]
    """Asked at the last moment: a process may be stopped between any two steps, and go on much later."""

    async def carry(self, envelope_from: str, to: str, raw: bytes, is_ours: Callable[[], bool]) -> str:
        """Hand over one letter; returns the relay's answer. Raises what aiosmtplib raises, TooLarge and Lapsed."""
        self.handed_over, self.is_ours = False, is_ours
        if 0 < self.most < len(raw):
            raise TooLarge(len(raw), self.most)
        self.letters += 1
        _, words = await self.sendmail(envelope_from, [to], raw, mail_options=self._options(envelope_from, to, raw))
        return f"250 {words}"

    async def greet(self) -> None:
        """EHLO (or HELO), so that the relay's extensions are known."""
        await self._ehlo_or_helo_if_needed()

    @property
    def most(self) -> int:
        """The octets of the largest mail that the relay takes (RFC 1870, 4); 0 where it does not say so."""
        said = self.esmtp_extensions.get("size", "").split()
        return int(said[0]) if said and said[0].isascii() and said[0].isdecimal() and len(said[0]) <= 20 else 0

    def close(self) -> None:
        """End the connection now. asyncio would wait half a minute for the relay to end TLS too, and leave the socket
        open where the loop ends before (RFC 8446, 6.1: our own `close_notify` is out by then)."""
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    def _options(self, envelope_from: str, to: str, raw: bytes) -> list[str]:
        options = []
        if not raw.isascii() and self.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        # RFC 6531, 3.4: only where an address or a header field needs it, because many relays can not.
        if not (envelope_from + to).isascii() or not raw.partition(b"\r\n\r\n")[0].isascii():
            options.append("SMTPUTF8")
        return options

    async def data(self, message: str | bytes, /, *, timeout: Any = Default.token) -> SMTPResponse:
        if not self.is_ours():
            raise Lapsed
        self.handed_over = True
        # RFC 5321, 4.5.3.2.6: giving up early here means delivering twice.
        return await super().data(message, timeout=self.data_seconds)

    async def rset(self, *, timeout: Any = Default.token) -> SMTPResponse:
        # The library resets after a refusal; a relay that is silent then must not hide what it refused.
        try:
            return await super().rset(timeout=timeout)
        except TimeoutError as wrong:
            raise aiosmtplib.SMTPServerDisconnected("no answer to RSET") from wrong


class LmtpConnection(Connection):
    """RFC 2033: LHLO instead of EHLO; with one recipient there is one answer to DATA, as in SMTP."""

    async def ehlo(self, *, hostname: str | None = None, timeout: Any = Default.token) -> SMTPResponse:
        name = hostname or self.local_hostname or "localhost"
        response = await self.execute_command(b"LHLO", name.encode("ascii"), timeout=timeout)
        if response.code != 250:
            raise aiosmtplib.SMTPHeloError(response.code, response.message)
        self.last_ehlo_response = response
        return response


class Connections:
    """The kept connections to one relay."""

    def __init__(self, way: Way, clock: Clock, patience: Patience, our_name: str) -> None:
        self._way = way
        self._clock = clock
        self._patience = patience
        self._our_name = our_name
        self._idle: list[Connection] = []
        self._closed = False
        self._tls: ssl.SSLContext | None = None

    @contextlib.asynccontextmanager
    async def lend(self, *, fresh: bool = False) -> AsyncIterator[Connection]:
        """A connection for one letter, kept or new. Raises Unreachable."""
        connection = (None if fresh else await self._kept()) or await self._open()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if connection.is_connected and self._closed:
            await _leave(connection)
        elif connection.is_connected:
            self._idle.append(connection)

    async def retire(self) -> None:
        """Say goodbye on connections that are idle and old."""
        old = [each for each in self._idle if self._worn(each)]
        self._idle = [each for each in self._idle if each not in old]
        for connection in old:
            await _leave(connection)

    async def close(self) -> None:
        """Say goodbye on all idle connections, and keep none from now on."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_leave(connection) for connection in idle))

    async def _kept(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_connected:
                continue
            if not self._worn(connection):
                return connection
            await _leave(connection)
        return None

    def _worn(self, connection: Connection) -> bool:
        age = self._clock.monotonic() - connection.opened_at
        return connection.letters >= LETTERS_PER_CONNECTION or age >= SECONDS_PER_CONNECTION

    async def _open(self) -> Connection:
        try:
            return await (entered(self._way.login, self._way.user, self._begun, self._clock) if self._way.login else
                          self._begun())  # fmt: skip
        except (aiosmtplib.SMTPException, OSError, ValueError) as wrong:
            raise Unreachable(f"no connection: {in_words(wrong)}") from wrong

    async def _begun(self) -> Connection:
        connection = self._new()
        try:
            await connection.connect()
            await connection.greet()
        finally:
            if connection.is_ehlo_or_helo_needed:
                connection.close()
        return connection

    def _new(self) -> Connection:
        way = self._way
        kind = LmtpConnection if way.scheme == "lmtp" else Connection
        password = way.password_file.read_text("utf-8").strip() if way.password_file else None
        connection = kind(
            hostname=way.host,
            port=way.port,
            socket_path=str(way.path) if way.path else None,
            username=None if way.login else way.user,
            password=password,
            local_hostname=self._our_name,
            timeout=self._patience.command,
            use_tls=way.scheme == "smtps",
            start_tls=self._start_tls(),
            tls_context=self._tls_context(),
        )
        connection.opened_at = self._clock.monotonic()
        connection.data_seconds = self._patience.data
        return connection

    def _start_tls(self) -> bool | None:
        if self._way.scheme == "smtp+starttls":
            return True
        # `smtp://` to another machine takes TLS where it is offered; None is aiosmtplib's word for that.
        return None if self._way.scheme == "smtp" and not self._way.on_this_machine else False

    def _tls_context(self) -> ssl.SSLContext | None:
        """None where nothing is encrypted: to read all authorities that we trust takes 30 ms."""
        if self._tls is None and (self._way.scheme == "smtps" or self._start_tls() is not False):
            self._tls = ssl.create_default_context()
            if self._way.scheme == "smtp":
                # RFC 7435: without a demand for TLS, encryption with anybody is better than none.
                self._tls.check_hostname = False
                self._tls.verify_mode = ssl.CERT_NONE
        return self._tls


async def _leave(connection: Connection) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await connection.quit(timeout=QUIT_SECONDS)
    connection.close()
