"""Mails put into the journal without a daemon, and handled by a worker's own loop within this process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mailgate.clock import Clock
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.shift import Shift
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Transmission


@contextlib.contextmanager
def desk(config: Path) -> Iterator[tuple[Store, Settings]]:
    """The databases of this configuration, made where there are none."""
    settings = load.read(config, {})
    store = open_store(settings, create=True)
    try:
        yield store, settings
    finally:
        store.close()


def arrive(config: Path, mails: list[bytes]) -> None:
    """As if they had come by SMTP from a trusted relay."""
    with desk(config) as (store, _):
        journal, now = Journal(store, Clock()), Clock().now()
        coming = [
            journal.submit(
                Transmission(
                    received_at=now,
                    source="smtp",
                    peer="127.0.0.1",
                    helo=None,
                    trusted=True,
                    submitted_by=None,
                    envelope_from=mail.partition(b"From: ")[2].partition(b"<")[2].partition(b">")[0].decode(),
                    recipients=("support@example.com",),
                    raw=mail,
                )
            )
            for mail in mails
        ]
        for each in coming:
            each.result()
        journal.close()


def handle(store: Store, settings: Settings) -> int:
    """Work until nothing waits; how many mails that were."""
    handled, shift = 0, Shift(store, settings, Clock(), "bench", contextlib.nullcontext, lambda claimed: None)
    while done := shift.batch(goes_on=True).mails:
        handled += done
    return handled
