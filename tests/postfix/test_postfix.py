"""Postfix in front of a real daemon, by each way that docs/postfix.md names, with the blocks that stand there."""

from __future__ import annotations

import json
import os
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.daemon.node import Node, mail_of
from tests.doubles.ports import Port
from tests.postfix.server import Postfix, is_possible
from tests.stories.example import Json

SUPPORT = "support@example.com"
SYSTEM_PYTHON = "/usr/bin/python3"
NOT_ASKING = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n"


@pytest.fixture(autouse=True)
def postfix_is_there() -> None:
    why = is_possible()
    if why and os.environ.get("CI"):
        pytest.fail(f"{why}: the tests of docs/postfix.md have to run here")
    if why:
        pytest.skip(why)


@contextmanager
def node(tmp_path: Path, changes: Json | None = None) -> Iterator[Node]:
    with Node(tmp_path, changes) as started:
        yield started.start()


@contextmanager
def in_front(way: str, documented: str, port: int, extra: str = "") -> Iterator[Postfix]:
    with Postfix(way, {documented: documented.rpartition(":")[0] + f":{port}"}, extra) as postfix:
        yield postfix


def test_a_mail_comes_in_by_lmtp_with_what_the_milter_found(tmp_path: Path) -> None:
    lmtp: Json = {"intake": {"lmtp": {"listen": "127.0.0.1:0", "trusted": True, "authserv_id": "mx.example.com"}}}
    with node(tmp_path, lmtp) as mailgate:
        port = int(mailgate.said(r"listens on 127\.0\.0\.1:(\d+) \(lmtp\)")[1])
        with in_front("lmtp", "127.0.0.1:2424", port) as postfix:
            postfix.send_slowly(mail_of("erika"), SUPPORT)
            mailgate.until(lambda: mailgate.settled(1))
    [mail] = mailgate.mails()
    assert (mail["source"], mail["envelope_from"], mail["state"]) == ("lmtp", "erika@customer.example", "handled")
    [letter] = mailgate.relay.letters
    assert (letter.to, "Printer on fire" in letter.header("Subject")) == ("erika@customer.example", True)


def test_a_mail_to_a_tagged_address_finds_the_same_way(tmp_path: Path) -> None:
    with node(tmp_path) as mailgate, in_front("smtp", "[127.0.0.1]:2525", mailgate.port) as postfix:
        postfix.send_slowly(mail_of("erika"), "support+aaaabbbbccccddddeeeeffff@example.com")
        mailgate.until(lambda: mailgate.settled(1))
    [mail] = mailgate.mails()
    assert mail["recipients"] == ["support+aaaabbbbccccddddeeeeffff@example.com"]


def test_an_address_that_mailgate_does_not_know_is_refused_in_the_session_with_postfix(tmp_path: Path) -> None:
    with node(tmp_path) as mailgate, in_front("smtp", "[127.0.0.1]:2525", mailgate.port) as postfix:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            postfix.send_slowly(mail_of("erika"), "nobody@example.com")
        [(code, said)] = refused.value.recipients.values()
        assert code == 550
        assert b"nobody@example.com" in said


def test_while_mailgate_is_away_postfix_keeps_the_mail_and_it_becomes_one_ticket(tmp_path: Path) -> None:
    with node(tmp_path) as mailgate, in_front("smtp", "[127.0.0.1]:2525", mailgate.port, NOT_ASKING) as postfix:
        mailgate.kill()
        postfix.send(mail_of("erika"), SUPPORT)
        postfix.until(lambda: "Connection refused" in postfix.waiting())
        mailgate.start()
        mailgate.until(lambda: mailgate.settled(1))
        mailgate.audit({"erika"})


def test_a_pipe_hands_in_mail_and_a_delivery_report_keeps_its_empty_sender(tmp_path: Path) -> None:
    with (
        node(tmp_path) as mailgate,
        deliver_for_others(mailgate) as instead,
        Postfix("pipe", instead, NOT_ASKING) as mx,
    ):
        mx.send(mail_of("erika"), SUPPORT)
        mx.send(mail_of("otto"), SUPPORT, sender="")
        mailgate.until(lambda: len(mailgate.mails()) == 2)
    assert {mail["envelope_from"] for mail in mailgate.mails()} == {"erika@customer.example", ""}
    assert {mail["source"] for mail in mailgate.mails()} == {"deliver"}


def test_letters_leave_through_postfix_as_they_were_written(tmp_path: Path) -> None:
    with Port() as at, node(tmp_path, {"delivery": {"relays": [{"url": f"smtp://127.0.0.1:{at.number}"}]}}) as mailgate:
        sends_on = f"mynetworks = 127.0.0.0/8\nrelayhost = [127.0.0.1]:{mailgate.relay.port}\n"
        with Postfix("smtp", {}, sends_on, at):
            mailgate.send(mail_of("erika"))
            [letter] = mailgate.relay.wait_for(1)
        [row] = mailgate.run.json("outbox", "--state", "sent")["letters"]
    assert letter.header("Message-ID") == row["message_id"]
    assert letter.header("Reply-To").startswith("Example Support <support+")
    assert letter.header("Auto-Submitted") == "auto-replied"


@contextmanager
def deliver_for_others(mailgate: Node) -> Iterator[dict[str, str]]:
    """`mailgate deliver`, to be called by a user who may not read this checkout: what to write instead of it."""
    folder = Path("/tmp") / f"deliver-{os.getpid()}"  # a short path that others may reach
    folder.mkdir(mode=0o755)
    script = folder / "hand_over.py"
    script.write_text((Path(__file__).parent / "hand_over.py").read_text())
    door = folder / "door"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(door))
        listening.listen()
        door.chmod(0o777)
        threading.Thread(target=_answer, args=(listening, mailgate), daemon=True).start()
        yield {
            "/usr/local/bin/mailgate": f"{SYSTEM_PYTHON} {script} {door}",
            "/etc/mailgate": str(mailgate.config),
            "user=mailgate": "user=nobody",
        }
    for each in (door, script):
        each.unlink()
    folder.rmdir()


def _answer(listening: socket.socket, mailgate: Node) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return  # the test is over
        with line, line.makefile("rwb") as stream:
            arguments = json.loads(stream.readline())
            command = [sys.executable, "-m", "mailgate", *arguments]
            done = subprocess.run(command, input=stream.read(), capture_output=True, check=False)
            stream.write(b"%d\n" % done.returncode)
