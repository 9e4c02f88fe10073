"""Those who send: they try again like mail servers, some hang up before they hear the answer, some send large mails, a
fifth speak LMTP, and a few come by `mailgate deliver`."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.daemon.node import SUPPORT, Node, Senders, address, mail_of

LARGE = ("It burns, and this is a long story of it. " * 20 + "\r\n") * 80
"""More than the journal keeps in a row."""
RECIPIENTS = (SUPPORT, "help@example.com")
"""Of those who speak LMTP: each has an answer of its own (RFC 2033, 4.2)."""
LMTP = "16"
BY_COMMAND = ("29", "79")
STORED, TRY_LATER = 0, 75
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
        self,
        node: Node,
        names: Iterable[str],
        at_once: int = 10,
        pause: float = 0.1,
        hasty: str = "37",
        lmtp: Path | None = None,
        by_command: bool = False,
    ) -> None:
        """`lmtp`: the socket; `by_command`: some may start a process of ours."""
        self.all = frozenset(names)
        super().__init__(node, sorted(self.all), at_once, pause)
        self._lmtp = lmtp
        self._by_command = by_command
        self.refusals: Counter[str] = Counter()
        self._hasty = hasty
        self._was_hasty: set[str] = set()

    def mail(self, name: str) -> bytes:
        return written_by(name)

    async def _try(self, name: str) -> bool:
        if not (self._by_command and name.endswith(BY_COMMAND)):
            return await super()._try(name)
        code = await asyncio.to_thread(self._deliver, name)
        if code == STORED:
            self.accepted.add(name)
        elif code not in (TRY_LATER, -signal.SIGKILL):
            self.refusals[f"5 deliver: exit code {code}"] += 1
        return code == STORED

    def _deliver(self, name: str) -> int:
        command = (sys.executable, "-m", "mailgate", "deliver", "--config", str(self._node.config))
        environ = {**os.environ, **self._node.environ}
        mail = self.mail(name)
        return subprocess.run(
            [*command, "--from", address(name), "--to", SUPPORT], input=mail, capture_output=True, env=environ
        ).returncode

    async def _call(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await (asyncio.open_unix_connection(self._lmtp) if self._speaks_lmtp(name) else super()._call(name))

    def _speaks_lmtp(self, name: str) -> bool:
        return self._lmtp is not None and name[-1] in LMTP

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> bytes:
        if name[-1] in self._hasty and name not in self._was_hasty:
            self._was_hasty.add(name)
            return await self._hang_up(reader, writer, name)
        talk = self._talk_lmtp if self._speaks_lmtp(name) else super()._talk
        said = await talk(reader, writer, name)
        if not said.startswith(b"250"):
            self.refusals[said.decode().strip()] += 1
        return said

    async def _talk_lmtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> bytes:
        """The worst of the answers to the final dot, or the answer to what was refused before it."""
        said = await _answer(reader)
        steps = (f"RCPT TO:<{to}>".encode() for to in RECIPIENTS)
        for step in (b"LHLO x", f"MAIL FROM:<{address(name)}>".encode(), *steps, b"DATA"):
            if said[:1] not in b"23":
                return said
            writer.write(step + b"\r\n")
            said = await _answer(reader)
        if not said.startswith(b"354"):
            return said
        writer.write(self.mail(name) + b".\r\n")
        return max([await _answer(reader) for _ in RECIPIENTS])

    async def _hang_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> bytes:
        """The whole mail at once, as PIPELINING allows, and gone."""
        lmtp = self._speaks_lmtp(name)
        to = "".join(f"RCPT TO:<{each}>\r\n" for each in (RECIPIENTS if lmtp else (SUPPORT,)))
        writer.write(f"{'LHLO' if lmtp else 'EHLO'} x\r\nMAIL FROM:<{address(name)}>\r\n{to}DATA\r\n".encode())
        while not (said := await reader.readuntil(b"\n")).startswith((b"354", b"4")):
            pass
        if said.startswith(b"354"):
            writer.write(self.mail(name) + b".\r\n")
            if name[-1] in RUDE and not lmtp:
                line: socket.socket = writer.get_extra_info("socket")
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await asyncio.sleep(0.005)
            writer.transport.abort()
        return b""


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The last line of an answer of several."""
    while (line := await reader.readuntil(b"\n"))[3:4] == b"-":
        pass
    return line
