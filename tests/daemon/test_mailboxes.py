"""The daemon reads a mailbox of a real Dovecot: tickets, answers, outages of both sides, each mail exactly once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.node import BUSY, SUPPORT, Node, address, mail_of
from tests.daemon.test_reload import edit
from tests.doubles.dovecot import PASSWORD, USER, Dovecot
from tests.stories.example import Json, merged

SEED = random.randrange(10**6)
MAILS, KILLS = 300, 6


@pytest.fixture(autouse=True)
def seed() -> None:
    print("seed", SEED)  # noqa: T201  pytest shows it with a failure


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def reading(tmp_path: Path, server: Dovecot, **more: Any) -> Json:
    """A desk whose mail lies in a mailbox."""
    password = tmp_path / "imap-password"
    password.write_text(PASSWORD)
    box = {"name": "shared", "address": SUPPORT, "host": "127.0.0.1", "port": server.port, "tls": "none", "user": USER}
    box |= {"password_file": str(password), "authserv_id": "mx.example.com", "since": "all", **more}
    return merged(BUSY, {"intake": {"imap": [box]}})


def box_of(node: Node) -> Json:
    """As `status` shows it; empty while nobody has written it down."""
    return dict(next(iter(node.status()["mailboxes"]), {}))


def test_a_mail_in_the_mailbox_becomes_a_ticket_and_is_acknowledged(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, reading(tmp_path, server)) as node:
        node.start()
        server.deliver([mail_of("erika")])
        node.until(lambda: node.settled(1))
        node.audit({"erika"})
        [mail] = node.mails()
        assert (mail["source"], mail["sort"]) == ("imap:shared", "new_ticket")
        node.until(lambda: box_of(node).get("connected") and box_of(node)["last_scan"])
        assert {key: box_of(node)[key] for key in ("name", "unaccounted", "waiting")} == {
            "name": "shared", "unaccounted": 0, "waiting": 0,
        }  # fmt: skip
        assert node.end() == 0
    assert server.subjects("Archive") == ["Printer on fire"]


def test_an_agent_answers_through_the_mailbox_and_is_believed_by_its_server(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, merged(reading(tmp_path, server), {"letters": {"new_ticket": ["group"]}})) as node:
        node.start()
        server.deliver([mail_of("erika")])
        node.until(lambda: node.relay.to("anna@example.com"))
        letter = node.relay.to("anna@example.com")[0]
        head = (
            "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com",
            "From: Anna Alt <anna@example.com>",
            f"To: {letter.header('Reply-To')}",
            f"Subject: {letter.header('Subject')}",
            "Message-ID: <answer@example.com>", f"In-Reply-To: {letter.header('Message-ID')}",
        )  # fmt: skip
        server.deliver([("\r\n".join(head) + "\r\n\r\nPlease turn it off.\r\n").encode()])
        node.until(lambda: any("Please turn it off." in each.text for each in node.relay.to(address("erika"))))
        assert node.end() == 0


def test_what_breaks_on_either_side_loses_and_doubles_nothing(tmp_path: Path, server: Dovecot) -> None:
    """Mails come, the daemon is killed, the server is killed, sessions are cut, somebody reads and flags along."""
    luck, names = random.Random(SEED), [f"r{each}" for each in range(MAILS)]
    with Node(tmp_path, reading(tmp_path, server)) as node:
        node.start()
        for kill in range(KILLS):
            some = names[kill * MAILS // KILLS : (kill + 1) * MAILS // KILLS]
            server.deliver([mail_of(name) for name in some])
            time.sleep(luck.uniform(0, 0.6))
            luck.choice((lambda: _restart(node), lambda: _again(server), server.kick))()
            server.doveadm("flags", "add", "-u", USER, r"\Seen", "mailbox", "INBOX", "1:*")
        node.until(lambda: node.settled(MAILS), 120)
        node.audit(set(names))
        node.until(lambda: not server.subjects(), 60)
        assert node.end() == 0
    assert len(server.subjects("Archive")) == MAILS


def _restart(node: Node) -> None:
    node.kill()
    node.start()


def _again(server: Dovecot) -> None:
    server.kill()
    server.start()


def test_a_mailbox_that_is_away_is_told_once_and_comes_back_by_itself(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, reading(tmp_path, server)) as node:
        node.start()
        node.until(lambda: box_of(node).get("connected"))
        server.kill()
        node.until(lambda: [each for each in node.relay.to("ops@example.com") if "shared" in each.text])
        [alert] = node.relay.to("ops@example.com")
        assert "The mailbox shared can not be read: no connection to 127.0.0.1" in " ".join(alert.text.split())
        assert any("mailbox shared" in problem for problem in node.status()["problems"])
        server.start()
        node.until(lambda: node.status()["healthy"])
        assert node.end() == 0


def test_a_reload_begins_and_ends_mailboxes(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, BUSY) as node:
        node.start()
        edit(node, "mailgate", {"intake": reading(tmp_path, server)["intake"]})
        assert node.run("reload").code == 0
        server.deliver([mail_of("erika")])
        node.until(lambda: node.settled(1))
        edit(node, "mailgate", {"intake": {"imap": []}})
        assert node.run("reload").code == 0
        node.until(lambda: node.status()["mailboxes"] == [])
        assert node.end() == 0


def test_a_mailbox_that_makes_no_sense_is_said_at_the_start(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, reading(tmp_path, server, host="imap.example.com")) as node:
        node.start(listening=False)
        node.said("Mailbox shared: a password travels only over TLS; write tls: implicit or starttls")
        assert node.wait() == 1
