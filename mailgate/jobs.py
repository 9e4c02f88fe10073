"""What the clock looks after: a table of (name, every, function), given to apscheduler's memory store.

A job only looks at rows and does what is due; nothing is remembered in the scheduler, so a restart loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from mailgate import log, standby
from mailgate.clock import Clock
from mailgate.desk import (
    alerts,
    asking,
    audit,
    clockwork,
    digests,
    handing_over,
    held_letters,
    kept,
    once,
    overdue_statements,
    reckoning,
    seals,
    standing_in,
    watching,
)
from mailgate.errors import StoreUnavailable
from mailgate.outbox import forgetting, wrong_clock
from mailgate.settings.model import Settings
from mailgate.store import leases
from mailgate.store.db import Store, Tx
from mailgate.store.leases import RENEWED_EVERY, Held, Tenancy
from mailgate.store.turns import Turns

LOG = log.get("clock")
AT_ONCE = 10
"""Jobs that may run side by side: most of them wait for their turn at the desk."""
SOON = timedelta(minutes=1)
AT_A_STRETCH = 0.5
"""Seconds: a job that has found much goes on so long, in short transactions between which others have their turn."""


@dataclass(frozen=True, slots=True)
class Job:
    """One sweep: how often, and what it does in one short transaction; returns how many rows it touched. What takes
    long is only looked at, before the transaction and its turn."""

    name: str
    every: timedelta
    sweep: Callable[[Tx], int] | None = None
    look: Callable[[Store, Tx], Callable[[Tx], int] | None] | None = None
    """Reads, and returns the sweep that writes down what was seen; None where there is nothing to write."""
    everywhere: bool = False
    """It is about this very node: each does it, and not only the one that has the lease."""
    at_once: bool = False
    """The first time it runs as soon as we start."""
    foretold: bool = False
    """It writes to people, or changes tickets: `run --dry-clock` runs it ahead of its time."""

    @property
    def goes_on(self) -> bool:
        """Where there was something to do, there may be more."""
        return self.foretold and self.look is not None

    def run(
        self, store: Store, settings: Callable[[], Settings], clock: Clock, turns: Turns, held: Held | None = None
    ) -> int:
        """Returns how many rows it touched; nothing is written once `held` was taken over. Raises StoreUnavailable."""
        sweep = self.sweep
        if self.look:
            with store.reading(settings(), clock.now()) as tx:
                sweep = self.look(store, tx)
        if sweep is None:
            return 0
        with turns.turn(), store.transaction(settings(), clock.now()) as tx:
            return 0 if held and not leases.holds(tx, held) else sweep(tx)


JOBS: tuple[Job, ...] = (
    Job("ask about unproven mails that had to wait", timedelta(minutes=1), asking.ask_collected, foretold=True),
    Job("do what is due on tickets", timedelta(seconds=1), look=clockwork.look, foretold=True),
    Job("reckon deadlines by another configuration", timedelta(seconds=1), look=reckoning.look, foretold=True),
    Job("write digests", timedelta(seconds=2), look=digests.look, foretold=True),
    Job("tell who stands in", timedelta(seconds=10), look=standing_in.look, foretold=True),
    Job("remind of statements", timedelta(seconds=1), look=overdue_statements.look, foretold=True),
    Job("hand tickets over", timedelta(seconds=10), handing_over.go_on, foretold=True),
    Job("forget kept mails that are past their time", timedelta(hours=1), kept.forget_expired),
    Job("forget agents' mails that nobody can hand in again", timedelta(hours=1), once.forget),
    Job("try again what a wrong clock has put off", timedelta(seconds=10), look=wrong_clock.look),
    Job("forget counted letters that no budget looks at", timedelta(hours=1), forgetting.forget_old_counts),
    Job("seal the history", timedelta(minutes=5), seals.seal),  # every hour; the next at once where there is much
    Job("examine the history", timedelta(days=1), look=audit.look),
    Job("show held mails", timedelta(seconds=10), look=held_letters.look, foretold=True),
    Job("look for troubles", timedelta(seconds=15), look=watching.look),
    Job("tell the admins of troubles", timedelta(seconds=5), look=alerts.look),
)


def schedule(
    store: Store,
    settings: Callable[[], Settings],
    clock: Clock,
    turns: Turns,
    also: tuple[Job, ...] = (),
    lease: Tenancy | None = None,
    *,
    only_own: bool = False,
    woken: Callable[[], None] = lambda: None,
) -> BackgroundScheduler:
    """A scheduler with all jobs, not yet started. `settings`: those in force at that moment. A late sweep runs once,
    never twice at a time; each runs soon after the start too, because nobody knows how long we were away. With a
    `lease` they run on the node that has it; `only_own`: other nodes do what is to be done once for all. `woken` is
    called where a job has written something: there may be letters."""
    scheduler = BackgroundScheduler(
        executors={"default": _StandingBy()},
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )

    def run(job: Job) -> None:
        under = None if lease is None or job.everywhere else lease.held
        if under is None and lease is not None and not job.everywhere:
            return
        began, touched = clock.monotonic(), 0
        try:
            while more := job.run(store, settings, clock, turns, under):
                touched += more
                if not job.goes_on or clock.monotonic() - began > AT_A_STRETCH:
                    break
        except StoreUnavailable as wrong:
            LOG.error("a job has to wait", job=job.name, why=str(wrong))
        if touched:
            LOG.info(job.name, rows=touched)
            woken()

    keep = (
        (Job("keep the lease of the clock", RENEWED_EVERY, lease.keep, everywhere=True, at_once=True),) if lease else ()
    )
    for job in (*keep, *JOBS, *also):
        if only_own and (job in keep or not job.everywhere):
            continue
        scheduler.add_job(
            run,
            "interval",
            seconds=job.every.total_seconds(),
            args=(job,),
            id=job.name,
            next_run_time=clock.now() + (timedelta() if job.at_once else min(job.every, SOON)),
        )
    return scheduler


class _StandingBy(BasePoolExecutor):  # type: ignore[misc]  # apscheduler has no types
    """Runs jobs in threads that are there already."""

    def __init__(self) -> None:
        super().__init__(standby.threads(AT_ONCE, "job"))


def keep_up(scheduler: BackgroundScheduler, now: datetime) -> None:
    """Where the clock was set back, what would wait for longer than it ever does runs now: the scheduler goes by the
    time of day, and would wait until that comes round again."""
    for job in scheduler.get_jobs():
        if job.next_run_time and job.next_run_time - now > job.trigger.interval:
            LOG.warning("the clock was set back", job=job.id)
            job.modify(next_run_time=now)
