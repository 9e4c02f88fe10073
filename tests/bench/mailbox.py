"""Mails out of a mailbox into the journal, against the same client fetching them only."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import replace
from pathlib import Path

from mailgate import log
from mailgate.clock import Clock
from mailgate.intake.imap import Desk, Reader
from mailgate.intake.imap_place import Reading, reading_of
from mailgate.intake.imap_session import Session
from mailgate.settings.model import Settings
from mailgate.store.db import open_store
from mailgate.store.journal import Journal
from tests.bench import load
from tests.bench.through import NotHere
from tests.doubles import dovecot
from tests.doubles.dovecot import PASSWORD, USER, Dovecot

MAILS = 2000
_LARGEST = 2**20


def measure(folder: Path, pair: int) -> dict[str, float]:
    """Text mails on a Dovecot of its own, over TLS as usual: they have come while we were away."""
    if why := dovecot.missing():
        raise NotHere(why)
    log.set_up(level="ERROR")
    (folder / "password").write_text(PASSWORD)
    with Dovecot() as server:
        settings = _settings(folder, server)
        trusting = ssl.create_default_context(cafile=str(server.certificate.file))
        reading = reading_of(settings, settings.intake.imap[0])
        reading = replace(reading, place=replace(reading.place, context=trusting))
        _ours(settings, reading)  # the folder is known
        server.deliver(
            [mail.replace(b"\r\n\r\n", b"\r\nX-Pair: %d\r\n\r\n" % pair, 1) for mail in load.text(MAILS, pair)]
        )
        asyncio.run(_alone(reading))  # the server has then looked at each mail once
        alone = asyncio.run(_alone(reading))
        return {"mails": alone / _ours(settings, reading)}


def _settings(folder: Path, server: Dovecot) -> Settings:
    box = {"name": "bench", "address": "support@example.com", "host": "localhost", "port": server.tls_port}
    box |= {"user": USER, "password_file": "password", "after": "keep"}
    return Settings(
        site={"admins": ["ops@example.com"], "state": str(folder)},
        addresses=[{"address": "support@example.com"}],
        intake={"imap": [box]},
        limits={"free_disk": "1MiB"},
    )


async def _alone(reading: Reading) -> float:
    """Seconds for login, list and fetching them all."""
    began = time.monotonic()
    session = await Session.begun(reading.place, _LARGEST)
    await session.log_in(USER, PASSWORD)
    await session.open("INBOX")
    uids = await session.uids()
    assert len(await session.weigh(uids)) == MAILS
    for uid in uids:
        assert await session.fetch(uid)
    took = time.monotonic() - began
    await session.leave()
    return took


def _ours(settings: Settings, reading: Reading) -> float:
    """Seconds until all of them are durable here; the ledger included."""
    store = open_store(settings, create=True)
    journal = Journal(store, Clock())
    try:
        return asyncio.run(
            _read(Reader(reading, Desk(lambda: settings, store, journal, Clock(), lambda receipt: None)))
        )
    finally:
        journal.close()
        store.close()


async def _read(reader: Reader) -> float:
    stop, began = asyncio.Event(), time.monotonic()
    task = asyncio.create_task(reader.run(stop))
    while reader.condition.last_scan is None:
        await asyncio.sleep(0.005)
    took = time.monotonic() - began
    stop.set()
    await task
    assert reader.condition.waiting == 0
    return took
