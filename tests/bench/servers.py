"""What is compared: aiosmtpd as it comes, with a handler that does nothing, and the mailgate daemon."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from mailgate.settings import load
from mailgate.store.db import Store, open_store
from mailgate.store.tables import Letter, MailState, table_of

LETTER, STATE = table_of(Letter), table_of(MailState)
LETTERS_A_MAIL = 3
MOST_A_SECOND = 5000
"""Nobody handles more mails, so to look sooner whether all are would only take time from those who do."""
NOTHING = """
import asyncio
from aiosmtpd.smtp import SMTP
class Nothing:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Nothing(), loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def doing_nothing() -> Iterator[int]:
    """Unmodified aiosmtpd; yields its port."""
    process = subprocess.Popen([sys.executable, "-c", NOTHING], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@dataclass(frozen=True, slots=True)
class Daemon:
    """A mailgate that runs. `started`: seconds from its start until it listened. `store`: its databases, opened before
    anything is measured."""

    port: int
    started: float
    store: Store

    def wait_until_handled(self, count: int, at_most: float = 120) -> None:
        """Until all of them are tickets, each with its letters."""
        until = time.monotonic() + at_most
        while (missing := count - (states := _counts(self.store.desk, STATE)).get("handled", 0)) > 0:
            assert time.monotonic() < until, f"of {count} mails were {states}"
            assert not states.keys() - {"pending", "handled"}, f"of {count} mails were {states}"
            time.sleep(max(0.005, missing / MOST_A_SECOND))
        assert sum(_counts(self.store.desk, LETTER).values()) == LETTERS_A_MAIL * count


def _counts(desk: sa.Engine, table: sa.Table) -> dict[str, int]:
    """Rows by state."""
    with desk.connect().execution_options(read_only=True) as connection:
        found = connection.execute(sa.select(table.c.state, sa.func.count().label("rows")).group_by(table.c.state))
        return {row.state: row.rows for row in found}


def configure(folder: Path, *, database: str = "sqlite", relay: str = "smtp://127.0.0.1:9") -> Path:
    """Two agents who are told, and a reporter who is acknowledged, whatever budgets say: three letters a mail. A worker
    for each of the two processors that the table is about."""
    plenty = ("per_domain_hour_unproven", "total_per_hour_unproven", "per_mailbox_minute", "total_per_hour")
    files = {
        "mailgate": {
            "site": {"admins": ["ops@example.com"], "state": str(folder / "state")},
            "storage": {"database": database},
            "workers": 2,
            "addresses": [{"address": "support@example.com", "subaddress": True}],
            "intake": {"smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.1"], "authserv_id": "mx"}},
            "delivery": {"relays": [{"url": relay}]},
            "limits": {
                "connections_per_peer": 100,
                "free_disk": "1MiB",
                "acknowledgements": dict.fromkeys(plenty, 10**7),
            },
        },
        "people": {
            "agents": {
                "anna": {"name": "Anna", "email": "anna@example.com"},
                "ben": {"name": "Ben", "email": "ben@example.com"},
            },
            "groups": {"desk": {"name": "Desk", "members": ["anna", "ben"]}},
        },
        "categories": {"categories": {"general": {"name": "General", "group": "desk"}}},
    }
    config = folder / "config"
    config.mkdir()
    for name, content in files.items():
        (config / f"{name}.yaml").write_text(json.dumps(content))
    return config


@contextmanager
def mailgate(config: Path, *roles: str, **environ: str) -> Iterator[Daemon]:
    """The whole daemon, its letters queued for a relay that is not there; or some roles of it alone."""
    command = [sys.executable, "-m", "mailgate", "run", "--config", str(config)]
    command += ["--role", ",".join(roles)] if roles else []
    log, began = config.parent / "log", time.monotonic()
    with log.open("w") as file:
        process = subprocess.Popen(command, stderr=file, env={**os.environ, **environ})
        try:
            port, started = _port(log), time.monotonic() - began
            with closing(open_store(load.read(config, {}))) as store:
                yield Daemon(port, started, store)
        finally:
            process.terminate()
            process.wait()


def _port(log: Path) -> int:
    """The port the daemon says it listens on."""
    until = time.monotonic() + 30
    while not (match := re.search(r"listens on 127\.0\.0\.1:(\d+) \(smtp\)", log.read_text())):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.01)
    return int(match[1])
