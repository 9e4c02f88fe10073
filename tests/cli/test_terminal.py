"""What reaches a terminal, a pipe or a program: no colours in a pipe, nothing of others that acts, JSON alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import sqlalchemy as sa

from tests.cli.terminal import Terminal
from tests.stories.world import ERIKA, World

SHOWN = [
    ["tickets", "--all"],
    ["ticket", "1004"],
    ["mails"],
    ["mail", "M-7"],
    ["mail", "M-7", "--why"],
    ["outbox"],
    ["letter", "L-11"],
    ["letter", "L-13"],
    ["explain", "M-7"],
    ["status"],
]
ACTING = "\x1b\x07\u202e\u2066\x9b\r"


@pytest.mark.parametrize("command", SHOWN, ids=" ".join)
def test_nothing_that_others_wrote_acts_on_a_terminal(look: Terminal, command: list[str]) -> None:
    out = look(*command).out
    assert not set(out) & set(ACTING)
    assert "smile" in out or command[0] not in ("tickets", "ticket", "mails", "mail")


def test_not_even_what_an_older_version_stored_acts_on_a_terminal(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        for statement in (
            "UPDATE ticket SET subject = :words",
            "UPDATE message SET new_text = :words",
            "UPDATE mail_state SET subject = :words, reason = :words",
            "UPDATE letter SET answer = :words, text = :words",
        ):
            tx.execute(sa.text(statement), {"words": f"a{ACTING}b"})
    for command in (["tickets"], ["ticket", "1001"], ["mails"], ["mail", "1"], ["outbox"], ["letter", "1"]):
        assert not set(run(*command).out) & set(ACTING)


def test_words_in_a_table_are_neither_markup_nor_emoji(look: Terminal) -> None:
    assert ":smile: [bold]" in look("tickets").out


def test_colours_are_for_terminals_only(look: Terminal) -> None:
    assert "\x1b[1m" in look("tickets", terminal=True, TERM="xterm", COLUMNS="200").out
    assert "\x1b" not in look("tickets", FORCE_COLOR="1").out


def test_a_terminal_gets_json_that_can_be_read(look: Terminal) -> None:
    said = look("tickets", "--json", terminal=True)
    assert said.out.startswith('{\n  "total"')
    assert look("tickets", "--json").out.count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_without_utf_8_is_no_reason_to_fail(look: Terminal, encoding: str) -> None:
    said = look("tickets", "--json", encoding=encoding)
    subjects = [ticket["subject"] for ticket in json.loads(said.raw.decode(encoding))["tickets"]]
    assert "STÖRUNG im Büro" in subjects
    assert look("tickets", encoding=encoding).code == 0
    assert look("ticket", "1003", encoding=encoding).code == 0


def test_a_real_process_says_json_on_stdout_and_logs_on_stderr(look: Terminal) -> None:
    command = [sys.executable, "-m", "mailgate", "outbox", "--json", "--config", str(look.config)]
    said = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(said.stdout)["total"] == 18
    assert said.stderr == b""


def test_a_log_line_before_any_set_up_goes_to_stderr() -> None:
    code = "from mailgate import log; log.get('x').info('hello', subject='a\\x1b[31m')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert said.stdout == b""
    assert b"hello" in said.stderr


def test_a_log_line_carries_nothing_that_acts() -> None:
    code = "from mailgate import log; log.set_up(); log.get('x').info('hello', subject='a\\x1b[31m\\u202e')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"\x1b" not in said.stderr
    assert "\u202e" not in said.stderr.decode()
    assert b"\\x1b[31m" in said.stderr


def logged(wish: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import os; from mailgate import log; log.set_up_as_wished(os.environ); log.get('x').info('hello', mail='M-1')"
    )
    environ = {**os.environ, "MAILGATE_LOG": wish}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False)


def test_logs_are_lines_of_json_where_wished() -> None:
    line = json.loads(logged("json").stderr)
    assert (line["event"], line["mail"], line["level"]) == ("hello", "M-1", "info")


def test_logs_begin_at_the_level_that_is_wished() -> None:
    assert logged("warning").stderr == ""
    assert "hello" in logged("").stderr


def test_a_wish_for_logs_that_is_not_understood_is_a_sentence(look: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILGATE_LOG", "loud")
    said = look("outbox")
    assert (said.code, said.out) == (1, "")
    assert said.err == "MAILGATE_LOG: 'loud' is none of debug, info, warning, error, json\n"


def test_a_reader_that_goes_away_is_no_traceback(look: Terminal) -> None:
    command = [sys.executable, "-m", "mailgate", "outbox", "--json", "--config", str(look.config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait() in (0, 1)
