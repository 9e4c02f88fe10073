"""Mails that end the worker: one strike in a batch, two alone, then held; all others are handled.

The poison is an administrator's letter template that loops, or takes all memory, for certain subjects: it burns for
real, in the worker, and nothing of mailgate knows of it.
"""

from __future__ import annotations

import resource
from pathlib import Path

from tests.daemon.node import Node, mail_of

TEMPLATE = """\
{% if "burn" in subject %}{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}{% endif %}
{% if "swell" in subject %}{{ subject * 1000000000 }}{% endif %}
Your number is {{ number }}.
"""


def poison(node: Node) -> None:
    """What is to be in the letters of a daemon that is not started yet."""
    (node.config / "templates").mkdir()
    (node.config / "templates" / "acknowledged.en.txt").write_text(TEMPLATE)


def test_poison_is_held_after_three_strikes_and_the_innocent_are_handled(tmp_path: Path) -> None:
    with Node(tmp_path, {"limits": {"mail_cpu": "1s"}}) as node:
        poison(node)
        node.start()
        before, after = ([mail_of(f"{when}{number}") for number in range(8)] for when in ("b", "a"))
        hostile = [mail_of("mallory", subject="burn"), mail_of("mandy", subject="swell")]
        node.send(*before, *hostile, *after)
        node.until(lambda: node.count("handled") == 16)
        assert node.times_said("worker died on a mail") <= 3, "they are tried alone when all others are through"
        node.until(lambda: node.count("held") == 2)
        cpu, memory = "it took more CPU time than limits.mail_cpu", "it needed more memory than limits.mail_memory"
        for held, why in zip(node.mails("--state", "held"), (cpu, memory), strict=True):
            assert held["reason"] == f"reading it ended the worker 3 times: {why}"
            assert held["envelope_from"] in ("mallory@customer.example", "mandy@customer.example")
        node.send(mail_of("late"))
        node.until(lambda: node.settled(19))
        assert sorted(letter.to[0] for letter in node.relay.letters) == sorted("b" * 8 + "a" * 8 + "l")
        assert node.end() == 0


def test_a_full_disk_is_no_mails_fault_and_all_goes_on_when_there_is_room(node: Node) -> None:
    node.start()
    node.send(mail_of("first"))
    node.until(lambda: node.settled(1))
    assert node.process
    processes = [node.process.pid, *node.workers]
    node.send(mail_of("second"))
    _no_file_may_grow(processes, limit=0)
    with node.client() as client:
        client.ehlo("x")
        client.mail("third@customer.example")
        client.rcpt("support@example.com")
        assert client.data(mail_of("third"))[0] == 451
    node.until(lambda: node.times_said("mails wait") > 0 or node.count("handled") == 2)
    _no_file_may_grow([node.process.pid, *node.workers], limit=resource.RLIM_INFINITY)
    node.send(mail_of("third"))
    node.until(lambda: node.settled(3))
    node.audit({"first", "second", "third"})
    assert node.times_said("worker died on a mail") == 0
    assert node.end() == 0


def _no_file_may_grow(processes: list[int], *, limit: int) -> None:
    """As on a full disk: a write beyond `limit` bytes of a file fails (EFBIG, which SQLite takes for an I/O error)."""
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
