"""The whole way: from a client's connection to committed tickets with their letters queued."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests import postgres
from tests.bench import arrivals, load, servers

CONNECTIONS = 20
AT_ONCE = 4
"""Of the largest: more would not fit into `limits.in_flight`, and be told to come again."""
TEXTS, MIXED, LARGE, SLOW, WAITING, ASKED = 1500, 600, 12, 300, 5000, 200
WARM = load.text(40, seed=4711)
"""Sent before anything is measured: templates and statements are made ready for the first mails."""
POSTGRES = {"max_connections": "50", "shared_buffers": "128MB"}
"""Durable, as PostgreSQL is where nobody has set it otherwise."""

SLOW_DISK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#define SLOW(name) int name(int fd) { \\
    static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, #name); \\
    usleep(5000); return real(fd); }
SLOW(fsync)
SLOW(fdatasync)
"""


class NotHere(Exception):
    """this machine lacks what the measurement needs"""


def text(folder: Path, pair: int) -> dict[str, float]:
    """Text mails, SQLite."""
    mails = load.text(TEXTS, pair)
    nothing = _nothing(mails)
    whole = _ours(servers.configure(folder), mails)
    (folder / "intake").mkdir()
    with servers.mailgate(servers.configure(folder / "intake"), "intake") as daemon:
        _rate(daemon.port, WARM)
        said = _rate(daemon.port, mails)
    return {"tickets": whole / nothing, "said": said / nothing}


def mixed(folder: Path, pair: int) -> dict[str, float]:
    """Mails of all sizes."""
    mails = load.mixed(MIXED, pair)
    nothing = _nothing(mails)
    return {"tickets": _ours(servers.configure(folder), mails) / nothing}


def large(folder: Path, pair: int) -> dict[str, float]:
    """10 MB each: until the last 250."""
    mails = load.large(LARGE, seed=pair)
    nothing = _nothing(mails, AT_ONCE)
    with servers.mailgate(servers.configure(folder)) as daemon:
        return {"bytes": _rate(daemon.port, mails, AT_ONCE) / nothing}


def on_postgresql(folder: Path, pair: int) -> dict[str, float]:
    """Text mails, on a server of its own that keeps what it has said."""
    if postgres.programs() is None:
        raise NotHere("there is no PostgreSQL to be started")
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        server = postgres.Server(Path(name), POSTGRES | {"listen_addresses": ""})
        server.make()
        server.start()
        try:
            mails = load.text(TEXTS, pair)
            nothing = _nothing(mails)
            config = servers.configure(folder, database=server.fresh("bench"))
            return {"tickets": _ours(config, mails) / nothing}
        finally:
            server.stop()


def slow_disk(folder: Path, pair: int) -> dict[str, float]:
    """Every fsync takes 5 ms longer."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotHere("there is no C compiler to make the slow disk with")
    source, made = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_DISK)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"], check=True)
    mails, rates = load.text(SLOW, pair), []
    for name, environ in (("fast", {}), ("slow", {"LD_PRELOAD": str(made)})):
        (folder / name).mkdir()
        rates.append(_ours(servers.configure(folder / name), mails, **environ))
    return {"tickets": rates[1] / rates[0]}


def waiting(folder: Path, pair: int) -> dict[str, float]:
    """How long a client waits for its 250 while thousands of mails are being worked on."""
    config = servers.configure(folder)
    arrivals.arrive(config, load.text(WAITING, pair))
    with servers.mailgate(config) as daemon:
        took = asyncio.run(load.send(daemon.port, load.text(ASKED, pair + 1000), CONNECTIONS))
    return {"p99": statistics.quantiles(took, n=100)[98]}


def start(folder: Path, pair: int) -> dict[str, float]:
    """The whole daemon, with a database to be made."""
    with servers.mailgate(servers.configure(folder)) as daemon:
        return {"start": daemon.started}


def _nothing(mails: list[bytes], connections: int = CONNECTIONS) -> float:
    """Mails per second of aiosmtpd with a handler that does nothing."""
    with servers.doing_nothing() as port:
        _rate(port, WARM, connections)
        return _rate(port, mails, connections)


def _ours(config: Path, mails: list[bytes], **environ: str) -> float:
    """Mails per second, from the first connection until the last is handled."""
    with servers.mailgate(config, **environ) as daemon:
        _rate(daemon.port, WARM)
        daemon.wait_until_handled(len(WARM))
        began = time.monotonic()
        _rate(daemon.port, mails)
        daemon.wait_until_handled(len(WARM) + len(mails))
        return len(mails) / (time.monotonic() - began)


def _rate(port: int, mails: list[bytes], connections: int = CONNECTIONS) -> float:
    return len(mails) / _seconds(lambda: asyncio.run(load.send(port, mails, connections)))


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
