"""The desk beside a configuration with mistakes: what needs no settings is shown all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgate.cli.common import state_of
from mailgate.clock import Clock
from mailgate.errors import ConfigurationError, NoDatabase
from mailgate.settings.load import Examination
from mailgate.settings.model import Settings
from mailgate.settings.tree import find
from mailgate.store.db import Store, Tx, open_database

_NONE = Settings.model_validate({"site": {"admins": ["-"]}, "addresses": [{"address": "-"}]})


@contextmanager
def reading_all_the_same(folder: Path, examined: Examination) -> Iterator[tuple[Store, Tx]]:
    """The desk, to look at. Raises NoDatabase where there is none, or what is wrong with the configuration."""
    store = _store(folder, examined)
    try:
        with store.reading(examined.settings or _NONE, Clock().now()) as tx:
            yield store, tx
    finally:
        store.close()


def _store(folder: Path, examined: Examination) -> Store:
    said = next(find(examined.root, ("storage", "database")), None)
    try:
        return open_database((said.text if said else None) or "sqlite", state_of(folder, examined.root))
    except NoDatabase:
        if examined.problems:
            raise ConfigurationError("\n".join(map(str, examined.problems))) from None
        raise
