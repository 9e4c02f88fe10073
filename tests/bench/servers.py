"""What is compared: aiosmtpd as it comes, with a handler that does nothing, and the mailgate daemon."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def mailgate(folder: Path) -> Iterator[int]:
    """The whole daemon on SQLite, its letters queued for a relay that is not there; yields its port."""
    config = folder / "config"
    config.mkdir()
    (config / "mailgate.yaml").write_text(
        json.dumps(
            {
                "site": {"admins": ["ops@example.com"], "state": str(folder / "state")},
                "addresses": [{"address": "support@example.com", "subaddress": True}],
                "intake": {"smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.1"], "authserv_id": "mx"}},
                "delivery": {"relays": [{"url": "smtp://127.0.0.1:9"}]},
                "limits": {"connections_per_peer": 100, "free_disk": "1MiB"},
            }
        )
    )
    (config / "people.yaml").write_text(
        json.dumps(
            {
                "agents": {"anna": {"name": "Anna", "email": "anna@example.com"}},
                "groups": {"desk": {"name": "Desk", "members": ["anna"]}},
            }
        )
    )
    (config / "categories.yaml").write_text(
        json.dumps({"categories": {"general": {"name": "General", "group": "desk"}}})
    )
    command = [sys.executable, "-m", "mailgate", "run", "--config", str(config)]
    log = folder / "log"
    with log.open("w") as file:
        process = subprocess.Popen(command, stderr=file)
        try:
            yield _port(log)
        finally:
            process.terminate()
            process.wait()


def _port(log: Path) -> int:
    """The port the daemon says it listens on."""
    until = time.monotonic() + 30
    while not (match := re.search(r"listens on 127\.0\.0\.1:(\d+) \(smtp\)", log.read_text())):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)
    return int(match[1])


def handled(folder: Path) -> int:
    """How many mails have become tickets."""
    with sqlite3.connect(folder / "state" / "desk.db", timeout=30) as desk:
        return int(desk.execute("SELECT count(*) FROM mail_state WHERE state='handled'").fetchone()[0])


def wait_until_handled(folder: Path, count: int, at_most: float = 300) -> None:
    """Until all of them are committed."""
    until = time.monotonic() + at_most
    while handled(folder) < count:
        assert time.monotonic() < until, f"only {handled(folder)} of {count} were handled"
        time.sleep(0.05)
