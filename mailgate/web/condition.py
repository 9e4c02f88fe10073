"""The document of `status --json` as the running daemon knows it: what the pages of health and numbers show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailgate.clock import Clock
from mailgate.desk import condition
from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.running import Running


def status(store: Store, settings: Settings, running: Running, clock: Clock) -> dict[str, Any]:
    """Raises StoreUnavailable. Of the configuration: what is in force; the files are not read for each scrape."""
    refused = running.refused
    config = {
        "version": running.version,
        "loaded_at": running.loaded_at,
        "ok": refused is None,
        "problems": list(refused.reasons) if refused else [],
    }
    with store.reading(settings, clock.now()) as tx:
        return condition.status(store, tx, config, running=True)


def asked(
    store: Store, settings: Callable[[], Settings], running: Callable[[], Running], clock: Clock
) -> Callable[[], dict[str, Any]]:
    """As of the moment when somebody asks."""
    return lambda: status(store, settings(), running(), clock)
