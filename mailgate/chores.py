"""What a daemon looks after besides the jobs of every desk (`jobs.py`): its own parts, and its life among nodes."""

from __future__ import annotations

from datetime import timedelta

from mailgate.crew import Crew
from mailgate.desk import watching
from mailgate.jobs import Job
from mailgate.mailboxes import Mailboxes
from mailgate.outbox.deliver import Sender
from mailgate.store import leases, node
from mailgate.store.node import Node

LOOK_AFTER = timedelta(seconds=5)
SHOWN = timedelta(seconds=2)


def chores(sender: Sender, workers: Crew, mailboxes: Mailboxes, ours: Node | None) -> tuple[Job, ...]:
    """`ours`: who we are where several nodes share the database."""
    shown = Job("write down how mailboxes are", SHOWN, look=mailboxes.look, everywhere=True)
    return (
        _looking_after(sender, workers, mailboxes),
        shown,
        *(_living_together(ours, mailboxes) if ours else ()),
    )


def _looking_after(sender: Sender, workers: Crew, mailboxes: Mailboxes) -> Job:
    def idle() -> dict[str, str]:
        return {foreman.name: foreman.trouble for foreman in workers.foremen if foreman.trouble}

    look = watching.of_parts(lambda: sender.troubles, idle, lambda: mailboxes.troubles)
    return Job("look after relays, workers and mailboxes", LOOK_AFTER, look=look, everywhere=True)


def _living_together(ours: Node, mailboxes: Mailboxes) -> tuple[Job, ...]:
    return (
        Job("tell the other nodes that we are alive", leases.RENEWED_EVERY, ours.beat, everywhere=True),
        Job("share the mailboxes", leases.RENEWED_EVERY, mailboxes.keep_leases, everywhere=True, at_once=True),
        Job("free what dead nodes had", leases.RENEWED_EVERY, node.free_of_the_dead),
    )
