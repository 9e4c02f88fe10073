"""The connection of a session: what came and has not been read yet, what is to be said, and one deadline. aiosmtpd
carries the connection and the STARTTLS handshake; its reading is replaced, because a task that wakes up for each line
costs more than the line, and so does a timer that is set anew for each. What the lines mean: `session.py`.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Coroutine
from typing import Any, cast

from aiosmtpd.smtp import SMTP, TLSSetupException

_LINGER_SECONDS = 5.0
_MOST_AT_ONCE = 2**18
_READ_AHEAD = 2**17
"""Bytes that wait to be read, while we wait for something else: a client that sends more is not listened to."""


class _Landing(threading.local):
    """Where bytes arrive before they go to the connection they are of: the next are read only then, so a thread needs
    one place. asyncio's own way asks for 256 KiB for each packet and gives back most of it: a quarter of our time."""

    def __init__(self) -> None:
        self.place = memoryview(bytearray(_MOST_AT_ONCE))


_landing = _Landing()


class Wire(SMTP, asyncio.BufferedProtocol):
    """One connection of one client. Whoever inherits says what to do with what came (`go_on`), and what is said when
    the deadline has come (`time_is_up`)."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(None, loop=asyncio.get_running_loop(), **settings)
        self.came = bytearray()
        """What came and has not been read yet."""
        self._said = bytearray()
        self._is_read = True
        """The client reads what we say."""
        self._ends_at = math.inf
        self._alarm_at = math.inf
        self._waits = True
        """For something of ours: what the client says meanwhile is read later."""
        self.hears_no_more = False
        self._is_deaf = False
        self.is_closing = False
        self._is_lost = False

    def _cb_client_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super()._cb_client_connected(reader, writer)
        # aiosmtpd's own buffer, because it throws away there what a client sent in the clear before it began with TLS
        # (RFC 3207, 4.2; CVE-2024-34083). No public way leads there.
        self.came = reader._buffer  # type: ignore[attr-defined]

    def go_on(self) -> None:
        """Read what came, until more has to come or something has to be waited for."""
        raise NotImplementedError

    def time_is_up(self) -> None:
        """The deadline has come."""
        raise NotImplementedError

    # -- what comes ------------------------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:
        return _landing.place

    def buffer_updated(self, nbytes: int) -> None:
        if self.is_closing:
            return
        self.came += _landing.place[:nbytes]
        self.listen_on()

    def eof_received(self) -> bool | None:
        # Unlike aiosmtpd: what was sent before the client closed its side still counts, and is answered.
        self.hears_no_more = True
        self.listen_on()
        return self.session is None or self.session.ssl is None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_read = False

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read = True
        self.listen_on()

    def listen_on(self) -> None:
        """Go on where nothing is waited for, and see that not too much waits in memory."""
        if self.may_go_on:
            self.go_on()
        self.flush()
        self._hear(len(self.came) <= _READ_AHEAD)

    @property
    def may_go_on(self) -> bool:
        """Nothing of ours is waited for, and the client reads what we say."""
        return self._is_read and not (self._waits or self.is_closing)

    def _hear(self, well: bool) -> None:
        if self._is_deaf == well and not self.is_closing:
            self._is_deaf = not well
            transport = cast(asyncio.Transport, self.transport)
            transport.resume_reading() if well else transport.pause_reading()

    # -- what is said ----------------------------------------------------------------------------------------

    def say(self, reply: str) -> None:
        """Say it soon: what is said to one packet goes out in one (RFC 2920, 3.2)."""
        self._said += reply.encode()
        self._said += b"\r\n"

    def flush(self) -> None:
        """Say it now."""
        if self._said and self.transport is not None:
            cast(asyncio.Transport, self.transport).write(bytes(self._said))
        self._said.clear()

    # -- what is waited for ----------------------------------------------------------------------------------

    def listen(self) -> None:
        """Nothing is waited for any more."""
        self._waits = False
        self.listen_on()

    def wait_for(self, work: Coroutine[Any, Any, None]) -> None:
        """Read nothing before this is done. It ends with the connection."""
        self.flush()
        self._waits = True
        # aiosmtpd cancels it when the connection is lost.
        self._handler_coroutine = self.loop.create_task(self._waited(work))

    async def _waited(self, work: Coroutine[Any, Any, None]) -> None:
        done = False
        try:
            await work
            done = True
        except (OSError, EOFError, TLSSetupException):
            pass  # the client is gone, or never understood us; nobody is left to be told
        finally:
            self.listen() if done else self._break_off()

    def _break_off(self) -> None:
        self.close()
        if self._tls_protocol is not None and (self.session is None or self.session.ssl is None):
            self.connection_lost(None)  # the TLS layer never says so before its handshake is done

    def wait_until(self, done: asyncio.Future[Any], told: Callable[[], None]) -> None:
        """Read nothing before this is done and `told` was called. A connection that ends is not told, and changes
        nothing in what it waited for. Without a task, for this is done for each mail."""
        self.flush()
        self._waits = True
        done.add_done_callback(lambda _: self._go_on_after(told))

    def _go_on_after(self, told: Callable[[], None]) -> None:
        if self.is_closing or self._is_lost:
            return
        done = False
        try:
            told()
            done = True
        finally:
            self.listen() if done else self._break_off()

    # -- the deadline, and the end ---------------------------------------------------------------------------

    def _reset_timeout(self, duration: float | None = None) -> None:
        """The deadline is so many seconds from now. Only one that comes sooner than the alarm moves the alarm."""
        self._ends_at = self.loop.time() + (duration or self._timeout_duration)
        if self._ends_at < self._alarm_at:
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            self._set_alarm()

    def set_no_deadline(self) -> None:
        """It is up to us now."""
        self._ends_at = math.inf

    def _set_alarm(self) -> None:
        self._alarm_at = self._ends_at
        if self._ends_at != math.inf:
            self._timeout_handle = self.loop.call_at(self._ends_at, self._alarm)

    def _alarm(self) -> None:
        if self._ends_at > self._alarm_at:
            self._set_alarm()
        else:
            self._alarm_at = math.inf
            self.time_is_up()

    def close(self) -> None:
        """Hang up, when what was said is sent."""
        if self.transport is not None and not self.is_closing:
            self.flush()
            self.is_closing = True
            self.came.clear()
            self.transport.close()
            # A client that reads nothing would keep the last words in our memory for ever.
            self._reset_timeout(_LINGER_SECONDS)

    def cut_off(self) -> None:
        """It does not read the last words."""
        if self.transport is not None:
            cast(asyncio.Transport, self.transport).abort()  # one of uvloop's is none by inheritance
