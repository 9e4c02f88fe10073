"""The load: mails of several sizes from different people, sent over kept connections by a small raw SMTP client."""

from __future__ import annotations

import asyncio
import base64
import random
import time
from collections.abc import Iterator

WORDS = ("printer", "room", "twelve", "prints", "only", "black", "pages", "since", "monday", "please", "have", "look")
VOUCHED = "Authentication-Results: mx; dmarc=pass header.from={domain}"
"""Each writer is proven, so that each mail is acknowledged."""


def text(count: int, seed: int = 1) -> list[bytes]:
    """Different text mails from different people; 5 kB on average."""
    return list(_mails(count, random.Random(seed)))


def mixed(count: int, seed: int = 1) -> list[bytes]:
    """60 % of 2 kB, 25 % of 12 kB, 10 % with 150 kB attached, 5 % with 2 MB."""
    chance = random.Random(seed)
    sizes = chance.choices((2_000, 12_000, 150_000, 2_000_000), (60, 25, 10, 5), k=count)
    return [_mail(number, chance, *_shape(size)) for number, size in enumerate(sizes)]


def large(count: int, size: int = 10_000_000, seed: int = 1) -> list[bytes]:
    """Mails with so many bytes attached."""
    chance = random.Random(seed)
    return [_mail(number, chance, 20, size) for number in range(count)]


def _mails(count: int, chance: random.Random) -> Iterator[bytes]:
    return (_mail(number, chance, chance.randint(25, 101), 0) for number in range(count))


def _shape(size: int) -> tuple[int, int]:
    """Lines of text, bytes attached."""
    return (size // 75, 0) if size < 100_000 else (40, size)


def _mail(number: int, chance: random.Random, lines: int, attached: int) -> bytes:
    words = "\r\n".join(" ".join(chance.choices(WORDS, k=12)) for _ in range(lines))
    domain = f"reporter{number % 97}.example"
    head = (
        VOUCHED.format(domain=domain),
        f"From: Person {number} <person{number}@{domain}>",
        "To: support@example.com",
        f"Subject: {' '.join(chance.choices(WORDS, k=5))}",
        f"Message-ID: <{chance.getrandbits(64):x}.{number}@reporter.example>",
        "Date: Mon, 23 Nov 2026 10:00:00 +0100",
        "MIME-Version: 1.0",
    )
    kind = "Content-Type: text/plain; charset=utf-8\r\n"
    if not attached:
        return "\r\n".join((*head, f"{kind}\r\n{words}\r\n")).encode()
    encoded = base64.encodebytes(chance.randbytes(attached * 3 // 4)).replace(b"\n", b"\r\n")
    parts = "\r\n".join(
        (*head, f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n{kind}\r\n{words}\r\n--b\r\n')
    )
    pdf = 'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return parts.encode() + pdf.encode() + encoded + b"--b--\r\n"


async def send(port: int, load: list[bytes], connections: int) -> list[float]:
    """Send all of it, each connection one mail after the other; seconds from DATA to the 250, in no order."""
    queue, took = list(enumerate(load)), list[float]()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        await _say(reader, writer, b"EHLO bench.example")
        while queue:
            number, mail = queue.pop()
            sender = f"person{number}@reporter{number % 97}.example".encode()
            await _say(reader, writer, b"MAIL FROM:<" + sender + b">")
            await _say(reader, writer, b"RCPT TO:<support@example.com>")
            began = time.monotonic()
            await _say(reader, writer, b"DATA")
            said = await _say(reader, writer, mail + b".")
            took.append(time.monotonic() - began)
            assert said.startswith(b"250"), said
        writer.close()

    await asyncio.gather(*(one() for _ in range(min(connections, len(load)))))
    return took


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> bytes:
    writer.write(line + b"\r\n")
    while True:
        said = await reader.readline()
        if said[3:4] != b"-":
            return said
