"""The foreman and a real worker: whoever dies, hangs or is killed, mails go on, and only the guilty get a strike."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.births import Nursery
from mailgate.clock import Clock
from mailgate.foreman import Foreman
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.store.db import Store, open_store
from mailgate.store.tables import MailState, table_of
from mailgate.store.turns import Turns
from tests.daemon.test_poison import TEMPLATE
from tests.store.example import arrive, transmission
from tests.stories.example import write_config

STATE = table_of(MailState)


@dataclass
class Works:
    """A foreman with his worker, and no daemon around them."""

    store: Store
    settings: Settings
    nursery: Nursery
    turns: Turns = field(default_factory=Turns)
    letters: threading.Event = field(default_factory=threading.Event)

    def begin(self, hangs_after: float = 60, *, stand_by: bool = False) -> None:
        self.foreman = Foreman(
            "worker-1",
            self.store,
            self.settings,
            self.turns,
            Clock(),
            self.letters.set,
            hangs_after=hangs_after,
            spawn=self.nursery.spawn,
        )
        self.foreman.start(stand_by=stand_by)

    @property
    def worker(self) -> int:
        self.until(lambda: self.foreman.pid)
        return int(self.foreman.pid or 0)

    def arrive(self, *names: str) -> None:
        arrive(self.store, *(transmission(name) for name in names))
        self.foreman.wake()

    def row(self, mail: int) -> Any:
        with self.store.reading(self.settings, Clock().now()) as tx:
            return tx.first(sa.select(STATE).where(STATE.c.mail == mail))

    def checked(self) -> bool:
        """Look after the worker, as the daemon does every few seconds."""
        self.foreman.check()
        return False

    def is_at(self, mail: int) -> bool:
        """The worker burns on this mail."""
        suspect = self.foreman.suspect
        return suspect is not None and suspect.mail == mail and self.foreman.holds_turn

    def until(self, true: Callable[[], Any], timeout: float = 60) -> None:
        end = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < end
            time.sleep(0.01)

    def until_handled(self, *mails: int) -> None:
        self.until(lambda: all((row := self.row(mail)) and row.state == "handled" for mail in mails))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with closing(Nursery()) as nursery:
        yield nursery


@pytest.fixture
def works(tmp_path: Path, nursery: Nursery) -> Iterator[Works]:
    site = {"site": {"state": str(tmp_path / "state")}, "limits": {"mail_cpu": "60s"}}
    config = write_config(tmp_path / "config", {**site, "acknowledge": {"new": True, "unproven": "full"}})
    (config / "templates").mkdir()
    (config / "templates" / "acknowledged.en.txt").write_text(TEMPLATE)
    settings = load.read(config, os.environ)
    store = open_store(settings, create=True)
    works = Works(store, settings, nursery)
    yield works
    works.foreman.stop(0.1)
    store.close()


def test_a_mail_is_handled_and_its_letters_are_announced(works: Works) -> None:
    works.begin()
    works.arrive("erika")
    works.until_handled(1)
    assert works.letters.wait(5)


def test_an_idle_worker_that_no_longer_answers_is_ended_and_another_works(works: Works) -> None:
    works.begin(hangs_after=3)
    works.arrive("erika")
    works.until_handled(1)
    stuck = works.worker
    os.kill(stuck, signal.SIGSTOP)
    works.arrive("otto")
    works.until(lambda: works.checked() or works.foreman.pid not in (None, stuck))
    works.until_handled(2)
    assert works.row(2).strikes == 0


def test_a_worker_that_waits_for_its_turn_does_not_hang(works: Works) -> None:
    works.begin(hangs_after=0.3)
    worker = works.worker
    with works.turns.turn():
        works.until(lambda: works.foreman.waits_for_turn)
        time.sleep(0.5)
        works.foreman.check()
        assert works.foreman.pid == worker
    works.foreman.hangs_after = 60
    works.arrive("erika")
    works.until_handled(1)


def test_a_worker_that_hangs_in_its_turn_is_ended_its_mail_struck_and_its_turn_given_back(works: Works) -> None:
    works.begin(hangs_after=60)
    works.arrive("burn")
    works.until(lambda: works.is_at(1))
    works.foreman.hangs_after = 1
    works.until(lambda: works.checked() or works.row(1).strikes == 1)
    works.foreman.hangs_after = 60
    assert works.row(1).error == "it did not come on for 1 s"
    with works.turns.turn():
        pass


def test_a_crash_is_a_strike_at_once_and_kills_from_outside_only_when_they_repeat(works: Works) -> None:
    works.begin()
    works.arrive("burn")
    works.until(lambda: works.is_at(1))
    os.kill(works.worker, signal.SIGSEGV)
    works.until(lambda: works.row(1).strikes == 1)
    assert works.row(1).error == "signal SIGSEGV"
    for _ in range(3):
        assert works.row(1).strikes == 1
        works.until(lambda: works.is_at(1))
        os.kill(works.worker, signal.SIGKILL)
        works.until(lambda: not works.is_at(1))
    works.until(lambda: works.row(1).strikes == 2)
    assert works.row(1).error == "it was killed 3 times in a row"


def test_stopping_blames_nobody_and_leaves_nothing_claimed(works: Works) -> None:
    works.begin()
    works.arrive("burn", "otto")
    works.until(lambda: works.is_at(1))
    works.foreman.stop(0.1)
    assert [(works.row(mail).strikes, works.row(mail).worker) for mail in (1, 2)] == [(0, None), (0, None)]
    assert works.foreman.pid is None


def test_a_worker_that_stands_by_takes_nothing_until_it_is_told_to_begin(works: Works) -> None:
    arrive(works.store, transmission("erika"))
    works.begin(stand_by=True)
    assert works.foreman.why_not_ready(60) is None
    time.sleep(0.2)  # it would have taken the mail by now
    assert works.row(1) is None
    works.foreman.begin()
    works.until_handled(1)


def test_a_worker_whose_configuration_is_not_the_daemons_does_not_begin(works: Works) -> None:
    (works.settings.folder / "routing.yaml").write_text("rules: []")
    works.begin(stand_by=True)
    assert works.foreman.why_not_ready(60) == "it can not read the configuration"


def test_a_worker_that_stands_by_may_be_sent_away(works: Works) -> None:
    works.begin(stand_by=True)
    assert works.foreman.why_not_ready(60) is None
    works.foreman.stop(10)
    assert works.foreman.pid is None


def test_stopping_before_the_first_worker_is_born_starts_none(works: Works) -> None:
    works.begin()
    works.foreman.stop(5)
    assert works.foreman.pid is None


def test_a_worker_that_can_not_be_understood_is_replaced(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.begin()
    first = works.worker
    monkeypatch.setattr(works.foreman, "_heard", lambda line, word: int("nonsense"))
    works.until(lambda: works.foreman.pid not in (None, first))
    monkeypatch.undo()
    works.arrive("erika")
    works.until_handled(1)


def test_a_worker_that_never_comes_to_work_is_a_trouble_until_one_does(works: Works) -> None:
    (works.settings.folder / "mailgate.yaml").write_text("site: {")
    works.begin()
    works.foreman._pause = 0
    assert works.foreman.trouble == ""
    works.until(lambda: works.foreman.trouble)
    assert works.foreman.trouble == "it can not read the configuration"
    assert works.foreman._line
    works.foreman._heard(works.foreman._line, "idle")
    assert works.foreman.trouble == ""
