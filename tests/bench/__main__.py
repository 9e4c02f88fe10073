"""`make bench`: mails per second of the daemon as a ratio to aiosmtpd doing nothing, in alternating pairs."""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench import servers
from tests.bench.load import mails, send

MAILS = 2000
CONNECTIONS = 20
PAIRS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """Mails per second: said 250 to, and committed as tickets with their letters queued."""

    accepted: float
    handled: float


def main() -> None:
    """Print the median of alternating pairs beside a calibration job."""
    nothing: list[Figures] = []
    ours: list[Figures] = []
    jobs: list[float] = []
    for pair in range(PAIRS):
        jobs.append(_seconds(_calibration))
        nothing.append(_doing_nothing(pair))
        ours.append(_mailgate(pair))
        print(
            f"pair {pair + 1}: aiosmtpd doing nothing {nothing[-1].accepted:6.0f}/s   mailgate "
            f"250 said {ours[-1].accepted:6.0f}/s   tickets committed {ours[-1].handled:6.0f}/s",
            flush=True,
        )
    base = statistics.median(each.accepted for each in nothing)
    print(f"calibration job {statistics.median(jobs) * 1000:.0f} ms ({min(jobs) * 1000:.0f} to {max(jobs) * 1000:.0f})")
    print(f"text mails, {CONNECTIONS} connections, SQLite FULL, against unmodified aiosmtpd doing nothing (= 1):")
    print(f"  250 said           {statistics.median(each.accepted for each in ours) / base:.2f}")
    print(f"  tickets committed  {statistics.median(each.handled for each in ours) / base:.2f}")


def _doing_nothing(pair: int) -> Figures:
    load = mails(MAILS, seed=pair)
    with servers.doing_nothing() as port:
        seconds = _seconds(lambda: asyncio.run(send("127.0.0.1", port, load, CONNECTIONS)))
    return Figures(MAILS / seconds, MAILS / seconds)


def _mailgate(pair: int) -> Figures:
    load = mails(MAILS, seed=pair)
    with tempfile.TemporaryDirectory() as name, servers.mailgate(Path(name)) as port:
        began = time.monotonic()
        accepted = _seconds(lambda: asyncio.run(send("127.0.0.1", port, load, CONNECTIONS)))
        servers.wait_until_handled(Path(name), MAILS)
        return Figures(MAILS / accepted, MAILS / (time.monotonic() - began))


def _calibration() -> None:
    data = b"x" * 65536
    for _ in range(2000):
        data = hashlib.sha256(data).digest() * 2048


def _seconds(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
