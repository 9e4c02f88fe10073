"""Letters handed over by the sender, against aiosmtplib doing nothing else, to aiosmtpd doing nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiosmtplib
import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock
from mailgate.outbox import moulds
from mailgate.outbox.casting import Mould, Poured, in_lines, place
from mailgate.outbox.deliver import Sender
from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.tables import Letter, table_of
from mailgate.store.turns import Turns
from tests.bench import arrivals, servers

LETTER = table_of(Letter)
LETTERS, CONNECTIONS = 400, 5
WORDS = "The printer in room twelve prints only black pages since monday.\n" * 20


def measure(folder: Path, pair: int) -> dict[str, float]:
    """The same number of letters of the same size, 3 kB, over as many connections as our sender keeps."""
    log.set_up(level="ERROR")
    with servers.doing_nothing() as port:
        alone = _seconds(lambda: _alone(port))
        config = servers.configure(folder, relay=f"smtp://127.0.0.1:{port}")
        with arrivals.desk(config) as (store, settings):
            _queue(store, settings)
            sender = Sender(store, settings, Clock(), Turns(), lambda tx, letter, outcome: None)
            ours = _seconds(lambda: _sent(sender, store))
    return {"letters": alone / ours}


async def _alone(port: int) -> None:
    letters = [_bytes(number) for number in range(LETTERS)]

    async def one() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
            while letters:
                await client.sendmail("support@example.com", ["erika@x.example"], letters.pop())

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))


async def _sent(sender: Sender, store: Store) -> None:
    while _left(store):
        await sender.send_due()
    await sender.close()


def _left(store: Store) -> int:
    pending = sa.select(sa.func.count()).where(LETTER.c.state == "pending")
    with store.desk.connect().execution_options(read_only=True) as connection:
        return int(connection.execute(pending).scalar_one())


def _queue(store: Store, settings: Settings) -> None:
    now, mould = Clock().now(), Mould(place(0), f"<p>{in_lines(place(0))}</p>")
    same = {"ticket": 1001, "template": "reply", "envelope_from": "support@example.com", "subject": "Hello"}
    times = {"created_at": now, "next_at": now}
    with store.transaction(settings, now) as tx:
        rows = [
            {**same, **times, "to": f"r{number}@x.example", "message_id": f"{number}@example.com", "files": []}
            | {"header": _head(number), **moulds.columns(tx, Poured(mould, (WORDS,)))}
            for number in range(LETTERS)
        ]
        tx.execute(sa.insert(LETTER), rows)


def _head(number: int) -> bytes:
    return (
        f"From: Support <support@example.com>\r\nTo: <r{number}@x.example>\r\nSubject: Hello\r\n"
        f"Message-ID: <{number}@example.com>\r\n"
    ).encode()


def _bytes(number: int) -> bytes:
    return _head(number) + b"\r\n" + (WORDS * 2).replace("\n", "\r\n").encode()


def _seconds(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    began = time.monotonic()
    asyncio.run(work())
    return time.monotonic() - began
