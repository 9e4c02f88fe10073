"""An admin puts back last night's `journal.db`, and it alone: the desk knows mails that the journal does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.desk import journal
from mailgate.store.db import open_folder
from mailgate.store.tables import MailState, table_of
from tests.cli.terminal import terminal_of
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

STATE = table_of(MailState)
pytestmark = pytest.mark.sqlite


@contextmanager
def day(folder: Path, name: str) -> Iterator[World]:
    """The desk in `state`, from one start of the daemon to its end."""
    (folder / name).mkdir()
    with closing(open_folder(folder / "state", create=True)) as store, World(folder / name, store=store) as desk:
        yield desk


@pytest.fixture
def older(tmp_path: Path) -> Iterator[World]:
    """M-1 and M-2 are handled; the journal has the first."""
    journal, night = tmp_path / "state" / "journal.db", tmp_path / "night.db"
    with day(tmp_path, "monday") as desk:
        desk.write(ERIKA, "VPN", "It is slow.")
    shutil.copy(journal, night)
    with day(tmp_path, "tuesday") as desk:
        desk.write(ERIKA, "Printer", "It burns.")
    shutil.copy(night, journal)
    with day(tmp_path, "wednesday") as desk:
        yield desk


def counts(desk: World) -> dict[str, int]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return journal.counts(desk.store, tx)


def test_what_arrives_from_then_on_is_handled(older: World) -> None:
    assert older.write(ERIKA, "Lift", "It stands.")["number"] == 1003
    assert older.mail_state(3)["ticket"] == 1003


def test_what_had_still_to_be_done_has_failed_until_an_admin_drops_it(older: World) -> None:
    with older.store.desk.begin() as connection:
        connection.execute(sa.update(STATE).where(STATE.c.mail == 2).values(state="pending"))
    with pytest.raises(AssertionError, match="the journal has no such mail any more"):
        older.work()
    assert (counts(older)["pending"], counts(older)["failed"]) == (0, 1)
    run = terminal_of(older)
    assert "state: failed" in run("mail", "M-2").out
    assert "the journal has no such mail any more" in run("mail", "M-2", "--raw").err
    assert run("mail", "M-2", "--drop").out == "M-2: dropped.\n"
    assert counts(older)["failed"] == 0


def test_however_many_are_missing_what_arrives_waits_for_none_of_them(older: World) -> None:
    with older.store.desk.begin() as connection:
        connection.execute(sa.insert(STATE), [{"mail": mail, "state": "pending"} for mail in range(100, 300)])
    older.hand_in(Mail(ERIKA, SUPPORT, "Lift", "It stands."))
    with pytest.raises(AssertionError, match="the journal has no such mail any more"):
        older.work()
    assert (counts(older)["failed"], older.ticket(1003)["subject"]) == (200, "Lift")


def test_what_was_decided_can_be_explained_without_the_mail(older: World) -> None:
    why = terminal_of(older).json("mail", "M-2", "--why")["why"]
    assert (why["sort"], why["new_text"], why["hops"]) == ("new_ticket", "It burns.", [])


def test_it_can_be_traced_without_the_mail(older: World) -> None:
    for what in ("M-2", "1002"):
        arrived, judged, *told = terminal_of(older).json("trace", what)["events"]
        assert arrived["text"].startswith("M-2 arrived once: the journal has no such mail any more")
        assert judged["text"].startswith("M-2 handled, taken for new_ticket")
        assert {each["ticket"] for each in told} == {1002}


def test_what_waits_is_counted_beside_what_is_missing(older: World) -> None:
    older.hand_in(Mail(ERIKA, SUPPORT, "Lift", "It stands."))
    assert counts(older) == {"accepted": 3, "pending": 1, "handled": 2, "held": 0, "failed": 0, "dropped": 0}


def test_a_journal_as_old_as_the_desk_goes_on_where_it_was(tmp_path: Path) -> None:
    for number, name in enumerate(("monday", "tuesday", "wednesday"), 1):
        with day(tmp_path, name) as desk:
            desk.write(ERIKA, "VPN", f"It is slow, {name}.")
            assert desk.mail_state(number)["ticket"] == 1000 + number
