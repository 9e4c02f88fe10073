"""The load: text mails of 5 kB on average, sent over kept connections by a small raw SMTP client."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

WORDS = ("printer", "room", "twelve", "prints", "only", "black", "pages", "since", "monday", "please", "have", "look")


def mails(count: int, seed: int = 1) -> list[bytes]:
    """Different text mails from different people."""
    return list(_mails(count, random.Random(seed)))


def _mails(count: int, chance: random.Random) -> Iterator[bytes]:
    for number in range(count):
        lines = [" ".join(chance.choices(WORDS, k=12)) for _ in range(chance.randint(30, 120))]
        fields = (
            f"From: Person {number} <person{number}@reporter{number % 97}.example>",
            "To: support@example.com",
            f"Subject: {' '.join(chance.choices(WORDS, k=5))}",
            f"Message-ID: <{chance.getrandbits(64):x}.{number}@reporter.example>",
            "Date: Mon, 23 Nov 2026 10:00:00 +0100",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
        )
        yield "\r\n".join((*fields, "", *lines, "")).encode()


async def send(host: str, port: int, load: list[bytes], connections: int) -> None:
    """Send all of it, each connection one mail after the other."""
    queue = list(enumerate(load))

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        await reader.readline()
        await _say(reader, writer, b"EHLO bench.example")
        while queue:
            number, mail = queue.pop()
            sender = f"person{number}@reporter{number % 97}.example".encode()
            await _say(reader, writer, b"MAIL FROM:<" + sender + b">")
            await _say(reader, writer, b"RCPT TO:<support@example.com>")
            await _say(reader, writer, b"DATA")
            said = await _say(reader, writer, mail + b".")
            assert said.startswith(b"250"), said
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> bytes:
    writer.write(line + b"\r\n")
    while True:
        said = await reader.readline()
        if said[3:4] != b"-":
            return said
