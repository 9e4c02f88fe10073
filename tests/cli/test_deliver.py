"""`mailgate deliver`: exit codes that a mail server understands, and a mail that is never bounced by our mistake."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, mailgate
from tests.stories.example import write_config
from tests.stories.world import SUPPORT, World

MAIL = b"From: Erika <erika@customer.example>\nSubject: Lamp\nMessage-ID: <1@customer.example>\n\nDark.\n"
TO = ("--from", "erika@customer.example", "--to", SUPPORT)


@pytest.fixture(params=["without a daemon", "through its socket"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    intake = {"lmtp": {"listen": "unix:lmtp.sock"}} if "socket" in request.param else {}
    with World(tmp_path, {"intake": intake}) as desk:
        yield desk


def test_a_stored_mail_is_0_and_is_handled_like_any_other(desk: World, run: Terminal) -> None:
    said = run("deliver", *TO, stdin=MAIL)
    assert (said.code, said.out) == (0, "")
    desk.work()
    [mail] = run.json("mails")["mails"]
    assert mail["source"] in ("deliver", "lmtp")
    assert (mail["sort"], mail["ticket"], mail["message_id"]) == ("new_ticket", 1001, "<1@customer.example>")
    assert run("mail", "1", "--raw").raw == MAIL.replace(b"\n", b"\r\n")


def test_the_same_mail_again_is_0_and_counted(desk: World, run: Terminal) -> None:
    assert [run("deliver", *TO, stdin=MAIL).code for _ in range(2)] == [0, 0]
    assert [mail["seen"] for mail in run.json("mails")["mails"]] == [2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--to", "nobody@elsewhere.example"), 67),
        (("--to", SUPPORT, "--to", "nobody@example.com"), 67),
        (("--from", "a b@@", "--to", SUPPORT), 65),
        (("--from", "", "--to", "support+tag@example.com"), 0),
        ((), 64),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_other_ends_have_their_codes(desk: World, run: Terminal, arguments: tuple[str, ...], code: int) -> None:
    said = run("deliver", *arguments, stdin=MAIL)
    assert (said.code, said.out) == (code, "")
    assert run.json("mails")["total"] == (1 if code == 0 else 0)


def test_without_a_database_it_is_75(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})
    said = mailgate("deliver", *TO, "--config", str(config), stdin=MAIL)
    assert (said.code, said.out) == (75, "")
    assert not (tmp_path / "state").exists()


def test_a_broken_configuration_is_75_and_says_why(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"workers": "many"})
    said = mailgate("deliver", *TO, "--config", str(config), stdin=MAIL)
    assert (said.code, said.out) == (75, "")
    assert "mailgate.yaml:1:" in said.err


def test_a_database_that_fails_is_75(tmp_path: Path) -> None:
    with World(tmp_path) as desk:
        run = Terminal(desk.folder / "config")
        with sqlite3.connect(tmp_path / "state" / "journal.db") as database:
            database.execute("DROP TABLE arrival")
        database.close()
        assert run("deliver", *TO, stdin=MAIL).code == 75


def test_a_full_disk_is_75(tmp_path: Path) -> None:
    with World(tmp_path) as desk:
        config = desk.folder / "config" / "mailgate.yaml"
        config.write_text(json.dumps({**json.loads(config.read_text()), "limits": {"free_disk": "900000GiB"}}))
        assert Terminal(desk.folder / "config")("deliver", *TO, stdin=MAIL).code == 75
        assert os.listdir(tmp_path / "state" / "blobs") == []
