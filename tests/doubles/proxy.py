"""A line between a client and a server that does what lines do: it breaks, stands still, is slow, or forgets one side.

with Proxy(server.port) as proxy:      # connect to proxy.port
    proxy.cut()
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_PIECE = 64 * 2**10
_TICK = 0.05
_DONE = 0.5
"""Seconds for a server to do what it was told."""


class Proxy:
    """Connections to `port` go to the server's; `carried` counts the octets that came from there."""

    def __init__(self, server: int) -> None:
        self.port = 0
        self.carried = 0
        self._server = server
        self._rate: float | None = None
        self.lost = 0
        """Commands that were lost."""
        self._losing, self._times, self._arrives = b"", 0, False
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._forgotten: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """All connections break."""

        def abort() -> None:
            for writer in self._open:
                writer.transport.abort()

        self._do(abort)

    def stall(self) -> None:
        """Nothing comes through, until `go_on`."""
        self._flows.clear()

    def slow(self, octets_per_second: float) -> None:
        """What the server says takes its time, until `go_on`."""
        self._rate = octets_per_second

    def forget(self) -> None:
        """As a NAT does: open connections stay open, and nothing that is said over them ever arrives."""
        self._do(lambda: self._forgotten.update(self._open))

    def lose(self, words: bytes, times: int, *, arrives: bool) -> None:
        """So many commands with these words: the connection breaks before the answer; the server has them, or not."""
        self._losing, self._times, self._arrives = words, times, arrives

    def go_on(self) -> None:
        """A good line, for connections that are not forgotten."""
        self._rate = None
        self._flows.set()

    def _do(self, what: Callable[[], object]) -> None:
        async def done() -> None:
            what()

        asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._listener.close()
        self._flows.set()
        for writer in list(self._open):
            writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server)
        except OSError:
            to_client.transport.abort()
            return
        both = {to_client, to_server}
        self._open |= both
        try:
            await asyncio.gather(
                self._flow(from_client, to_server, back=False), self._flow(from_server, to_client, back=True)
            )
        except asyncio.CancelledError:
            pass  # we are ending
        finally:
            for writer in both:
                self._open.discard(writer)
                self._forgotten.discard(writer)
                writer.transport.abort()

    async def _flow(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, back: bool) -> None:
        with suppress(OSError):
            while data := await source.read(int((self._rate if back and self._rate else _PIECE / _TICK) * _TICK) + 1):
                if back and self._rate:
                    await asyncio.sleep(len(data) / self._rate)
                while not self._flows.is_set():
                    await asyncio.sleep(_TICK)
                if target in self._forgotten:
                    continue
                if not back and self._losing and self._losing in data and self.lost < self._times:
                    await self._lose(data, target)
                    return
                self.carried += len(data) if back else 0
                target.write(data)
                await target.drain()
        if target not in self._forgotten:
            target.close()

    async def _lose(self, data: bytes, server: asyncio.StreamWriter) -> None:
        self.lost += 1
        self._forgotten |= self._open
        if self._arrives:
            server.write(data)
            await server.drain()
            await asyncio.sleep(_DONE)
        for writer in list(self._forgotten):
            writer.transport.abort()
