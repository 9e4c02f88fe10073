"""Workers come from the nursery: at once, as children of the daemon, and without it all the same."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mailgate import nursery as nurseries
from mailgate.births import Nursery
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.shift import Ending
from mailgate.slate import Slate
from mailgate.spawning import Process
from mailgate.store.db import open_store
from tests.daemon.node import Node, children, mail_of
from tests.stories.example import write_config


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})
    settings = load.read(config, os.environ)
    open_store(settings, create=True).close()
    return settings


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    with closing(Nursery()) as nursery:
        yield nursery


def born(nursery: Nursery, name: str, settings: Settings) -> Process:
    with closing(Slate.new()) as slate:
        return nursery.spawn(name, settings, slate)


def until_ready(worker: Process) -> None:
    assert worker.stdout
    assert worker.stdout.read(6) == b"ready\n"


def end(worker: Process) -> int:
    assert worker.stdin
    assert worker.stdout
    worker.stdin.close()
    code = worker.wait(20)
    worker.stdout.close()
    return code


def lives(pid: int) -> bool:
    """One that nobody has asked yet how it ended does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def nurses(pid: int) -> set[int]:
    called = {child: Path(f"/proc/{child}/comm").read_text() for child in children(pid)}
    return {child for child, name in called.items() if name == "mailgate nurse\n"}


def test_a_worker_is_our_own_child_and_ends_when_nobody_listens_any_more(nursery: Nursery, settings: Settings) -> None:
    worker = born(nursery, "worker-1", settings)
    until_ready(worker)
    assert worker.pid in children(os.getpid())
    assert worker.poll() is None
    assert end(worker) == worker.wait() == worker.poll() == Ending.done


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGPROF, signal.SIGSEGV])
def test_we_are_told_which_signal_ended_it(number: int, nursery: Nursery, settings: Settings) -> None:
    worker = born(nursery, "worker-1", settings)
    until_ready(worker)
    os.kill(worker.pid, number)
    assert end(worker) == -number


def test_two_workers_know_nothing_of_each_other(nursery: Nursery, settings: Settings) -> None:
    first, second = born(nursery, "worker-1", settings), born(nursery, "worker-2", settings)
    until_ready(first)
    until_ready(second)
    assert end(first) == Ending.done, "no copy of its pipe is left anywhere"
    assert second.poll() is None
    second.kill()
    assert end(second) == -signal.SIGKILL


def test_it_inherits_three_streams_two_pipes_and_its_databases(nursery: Nursery, settings: Settings) -> None:
    with open("/dev/null", "rb") as file:
        os.set_inheritable(file.fileno(), True)
        worker = born(nursery, "worker-1", settings)
        until_ready(worker)
        handles = [os.readlink(each) for each in Path(f"/proc/{worker.pid}/fd").iterdir()]
    assert sum(handle.startswith("pipe:") for handle in handles) <= 4
    assert not [handle for handle in handles if handle.startswith("socket:")]
    assert end(worker) == Ending.done


def test_where_the_nursery_has_died_a_worker_is_started_without_it_and_the_next_is_born_again(
    nursery: Nursery, settings: Settings
) -> None:
    others = nurses(os.getpid())
    until_ready(first := born(nursery, "worker-1", settings))
    (nurse,) = nurses(os.getpid()) - others
    os.kill(nurse, signal.SIGKILL)
    until_ready(second := born(nursery, "worker-2", settings))
    until_ready(third := born(nursery, "worker-3", settings))
    (another,) = nurses(os.getpid()) - others
    assert another != nurse
    assert [end(worker) for worker in (first, second, third)] == [Ending.done] * 3


def test_where_another_thread_runs_in_this_process_nothing_is_forked_from_it(settings: Settings) -> None:
    over, others = threading.Event(), nurses(os.getpid())
    thread = threading.Thread(target=over.wait)
    thread.start()
    with closing(nurseries.opened()) as nursery:
        assert nurses(os.getpid()) == others
        until_ready(worker := born(nursery, "worker-1", settings))
        assert end(worker) == Ending.done
    over.set()
    thread.join()


def test_a_daemon_works_on_when_its_nursery_dies_and_no_process_outlives_it(node: Node) -> None:
    node.start()
    assert node.process
    node.until(lambda: node.workers)
    (nurse,) = nurses(node.process.pid)
    for victim in (nurse, *node.workers):
        node.signal_to(victim, signal.SIGKILL)
    node.send(mail_of("erika"))
    node.until(lambda: node.settled(1))
    family = [*nurses(node.process.pid), *node.workers]
    node.kill()
    node.until(lambda: not [pid for pid in family if lives(pid)])
