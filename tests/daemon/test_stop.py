"""The end: SIGTERM drains, a second one waits for nobody, and nothing that was accepted is lost."""

from __future__ import annotations

import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

from tests.daemon.node import BUSY, SUPPORT, Node, Senders, mail_of

STORY = """
import asyncio, os, pathlib, sys, threading, time
from mailgate import daemon, supervision
from mailgate.settings import load

def begin(at):
    part.start()
    if part.name == "sleeper":
        one.end()

one = daemon.Daemon(load.read(pathlib.Path(sys.argv[1]), os.environ), started=begin)
part = {part}
sys.exit(one.run())
"""
ENDS_BY_ITSELF = "threading.Thread(target=lambda: 1 / 0, name='clock')"
HANGS = "threading.Thread(target=time.sleep, args=[300], name='sleeper'); daemon.LONGEST_END_SECONDS = 1"
WAITS_FOR_EVER = """threading.Thread()
daemon.Sender._step_and_go_on = lambda sender: asyncio.sleep(300)
daemon.CHECK_SECONDS, daemon.GRACE_SECONDS, supervision.STANDS_STILL_SECONDS = 0.05, 0.1, 0.4
daemon.hangs_after = lambda settings: 0
"""


def daemon_with(part: str, node: Node) -> subprocess.CompletedProcess[str]:
    """What became of a daemon of which this thread is a part."""
    story = STORY.replace("{part}", part)
    return subprocess.run([sys.executable, "-c", story, node.config], capture_output=True, text=True, timeout=40)


def in_data(node: Node, name: str) -> smtplib.SMTP:
    """A client who has begun to send his mail."""
    client = node.client()
    client.ehlo("client.example")
    client.mail(f"{name}@customer.example")
    client.rcpt(SUPPORT)
    assert client.docmd("DATA")[0] == 354
    client.send(mail_of(name)[:100])
    return client


def test_sigterm_under_load_ends_well_and_loses_nothing(tmp_path: Path) -> None:
    everybody = [f"r{number}" for number in range(120)]
    with Node(tmp_path, BUSY) as node:
        node.start()
        with Senders(node, everybody, at_once=10, pause=0.5) as senders:
            node.until(lambda: len(senders.accepted) > 30)
            began = time.monotonic()
            assert node.end() == 0
            assert time.monotonic() - began < 20
            assert node.claimed() == 0
            assert len(senders.accepted) < 120
            node.start()
        node.until(lambda: node.settled(120))
        node.audit(set(everybody))


def test_a_mail_on_its_way_may_still_come_in(node: Node) -> None:
    node.start()
    client = in_data(node, "erika")
    idle = node.client()
    idle.ehlo("client.example")
    node.signal(signal.SIGTERM)
    assert idle.getreply()[0] == 421
    client.send(mail_of("erika")[100:] + b".\r\n")
    assert client.getreply()[0] == 250
    assert node.wait() == 0
    assert [mail["state"] for mail in node.mails()] in (["pending"], ["handled"])
    client.close()
    idle.close()


def test_a_second_signal_waits_for_nobody(node: Node) -> None:
    node.start()
    client = in_data(node, "erika")
    node.signal(signal.SIGINT)
    node.said("draining")
    node.signal(signal.SIGTERM)
    began = time.monotonic()
    assert node.wait() == 0
    assert time.monotonic() - began < 10
    assert node.times_said("stopping at once") == 1
    assert client.getreply()[0] == 421
    client.close()
    assert node.mails() == []


def test_where_a_part_ends_by_itself_all_ends_well_for_the_supervisor_to_start_it_again(node: Node) -> None:
    said = daemon_with(ENDS_BY_ITSELF, node)
    assert said.returncode == 1
    assert "clock has ended" in said.stderr
    assert said.stderr.splitlines()[-1].split()[-2:] == ["stopped", "room=daemon"]


def test_where_the_sender_waits_for_what_never_comes_all_ends_and_is_started_again(node: Node) -> None:
    said = daemon_with(WAITS_FOR_EVER, node)
    assert said.returncode == 1
    assert "sending stands still" in said.stderr


def test_it_is_seen_where_the_database_hangs_too(node: Node) -> None:
    hangs = "daemon.Daemon._database_answers, daemon.LONGEST_END_SECONDS = lambda *of: time.sleep(300), 1\n"
    said = daemon_with(WAITS_FOR_EVER + hangs, node)
    assert said.returncode == -signal.SIGALRM
    assert "sending stands still" in said.stderr


def test_what_hangs_at_the_end_is_ended_by_the_kernel(node: Node) -> None:
    assert daemon_with(HANGS, node).returncode == -signal.SIGALRM
