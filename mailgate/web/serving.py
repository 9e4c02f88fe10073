"""The pages on their socket, in the daemon's loop. The daemon owns the signals, and says when to end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from mailgate.errors import ConfigurationError

GRACE_SECONDS = 5


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Pages:
    """Pages that are served until `end`."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self.address: tuple[str, int] = listening.getsockname()[:2]
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="pages")

    async def end(self) -> None:
        """Let requests in progress finish, at most so long."""
        self._server.should_exit = True
        await self._task


def open_socket(host: str, port: int) -> socket.socket:
    """Raises ConfigurationError where nobody can listen there."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as wrong:
        why = wrong.strerror or str(wrong)
        raise ConfigurationError(f"web.listen: {host}:{port} can not be used: {why}") from wrong
