"""A daemon under load that is killed again and again, at named steps or at random, and what must be true afterwards.

    with Rig(tmp_path, seed=7) as rig:
        rig.under_load(15, lambda: rig.kill_at(NAMED["journal-written"]))
        rig.under_load(15, rig.kill_worker)
        rig.audit()

Killed is from outside, or from inside at the n-th pass of a step (`inside/sitecustomize.py`).
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.crash.audit import audit, in_doubt
from tests.crash.crowd import Crowd, digests
from tests.crash.machine import Machine
from tests.crash.points import Point
from tests.daemon.node import BUSY, Node
from tests.stories.example import Json, merged

INSIDE = Path(__file__).parent / "inside"
ROOT = Path(__file__).parents[2]
CONFIG = merged(BUSY, {"workers": 2, "limits": {"acknowledgements": {"total_per_hour": 10**6}}})
COMES_BY_WITHIN = 2.0
"""Seconds in which somebody has to come to a step; then there are more mails, so many times."""
MORE_MAILS = 4
A_RUSH = 80
SOON = 0.02
PATIENCE, IMPATIENT = 150.0, 25.0
"""Seconds that anything may take, a claim of letters that runs out included; less where it is to go wrong."""
END_WITHIN = 35.0


class Rig:
    """`kills` counts where; `mutation` names what is taken out of mailgate (`mutations.py`)."""

    def __init__(
        self, folder: Path, changes: Json | None = None, *, seed: int, mutation: str = "", machine: str = ""
    ) -> None:
        """`machine`: "" for the real one, `own` for one that obeys, `durable` for one whose power can be cut."""
        self.luck = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.starved = 0
        """At how many steps somebody found no memory."""
        self.lives: list[int] = []
        """Connections that the relay had seen at the end of each life of the daemon."""
        self.names: list[str] = []
        self.refusals: Counter[str] = Counter()
        self.crowds: list[Crowd] = []
        self.last_stop = 0.0
        """Seconds that the last orderly end took."""
        self.faults: list[str] = []
        """Tracebacks in the logs."""
        self._patience = IMPATIENT if mutation else PATIENCE
        self._armed = folder / "armed"
        self._number = 0
        self._in_hand = 0
        """The newest mail that a worker had in hand when one was killed."""
        self._machine = Machine(folder / "machine", folder / "state", durable=machine == "durable") if machine else None
        self.environ = self._environ(mutation)
        self._short = TemporaryDirectory(prefix="mg-")
        self.lmtp = Path(self._short.name) / "lmtp"  # the path of a socket has 107 characters at the most
        lmtp = {"intake": {"lmtp": {"listen": f"unix:{self.lmtp}", "trusted": True, "authserv_id": "mx.example.com"}}}
        self.node = Node(folder, merged(merged(CONFIG, lmtp), changes or {}), **self.environ)

    def __enter__(self) -> Self:
        self._armed.mkdir(parents=True)
        self.node.__enter__()
        try:
            self.node.start()
        except AssertionError as wrong:
            self.__exit__()
            raise RuntimeError("the daemon does not even start") from wrong  # which is no finding of an experiment
        return self

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Everything but a daemon."""
        self._armed.mkdir(parents=True)
        with self._short, self.node:
            yield

    def __exit__(self, *wrong: object) -> None:
        self.node.__exit__(*wrong)
        self._short.cleanup()

    @property
    def machine(self) -> Machine:
        assert self._machine
        return self._machine

    def _environ(self, mutation: str) -> dict[str, str]:
        path = (str(INSIDE), str(ROOT), os.environ.get("PYTHONPATH"))
        ours = {"PYTHONPATH": os.pathsep.join(filter(None, path)), "MAILGATE_CRASH": str(self._armed)}
        return ours | {"MAILGATE_MUTATION": mutation} | (self._machine.environ if self._machine else {})

    # -- load ----------------------------------------------------------------------------------------------------------

    def under_load(self, mails: int, strike: Callable[[], object] | None = None, hasty: str = "37") -> None:
        """While so many new mails come in, `strike`; returns when each sender has heard 250."""
        with ExitStack() as self._senders:
            self.crowds = []
            self.more(mails, hasty)
            if strike:
                strike()
            self.until(lambda: all(crowd.accepted == crowd.all for crowd in self.crowds), "not all have heard 250")
        for crowd in self.crowds:
            self.refusals += crowd.refusals

    def more(self, mails: int, hasty: str = "37") -> None:
        """So many more who send."""
        by_command = self._machine is None  # whose power would have to be cut too
        crowd = Crowd(self.node, self.new_names(mails), hasty=hasty, lmtp=self.lmtp, by_command=by_command)
        self.crowds.append(self._senders.enter_context(crowd))

    @property
    def heard(self) -> int:
        """How many of those who send now have heard 250."""
        return sum(len(crowd.accepted) for crowd in self.crowds)

    def new_names(self, mails: int) -> list[str]:
        """People who have not written yet."""
        names = [f"r{len(self.names) + number}" for number in range(mails)]
        self.names += names
        return names

    @property
    def refused(self) -> int:
        """How often they were turned away."""
        return sum(crowd.refusals.total() for crowd in self.crowds)

    # -- kills ---------------------------------------------------------------------------------------------------------

    def kill_at(self, point: Point, nth: int | None = None) -> bool:
        """Let whoever comes by this step die. False: nobody has come."""
        if point.process == "worker":
            self._let_the_last_victims_finish()
        number = self.arm(point, nth or self._any_pass(point), "kill")
        self._bring_somebody_to(point)
        pid = self._fired(point, number)
        if pid:
            self.kills[point.name] += 1
            self._clear_up(pid)
        elif self.node.process and self.node.process.poll() is not None:
            self.end_of_life()
        return bool(pid)

    def _any_pass(self, point: Point) -> int:
        return self.luck.choice((1, 1, 2, 3)) if point.needs == "mails" else 1

    def kill_worker(self) -> None:
        """One of them, at some moment."""
        self._let_the_last_victims_finish()
        self.until(lambda: self.node.workers, "no worker lives")
        time.sleep(self.luck.uniform(0, 0.3))
        if workers := self.node.workers:
            self.kills["a worker at random"] += 1
            os.kill(self.luck.choice(workers), signal.SIGKILL)

    def kill_daemon(self) -> None:
        """The daemon, at some moment, and start it again."""
        time.sleep(self.luck.uniform(0, 0.3))
        self.kills["the daemon at random"] += 1
        self.node.kill()
        self.end_of_life()
        self.node.start()

    def end_daemon(self) -> None:
        """SIGTERM, and the daemon ends well."""
        began = time.monotonic()
        assert self.node.end() == 0
        self.last_stop = time.monotonic() - began
        assert self.last_stop < END_WITHIN
        assert self.node.claimed() == 0, "what it had in hand was not given back"
        self.end_of_life()

    def supervise(self, until: Callable[[], bool]) -> None:
        """Start the daemon again where it has ended because something in it broke, as its supervisor does."""

        def all_is_well() -> bool:
            assert self.node.process
            if self.node.process.poll() in (1, -signal.SIGALRM):
                self.end_of_life()
                self.node.start()
            return until() and not self.node.times_said("stopping")

        self.until(all_is_well, "it neither goes on nor ends")

    def stop_at(self, point: Point) -> int:
        """Let a worker that comes by this step stand still there; its pid."""
        number = self.arm(point, 1, "stop")
        pid = self._fired(point, number)
        assert pid, f"nobody has come to {point.name}"
        return pid

    def starve_at(self, point: Point) -> None:
        """Let whoever comes by this step find that there is no memory."""
        number = self.arm(point, 1, "starve")
        self._bring_somebody_to(point)
        self.starved += self._fired(point, number) is not None

    def cut_power(self) -> None:
        """Everything stands still at once, and what was not on the disk is lost."""
        assert self.node.process
        everybody = (self.node.process.pid, *self.node.workers)
        for pid in everybody:
            self.node.signal_to(pid, signal.SIGSTOP)
            self.until(lambda pid=pid: _stands_still(pid), "it does not stand still")  # type: ignore[misc]
        time.sleep(0.1)  # who was said 250 shall have heard it
        for pid in everybody[1:]:  # one that has only begun does not know yet that it dies with its parent
            self.node.signal_to(pid, signal.SIGKILL)
        self.node.kill()
        self.end_of_life()
        self.machine.cut(self.luck)

    def end_of_life(self) -> None:
        """The daemon is dead: note how far the relay has come, once it knows that too."""
        self.node.wait()
        self.until(lambda: not self.node.relay.open, "the relay still holds connections of the dead")
        self.lives.append(self.node.relay.connections)
        self._look_for_faults()

    def arm(self, point: Point, nth: int, action: str) -> int:
        """From now on the step is dangerous; the number of this arming."""
        self._number += 1
        unfinished = self._armed / "unfinished"
        unfinished.write_text(f"{self._number} {nth} {action}")
        unfinished.rename(self._armed / point.name)
        return self._number

    def fired(self, number: int) -> int | None:
        """Pid of the process that came by, or None yet."""
        fired = self._armed / f"fired-{number}"
        said = fired.read_text() if fired.exists() else ""
        return int(said) if said.endswith("\n") else None

    def _fired(self, point: Point, number: int) -> int | None:
        for _ in range(0 if point.needs == "a start" else MORE_MAILS):
            if pid := self._fired_within(COMES_BY_WITHIN, number):
                return pid
            self.more(10)
        if not (pid := self._fired_within(COMES_BY_WITHIN, number)):
            (self._armed / point.name).unlink(missing_ok=True)
        return pid or self.fired(number)

    def _fired_within(self, seconds: float, number: int) -> int | None:
        end = time.monotonic() + seconds
        while not (pid := self.fired(number)) and time.monotonic() < end:
            time.sleep(SOON)
        return pid

    def _bring_somebody_to(self, point: Point) -> None:
        if point.needs == "a worker that ended":
            self.until(lambda: self.node.workers, "no worker lives")
            os.kill(self.luck.choice(self.node.workers), signal.SIGKILL)
        elif point.needs == "a rush":
            self.more(A_RUSH)
        elif point.needs == "a start":
            self.node.kill()
            self.end_of_life()
            try:
                self.node.start()
            except AssertionError:
                assert self.node.process
                assert self.node.process.wait(10) == -signal.SIGKILL
        elif point.needs == "a reload":
            self.node.signal(signal.SIGHUP)

    def _clear_up(self, pid: int) -> None:
        assert self.node.process
        if pid != self.node.process.pid:
            self._in_hand = self.node.value("desk.db", "SELECT coalesce(max(mail), 0) FROM mail_state")
            return
        self.end_of_life()
        self.node.start()

    def _let_the_last_victims_finish(self) -> None:
        """A mail on which three workers in a row were killed would rightly get a strike."""
        question = "SELECT count(*) FROM mail_state WHERE state = 'pending' AND mail <= ?"
        self.until(lambda: not self.node.value("desk.db", question, str(self._in_hand)), "what a dead worker had waits")

    # -- the end -------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Until every mail is handled and every letter has left."""
        try:
            self.until(lambda: self.node.settled(len(self.names)), "not drained")
        except AssertionError as wrong:
            raise AssertionError(f"never stored: {self._never_stored()}; {wrong}") from wrong

    def _never_stored(self) -> list[str]:
        """Of those who have heard 250; which of them came by another way than SMTP, their names say (`crowd.py`)."""
        question = "SELECT count(*) FROM arrival WHERE sha256 = ?"
        heard = {name for crowd in self.crowds for name in crowd.accepted}
        stored = {name: self.node.value("journal.db", question, *digests([name])) for name in self.names}
        return [f"{name}{'' if name in heard else ' (earlier)'}" for name, there in stored.items() if not there]

    def audit(self, *, faults: tuple[str, ...] = ()) -> None:
        """Drain, end, and look whether every promise was kept. `faults`: ends of tracebacks that are to be expected."""
        self.settle()
        self.end_daemon()
        self._sweep_as_if_an_hour_had_passed()
        audit(self.node, self.names, self.lives)
        assert not [said for said in self.refusals if said[0] not in "24"], self.refusals
        assert faults or not self.faults, "".join(self.faults)
        ends = [line for line in self.faults if re.match(r"[\w.]+(Error|Exception)\b", line)]
        assert all(any(each in line for each in faults) for line in ends), "".join(self.faults)

    @property
    def doubts(self) -> int:
        """Letters of which there are more copies than one."""
        return in_doubt(self.node, self.lives)

    def _sweep_as_if_an_hour_had_passed(self) -> None:
        unfinished = list((self.node.state / "blobs").glob(".*"))
        for file in unfinished:
            os.utime(file, (time.time() - 4000,) * 2)
        if unfinished:
            self.node.start()
            self.end_daemon()
        assert not [file for file in unfinished if file.exists()], "unfinished files of large mails are left"

    def _look_for_faults(self) -> None:
        log = list(self.node.log)
        for number in [number for number, line in enumerate(log) if line.startswith("Traceback")]:
            self.faults += log[max(0, number - 2) : number + 40]

    def until(self, true: Callable[[], object], otherwise: str) -> None:
        end = time.monotonic() + self._patience
        while not true():
            assert time.monotonic() < end, f"{otherwise}: {self.node.status()}\n{''.join(self.node.log[-30:])}"
            time.sleep(SOON)


def _stands_still(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] in "TZ"
