"""What every story begins with, made once: settings, and databases that are empty."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.store import postgres
from mailgate.store.db import Store, open_folder
from tests import databases
from tests.stories.example import Json, write_config

_read: dict[str, Settings] = {}


def settings_of(folder: Path, state: Path, relay: str, changes: Json) -> Settings:
    """The configuration with the changes, as files in `folder` and read; the same changes are read only once."""
    database = databases.at(state)
    own: Json = {"site": {"state": str(state)}, "storage": {"database": database}}
    own["delivery"] = {"relays": [{"url": relay}]}
    write_config(folder, own, changes)
    key = json.dumps(changes, sort_keys=True)
    if key not in _read:
        _read[key] = load.read(folder, os.environ)
        return _read[key]
    known = _read[key]
    relays = tuple(each.model_copy(update={"url": relay}) for each in known.delivery.relays)
    delivery = known.delivery.model_copy(update={"relays": relays})
    site = known.site.model_copy(update={"state": str(state)})
    storage = known.storage.model_copy(update={"database": database})
    settings = known.model_copy(update={"site": site, "storage": storage, "delivery": delivery})
    settings.comes_from(folder, known.version, known._lines)
    return settings


class Databases:
    """Empty databases that are lent to one story after the other: nothing is as slow as making and closing them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Store] = []
        self._free: list[Store] = []

    @contextmanager
    def lent(self) -> Iterator[Store]:
        """One pair of databases, empty; wiped when the story is over."""
        store = self._free.pop() if self._free else self._make()
        yield store
        databases.wipe(store)
        self._free.append(store)

    def close(self) -> None:
        """Close all of them."""
        for store in self._made:
            store.close()

    def _make(self) -> Store:
        folder = self._folder / f"state{len(self._made)}"
        database = databases.at(folder)
        if postgres.is_postgres(database):
            folder.mkdir()
            store = Store(*postgres.opened(database, create=True), folder / "blobs")
        else:
            store = open_folder(folder, create=True)
        self._made.append(store)
        return store
