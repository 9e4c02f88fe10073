"""Experiments with a PostgreSQL of their own: it is killed, a COMMIT is cut off before its answer, and several nodes on
it are killed, stopped and cut off."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import postgres
from tests.crash.between import BOTH, Between
from tests.crash.crowd import Crowd
from tests.crash.rig import Rig
from tests.daemon import test_nodes as accidents
from tests.daemon.node import BUSY, Node
from tests.stories.example import Json, merged

NAME = "desk"


def on(url: str) -> Json:
    """A configuration with that database."""
    return {"storage": {"database": url}}


def server(folder: Path, kills: int, mails: int, seed: int, mutation: str = "") -> str:
    """The server is killed under load and started again."""
    each = max(1, mails // kills)
    with (
        postgres.one_of_our_own() as running,
        Rig(folder / "server", on(running.fresh(NAME)), seed=seed, mutation=mutation) as rig,
    ):

        def kill() -> None:
            enough = rig.luck.randrange(each)
            rig.until(lambda: rig.heard > enough, "too few have heard 250")
            time.sleep(rig.luck.uniform(0, 0.3))
            running.kill()
            time.sleep(rig.luck.uniform(0, 1))
            running.start()

        for _ in range(kills):
            rig.under_load(each, kill)
        rig.audit()
        return f"{kills} kills of the server, {len(rig.names)} mails, {rig.doubts} letters in doubt"


def commits(folder: Path, cuts: int, mails: int, seed: int, mutation: str = "") -> str:
    """COMMITs are cut off before their answer: of the intake, the workers, the sender, the clock."""
    each = max(2, mails // cuts * 2)
    with (
        postgres.one_of_our_own() as running,
        TemporaryDirectory(prefix="mg-between-") as short,
        Between(Path(short), running) as between,
    ):
        running.fresh(NAME)
        with Rig(folder / "commits", on(between.url(NAME)), seed=seed, mutation=mutation) as rig:

            def cut() -> None:
                enough = rig.luck.randrange(each)
                rig.until(lambda: rig.heard > enough, "too few have heard 250")
                between.cut(*rig.luck.sample(BOTH, 2))
                rig.until(lambda: between.is_through, "nobody has committed anything")

            for _ in range(max(1, cuts // 2)):
                rig.under_load(each, cut)
            rig.audit()
            return f"{dict(between.cuts)} COMMITs without an answer, {len(rig.names)} mails"


def nodes(folder: Path, kills: int, mails: int, seed: int) -> str:
    """Three nodes with four workers, of which one after the other has an accident; now and then all lose the server."""
    luck = random.Random(seed)
    with ExitStack() as opened:
        running = opened.enter_context(postgres.one_of_our_own())
        url = running.fresh(NAME)
        changes = merged(BUSY, merged(on(url), {"limits": {"acknowledgements": {"total_per_hour": 10**6}}}))
        three = [
            opened.enter_context(Node(folder / name, merged(changes, {"workers": workers})))
            for name, workers in (("first", 2), ("second", 1), ("third", 1))
        ]
        for node in three:
            node.start()

        def everybody_is_cut_off(node: Node) -> None:
            running.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mailgate'")

        def the_server_is_killed(node: Node) -> None:
            running.kill()
            running.start()

        def a_worker_is_killed(node: Node) -> None:
            if workers := node.workers:
                node.signal_to(luck.choice(workers), 9)

        usual = (accidents.killed, accidents.killed, a_worker_is_killed, a_worker_is_killed, everybody_is_cut_off)
        names = [[f"{letter}{number}" for number in range(mails // 3)] for letter in "abc"]
        pause = 3.0 * kills * 10 * 3 / mails  # so that they send as long as there are accidents
        crowds = [Crowd(node, each, pause=min(pause, 5.0)) for node, each in zip(three, names, strict=True)]
        with ExitStack() as sending:
            for crowd in crowds:
                sending.enter_context(crowd)
            for number in range(kills):
                time.sleep(luck.uniform(0.2, 1.5))
                rare = (accidents.asleep, the_server_is_killed)
                luck.choice(rare if number % 10 == 5 else usual)(luck.choice(three))
            for crowd in crowds:
                three[0].until(lambda crowd=crowd: crowd.accepted == crowd.all, timeout=300)  # type: ignore[misc]
        everyone = {name for each in names for name in each}
        three[0].until(lambda: three[0].settled(len(everyone)), timeout=300)
        accidents.audit(three, everyone)
        refused = {said for crowd in crowds for said in crowd.refusals if said[0] not in "24"}
        assert not refused, refused
        assert [node.end() for node in three] == [0, 0, 0]
        return f"{kills} accidents, {len(everyone)} mails on three nodes"
