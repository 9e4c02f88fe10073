"""`mailgate status`: every counter, healthy or not, and why not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mailgate.desk import troubles
from mailgate.sentence import verbatim
from mailgate.store.running import the_only_one
from mailgate.store.tables import Arrival, MailState, table_of
from tests.cli.terminal import Terminal
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

STATE = table_of(MailState)


@pytest.fixture
def daemon(desk: World) -> Iterator[None]:
    """One works on the desk, as far as others can see."""
    with the_only_one(desk.folder / "state", "0123456789ab", "2026-11-23T09:00:00Z"):
        yield


def test_every_key_is_there_and_the_mails_add_up(look: Terminal) -> None:
    status = look("status", "--json").json
    assert (status["healthy"], len(status["problems"])) == (False, 1)
    assert set(status["config"]) >= {"version", "loaded_at", "ok", "problems"}
    mails = status["mails"]
    assert mails == {"accepted": 9, "pending": 0, "handled": 7, "held": 1, "failed": 0, "dropped": 1}
    assert status["outbox"] == {"pending": 0, "sent": 18, "failed": 0, "oldest_seconds": None}
    assert status["tickets"] == {"open": 4, "closed": 1, "red": 0}
    assert (status["acknowledgements_suppressed"], status["mailboxes"]) == (0, [])


@pytest.mark.usefixtures("daemon")
def test_people_read_that_all_is_well(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "VPN", "It is slow.")
    words = run("status").out
    assert words.startswith("All is well.\nmails    1 accepted: 1 handled")


def test_without_a_daemon_nothing_is_well_though_nothing_waits(look: Terminal) -> None:
    said = look("status")
    assert said.code == 1
    assert "  - No daemon is running: no mail comes in, and no letter leaves; start `mailgate run`." in said.out
    assert "daemon   not running" in said.out


@pytest.mark.usefixtures("daemon")
def test_an_acknowledgement_that_a_budget_stopped_is_counted(desk: World, run: Terminal) -> None:
    for subject in ("one", "two", "three"):
        desk.write("x@elsewhere.example", subject, "Hello", stranger=True)
    assert run.json("status")["acknowledgements_suppressed"] == 2


def test_mail_that_waits_without_a_daemon_is_no_health(desk: World, run: Terminal) -> None:
    desk.hand_in(Mail(ERIKA, SUPPORT))
    said = run("status", "--json")
    assert said.code == 1
    status = said.json
    assert status["problems"] == ["No daemon is running, and 1 mail and 0 letters wait: start `mailgate run`."]
    assert status["mails"]["pending"] == 1


@pytest.mark.sqlite
def test_a_journal_that_is_older_than_the_desk_hides_no_counter(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "VPN", "It is slow.")
    with desk.store.desk.begin() as connection:
        connection.execute(sa.update(STATE).values(state="pending"))
    with desk.store.journal.begin() as connection:
        connection.execute(sa.delete(table_of(Arrival)))
    assert run("status", "--json").json["mails"]["pending"] == 1


def test_a_running_daemon_is_known_with_its_configuration(desk: World, run: Terminal) -> None:
    with the_only_one(desk.folder / "state", "0123456789ab", "2026-11-23T09:00:00Z"):
        desk.hand_in(Mail(ERIKA, SUPPORT))
        status = run.json("status")
        assert (status["healthy"], status["running"]) == (True, True)
        assert status["config"] == {
            "version": "0123456789ab",
            "loaded_at": "2026-11-23T09:00:00Z",
            "ok": True,
            "problems": [],
            "changed_since": True,
            "refused_at": None,
            "started_at": "2026-11-23T09:00:00Z",
            "after_restart": [],
        }
        assert "changed on disk since; `mailgate reload` uses it" in run("status").out
    assert run("status").code == 1


@pytest.mark.usefixtures("daemon")
def test_a_failed_mail_is_a_problem_with_the_command_that_shows_it(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT))
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        tx.execute(sa.update(STATE).where(STATE.c.mail == number).values(state="failed", reason="a fault"))
    said = run("status")
    assert said.code == 1
    assert f"  - M-{number} could not be handled: a fault (since {desk.clock.now():%Y}-" in said.out


@pytest.mark.parametrize(
    ("what", "minutes", "sentence"),
    [("a mail", 20, "A mail has been waiting to be handled"), ("a letter", 70, "A letter has been waiting to leave")],
)
def test_what_waits_too_long_is_a_problem(desk: World, run: Terminal, what: str, minutes: int, sentence: str) -> None:
    desk.clock.at -= timedelta(minutes=minutes)
    if what == "a mail":
        desk.hand_in(Mail(ERIKA, SUPPORT))
    else:
        desk.relay.defer("erika@customer.example")
        desk.mail(Mail(ERIKA, SUPPORT))
    status = run("status", "--json").json
    assert any(problem.startswith(sentence) for problem in status["problems"]), status
    if what == "a letter":
        assert status["outbox"]["pending"] == 1
        assert status["outbox"]["oldest_seconds"] >= 70 * 60


def test_a_broken_configuration_hides_no_counter(desk: World, run: Terminal) -> None:
    desk.mail(Mail(ERIKA, SUPPORT))
    path = run.config / "routing.yaml"
    path.write_text(json.dumps({"rules": [{"name": "x", "when": {"frm": "*"}, "then": {"priority": "huge"}}]}))
    said = run("status", "--json")
    assert said.code == 1
    status = said.json
    assert status["mails"]["handled"] == 1
    assert (status["config"]["ok"], status["healthy"], status["config"]["version"]) == (False, False, None)
    assert any(problem.startswith("routing.yaml:1:") for problem in status["problems"])


def test_what_only_the_daemon_knows_is_said_while_it_runs(desk: World, run: Terminal) -> None:
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        troubles.begins(tx, "relay", "smtp://192.0.2.1", verbatim("the relay smtp://192.0.2.1 takes no letters"))
        troubles.begins(tx, "reload", "", verbatim("the configuration was refused"))
    assert len(run("status", "--json").json["problems"]) == 1, "that none is running"
    with the_only_one(desk.folder / "state", "0123456789ab", "2026-11-23T09:00:00Z"):
        relay, reload = run("status", "--json").json["problems"]
    assert relay.startswith("The relay smtp://192.0.2.1 takes no letters (since 20")
    assert "UTC); look at that server and at `delivery.relays`" in relay
    assert reload.endswith("see `mailgate check`, mend it, then `mailgate reload`.")


@pytest.mark.usefixtures("daemon")
def test_a_held_mail_nobody_decides_about_is_a_problem_after_a_day(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Hold me"))
    assert run("status").code == 0
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        long_ago = datetime.now(UTC) - timedelta(days=2)
        tx.execute(sa.update(STATE).where(STATE.c.mail == number).values(finished_at=long_ago))
    [said] = run("status", "--json").json["problems"]
    assert said.startswith(f"M-{number} has been held for more than a day, and nobody has decided about it (since ")


@pytest.mark.usefixtures("daemon")
def test_a_full_disk_is_a_problem(desk: World, run: Terminal) -> None:
    path = run.config / "mailgate.yaml"
    path.write_text(json.dumps({**json.loads(path.read_text()), "limits": {"free_disk": "900000GiB"}}))
    [said] = run("status", "--json").json["problems"]
    assert "less than limits.free_disk" in said
    assert "make room" in said


@pytest.mark.usefixtures("daemon")
def test_a_clock_that_was_set_back_is_a_problem(desk: World, run: Terminal) -> None:
    desk.clock.at = datetime.now(UTC) + timedelta(days=400)
    number = desk.mail(Mail(ERIKA, SUPPORT))
    problems = run("status", "--json").json["problems"]
    assert any(f"but M-{number} came in at" in each and "set the clock" in each for each in problems)


@pytest.mark.usefixtures("daemon")
def test_of_many_alike_three_are_spelt_out(desk: World, run: Terminal) -> None:
    numbers = [desk.mail(Mail(ERIKA, SUPPORT, f"Trouble {each}")) for each in range(5)]
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        tx.execute(sa.update(STATE).where(STATE.c.mail.in_(numbers)).values(state="failed", reason="a fault"))
    problems = run("status", "--json").json["problems"]
    assert problems[0].startswith(f"M-{numbers[-1]} could not be handled: a fault")
    assert problems[3] == "A mail could not be handled: 2 more like this."


def test_a_letter_that_waits_for_a_dead_relay_is_pending(desk: World, run: Terminal) -> None:
    desk.relay.go_away()
    desk.mail(Mail(ERIKA, SUPPORT))
    assert run("status", "--json").json["outbox"]["pending"] == 3
