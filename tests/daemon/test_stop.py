"""The end: SIGTERM drains, a second one waits for nobody, and nothing that was accepted is lost."""

from __future__ import annotations

import signal
import smtplib
import time
from pathlib import Path

from tests.daemon.node import BUSY, SUPPORT, Node, Senders, mail_of


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
