"""A mail client that says exactly what a test tells it to, byte for byte."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Sequence

from mailgate.intake.endpoint import Endpoint

SUPPORT = "support@example.com"
ENVELOPE = ("MAIL FROM:<erika@customer.example>", f"RCPT TO:<{SUPPORT}>")
MAIL = b"From: erika@customer.example\r\nMessage-ID: <1@customer.example>\r\nSubject: Printer\r\n\r\nIt is on fire.\r\n"


class Client:
    """One connection. Replies come back as text, the lines of one reply joined by a line feed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def reply(self) -> str:
        """The next whole reply; empty when the server has closed."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = await asyncio.wait_for(self.reader.readline(), 5)
            if not line:
                break
            lines.append(line.decode().rstrip("\r\n"))
        return "\n".join(lines)

    async def replies(self, number: int) -> list[str]:
        return [await self.reply() for _ in range(number)]

    async def rest(self) -> list[str]:
        """Every reply until the server closes."""
        said: list[str] = []
        while reply := await self.reply():
            said.append(reply)
        return said

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def ask(self, command: str | bytes) -> str:
        """Say one command and wait for its reply."""
        self.send((command.encode() if isinstance(command, str) else command) + b"\r\n")
        return await self.reply()

    async def ready_for_data(self, commands: Sequence[str] = ENVELOPE, hello: str = "EHLO client.example") -> None:
        """Greeting, envelope and DATA, all answered well."""
        assert (await self.ask(hello)).startswith("250")
        for command in commands:
            assert (said := await self.ask(command)).startswith("250"), said
        assert (await self.ask("DATA")).startswith("354")

    async def hand_in(self, raw: bytes = MAIL, commands: Sequence[str] = ENVELOPE) -> str:
        """One whole mail; `raw` has its dots stuffed and ends with CRLF."""
        await self.ready_for_data(commands)
        return await self.ask(raw + b".")

    async def start_tls(self, context: ssl.SSLContext) -> None:
        await asyncio.wait_for(self.writer.start_tls(context, server_hostname="localhost"), 5)

    def reset(self) -> None:
        """Be gone without a word: the server sees a reset connection, not an orderly end."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except OSError:
            pass  # the server may have been first


async def connect(at: Endpoint, tls: ssl.SSLContext | None = None, ip: str = "127.0.0.1") -> Client:
    """A connection whose greeting is still to be read. `ip` is ours, of the loopback network."""
    if at.path:
        return Client(*await asyncio.open_unix_connection(at.path))
    name = "localhost" if tls else None
    return Client(
        *await asyncio.open_connection(at.host, at.port, ssl=tls, server_hostname=name, local_addr=(ip, 0), limit=2**20)
    )
