"""What the clock looks after: a table of (name, every, function), given to apscheduler's memory store.

A job only looks at rows and does what is due; nothing is remembered in the scheduler, so a restart loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from mailgate import log
from mailgate.clock import Clock
from mailgate.desk import audit, kept, seals
from mailgate.errors import StoreUnavailable
from mailgate.outbox import forgetting
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx
from mailgate.store.turns import Turns

LOG = log.get("clock")
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    """One sweep: how often, and what it does in one short transaction; returns how many rows it touched. What takes
    long is only looked at, before the transaction and its turn."""

    name: str
    every: timedelta
    sweep: Callable[[Tx], int] | None = None
    look: Callable[[Store, Tx], Callable[[Tx], int]] | None = None
    """Reads, and returns the sweep that writes down what was seen."""

    def run(self, store: Store, settings: Settings, clock: Clock, turns: Turns) -> int:
        """Returns how many rows it touched. Raises StoreUnavailable."""
        sweep = self.sweep
        if self.look:
            with store.reading(settings, clock.now()) as tx:
                sweep = self.look(store, tx)
        assert sweep is not None
        with turns.turn(), store.transaction(settings, clock.now()) as tx:
            return sweep(tx)


JOBS: tuple[Job, ...] = (
    Job("forget kept mails that are past their time", timedelta(hours=1), kept.forget_expired),
    Job("forget counted letters that no budget looks at", timedelta(hours=1), forgetting.forget_old_counts),
    Job("seal the history", timedelta(minutes=5), seals.seal),  # every hour; the next at once where there is much
    Job("examine the history", timedelta(days=1), look=audit.look),
)


def schedule(
    store: Store, settings: Settings, clock: Clock, turns: Turns, also: tuple[Job, ...] = ()
) -> BackgroundScheduler:
    """A scheduler with all jobs, not yet started. A late sweep runs once, never twice at a time; each runs soon after
    the start too, because nobody knows how long we were away."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )

    def run(job: Job) -> None:
        try:
            if touched := job.run(store, settings, clock, turns):
                LOG.info(job.name, rows=touched)
        except StoreUnavailable as wrong:
            LOG.error("a job has to wait", job=job.name, why=str(wrong))

    for job in (*JOBS, *also):
        scheduler.add_job(
            run,
            "interval",
            seconds=job.every.total_seconds(),
            args=(job,),
            id=job.name,
            next_run_time=clock.now() + min(job.every, SOON),
        )
    return scheduler
