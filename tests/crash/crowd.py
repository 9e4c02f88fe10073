"""Those who send: they try again like mail servers, some hang up before they hear the answer, some send large mails."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import struct
from collections import Counter
from collections.abc import Iterable

from tests.daemon.node import Node, Senders, mail_of

LARGE = ("It burns, and this is a long story of it. " * 20 + "\r\n") * 80
"""More than the journal keeps in a row."""
RUDE = "4567"
"""Who hangs up with a reset; others close their side, and what they sent counts."""


def written_by(name: str) -> bytes:
    """What this one sends: every tenth mail is large."""
    return mail_of(name, LARGE) if name.endswith("0") else mail_of(name)


def digests(names: Iterable[str]) -> set[str]:
    """SHA-256 of what they send."""
    return {hashlib.sha256(written_by(name)).hexdigest() for name in names}


class Crowd(Senders):
    """`refusals` counts what they heard instead of 250. Whose name ends in one of the digits `hasty` hangs up after the
    final dot, once, and sends it again."""

    def __init__(
        self, node: Node, names: Iterable[str], at_once: int = 10, pause: float = 0.1, hasty: str = "37"
    ) -> None:
        self.all = frozenset(names)
        super().__init__(node, sorted(self.all), at_once, pause)
        self.refusals: Counter[str] = Counter()
        self._hasty = hasty
        self._was_hasty: set[str] = set()

    def mail(self, name: str) -> bytes:
        return written_by(name)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> bytes:
        if name[-1] in self._hasty and name not in self._was_hasty:
            self._was_hasty.add(name)
            return await self._hang_up(reader, writer, name)
        said = await super()._talk(reader, writer, name)
        if not said.startswith(b"250"):
            self.refusals[said.decode().strip()] += 1
        return said

    async def _hang_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> bytes:
        """The whole mail at once, as PIPELINING allows, and gone."""
        envelope = f"EHLO x\r\nMAIL FROM:<{name}@customer.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n"
        writer.write(envelope.encode())
        while not (said := await reader.readuntil(b"\n")).startswith((b"354", b"4")):
            pass
        if said.startswith(b"354"):
            writer.write(self.mail(name) + b".\r\n")
            if name[-1] in RUDE:
                line: socket.socket = writer.get_extra_info("socket")
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await asyncio.sleep(0.005)
            writer.transport.abort()
        return b""
