"""The experiments of the rig, by name: each says in a line what it did, or fails with an AssertionError.

The same functions run in the tests, small, and in `make crash`, as large as it is told.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests import databases
from tests.crash import mailboxes, shared
from tests.crash.points import IN_THE_DAEMON, NAMED, POINTS, Point
from tests.crash.rig import Rig

DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: kills and mails in all, power cuts, stops."""

    kills: int
    mails: int
    cuts: int
    stops: int


def on_sqlite() -> bool:
    """Large mails are files, and what is on the disk is for us to know."""
    return databases.CHOSEN == "sqlite"


def run_python(script: str, folder: Path, environ: dict[str, str]) -> None:
    """In a process of its own, on another machine."""
    subprocess.run([sys.executable, "-c", script], cwd=folder, env={**os.environ, **environ}, check=True)


# -- kills ---------------------------------------------------------------------------------------------------------


def at_named_steps(folder: Path, points: Sequence[Point], kills: int, mails: int, seed: int, mutation: str = "") -> str:
    """Kill at each of these steps in turn, so many times in all."""
    each = max(1, mails // kills)
    with Rig(folder / "named", seed=seed, mutation=mutation) as rig:
        for point in islice(cycle(_reachable(points)), kills):
            rig.under_load(each, lambda point=point: rig.kill_at(point))  # type: ignore[misc]
        rig.under_load(max(0, mails - len(rig.names)))
        rig.audit()
        missed = {point.name for point in _reachable(points)} - set(rig.kills)
        assert not missed or kills < len(points), f"nobody has come to {sorted(missed)}"
        if not any(point.doubts for point in points) and all(point.process == "worker" for point in points):
            assert rig.doubts == 0
        return _in_words(rig)


def _reachable(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if point.needs != "large mails" or on_sqlite()]


def at_random(folder: Path, kills: int, mails: int, seed: int, mutation: str = "") -> str:
    """Kill workers and daemons from outside, at any moment."""
    each = max(1, mails // kills)
    with Rig(folder / "random", seed=seed, mutation=mutation) as rig:
        for _ in range(kills):
            rig.under_load(each, rig.luck.choice((rig.kill_worker, rig.kill_daemon)))
        rig.audit()
        return _in_words(rig)


def _in_words(rig: Rig) -> str:
    return f"{rig.kills.total()} kills, {len(rig.names)} mails, {rig.doubts} letters in doubt; {dict(rig.kills)}"


def kills(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """Half of them at named steps, half at random; so many of each that no run takes for ever."""
    half = size.kills // 2
    named = at_named_steps(folder, IN_THE_DAEMON, size.kills - half, size.mails // 2, seed, mutation)
    return f"{named}; {at_random(folder, half, size.mails - size.mails // 2, seed, mutation)}"


def daemon(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """Between commit and 250, again and again: whoever sends can not know, and sends again."""
    points = [NAMED[name] for name in ("journal-committed", "before-250", "journal-written")]
    return at_named_steps(folder, points, size.kills, size.mails, seed, mutation)


def sender(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """Between the relay's answer and our commit, again and again."""
    points = [point for point in POINTS if point.doubts]
    return at_named_steps(folder, points, size.kills, size.mails, seed, mutation)


def hasty(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """Everybody hangs up before the answer, while the commit waits for a slow disk, and comes back."""
    with Rig(folder / "hasty", seed=seed, mutation=mutation, machine="own") as rig:
        rig.machine.is_slow(milliseconds=20)
        for _ in range(max(1, size.mails // 600)):
            rig.under_load(60, hasty="0123456789")
        rig.audit()
        return f"{len(rig.names)} mails, each sent twice"


def late(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """A worker stands still with mails in hand, its claims run out, another has them; then it goes on."""
    stopped: list[int] = []
    with Rig(folder / "late", seed=seed, mutation=mutation, machine="own") as rig:
        for _ in range(max(1, size.stops // 5)):
            rig.under_load(10, lambda: stopped.append(rig.stop_at(NAMED["batch-read"])))
            rig.machine.clock_is_off_by(DAY)
            rig.settle()
            rig.node.signal_to(stopped[-1], signal.SIGCONT)
            rig.until(lambda: rig.node.times_said("another worker has it") or mutation, "it has not come back late")
            rig.machine.works()
        rig.audit()
        return f"{len(rig.names)} mails, {len(stopped)} late workers"


def power(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """The power is cut under load; the next daemon finds what the disk had."""
    if not on_sqlite():
        pytest.skip("what PostgreSQL has on its disk is for PostgreSQL to keep")
    each = max(10, 200 // size.cuts)
    with Rig(folder / "power", seed=seed, mutation=mutation, machine="durable") as rig:

        def cut() -> None:
            enough = rig.luck.randrange(1, each)
            rig.until(lambda: rig.heard > enough, "too few have heard 250")
            time.sleep(rig.luck.uniform(0, 0.2))
            rig.cut_power()
            rig.node.start()

        for _ in range(size.cuts):
            rig.under_load(each, cut)
        rig.audit()
        return f"{size.cuts} cuts, {len(rig.names)} mails, {rig.doubts} letters in doubt"


def stops(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """SIGTERM under load: 0 within 35 seconds, and nothing is lost."""
    longest = 0.0
    with Rig(folder / "stops", seed=seed, mutation=mutation) as rig:

        def stop() -> None:
            time.sleep(rig.luck.uniform(0, 0.5))
            rig.end_daemon()
            rig.node.start()

        for _ in range(size.stops):
            rig.under_load(25, stop)
            longest = max(longest, rig.last_stop)
        rig.audit()
        assert rig.doubts == 0, "whoever is asked to end finishes what it is at"
        return f"{size.stops} stops, {len(rig.names)} mails, the longest took {longest:.1f} s"


def reloads(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """SIGHUP under load, again and again: each of them hires new workers and lets the old ones go."""
    with Rig(folder / "reloads", seed=seed, mutation=mutation) as rig:

        def reload() -> None:
            for _ in range(5):
                time.sleep(rig.luck.uniform(0, 0.5))
                rig.node.signal(signal.SIGHUP)

        for _ in range(size.stops):
            rig.under_load(25, reload)
        rig.audit()
        assert rig.doubts == 0, "nobody was ended in the middle of anything"
        return f"{size.stops * 5} times SIGHUP, {len(rig.names)} mails"


def server(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """PostgreSQL itself is killed under load, and started again."""
    return shared.server(folder, max(1, size.kills // 10), size.mails // 10, seed, mutation)


def commits(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """PostgreSQL has committed, or not, and nobody is told."""
    return shared.commits(folder, max(2, size.kills // 3), size.mails // 10, seed, mutation)


def nodes(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """Several nodes on one PostgreSQL have accidents."""
    return shared.nodes(folder, max(2, size.kills // 5), size.mails // 10, seed)


def mailbox(folder: Path, size: Size, seed: int, mutation: str = "") -> str:
    """A mailbox of a real server, with accidents on both sides and on the line."""
    return mailboxes.mailbox(folder, max(1, size.kills // 4), size.mails // 5, seed, mutation)


ALL = ("mailbox", "kills", "hasty", "late", "power", "stops", "reloads", "server", "commits", "nodes")
"""What holds all others: `daemon` and `sender` are parts of `kills`, for a closer look and for mutations."""
EXPERIMENTS: dict[str, Callable[..., str]] = {
    "kills": kills,
    "daemon": daemon,
    "sender": sender,
    "hasty": hasty,
    "late": late,
    "power": power,
    "stops": stops,
    "reloads": reloads,
    "server": server,
    "commits": commits,
    "nodes": nodes,
    "mailbox": mailbox,
}
OF_POSTGRES = ("server", "commits", "nodes")
"""They bring their own: once is enough."""
