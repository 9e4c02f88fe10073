"""All or nothing: whatever fails at whichever step of a reload, the configuration in force stays, everywhere."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from mailgate import crew, reloading
from mailgate.clock import Clock
from mailgate.control import Answer
from mailgate.crew import Crew, Foremen
from mailgate.desk import delivery
from mailgate.errors import ConfigurationError
from mailgate.intake.smtp import Listeners, listen
from mailgate.mailboxes import Mailboxes
from mailgate.outbox.deliver import Sender
from mailgate.reloading import Followers, InForce
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.store import sqlite
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal
from mailgate.store.running import the_only_one
from mailgate.store.tables import MailState, TicketRow, Trouble, table_of
from mailgate.store.turns import Turns
from mailgate.vetting import Vetted, vet
from tests.doubles.certificate import self_signed
from tests.store.example import arrive, transmission
from tests.stories.example import Json, merged, write_config

module_loop = pytest.mark.asyncio(loop_scope="module")
STATE, TICKET, TROUBLE = table_of(MailState), table_of(TicketRow), table_of(Trouble)


@dataclass
class Desk:
    """All that goes by a configuration, and no daemon around it."""

    folder: Path
    store: Store
    in_force: InForce
    crew: Crew
    sender: Sender
    listeners: Listeners
    journal: Journal

    def edit(self, file: str, changes: Json) -> None:
        path = self.folder / "config" / f"{file}.yaml"
        path.write_text(json.dumps(merged(json.loads(path.read_text()), changes)))

    @property
    def workers(self) -> list[int | None]:
        return [foreman.pid for foreman in self.crew.foremen]

    @property
    def copies(self) -> list[Path]:
        return list((self.folder / "state" / "running").iterdir())

    def mail(self, name: str) -> Any:
        """Let a mail in, and return its row once it is handled."""
        [number] = arrive(self.store, transmission(name))
        self.crew.wake()
        end = time.monotonic() + 30
        while (row := self._row(number)) is None or row.state == "pending":
            assert time.monotonic() < end, row
            time.sleep(0.01)
        return row

    def _row(self, mail: int) -> Any:
        with self.store.reading(self.in_force.settings, Clock().now()) as tx:
            return tx.first(sa.select(STATE).where(STATE.c.mail == mail))

    def execute(self, statement: sa.Executable) -> None:
        with self.store.transaction(self.in_force.settings, Clock().now()) as tx:
            tx.execute(statement)

    def troubles(self) -> list[str]:
        with self.store.reading(self.in_force.settings, Clock().now()) as tx:
            return [row.english for row in tx.all(sa.select(TROUBLE).where(TROUBLE.c.ended_at.is_(None)))]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Desk]:
    made = self_signed(folder)
    tls = {"cert_file": str(made.file), "key_file": str(made.key)}
    changes = {"site": {"state": str(folder / "state")}, "intake": {"smtp": {"tls": tls}}}
    settings = load.read(write_config(folder / "config", changes), os.environ)
    clock, turns = Clock(), Turns()
    with the_only_one(folder / "state", settings.version, "2026-11-23T09:00:00Z") as tenure:
        in_force = InForce(settings, clock, tenure)
        store = open_store(settings, create=True)
        sender, journal = Sender(store, settings, clock, turns, delivery.settled), Journal(store, clock)
        workers = Crew(store, turns, clock, sender.wake)
        listeners = await listen(in_force.settings, journal, clock, lambda receipt: workers.wake())
        mailboxes = Mailboxes(store, journal, clock, turns, workers.wake, in_force.settings)
        workers.begin(workers.hire(in_force.settings))
        in_force.followed_by(Followers(store, turns, workers, sender, listeners, mailboxes))
        yield Desk(folder, store, in_force, workers, sender, listeners, journal)
        await asyncio.to_thread(crew.stop, workers.foremen, 5)
        await listeners.drain(0)
        await mailboxes.end()
        await sender.close()
        journal.close()
        store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "BUSY_TIMEOUT_MS", 100)
        async with opened(tmp_path_factory.mktemp("reloading")) as desk:
            desk.mail("first")
            yield desk


@pytest.fixture
def desk(running: Desk) -> Iterator[Desk]:
    """A desk that works; its files are put back as they were."""
    config = running.folder / "config"
    files = {path: path.read_bytes() for path in config.glob("*.yaml")}
    yield running
    for path, content in files.items():
        path.write_bytes(content)
    shutil.rmtree(config / "templates", ignore_errors=True)


async def refused(desk: Desk, *, brought_back: bool = False) -> Answer:
    """Reload; it is refused, and all is as it was. `brought_back`: by new workers, because the old ones had ended."""
    settings, workers, sender = desk.in_force.settings, desk.workers, desk.sender._ways
    answer = await desk.in_force.reload()
    assert not answer.ok
    assert answer.version == settings.version
    assert desk.in_force.settings is settings
    assert desk.listeners.settings is settings
    assert desk.sender._ways is sender
    assert desk.copies == [settings.folder]
    assert brought_back or desk.workers == workers
    assert (await asyncio.to_thread(desk.mail, "still here")).config_version == settings.version
    return answer


def after_the_check(monkeypatch: pytest.MonkeyPatch, happens: Callable[[Path], object]) -> None:
    """Something happens to the copy, or elsewhere, between the check and the swap."""

    def checked(copy: Path, environ: Any, store: Store | None, state: Path | None) -> Vetted:
        vetted = vet(copy, environ, store, state)
        happens(copy)
        return vetted

    monkeypatch.setattr(reloading, "vet", checked)


# -- what fails --------------------------------------------------------------------------------------------------------


@module_loop
async def test_mistakes_in_the_files(desk: Desk) -> None:
    desk.edit("routing", {"rules": [{"name": "x", "then": {"category": "nowhere"}}]})
    answer = await refused(desk)
    assert answer.reasons[0].startswith("routing.yaml:1:")
    [trouble] = desk.troubles()
    assert trouble.startswith(f"the configuration in {desk.folder / 'config'} was not loaded: routing.yaml:1:")


@module_loop
async def test_a_copy_that_can_not_be_written(desk: Desk) -> None:
    running = desk.folder / "state" / "running"
    aside = running.rename(running.with_name("aside"))
    running.write_text("in the way")
    answer = await desk.in_force.reload()
    running.unlink()
    aside.rename(running)
    assert answer.why_not
    assert answer.why_not.startswith(f"The configuration can not be copied to {desk.folder / 'state'}: ")
    assert (await desk.in_force.reload()).ok


@module_loop
async def test_a_certificate_that_is_none(desk: Desk) -> None:
    (desk.folder / "other.pem").write_text("not one")
    desk.edit("mailgate", {"intake": {"smtp": {"tls": {"cert_file": str(desk.folder / "other.pem")}}}})
    [reason] = (await refused(desk)).reasons
    assert reason.startswith("mailgate.yaml:1:")
    assert "other.pem can not be used" in reason


@module_loop
async def test_a_certificate_that_is_overwritten_between_check_and_swap(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = self_signed(tmp_path)
    desk.edit("mailgate", {"intake": {"smtp": {"tls": {"cert_file": str(made.file), "key_file": str(made.key)}}}})
    after_the_check(monkeypatch, lambda copy: made.file.write_text("not one"))
    answer = await refused(desk)
    assert answer.why_not
    assert "certificate.pem can not be used" in answer.why_not


@module_loop
async def test_a_copy_that_is_changed_between_check_and_swap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.edit("mailgate", {"site": {"name": "New"}})
    after_the_check(monkeypatch, lambda copy: (copy / "routing.yaml").write_text("rules: []"))
    answer = await refused(desk)
    assert answer.why_not == "A worker can not start with it: it can not read the configuration."


@module_loop
async def test_a_copy_that_vanishes_between_check_and_swap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.edit("mailgate", {"site": {"name": "New"}})
    after_the_check(monkeypatch, lambda copy: copy.rename(desk.folder / "gone"))
    answer = await refused(desk)
    assert answer.why_not == "A worker can not start with it: it can not read the configuration."


@module_loop
async def test_a_fault_of_our_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    after_the_check(monkeypatch, lambda copy: 1 // 0)
    answer = await refused(desk)
    assert answer.why_not
    assert answer.why_not.startswith("It failed by a fault of mailgate: ZeroDivisionError")


@module_loop
async def test_a_ticket_that_came_after_the_check_and_needs_what_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.folder / "config" / "categories.yaml"
    without = json.loads(path.read_text())
    del without["categories"]["rooms"]
    path.write_text(json.dumps(without))
    after_the_check(monkeypatch, lambda copy: desk.execute(sa.update(TICKET).values(category="rooms")))
    answer = await refused(desk, brought_back=True)
    assert answer.why_not
    assert answer.why_not.startswith("There is no category 'rooms' any more, but ")


@module_loop
async def test_a_database_that_is_away_at_the_last_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.edit("mailgate", {"site": {"name": "New"}})
    holder = sqlite3.connect(desk.folder / "state" / "desk.db", isolation_level=None, check_same_thread=False)
    steps = iter(("BEGIN IMMEDIATE", "ROLLBACK"))  # once the old workers have ended; when the new ones are sent away

    def stopped(foremen: Foremen, within: float) -> None:
        stop(foremen, within)
        holder.execute(next(steps))

    stop = crew.stop
    monkeypatch.setattr(crew, "stop", stopped)
    answer = await refused(desk, brought_back=True)
    holder.close()
    assert answer.why_not
    assert "database is locked" in answer.why_not


@module_loop
async def test_a_daemon_that_is_about_to_stop(desk: Desk) -> None:
    desk.edit("mailgate", {"site": {"name": "New"}})
    before = desk.troubles()
    await desk.in_force.close()
    assert (await refused(desk)).why_not == "mailgate is about to stop."
    assert desk.troubles() == before
    desk.in_force._closing = False


# -- what is checked is what runs --------------------------------------------------------------------------------------


@module_loop
async def test_an_edit_between_check_and_swap_waits_for_the_next_reload(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.edit("mailgate", {"site": {"name": "Checked"}})
    after_the_check(monkeypatch, lambda copy: desk.edit("mailgate", {"site": {"name": "Too late"}}))
    assert (await desk.in_force.reload()).ok
    assert desk.in_force.settings.site.name == "Checked"
    row = await asyncio.to_thread(desk.mail, "next")
    assert row.config_version == desk.in_force.settings.version
    assert load.read(desk.folder / "config", os.environ).site.name == "Too late"


@module_loop
async def test_the_new_workers_have_names_of_their_own(desk: Desk) -> None:
    """Else one that is sent away would give back what its namesake is at."""
    before = {foreman.name for foreman in desk.crew.foremen}
    assert (await desk.in_force.reload()).ok
    assert before.isdisjoint(foreman.name for foreman in desk.crew.foremen)


@module_loop
async def test_templates_are_those_of_the_copy(desk: Desk) -> None:
    template = desk.folder / "config" / "templates" / "acknowledged.en.txt"
    template.parent.mkdir()
    template.write_text("Subject: Ours\n\nHello {{ number }}\n")
    answer = await desk.in_force.reload()
    assert answer.ok, answer
    template.write_text("Subject: {% broken\n")
    copy = desk.in_force.settings.folder
    assert (copy / "templates" / "acknowledged.en.txt").read_text().startswith("Subject: Ours")


@module_loop
async def test_what_was_renamed_is_taken_over_by_the_swap(desk: Desk) -> None:
    desk.execute(sa.update(TICKET).values(assignee="anna"))
    path = desk.folder / "config" / "people.yaml"
    path.write_text(path.read_text().replace('"anna"', '"anne"').replace('"anne": {', '"anne": {"was": ["anna"], '))
    answer = await desk.in_force.reload()
    assert answer.ok, answer
    with desk.store.reading(desk.in_force.settings, Clock().now()) as tx:
        assert set(tx.connection.execute(sa.select(TICKET.c.assignee)).scalars()) == {"anne"}


def test_files_that_change_while_it_starts_are_no_start(tmp_path: Path) -> None:
    settings: Settings = load.read(write_config(tmp_path / "config"), os.environ)
    (tmp_path / "config" / "routing.yaml").write_text("rules: []")
    with (
        the_only_one(tmp_path / "var", settings.version, "") as tenure,
        pytest.raises(ConfigurationError, match="were changed while mailgate started"),
    ):
        InForce(settings, Clock(), tenure)
