"""Logins at the submission listener (RFC 4954): the users file, read anew when it has changed, and how often somebody
may guess. A hash is computed in a thread of its own, never in the loop; an unknown name costs the same hash as a known
one, so that nobody learns which names there are."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from importlib.util import find_spec
from typing import Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.intake.peers import Peer
from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii
from mailgate.settings.users_file import LARGEST_BYTES, LONGEST_NAME, User, Users, read_users
from mailgate.store.db import state_folder
from mailgate.trust import logins

THREADS: Final = 2
WAITING: Final = 32
"""So many logins may wait for their hash; whoever comes then is told to try again later."""
PER_PEER: Final = 10
PER_NAME: Final = 30
WITHIN: Final = timedelta(minutes=10)
"""So often a host may be wrong, and a name be guessed, before no password is looked at any more."""
PAUSE: Final = timedelta(seconds=1)
"""How long a wrong password waits for its answer."""
_MOST_REMEMBERED = 10_000
_LONGEST_PASSWORD = 72  # bcrypt looks no further, and neither does htpasswd
_NOBODY = b"$2b$%02d$abcdefghijklmnopqrstuuF7cOu9Xx2xJ8zW8m4xq3o9C1d8k9m2W"
_USUAL_COST = 5
LOG = log.get("intake.login")

Stamp = tuple[int, int, int]


class Verdict(Enum):
    """What came of a login."""

    good = "good"
    wrong = "wrong"
    retired = "retired"
    """The password is right, but the agent is none any more."""
    too_often = "too often"
    busy = "busy"
    unreadable = "unreadable"


@dataclass
class _Failures:
    """When somebody was wrong lately, by whoever it was. Bounded: who is forgotten may guess anew."""

    most: int
    _times: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def add(self, who: str, now: float) -> None:
        times = self._times.setdefault(who, deque(maxlen=self.most))
        times.append(now)
        self._times.move_to_end(who)
        if len(self._times) > _MOST_REMEMBERED:
            self._times.popitem(last=False)

    def too_many(self, who: str, now: float) -> bool:
        times = self._times.get(who, ())
        return len([each for each in times if now - each < WITHIN.total_seconds()]) >= self.most

    def forget(self, who: str) -> None:
        self._times.pop(who, None)


@dataclass
class Logins:
    """Shared by all sessions. `pause`: how long a wrong password waits for its answer."""

    clock: Clock
    pause: timedelta = PAUSE
    _users: dict[str, User] = field(default_factory=dict)
    _cost: int = _USUAL_COST
    _seen: tuple[str, Stamp] | None = None
    _by_peer: _Failures = field(default_factory=lambda: _Failures(PER_PEER))
    _by_name: _Failures = field(default_factory=lambda: _Failures(PER_NAME))
    _by_home: _Failures = field(default_factory=lambda: _Failures(PER_PEER))
    _at_home: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)
    """Name and host of whoever has logged in: strangers who guess at the name do not lock him out."""
    _waiting: int = 0
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "login"))

    async def verdict(self, settings: Settings, peer: Peer, name: str, password: bytes) -> Verdict:
        """Is this his password? The answer to a wrong one takes `pause`."""
        name, host, now = lower_ascii(name), peer.counted_as, self.clock.monotonic()
        if self._is_guessing(name, host, now):
            return Verdict.too_often
        if self._waiting >= WAITING:
            return Verdict.busy
        self._waiting += 1
        try:
            is_right = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._is_right, settings, name, password
            )
        except OSError as wrong:
            LOG.error("the users file can not be read", why=wrong.strerror or type(wrong).__name__)
            return Verdict.unreadable
        finally:
            self._waiting -= 1
        if is_right and not logins.is_retired(settings, name):
            self._welcome(name, host)
            return Verdict.good
        self._remember(name, host)
        await asyncio.sleep(self.pause.total_seconds())
        return Verdict.retired if is_right else Verdict.wrong

    def still_knows(self, settings: Settings, name: str) -> bool:
        """May he who has logged in go on? Not when his line is gone from the file, or he is no agent any more."""
        if not is_possible(settings) or logins.is_retired(settings, name):
            return False
        try:
            self._refresh(settings)
        except OSError:
            return False
        return name in self._users

    def close(self) -> None:
        """Nobody logs in any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_guessing(self, name: str, host: str, now: float) -> bool:
        """A name that is at home there answers for itself alone: neither for others of its house nor for strangers."""
        if (name, host) in self._at_home:
            return self._by_home.too_many(_home(name, host), now)
        return self._by_peer.too_many(host, now) or self._by_name.too_many(name[:LONGEST_NAME], now)

    def _remember(self, name: str, host: str) -> None:
        now = self.clock.monotonic()
        self._by_peer.add(host, now)
        self._by_name.add(name[:LONGEST_NAME], now)
        self._by_home.add(_home(name, host), now)

    def _welcome(self, name: str, host: str) -> None:
        # What was wrong under other names of this host stays: who has a login must not guess at others by it.
        self._by_home.forget(_home(name, host))
        self._at_home[name, host] = None
        self._at_home.move_to_end((name, host))
        if len(self._at_home) > _MOST_REMEMBERED:
            self._at_home.popitem(last=False)

    # -- in a thread -------------------------------------------------------------------------------------------------

    def _is_right(self, settings: Settings, name: str, password: bytes) -> bool:
        import bcrypt  # of the extra `senders`

        self._refresh(settings)
        user = self._users.get(name)
        hashed = user.hash if user else _NOBODY % self._cost
        is_right = bcrypt.checkpw(password[:_LONGEST_PASSWORD], hashed)
        return is_right and user is not None

    def _refresh(self, settings: Settings) -> None:
        """Read the file again where it is another one than it was. Raises OSError."""
        path = state_folder(settings) / (settings.intake.submission.users_file or "")
        stat = path.stat()
        seen = (str(path), (stat.st_mtime_ns, stat.st_size, stat.st_ino))
        if seen == self._seen:
            return
        with path.open("rb") as file:
            found: Users = read_users(file.read(LARGEST_BYTES + 1))
        for each in found.mistakes:
            LOG.error("a line of the users file lets nobody in", line=each.line, why=each.why)
        self._users = {user.name: user for user in found.users}
        self._cost = max((user.cost for user in found.users), default=_USUAL_COST)
        self._seen = seen
        LOG.info("users read", users=len(self._users))


def _home(name: str, host: str) -> str:
    return f"{name[:LONGEST_NAME]} {host}"


def is_possible(settings: Settings) -> bool:
    """Can anybody log in with this configuration?"""
    return settings.intake.submission.users_file is not None and find_spec("bcrypt") is not None
