"""How much memory all processes of a daemon take together, seen from outside while they work."""

from __future__ import annotations

import base64
import random
import smtplib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bad_inputs.bombs import BOMBS
from tests.bad_inputs.mime import MIME
from tests.daemon.node import BUSY, Node, children, mail_of
from tests.stories.example import Json, merged

MiB = 1024 * 1024
SUPPORT = "support@example.com"


class Watch:
    """The most that a process and its children have taken, in bytes; what they share counts once."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self.most = max(self.most, sum(map(memory, [self._pid, *children(self._pid)])))

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self._thread.start()
        yield
        self._over.set()
        self._thread.join()


def memory(pid: int) -> int:
    """Its proportional set size."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has just ended
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def watching(node: Node) -> Watch:
    assert node.process
    return Watch(node.process.pid)


def hand_in(client: smtplib.SMTP, number: int, raw: bytes) -> bool:
    """Whether it is taken."""
    client.ehlo_or_helo_if_needed()
    client.mail(f"erika@c{number}.example")
    client.rcpt(SUPPORT)
    return client.data(raw)[0] == 250


def until_taken(node: Node, raw: bytes) -> None:
    """Try again, as a mail server does, while too much is on its way already."""
    while True:
        with suppress(smtplib.SMTPException, OSError), node.client() as client:
            if hand_in(client, 0, raw):
                return
        time.sleep(0.1)


def test_twenty_senders_of_5_mb_of_words_stay_below_250_mb(tmp_path: Path) -> None:
    changes: Json = merged(BUSY, {"limits": {"bytes_in_flight": "64MiB"}})
    text = ("A long line of a large mail, again and again.\r\n" * 110_000)[: 5 * MiB]
    with Node(tmp_path, changes) as node:
        node.start()
        watch = watching(node)
        with watch(), ThreadPoolExecutor(20) as senders:
            everybody = [f"r{each}" for each in range(20)]
            list(senders.map(lambda name: until_taken(node, mail_of(name, text)), everybody))
            node.until(lambda: node.settled(len(everybody)))
        assert watch.most < 250 * MiB, f"{watch.most / MiB:.0f} MiB"
        node.audit(set(everybody))


def with_file(name: str, size: int) -> bytes:
    """A mail with one file, so large when it is encoded."""
    content = base64.encodebytes(random.randbytes(size * 3 // 4)).replace(b"\n", b"\r\n")
    head, _, text = mail_of(name, "See the file.").partition(b"\r\n\r\n")
    words = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n%s--b\r\n" % text
    kind = b"Content-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + b"\r\n" + words + kind + content + b"--b--\r\n"


def test_twenty_senders_of_5_mb_files_that_travel_on_stay_below_250_mb(tmp_path: Path) -> None:
    on = {"letters": {"new_ticket": ["group"]}, "delivery": {"relays": [{"url": f"maildir:{tmp_path / 'out'}"}]}}
    with Node(tmp_path, merged(BUSY, on)) as node:
        node.start()
        watch = watching(node)
        with watch(), ThreadPoolExecutor(20) as senders:
            list(senders.map(lambda number: until_taken(node, with_file(f"r{number}", 5 * MiB)), range(20)))
            node.until(lambda: node.settled(20))
        assert watch.most < 250 * MiB, f"{watch.most / MiB:.0f} MiB"
        letters = [each.stat().st_size for each in (tmp_path / "out" / "new").iterdir()]
        assert sum(size > 5 * MiB for size in letters) >= 20


def test_bombs_stay_below_400_mb(tmp_path: Path) -> None:
    bombs = [bad.raw for bad in (*BOMBS, *MIME) if "T" in bad.outcomes]
    with Node(tmp_path, BUSY) as node:
        node.start()
        watch = watching(node)
        with watch(), node.client() as client:
            taken = sum(hand_in(client, number, raw) for number, raw in enumerate(bombs))
            node.until(lambda: sum(map(node.count, ("handled", "held", "failed"))) == taken)
        assert taken > len(bombs) / 2
        assert node.count("failed") == 0
        assert watch.most < 400 * MiB, f"{watch.most / MiB:.0f} MiB"
