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
from mailgate.desk import kept
from mailgate.outbox import forgetting
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx
from mailgate.store.turns import Turns

LOG = log.get("clock")


@dataclass(frozen=True, slots=True)
class Job:
    """One sweep: how often, and what it does in one short transaction; returns how many rows it touched."""

    name: str
    every: timedelta
    sweep: Callable[[Tx], int]


JOBS: tuple[Job, ...] = (
    Job("forget kept mails that are past their time", timedelta(hours=1), kept.forget_expired),
    Job("forget counted letters that no budget looks at", timedelta(hours=1), forgetting.forget_old_counts),
)


def schedule(
    store: Store, settings: Settings, clock: Clock, turns: Turns, also: tuple[Job, ...] = ()
) -> BackgroundScheduler:
    """A scheduler with all jobs, not yet started. A late sweep runs once, never twice at a time."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )

    def run(job: Job) -> None:
        with turns.turn(), store.transaction(settings, clock.now()) as tx:
            if touched := job.sweep(tx):
                LOG.info(job.name, rows=touched)

    for job in (*JOBS, *also):
        scheduler.add_job(run, "interval", seconds=job.every.total_seconds(), args=(job,), id=job.name)
    return scheduler
