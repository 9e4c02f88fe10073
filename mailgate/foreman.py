"""The parent's side of a worker: keep one alive, grant it turns, know its current mail, give strikes.

A worker that stands by has read its configuration and begins when it is told to. A thread for each worker reads its
pipe. When a worker dies by itself (a limit, a crash; not a signal of ours), the mail it was on gets a strike; the rest
of its batch goes back unchanged. Whatever goes wrong here is logged and tried again: else nobody would work.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from mailgate import log, untrusted
from mailgate.blame import Record, Suspect, strike, what_ended_it
from mailgate.clock import Clock
from mailgate.line import GONE_WITHIN_SECONDS, Line
from mailgate.settings.model import Settings
from mailgate.slate import Slate
from mailgate.spawning import Spawn, spawn
from mailgate.store import claim
from mailgate.store.db import Store
from mailgate.store.trouble import is_trouble_of_the_machine
from mailgate.store.turns import Turns

LOG = log.get("foreman")
HANGS_AFTER_SECONDS = 60.0
"""An idle worker speaks every two seconds, and a mail has its limit of CPU time; four times that where it is longer."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
BARREN_LIVES = 3
"""So many workers in a row that end before they have done anything are a trouble that people have to know of."""


def hangs_after(settings: Settings) -> float:
    """Seconds that a worker may say nothing, before it is ended."""
    return max(HANGS_AFTER_SECONDS, 4 * settings.limits.mail_cpu.plain.total_seconds())


@dataclass(eq=False)
class Foreman:
    """Keeps one worker process alive until `stop`."""

    name: str
    store: Store
    settings: Settings
    turns: Turns
    clock: Clock
    letters: Callable[[], None]
    """Called when a worker has queued letters."""
    hangs_after: float = 0.0
    """Seconds; 0: as the function of that name says."""
    spawn: Spawn = spawn
    _line: Line | None = None
    """To the worker of now, or to the last one."""
    _thread: threading.Thread | None = None
    _birth: threading.Lock = field(default_factory=threading.Lock)
    """So that no worker is born after `stop`."""
    _stopping: threading.Event = field(default_factory=threading.Event)
    _begun: bool = False
    _ready: bool = False
    _known: threading.Event = field(default_factory=threading.Event)
    """Whether the first worker can work, or why not."""
    _why_not: str = "it can not be started"
    holds_turn: bool = False
    waits_for_turn: bool = False
    _retired: bool = False
    _record: Record = field(default_factory=Record)
    _pause: float = FIRST_PAUSE_SECONDS
    _barren: int = 0
    """Workers in a row that ended before they had done anything."""

    def __post_init__(self) -> None:
        self.hangs_after = self.hangs_after or hangs_after(self.settings)

    def start(self, *, stand_by: bool = False) -> None:
        """Start the first worker; to `stand_by`, it waits for `begin`."""
        self._begun = not stand_by
        self._thread = threading.Thread(target=self._keep_alive, name=self.name, daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """The worker that stands by shall work."""
        self._begun = True  # whoever is just being born is told by `_spawn`; to be told twice does no harm
        if self._line:
            self._line.tell(b"begin\n")

    def why_not_ready(self, within: float) -> str | None:
        """Wait until the first worker can work: None; or why it can not, or has not in so many seconds."""
        in_time = self._known.wait(within)
        return None if self._ready else self._why_not if in_time else f"it takes longer than {within:.0f} s"

    @property
    def pid(self) -> int | None:
        """Of the worker that lives now."""
        return self._line.pid if self._line else None

    @property
    def suspect(self) -> Suspect | None:
        """The mail that the worker is on now; None where it is on none, or waits."""
        line = self._line
        at = line.at if line and line.pid and not self.waits_for_turn else None
        return Suspect(at.mail, at.size, line.silent) if line and at else None

    @property
    def is_free(self) -> bool:
        """Its worker could do something, if it were let."""
        return self.waits_for_turn or bool(self.store.is_shared and self._ready and self._line and not self._line.at)

    @property
    def is_gone(self) -> bool:
        """It was relieved, and has ended."""
        return self._retired and self._thread is not None and not self._thread.is_alive()

    @property
    def trouble(self) -> str:
        """Why no worker comes to work; empty where one does, or may yet."""
        return self._why_not if self._barren >= BARREN_LIVES else ""

    def wake(self) -> None:
        """Something arrived: look now."""
        if self._line:
            self._line.wake()

    def end(self) -> None:
        """Let it finish its batch; nobody follows it."""
        with self._birth:
            self._stopping.set()
        if self._line:
            self._line.stop()

    def stop(self, within: float) -> None:
        """`end`, and wait for it; after `within` seconds it is killed."""
        self.end()
        if line := self._line:
            try:
                line.process.wait(within)
            except subprocess.TimeoutExpired:
                line.process.kill()
        if self._thread:
            self._thread.join(within + GONE_WITHIN_SECONDS)

    def kill(self) -> None:
        """End it at once; one kill is not its mail's fault."""
        if self._line:
            self._line.process.kill()

    def check(self) -> None:
        """A job: end a worker that hangs."""
        line = self._line
        if line and line.pid and not self.waits_for_turn and (silent := line.silent) > self.hangs_after:
            LOG.error("worker hangs", worker=self.name, mail=line.mail, seconds=round(silent))
            self.condemn(f"it did not come on for {self.hangs_after:.0f} s")

    def condemn(self, why: str) -> None:
        """End the worker at once, and blame the mail it is on."""
        if self._line:
            self._line.condemned = why
        self.kill()  # a stopped process obeys no other signal

    def retire(self) -> None:
        """It may finish its batch, and no worker follows it: somebody else has taken over."""
        with self._birth:
            self._retired = True
        if self._line:
            self._line.stop()

    # -- in the thread -------------------------------------------------------------------------------------------------

    def _keep_alive(self) -> None:
        while not (self._stopping.is_set() or self._retired):
            try:
                pause = self._one_life()
            except Exception:  # loop of the foreman: without it no mail would be handled
                LOG.exception("a worker could not be looked after; another follows", worker=self.name)
                pause = self._longer()
            self._known.set()
            self._stopping.wait(pause)

    def _one_life(self) -> float:
        """Start a worker, listen to it until it is gone, put its things in order; seconds until the next one."""
        line = self._spawn()
        if line is None:
            return 0.0
        try:
            for word in line.words():
                self._heard(line, word)
        except BaseException:
            line.process.kill()
            raise
        finally:
            code = line.see_it_end()
            self._barren, self._why_not = self._barren + 1, what_ended_it(code)
            why = self._record.blame(line.mail, code, line.condemned)
            self._settle(line.mail, why)
        return 0.0 if why else self._longer()

    def _longer(self) -> float:
        """Each pause is longer than the last, until a worker has done something."""
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        return pause

    def _spawn(self) -> Line | None:
        """A new worker; None when we are stopping."""
        with self._birth:
            if self._stopping.is_set() or self._retired:
                return None
            with closing(Slate.new()) as slate:
                process = self.spawn(self.store.ours(self.name), self.settings, slate)
            self._line = Line(process, slate, self.clock, self.clock.monotonic())
            if self._begun:
                self._line.tell(b"begin\n")
            return self._line

    def _heard(self, line: Line, word: str) -> None:
        if word == "turn":
            self._grant_turn(line)
        elif word == "done":
            self._give_back()
        elif word == "asks":
            self.waits_for_turn = True
        elif word == "has":
            self._has_its_turn_by_now()
        elif word == "idle":
            self._pause, self._barren = FIRST_PAUSE_SECONDS, 0
            line.has_looked()
        elif word == "letters":
            self.letters()
        elif word == "ready":
            self._ready = True
            self._known.set()

    def _grant_turn(self, line: Line) -> None:
        self.waits_for_turn = True
        self.turns.take()
        self.holds_turn, self.waits_for_turn, line.heard_at = True, False, self.clock.monotonic()
        while not line.tell(b"go\n"):
            time.sleep(0.01)  # it is reading its wake-up calls

    def _has_its_turn_by_now(self) -> None:
        """Where the database itself grants turns, a worker that has asked goes on with a mail once it has its turn."""
        if self.waits_for_turn:
            self.holds_turn, self.waits_for_turn = True, False

    def _give_back(self) -> None:
        held, self.holds_turn, self.waits_for_turn = self.holds_turn, False, False
        if held and not self.store.is_shared:
            self.turns.give_back()

    def _settle(self, mail: int | None, why: str | None) -> None:
        """Give back turn and claims of a worker that is gone; a strike where there is a `why`. Tried until it works."""
        self._give_back()
        while True:
            try:
                self._write_down(mail, why)
            except Exception as wrong:  # loop of the foreman: what a worker had claimed would wait for ever
                if not is_trouble_of_the_machine(wrong):
                    raise
                LOG.error("what a worker left can not be written", worker=self.name, why=untrusted.in_words(wrong))
                if self._stopping.wait(FIRST_PAUSE_SECONDS):
                    return  # the next start gives its mails back
            else:
                return

    def _write_down(self, mail: int | None, why: str | None) -> None:
        with self.turns.turn(), self.store.transaction(self.settings, self.clock.now()) as tx:
            if why and mail is not None:
                strike(tx, self.name, mail, why)
            claim.release(tx, self.store.ours(self.name))
