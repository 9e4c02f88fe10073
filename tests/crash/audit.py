"""What has to be true once everything is drained, whoever was killed on the way."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from tests.crash.crowd import digests, written_by
from tests.daemon.node import Node, address

NOTHING_IS_LEFT = {
    "mails on which a strike lies": "SELECT count(*) FROM mail_state WHERE strikes > 0",
    "mails that somebody still has in hand": "SELECT count(*) FROM mail_state WHERE worker IS NOT NULL",
    "letters that somebody still has in hand": "SELECT count(*) FROM letter WHERE worker IS NOT NULL",
    "letters that have not left": "SELECT count(*) FROM letter WHERE state != 'sent'",
}


def audit(node: Node, names: Collection[str], lives: Sequence[int]) -> None:
    """Each of these has one ticket and one acknowledgement, nobody else any. `lives`: how many connections the relay
    had seen at the end of each life of the daemon."""
    everybody_is_there(node, names)
    node.audit(set(names))
    _nobody_suffered(node)
    _the_bytes_are_there(node, names)
    in_doubt(node, lives)
    _the_databases_are_whole(node)


def in_doubt(node: Node, lives: Sequence[int]) -> int:
    """How many letters came more than once. Between two copies the daemon has died, and the second was counted."""
    copies = defaultdict(list)
    for letter in node.relay.letters:
        copies[letter.header("Message-ID")].append(bisect_left(lives, letter.connection))
    for which, came in copies.items():
        assert len(set(came)) == len(came), f"{which} left twice in one life of the daemon: {came}"
    more = Counter({which: len(came) - 1 for which, came in copies.items() if len(came) > 1})
    counted = node.value("desk.db", "SELECT coalesce(sum(doubtful), 0) FROM letter")
    assert counted >= more.total(), f"{more.total()} copies, and only {counted} counted as doubtful"
    return len(more)


def _nobody_suffered(node: Node) -> None:
    for what, question in NOTHING_IS_LEFT.items():
        assert node.value("desk.db", question) == 0, what
    counts = node.status()["mails"]
    states = ("pending", "handled", "held", "failed", "dropped")
    assert counts["accepted"] == sum(counts[state] for state in states), counts
    verified = node.run("audit", "verify")
    assert verified.code == 0, verified.out + verified.err
    known = node.value("desk.db", "SELECT count(DISTINCT message_id) FROM letter")
    assert known == node.value("desk.db", "SELECT count(*) FROM letter")


def _the_bytes_are_there(node: Node, names: Collection[str]) -> None:
    """Each mail is as it was sent; each large one is its file, and no file belongs to nobody."""
    sent = digests(names)
    assert node.value("journal.db", "SELECT count(*) FROM arrival") == len(sent)
    for digest in sent:
        assert node.value("journal.db", "SELECT count(*) FROM arrival WHERE sha256 = ?", digest) == 1, digest
    if (node.state / "journal.db").exists():
        large = digests(name for name in names if len(written_by(name)) > 64 * 2**10)
        assert {file.name for file in (node.state / "blobs").iterdir() if file.name[0] != "."} == large
    for mail in [mail for mail in node.mails() if mail["size"] > 64 * 2**10][:20]:
        assert node.run("mail", str(mail["id"]), "--raw").raw.startswith(b"Authentication-Results: ")


def _the_databases_are_whole(node: Node) -> None:
    for name in ("journal.db", "desk.db"):
        if (node.state / name).exists():
            database = sqlite3.connect(node.state / name)
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], name
            assert database.execute("PRAGMA foreign_key_check").fetchall() == [], name
            database.close()


def everybody_is_there(node: Node, names: Collection[str]) -> None:
    """Each of these was said 250 to: its ticket is there, once."""
    tickets = node.run.json("tickets", "--all", "--limit", "20000")["tickets"]
    there = Counter(one["reporter"]["email"] for one in tickets)
    missing = [name for name in names if there[address(name)] != 1]
    assert not missing, f"{len(missing)} of {len(names)} acknowledged mails are lost or doubled, such as {missing[:5]}"
