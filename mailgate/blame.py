"""Why a worker ended, in words, whether the mail it was on is to blame for that, and what that means for the mail."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from mailgate import log
from mailgate.desk import change
from mailgate.shift import Ending
from mailgate.store import claim
from mailgate.store.db import Tx

LOG = log.get("foreman")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A mail of so many bytes, and for how many seconds nothing was heard of the worker that is on it."""

    mail: int
    size: int
    seconds: float


NO_FAULT_OF_THE_MAIL = (Ending.done, Ending.store, Ending.configuration, -signal.SIGTERM, -signal.SIGINT)
_ENDINGS: dict[int, str] = {
    Ending.done: "it has ended",
    Ending.memory: "it needed more memory than limits.mail_memory",
    Ending.store: "the database can not be used",
    Ending.configuration: "it can not read the configuration",
    -signal.SIGPROF: "it took more CPU time than limits.mail_cpu",
}


KILLS_TO_BLAME = 3
"""A kill from outside says nothing about the mail; so many in a row on the same one are the kernel out of memory."""


@dataclass
class Record:
    """Of the workers of one foreman, one after the other."""

    _kills: tuple[int | None, int] = (None, 0)
    """The mail that the worker was on when it was last killed from outside, and how often in a row."""

    def blame(self, mail: int | None, code: int, condemned: str) -> str | None:
        """Why the mail that the worker was on is to blame; None where it is not. `condemned`: why we ended it."""
        if mail is None or code in NO_FAULT_OF_THE_MAIL:
            return None
        if condemned:
            return condemned
        if code != -signal.SIGKILL:
            return what_ended_it(code)
        last, times = self._kills
        self._kills = (mail, times + 1 if mail == last else 1)
        return f"it was killed {KILLS_TO_BLAME} times in a row" if self._kills[1] % KILLS_TO_BLAME == 0 else None


def strike(tx: Tx, worker: str, mail: int, why: str) -> None:
    """The worker died on this mail: one strike, and held after the third."""
    held = claim.strike(tx, mail, why)
    LOG.error("worker died on a mail", worker=worker, mail=mail, why=why, held=held)
    if held:
        tx.mail = mail
        change.record(tx, change.WITHOUT_TICKET, "rule:error", "held", why=why)


def what_ended_it(code: int) -> str:
    """`code`: as `subprocess` says it, negative for a signal."""
    if code in _ENDINGS:
        return _ENDINGS[code]
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
