"""Ports of 127.0.0.1 for servers that come and go: whoever asks the kernel for any port is not given one of these, so
what is sent while a server is away reaches nobody else's."""

from __future__ import annotations

import socket
from typing import Self


class Port:
    """Taken, with nobody listening, until it is closed or `with` ends; a server may listen there meanwhile, time and
    again, where it sets SO_REUSEADDR as servers do."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *wrong: object) -> None:
        self.close()

    def close(self) -> None:
        """Anybody may have it from now on."""
        self._socket.close()
