"""An IMAP server that does what a test wants: polite by default, and odd wherever the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

CLOSE = b"<close>"
"""As a reply: hang up."""
MUTE = b"<mute>"
"""As a reply: say nothing more, and stay."""
MAIL = b"From: erika@customer.example\r\nSubject: mail\r\n\r\nwords\r\n"

Reply = bytes | Callable[[str, str], bytes]
"""What is written for a command; `{tag}` is its tag. A function gets tag and arguments."""


def fetched(tag: str, args: str) -> bytes:
    """A mail as most servers send it; asked for its size, that."""
    uid = args.split()[0]
    if "BODY" in args:
        return b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)\r\n%s OK done\r\n" % (uid.encode(), len(MAIL), MAIL, tag.encode())
    return b'* 1 FETCH (UID %s RFC822.SIZE %d INTERNALDATE "23-Nov-2026 10:00:00 +0000")\r\n%s OK done\r\n' % (
        uid.encode(), len(MAIL), tag.encode(),
    )  # fmt: skip


POLITE: Mapping[str, Reply] = {
    "GREETING": b"* OK ready\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\r\n{tag} OK\r\n",
    "LOGIN": b"{tag} OK\r\n",
    "AUTHENTICATE": b"{tag} OK\r\n",
    "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n{tag} OK [READ-WRITE] done\r\n",
    "UID SEARCH": b"* SEARCH 1\r\n{tag} OK\r\n",
    "UID FETCH": fetched,
    "UID MOVE": b"{tag} OK\r\n",
    "UID COPY": b"{tag} OK\r\n",
    "UID STORE": b"{tag} OK\r\n",
    "UID EXPUNGE": b"{tag} OK\r\n",
    "CREATE": b"{tag} OK\r\n",
    "IDLE": b"+ idling\r\n",
    "DONE": b"{tag} OK\r\n",
    "NOOP": b"{tag} OK\r\n",
    "LOGOUT": b"* BYE\r\n{tag} OK\r\n",
}


@dataclass
class OddServer:
    """`async with OddServer({"LOGIN": b"{tag} NO away\\r\\n"}) as server`: it listens on `server.port`. `asked` is
    every command without its tag, in order."""

    odd: Mapping[str, Reply] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> OddServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not await self._say(writer, "GREETING", "", ""):
                await reader.read()
            idling = ""
            while line := await reader.readline():
                tag, name, args = self._command(line, idling)
                self.asked.append(f"{name} {args}".strip())
                idling = tag if name == "IDLE" and self._agrees("IDLE") else ""
                if not await self._say(writer, name, tag, args):
                    await reader.read()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _agrees(self, name: str) -> bool:
        reply = self.odd.get(name, POLITE[name])
        return isinstance(reply, bytes) and reply.startswith(b"+")

    def _command(self, line: bytes, idling: str) -> tuple[str, str, str]:
        words = line.decode().strip()
        if idling:
            return idling, words, ""
        tag, _, rest = words.partition(" ")
        name, _, args = rest.partition(" ")
        if name == "UID":
            what, _, args = args.partition(" ")
            return tag, f"UID {what}", args
        return tag, name, args

    async def _say(self, writer: asyncio.StreamWriter, name: str, tag: str, args: str) -> bool:
        """False: from now on it is silent."""
        reply = self.odd.get(name, POLITE.get(name, b"{tag} BAD unknown\r\n"))
        text = reply(tag, args) if callable(reply) else reply.replace(b"{tag}", tag.encode())
        before, closes, _ = text.partition(CLOSE)
        before, mute, _ = before.partition(MUTE)
        writer.write(before)
        await writer.drain()
        if closes:
            raise ConnectionError
        return not mute
