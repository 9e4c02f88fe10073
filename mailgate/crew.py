"""All workers of the node: as many foremen as the configuration in force says, and those who stand by for the next.

A worker that is on one mail for longer than any usual one is relieved: another is started and takes all other mails.
Where the suspect holds the turn at the desk, so that nobody else can work, it is ended as soon as the other one is
ready; else it may finish, within its limits.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mailgate import log
from mailgate.births import Nursery
from mailgate.blame import Suspect
from mailgate.clock import Clock
from mailgate.errors import StoreUnavailable
from mailgate.foreman import Foreman
from mailgate.settings.model import Settings
from mailgate.spawning import spawn
from mailgate.store import claim
from mailgate.store.db import Store
from mailgate.store.turns import Turns

Foremen = tuple[Foreman, ...]
LOG = log.get("foreman")
SUSPECT_AFTER_SECONDS = 0.5
"""A hundred times what a usual mail takes. A new worker is there about a second later, so that others wait for two at
the most."""
BYTES_PER_SECOND = 10_000_000
LONGEST_ALLOWANCE_SECONDS = 1.0
"""A large mail may take longer by its size, and not much longer."""
MOST_RELIEFS = 3
"""At a time: each takes memory."""
COMPUTES_SECONDS = 0.2
"""So much CPU time since it was suspected shows that it is busy with the mail, and does not wait for a slow disk."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Relief:
    """A worker that another one goes on for. `cpu`: seconds that it had used by then."""

    suspect: Foreman
    mail: int
    cpu: float

    def let_others_have_the_rest(self, others: Callable[[], None]) -> None:
        """What it has claimed is free for others, but for the mail it is on; they are told so."""
        suspect = self.suspect
        try:
            with suspect.turns.turn(), suspect.store.transaction(suspect.settings, suspect.clock.now()) as tx:
                claim.release(tx, suspect.store.ours(suspect.name), but=self.mail)
        except StoreUnavailable as wrong:
            LOG.error("mails wait for one that takes long", mail=self.mail, why=str(wrong))
        else:
            others()

    def end_what_is_in_the_way(self, foremen: Foremen) -> None:
        """Somebody else is ready, others' mails wait, and the suspect neither writes nor lets anybody write."""
        now, somebody = self.suspect.suspect, any(each.is_free for each in foremen if each is not self.suspect)
        in_the_way = somebody and self.suspect.holds_turn and now and now.mail == self.mail
        if in_the_way and cpu_seconds(self.suspect.pid) - self.cpu > COMPUTES_SECONDS and self._others_wait():
            self.suspect.condemn("it kept all other mails waiting")

    def _others_wait(self) -> bool:
        store, settings = self.suspect.store, self.suspect.settings
        try:
            with store.reading(settings, self.suspect.clock.now()) as tx:
                return claim.others_wait(store, tx, self.mail)
        except StoreUnavailable:
            return False  # then nobody could work anyhow


def _takes_long(suspect: Suspect) -> bool:
    allowance = min(suspect.size / BYTES_PER_SECOND, LONGEST_ALLOWANCE_SECONDS)
    return suspect.seconds > SUSPECT_AFTER_SECONDS + allowance


def cpu_seconds(pid: int | None) -> float:
    """CPU time that a process has used: proc(5); 0 where nobody says so."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _waits_for_the_disk(foreman: Foreman) -> bool:
    """It has its turn, and is not running: it commits, which no other worker would do faster."""
    fields = _stat(foreman.pid) if foreman.holds_turn else []
    return bool(fields) and fields[0] != "R"


def _stat(pid: int | None) -> list[str]:
    """What proc(5) says of a process behind its name: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass
class Crew:
    """`letters` is called when a worker has queued letters."""

    store: Store
    turns: Turns
    clock: Clock
    letters: Callable[[], None]
    is_wanted: bool = True
    """False on a node where nobody works."""
    nursery: Nursery | None = None
    """Where workers are born; without one they are started by exec."""
    foremen: Foremen = ()
    """Those at work, and those who were relieved and are not through yet."""
    _generation: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _resting: bool = True
    """Nobody is relieved."""
    _reliefs: list[_Relief] = field(default_factory=list)

    def hire(self, settings: Settings) -> Foremen:
        """Foremen whose workers read this configuration and stand by. Their names are new, so that nobody gives back
        what another has claimed."""
        self._generation += 1
        hired = tuple(
            self._foreman(self._name(number), settings) for number in range(1, settings.workers + 1) if self.is_wanted
        )
        for foreman in hired:
            foreman.start(stand_by=True)
        return hired

    def begin(self, hired: Foremen) -> None:
        """These work from now on."""
        with self._lock:
            self.foremen, self._reliefs, self._resting = hired, [], False
        for foreman in hired:
            foreman.begin()

    def rest(self, within: float) -> None:
        """Let all at work finish their batches; after `within` seconds what they are at is left undone."""
        with self._lock:
            self._resting = True
        stop(self.foremen, within)

    def wake(self) -> None:
        """Something arrived: look now."""
        for foreman in self.foremen:
            foreman.wake()

    def check(self) -> None:
        """End workers that hang."""
        if self.nursery:
            self.nursery.check()
        for foreman in self.foremen:
            foreman.check()

    @property
    def is_relief_due(self) -> bool:
        """Whether `relieve` has anything to do."""
        suspects = (foreman.suspect for foreman in self.foremen)
        return bool(self._reliefs) or any(each and _takes_long(each) for each in suspects)

    def relieve(self) -> None:
        """A job, several times a second: nobody waits long for somebody else's mail."""
        with self._lock:
            self.foremen = tuple(foreman for foreman in self.foremen if not foreman.is_gone)
            self._reliefs = [each for each in self._reliefs if not each.suspect.is_gone]
            if self._resting:
                return
            for foreman in self.foremen:
                suspect = foreman.suspect
                if suspect and _takes_long(suspect) and not _waits_for_the_disk(foreman):
                    self._put_another_in_place_of(foreman, suspect)
        for relief in self._reliefs:
            relief.end_what_is_in_the_way(self.foremen)

    def _put_another_in_place_of(self, foreman: Foreman, suspect: Suspect) -> None:
        if any(each.suspect is foreman for each in self._reliefs) or len(self._reliefs) >= MOST_RELIEFS:
            return
        LOG.warning("a mail takes long; another worker goes on with the rest", mail=suspect.mail, worker=foreman.name)
        self._generation += 1
        name = f"{foreman.name.partition('.')[0]}.{self._generation}"
        other = self._foreman(name, foreman.settings)
        other.start()
        foreman.retire()
        self.foremen = (*self.foremen, other)
        self._reliefs.append(_Relief(foreman, suspect.mail, cpu_seconds(foreman.pid)))
        threading.Thread(target=self._reliefs[-1].let_others_have_the_rest, args=(self.wake,), daemon=True).start()

    def kill(self) -> None:
        """End those at work at once."""
        for foreman in self.foremen:
            foreman.kill()

    def _foreman(self, name: str, settings: Settings) -> Foreman:
        born = self.nursery.spawn if self.nursery else spawn
        return Foreman(name, self.store, settings, self.turns, self.clock, self.letters, spawn=born)

    def _name(self, number: int) -> str:
        return f"worker-{number}" + (f".{self._generation}" if self._generation > 1 else "")


def stop(foremen: Foremen, within: float) -> None:
    """Let them finish their batches, all at the same time; after `within` seconds what they are at is left undone."""
    for foreman in foremen:
        foreman.end()
    for foreman in foremen:
        began = foreman.clock.monotonic()
        foreman.stop(within)
        within = max(0.0, within - (foreman.clock.monotonic() - began))
