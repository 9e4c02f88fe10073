"""The daemon reads a mailbox of a real Dovecot: tickets, answers, outages, reloads, large mails, several nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.crash.machine import Machine
from tests.daemon.node import BUSY, SUPPORT, Node, address, mail_of
from tests.daemon.test_reload import edit
from tests.doubles.dovecot import PASSWORD, USER, Dovecot
from tests.doubles.proxy import Proxy
from tests.stories.example import Json, merged


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def reading(tmp_path: Path, server: Dovecot, **more: Any) -> Json:
    """A desk whose mail lies in a mailbox."""
    password = tmp_path / "imap-password"
    password.write_text(PASSWORD)
    box = {"name": "shared", "address": SUPPORT, "host": "127.0.0.1", "port": server.port, "tls": "none", "user": USER}
    box |= {"password_file": str(password), "authserv_id": "mx.example.com", **more}
    return merged(BUSY, {"intake": {"imap": [box]}})


def read(node: Node) -> None:
    """The daemon is in the folder: what comes now is new."""
    node.until(lambda: box_of(node).get("connected") and box_of(node)["last_scan"])


def box_of(node: Node) -> Json:
    """As `status` shows it; empty while nobody has written it down."""
    return dict(next(iter(node.status()["mailboxes"]), {}))


def test_a_mail_in_the_mailbox_becomes_a_ticket_and_is_acknowledged(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, reading(tmp_path, server)) as node:
        node.start()
        read(node)
        server.deliver([mail_of("erika")])
        node.until(lambda: node.settled(1))
        node.audit({"erika"})
        [mail] = node.mails()
        assert (mail["source"], mail["sort"]) == ("imap:shared", "new_ticket")
        assert {key: box_of(node)[key] for key in ("name", "unaccounted", "waiting")} == {
            "name": "shared", "unaccounted": 0, "waiting": 0,
        }  # fmt: skip
        assert node.end() == 0
    assert server.subjects("Archive") == ["Printer on fire"]


def test_an_agent_answers_through_the_mailbox_and_is_believed_by_its_server(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, merged(reading(tmp_path, server), {"letters": {"new_ticket": ["group"]}})) as node:
        node.start()
        read(node)
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


def test_a_mailbox_that_is_away_is_told_once_and_that_it_is_back_once(tmp_path: Path, server: Dovecot) -> None:
    machine = Machine(tmp_path / "machine", tmp_path / "state")
    with Node(tmp_path, reading(tmp_path, server), **machine.environ) as node:
        node.start()
        read(node)
        server.kill()
        node.until(lambda: any("mailbox shared" in problem for problem in node.status()["problems"]))
        machine.clock_is_off_by(60)
        node.until(lambda: told(node))
        [words] = told(node)
        assert "The mailbox shared can not be read: no connection to 127.0.0.1" in words
        server.start()
        node.until(lambda: node.status()["healthy"])
        machine.clock_is_off_by(5 * 60)
        node.until(lambda: len(told(node)) == 2)
        assert "mailbox shared" in told(node)[1]
        machine.clock_is_off_by(60 * 60)
        server.deliver([mail_of("erika")])
        node.until(lambda: node.relay.to(address("erika")))
        assert len(told(node)) == 2
        assert node.end() == 0


def told(node: Node) -> list[str]:
    """What the admins have heard."""
    return [" ".join(each.text.split()) for each in node.relay.to("ops@example.com")]


def test_a_reload_begins_and_ends_mailboxes(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, BUSY) as node:
        node.start()
        edit(node, "mailgate", {"intake": reading(tmp_path, server)["intake"]})
        assert node.run("reload").code == 0
        read(node)
        server.deliver([mail_of("erika")])
        node.until(lambda: node.settled(1))
        edit(node, "mailgate", {"intake": {"imap": []}})
        assert node.run("reload").code == 0
        node.until(lambda: node.status()["mailboxes"] == [])
        assert node.end() == 0


def test_a_mailbox_that_makes_no_sense_is_said_at_the_start(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, reading(tmp_path, server, host="imap.example.com")) as node:
        node.start(listening=False)
        node.said("Mailbox shared: a password or token travels only over TLS; write tls: implicit or starttls")
        assert node.wait() == 1


def test_a_reload_that_changes_nothing_of_a_mailbox_leaves_it_alone(tmp_path: Path, server: Dovecot) -> None:
    with Node(tmp_path, reading(tmp_path, server)) as node:
        node.start()
        read(node)
        edit(node, "mailgate", {"site": {"name": "Another name"}})
        assert node.run("reload").code == 0
        server.deliver([mail_of("erika")])
        node.until(lambda: node.settled(1))
        assert node.end() == 0
    assert logins(server) == 1


def test_two_mailboxes_of_the_same_mails_are_refused(tmp_path: Path, server: Dovecot) -> None:
    one = reading(tmp_path, server)["intake"]["imap"][0]
    with Node(tmp_path, merged(BUSY, {"intake": {"imap": [one, {**one, "name": "again"}]}})) as node:
        node.start(listening=False)
        node.said("Mailbox again: INBOX of support is read as shared already")
        assert node.wait() == 1


def test_a_mail_that_is_too_large_is_a_ticket_that_says_where_it_is(tmp_path: Path, server: Dovecot) -> None:
    small = {"limits": {"message_size": "1MiB"}, "site": {"language": "de"}}
    with Node(tmp_path, merged(reading(tmp_path, server), small)) as node:
        node.start()
        read(node)
        server.deliver([mail_of("erika", "y" * 70 + "\r\n" + "A long story of it.\r\n" * 100_000)])
        node.until(lambda: node.settled(1))
        node.audit({"erika"})
        shown = node.run("ticket", "1001").out
        assert "mehr als mailgate abholt (1 MiB)" in " ".join(shown.split())
        assert node.end() == 0
    assert server.subjects() == ["Printer on fire"]


def test_asked_to_end_in_the_middle_of_a_large_mail_it_ends_in_time(tmp_path: Path, server: Dovecot) -> None:
    with Proxy(server.port) as line, Node(tmp_path, reading(tmp_path, server, port=line.port)) as node:
        node.start()
        read(node)
        line.slow(16_000)
        server.deliver([mail_of("erika", "A long story of it.\r\n" * 200_000)])
        before = line.carried
        node.until(lambda: line.carried > before + 20_000)
        assert node.end() == 0
        line.go_on()
        node.start()
        node.until(lambda: node.settled(1))
        node.audit({"erika"})
        assert node.end() == 0


def test_of_two_nodes_one_reads_and_the_other_takes_over_when_it_dies(tmp_path: Path, server: Dovecot) -> None:
    storage = {"storage": {"database": postgres.database_for(tmp_path)}}
    changes = merged(reading(tmp_path, server), storage)
    machine = Machine(tmp_path / "machine", tmp_path / "second" / "state")
    with Node(tmp_path / "first", changes) as first, Node(tmp_path / "second", changes, **machine.environ) as second:
        first.start()
        read(first)
        second.start()
        server.deliver([mail_of("erika")])
        first.until(lambda: first.settled(1))
        assert logins(server) == 1
        first.kill()
        machine.clock_is_off_by(40)  # its lease is over
        server.deliver([mail_of("otto")])
        second.until(lambda: second.settled(2), timeout=90)
        second.until(lambda: server.subjects() == [])
        assert [each["source"] for each in second.mails()] == ["imap:shared"] * 2
        assert second.end() == 0


def test_of_two_nodes_the_other_takes_over_at_once_when_the_first_is_stopped(tmp_path: Path, server: Dovecot) -> None:
    storage = {"storage": {"database": postgres.database_for(tmp_path)}}
    changes = merged(reading(tmp_path, server), storage)
    with Node(tmp_path / "first", changes) as first, Node(tmp_path / "second", changes) as second:
        first.start()
        read(first)
        second.start()
        assert first.end() == 0
        server.deliver([mail_of("erika")])
        second.until(lambda: second.settled(1), timeout=19)  # of a dead node, the lease has 20 to 30 seconds left
        assert logins(server) == 2
        assert second.end() == 0


def logins(server: Dovecot) -> int:
    """How often somebody has logged in there."""
    return (server.folder / "log").read_text().count("Login: user")
