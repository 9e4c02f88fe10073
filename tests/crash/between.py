"""Between a daemon and its PostgreSQL: hands everything on, until a COMMIT is to be cut off.

Whoever sends COMMIT and hears nothing can not know whether it was done. `done`: the server has done it and its answer
is lost; `undone`: it never came there.
"""

from __future__ import annotations

import select
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from tests.postgres import Server

How = Literal["done", "undone"]
BOTH: tuple[How, ...] = ("done", "undone")
SOCKET = ".s.PGSQL.5432"
PIECE = 2**16


class Between:
    """Listens in a folder with a short path. `cuts` counts which COMMITs were cut off."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.cuts: Counter[How] = Counter()
        self._server = server
        self._armed: list[How] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def __enter__(self) -> Self:
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen(100)
        self._start(self._accept)
        return self

    def __exit__(self, *wrong: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def url(self, database: str) -> str:
        """As it stands in the configuration."""
        return f"postgresql://mailgate@/{database}?host={self.folder}"

    def cut(self, *how: How) -> None:
        """The next COMMITs, one after the other."""
        with self._lock:
            self._armed += how

    @property
    def is_through(self) -> bool:
        """All have been cut off."""
        return not self._armed

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._hand_on, client)

    def _start(self, what: Callable[..., None], *of: socket.socket) -> None:
        self._threads.append(threading.Thread(target=what, args=of, daemon=True))
        self._threads[-1].start()

    def _hand_on(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server, suppress(OSError):
            server.connect(str(self._server.folder / SOCKET))
            cutting = False
            while True:
                ready, _, _ = select.select([client, server], [], [])
                data = ready[0].recv(PIECE)
                how = self._dangerous(data) if ready[0] is client else None
                if not data or how == "undone" or (cutting and ready[0] is server):
                    return
                cutting = cutting or how == "done"
                (server if ready[0] is client else client).sendall(data)

    def _dangerous(self, data: bytes) -> How | None:
        with self._lock:
            if not self._armed or b"COMMIT" not in data:
                return None
            how = self._armed.pop(0)
            self.cuts[how] += 1
            return how
