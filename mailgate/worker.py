"""The disposable process: claim a batch, read it, handle it in one transaction, say so, wait.

It is born in the nursery, or started by exec, with a pipe to its parent (`foreman.py`) and a slate that shows on which
mail it is (`slate.py`). Hostile mail can at most end this process: each mail has its limit of CPU time, the whole
process its limit of memory, and the slate outlives it.

Lines to the parent: `ready` (the configuration is read, the database is open), `turn` (may I?) or, where the database
itself grants turns, `asks` and `has`, then `done`, `idle`, `letters`. Lines from the parent: `begin` (to work),
`go` (your turn), `look` (something arrived), `stop` (after this batch). End of the pipe: stop at once.
"""

from __future__ import annotations

import gc
import math
import os
import resource
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailgate import allocation, first_hop, kinship, log
from mailgate.clock import Clock
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.shift import Ending, Shift
from mailgate.slate import Slate
from mailgate.spawning import DATABASE, Order
from mailgate.store.claim import Claimed
from mailgate.store.db import Store, open_store

LOG = log.get("worker")
POLITENESS = 4
"""Two fifths of a share where processors are scarce: senders wait for our 250, nobody waits that hard for a ticket."""
YOUNG_OBJECTS = 50_000
"""So many come before Python looks for circles among them. A batch has as many by right, and looking through them again
and again is a fiftieth of what a mail costs."""
LIMIT_STANDS_SECONDS = 0.25
"""So long a limit of CPU time is good for the next mails too."""
POLL_SECONDS = 2.0
"""The look-up without being woken: for mails that wait until a time, and for `deliver` without a daemon's socket."""


@dataclass
class Pipe:
    """The worker's end of the pipe to its parent."""

    incoming: int
    outgoing: int
    slate: Slate
    is_stopping: bool = False
    """The parent has said stop: finish what is begun."""
    _asks: bool = False
    """Nothing shows yet that the turn we have asked for is ours."""
    _rest: bytes = b""

    def say(self, line: str) -> None:
        """Tell the parent; the kernel keeps it even when we die the next moment."""
        os.write(self.outgoing, line.encode() + b"\n")

    def lines(self, timeout: float | None) -> list[str]:
        """What the parent said, waiting at most `timeout` seconds (None: for ever). Raises EOFError when it is gone."""
        if b"\n" not in self._rest:
            ready, _, _ = select.select([self.incoming], [], [], timeout)
            if not ready:
                return []
            more = os.read(self.incoming, 4096)
            if not more:
                raise EOFError
            self._rest += more
        *whole, self._rest = self._rest.split(b"\n")
        said = [line.decode() for line in whole]
        self.is_stopping = self.is_stopping or "stop" in said
        return said

    def may_begin(self) -> bool:
        """Say that all is ready, and wait to be told to begin. False: it is to stop instead."""
        self.say("ready")
        while not self.is_stopping:
            if "begin" in self.lines(None):
                return not self.is_stopping
        return False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Our turn at the desk's database (`store/turns.py`)."""
        self.say("turn")
        # A `look` read here is not missed: what arrived before it is seen by the claim that this turn is for, or by the
        # next batch, which follows without waiting because this one has mails.
        while "go" not in self.lines(None):
            pass
        try:
            yield
        finally:
            self.say("done")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Our turn where the database grants it: the parent knows that we wait for it or have it."""
        self.say("asks")
        self._asks = True
        try:
            yield
        finally:
            self._asks = False
            self.say("done")

    def on(self, mail: int, size: int, now: float) -> None:
        """We begin with this mail: whoever got so far has the turn that it asked for."""
        self.slate.write(mail, size, now)
        if self._asks:
            self._asks = False
            self.say("has")

    def idle(self) -> None:
        """We are on no mail."""
        self.slate.clear()
        self.say("idle")


def main(slate: str, folder: str, name: str, version: str, state: str) -> Ending:
    """The life of a worker that was started by exec. `slate`: the number of its file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    log.set_up_as_wished(os.environ)
    # One whose daemon was killed must not keep the next daemon waiting for the database.
    kinship.die_with_parent()
    allocation.give_back_early()
    return live(Order(folder, name, version, state, os.environ[DATABASE]), _pipe(Slate(int(slate))))


def live(order: Order, pipe: Pipe) -> Ending:
    """Work until the parent says stop or is gone."""
    pipe.slate.close()
    kinship.be_called("mailgate worker")
    os.nice(POLITENESS)
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        settings = load.read(Path(order.folder), os.environ, Path(order.state))
        if settings.version != order.version:
            raise ConfigurationError(f"{order.folder} was changed by somebody else than mailgate")
        _work(settings, pipe, order)
    except ConfigurationError as wrong:
        LOG.error("the configuration has mistakes: no mail is handled", worker=order.name, mistakes=str(wrong))
        return Ending.configuration
    except StoreUnavailable as wrong:
        LOG.error("mails wait", worker=order.name, why=str(wrong))
        return Ending.store
    except MemoryError:
        return Ending.memory
    except (EOFError, BrokenPipeError):
        pass  # the parent is gone: what is not committed will be claimed again
    return Ending.done


def _pipe(slate: Slate) -> Pipe:
    """The pipe to the parent; what a library prints goes to the log, not into the pipe."""
    outgoing = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return Pipe(sys.stdin.fileno(), outgoing, slate)


def _work(settings: Settings, pipe: Pipe, order: Order) -> None:
    there = settings.storage.model_copy(update={"database": order.database})
    store = open_store(settings.model_copy(update={"storage": there}))
    limit_memory(settings)
    try:
        if pipe.may_begin():
            run(settings, store, pipe, order.name)
    finally:
        store.close()


def run(settings: Settings, store: Store, pipe: Pipe, name: str) -> None:
    """Batch after batch."""
    clock = Clock()
    look, limit = first_hop.look_of(settings, clock), CpuLimit.of(settings)

    def on(claimed: Claimed) -> None:
        now = clock.monotonic()
        limit.begin(now)
        pipe.on(claimed.arrival.id, claimed.arrival.size, now)

    alongside = store.is_shared or settings.workers > 1
    turn = pipe.asking if store.is_shared else pipe.turn
    shift = Shift(store, settings, clock, name, turn, on, look, alongside=alongside)
    while not pipe.is_stopping:
        done = shift.batch(goes_on=True)
        limit.lift()
        pipe.idle()
        if done.letters:
            pipe.say("letters")
        if not pipe.is_stopping:
            pipe.lines(0 if done.mails else POLL_SECONDS)
    shift.end()


@dataclass
class CpuLimit:
    """So many seconds of CPU time for each mail: beyond it the kernel ends this process (SIGPROF).

    By a timer: a resource limit counts from birth, and on a busy machine the kernel's own count runs ahead of the one
    it shows us, by a fifth and more; after a while it would mean the next mail, whatever it is.
    """

    seconds: float
    _set_at: float = -math.inf

    @classmethod
    def of(cls, settings: Settings) -> CpuLimit:
        """`limits.mail_cpu`."""
        return cls(settings.limits.mail_cpu.plain.total_seconds())

    def begin(self, now: float) -> None:
        """From now on, for another mail. The kernel is told a few times a second."""
        if now - self._set_at >= LIMIT_STANDS_SECONDS:
            signal.setitimer(signal.ITIMER_PROF, self.seconds + LIMIT_STANDS_SECONDS)
            self._set_at = now

    def lift(self) -> None:
        """Between mails: looking every two seconds adds up over days, and no mail is to blame."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        self._set_at = -math.inf


def limit_memory(settings: Settings) -> None:
    """At most the size after start plus `limits.mail_memory`."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * resource.getpagesize() + settings.limits.mail_memory
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
