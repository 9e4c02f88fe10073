"""`make bench`, or `python -m tests.bench [NAME…] [--pairs N]`: speed as ratios within one run.

What is ours and what it is compared with run in turns, and the median of the pairs counts: machines drift. A
calibration job beside each pair says how much.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench import growth, letters, mailbox, reports, steps, sweeps, through


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what `measure` calls `name`, and what it has to reach."""

    name: str
    what: str
    target: float
    at_most: bool = False
    unit: str = ""

    def reached(self, value: float) -> bool:
        """Whether that is good enough."""
        return value <= self.target if self.at_most else value >= self.target


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that one measurement yields; `measure` takes an empty folder and the number of the pair."""

    name: str
    measure: Callable[[Path, int], Mapping[str, float]]
    lines: tuple[Line, ...]
    pairs: int | None = None
    """Where one measurement takes turns by itself, or is too long for more."""


NOTHING = "against unmodified aiosmtpd doing nothing"
GROUPS = (
    Group(
        "text",
        through.text,
        (
            Line("tickets", f"SMTP to committed tickets with three letters each, text mail, SQLite, {NOTHING}", 0.30),
            Line("said", f"250 said (journal alone), text mail, {NOTHING}", 0.9),
        ),
    ),
    Group("postgresql", through.on_postgresql, (Line("tickets", f"the same tickets on PostgreSQL, {NOTHING}", 0.20),)),
    Group("mixed", through.mixed, (Line("tickets", f"tickets of mails with attachments, {NOTHING}", 1.2),)),
    Group("large", through.large, (Line("bytes", "bytes per second in 10 MB mails, against unmodified aiosmtpd", 5),)),
    Group("slow_disk", through.slow_disk, (Line("tickets", "with 5 ms more for each fsync, against without", 0.5),)),
    Group(
        "waiting",
        through.waiting,
        (Line("p99", "time to the 250 with 5,000 mails waiting, p99", 1, at_most=True, unit=" s"),),
        pairs=1,
    ),
    Group(
        "growth",
        growth.measure,
        (Line("cost", "CPU of a mail with 100,000 tickets there, against 1,000", 1.25, at_most=True),),
        pairs=1,
    ),
    Group(
        "sweeps",
        sweeps.measure,
        (
            Line("morning", "the clock's jobs, digests due, with 100,000 open tickets", 2, at_most=True, unit=" s"),
            Line("nothing", "the clock's jobs, nothing due, with 1,000,000 tickets against 1,000", 1.25, at_most=True),
        ),
        pairs=1,
    ),
    Group(
        "report",
        reports.measure,
        (
            Line(
                "group", "`mailgate report --by group` over 1,000,000 tickets, run before", 3, at_most=True, unit=" s"
            ),
            Line("month", "the same by month", 3, at_most=True, unit=" s"),
        ),
        pairs=1,
    ),
    Group(
        "mailbox",
        mailbox.measure,
        (Line("mails", "mails of a mailbox into the journal, against the same client fetching only", 0.5),),
    ),
    Group("letters", letters.measure, (Line("letters", "letters over kept connections, against aiosmtplib", 0.5),)),
    Group("start", through.start, (Line("start", "start to listening", 2, at_most=True, unit=" s"),)),
)


def main() -> None:
    """Measure the named groups, or all, and print a line for each row."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("names", nargs="*", choices=[[], *(group.name for group in GROUPS), "steps"], metavar="NAME")
    asked.add_argument("--pairs", type=int, default=5)
    said = asked.parse_args()
    for group in GROUPS:
        if not said.names or group.name in said.names:
            print(f"{group.name}:", flush=True)
            _measure(group, group.pairs or said.pairs)
    if not said.names or "steps" in said.names:
        print("steps:", flush=True)
        steps.main()


def _measure(group: Group, pairs: int) -> None:
    found: dict[str, list[float]] = defaultdict(list)
    jobs: list[float] = []
    for pair in range(pairs):
        jobs.append(_calibration())
        with tempfile.TemporaryDirectory(prefix="mailgate-bench-") as name:
            try:
                measured = group.measure(Path(name), pair)
            except through.NotHere as why:
                print(f"  not measured: {why}", flush=True)
                return
        for what, value in measured.items():
            found[what].append(value)
    for line in group.lines:
        print(f"  {_in_words(line, found[line.name])}", flush=True)
    print(f"  calibration job {min(jobs):.0f} to {max(jobs):.0f} ms", flush=True)


def _in_words(line: Line, values: list[float]) -> str:
    value = statistics.median(values)
    reached = "reached" if line.reached(value) else "NOT REACHED"
    bound = "at most" if line.at_most else "at least"
    spread = f"{min(values):.2f} to {max(values):.2f}"
    return f"{value:6.2f}{line.unit}  {line.what} ({bound} {line.target:g}{line.unit}: {reached}; {spread})"


def _calibration() -> float:
    """Milliseconds of a job that never changes."""
    began, data = time.monotonic(), b"x" * 65536
    for _ in range(1000):
        data = hashlib.sha256(data).digest() * 2048
    return (time.monotonic() - began) * 1000


if __name__ == "__main__":
    main()
