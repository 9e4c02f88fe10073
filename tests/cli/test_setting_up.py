"""`mailgate init`, `check`, finding the configuration, and what each command needs of a database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mailgate.cli.later import COMMANDS
from tests.cli.terminal import Terminal, mailgate
from tests.stories.example import write_config
from tests.stories.world import World


def test_what_init_writes_is_good_at_once(tmp_path: Path) -> None:
    made = mailgate("init", str(tmp_path / "config"))
    assert made.code == 0
    assert "mailgate check --config" in made.out
    checked = mailgate("check", "--config", str(tmp_path / "config"), "--json")
    assert (checked.code, checked.json["ok"], checked.json["problems"]) == (0, True, [])


def test_init_twice_refuses_and_changes_nothing(tmp_path: Path) -> None:
    mailgate("init", str(tmp_path / "config"))
    (tmp_path / "config" / "people.yaml").write_text("# mine\n")
    again = mailgate("init", str(tmp_path / "config"))
    assert (again.code, again.out, again.err.count("\n")) == (1, "", 1)
    assert "nothing was written" in again.err
    assert (tmp_path / "config" / "people.yaml").read_text() == "# mine\n"


def test_check_says_all_that_is_wrong_with_its_place(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    (config / "routing.yaml").write_text("rules:\n  - name: x\n    when: {frm: a}\n    then: {priority: huge}\n")
    said = mailgate("check", "--config", str(config), "--json")
    assert said.code == 1
    assert said.json["ok"] is False
    places = [(each["file"], each["line"], each["column"]) for each in said.json["problems"]]
    assert places == [("routing.yaml", 3, 12), ("routing.yaml", 4, 22)]
    assert all(set(each) == {"file", "line", "column", "path", "message"} for each in said.json["problems"])
    words = mailgate("check", "--config", str(config))
    assert words.code == 1
    assert words.out.splitlines()[-1] == "2 mistakes."
    assert words.out.startswith("routing.yaml:3:12: ")


def test_warnings_fail_only_when_strict(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"reminders": [{"when": "yellow", "to": "reporter"}]})
    lenient, strict = (mailgate("check", "--config", str(config), "--json", *more) for more in ([], ["--strict"]))
    assert lenient.json["warnings"]
    assert (lenient.code, lenient.json["ok"]) == (0, True)
    assert (strict.code, strict.json["ok"]) == (1, False)


def test_a_broken_configuration_is_all_its_mistakes_for_every_command(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"site": {"language": 7}, "workers": "many"})
    for command in (["tickets"], ["run"], ["explain"], ["status"]):
        said = mailgate(*command, "--config", str(config))
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("The configuration has mistakes:\nmailgate.yaml:1:")
        assert said.err.count("\n") == 3


DESK = [["tickets"], ["ticket", "1"], ["mails"], ["mail", "1"], ["outbox"], ["letter", "1"], ["status"]]


@pytest.mark.parametrize("command", [*DESK, ["mail", "1", "--retry"], ["letter", "1", "--cancel"], ["explain", "M-1"]])
def test_without_a_database_a_command_says_so_and_makes_none(tmp_path: Path, command: list[str]) -> None:
    state = tmp_path / "state"
    config = write_config(tmp_path / "config", {"site": {"state": str(state)}})
    said = mailgate(*command, "--config", str(config))
    assert (said.code, said.out) == (1, "")
    assert f"no database at {state}" in said.err
    assert said.err.count("\n") == 1
    assert not state.exists()


def test_a_folder_with_half_a_database_is_no_database(desk: World, run: Terminal) -> None:
    (desk.folder / "state" / "journal.db").rename(desk.folder / "elsewhere.db")
    assert "no database at" in run("mails").err
    assert not (desk.folder / "state" / "journal.db").exists()


@pytest.mark.parametrize("command", DESK)
def test_a_database_of_a_newer_mailgate_is_left_alone(desk: World, run: Terminal, command: list[str]) -> None:
    with sqlite3.connect(desk.folder / "state" / "desk.db") as database:
        database.execute("UPDATE mailgate_schema SET version_num = '0099'")
    said = run(*command)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "written by a newer mailgate" in said.err


def test_a_file_that_is_no_database_is_one_sentence(desk: World, run: Terminal) -> None:
    desk.store.close()
    for file in (desk.folder / "state").glob("desk.db*"):
        file.write_bytes(b"this is no database at all, but long enough to look like one" * 20)
    said = run("tickets")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "file is not a database" in said.err


def test_the_configuration_is_found_by_its_variable(desk: World, run: Terminal) -> None:
    said = mailgate("tickets", "--json", MAILGATE_CONFIG=str(run.config))
    assert (said.code, said.json) == (0, {"total": 0, "tickets": []})


def test_config_here_comes_before_etc(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILGATE_CONFIG", raising=False)
    monkeypatch.chdir(desk.folder)
    assert mailgate("tickets").out == "No tickets.\n"
    monkeypatch.chdir("/")
    assert "/etc/mailgate" in mailgate("tickets").err


@pytest.mark.parametrize(
    "command",
    [
        *([name] for name in COMMANDS),
        ["do", "1001", "#take", "--as", "anna"],
    ],
    ids=" ".join,
)
def test_what_is_not_built_says_so_in_one_sentence(tmp_path: Path, command: list[str]) -> None:
    config = write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})
    said = mailgate(*command, MAILGATE_CONFIG=str(config))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "not built yet" in said.err
    assert not (tmp_path / "state").exists()


def test_help_and_version_are_for_everybody(tmp_path: Path) -> None:
    assert mailgate("--version").out.startswith("mailgate ")
    helped = mailgate("--help")
    assert helped.code == 0
    for name in ("run", "demo", "init", "check", "explain", "deliver", "mails", "outbox", "ticket", "status"):
        assert f"\n  {name} " in helped.out
    assert mailgate("nonsense").code == 2


def test_a_postgresql_that_is_not_there_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://mailgate:secret@127.0.0.1:1/mailgate"
    config = write_config(tmp_path / "config", {"storage": {"database": url}})
    said = mailgate("tickets", "--config", str(config))
    assert (said.code, said.out) == (1, "")
    assert "postgresql://mailgate:***@127.0.0.1:1/mailgate can not be used" in said.err
    assert "secret" not in said.err
