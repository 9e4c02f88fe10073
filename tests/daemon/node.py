"""`python -m mailgate run` as a process of its own, to send mails to, to look into, and to kill.

    with Node(tmp_path) as node:
        node.start()
        node.send(mail_of("erika"), mail_of("otto"))
        node.until(lambda: node.settled(2))
        assert node.end() == 0                      # SIGTERM

Letters go to a relay in this process. Mails come from a relay that is believed, so that each is acknowledged.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import smtplib
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tests import databases, postgres
from tests.cli.terminal import Terminal
from tests.doubles.ports import Port
from tests.doubles.relay import Relay
from tests.stories.example import Json, merged, write_config

SUPPORT = "support@example.com"
PATIENCE = 60.0
BUSY: Json = {"limits": {"connections": 500, "connections_per_peer": 500}}


def mail_of(name: str, text: str = "It burns.", subject: str = "Printer on fire") -> bytes:
    """A mail of `name@customer.example`, who is vouched for; its Message-ID says whose it is."""
    return (
        f"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n"
        f"From: {name}@customer.example\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{name}@customer.example>\r\n\r\n{text}\r\n"
    ).encode()


class Node:
    """One daemon and its relay. `environ` is added to the daemon's environment."""

    def __init__(self, folder: Path, changes: Json | None = None, **environ: str) -> None:
        self.relay = Relay()
        self.folder = folder
        self.environ = environ
        self.state = folder / "state"
        self.log: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self._changes = changes or {}
        self._database: str = self._changes.get("storage", {}).get("database") or databases.at(self.state)
        self._heard = threading.Condition()
        self._listener: threading.Thread | None = None
        self._silent = False
        """It has ended, and says no more."""

    def __enter__(self) -> Self:
        self.relay.__enter__()
        self._at = Port()  # nobody else's, while the daemon is killed and those who send try again
        own: Json = {"site": {"state": str(self.state)}, "delivery": {"relays": [{"url": self.relay.url}]}}
        own["storage"] = {"database": self._database}
        own["intake"] = {"smtp": {"listen": f"127.0.0.1:{self._at.number}"}}
        quiet: Json = {"letters": {"new_ticket": []}}  # an acknowledgement for each mail and nothing else
        self.config = write_config(self.folder / "config", merged(merged(own, quiet), self._changes))
        self.run = Terminal(self.config)
        return self

    def __exit__(self, *wrong: object) -> None:
        if self.process and self.process.poll() is None:
            self.kill()
        self.relay.__exit__(None, None, None)
        self._at.close()

    # -- its life ------------------------------------------------------------------------------------------------------

    def start(self, *, role: str | None = None, listening: bool = True) -> Self:
        """Start it and wait until it listens."""
        if self._listener:
            self._listener.join(PATIENCE)  # what the last one said is not taken for the words of this one
        self.log, self._silent = [], False
        command = [sys.executable, "-m", "mailgate", "run", "--config", str(self.config)]
        command += ["--role", role] if role else []
        environ = {**os.environ, **self.environ}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ)
        self._listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self._listener.start()
        if listening:
            self.port = int(self.said(r"listens on 127\.0\.0\.1:(\d+)")[1])
        return self

    def said(self, pattern: str, timeout: float = PATIENCE) -> re.Match[str]:
        """Wait until it says this on stderr."""
        found: re.Match[str] | None = None

        def heard() -> bool:
            nonlocal found
            found = next((match for line in self.log if (match := re.search(pattern, line))), None)
            return found is not None or self._silent

        with self._heard:
            assert self._heard.wait_for(heard, timeout), f"never said {pattern}: {''.join(self.log[-30:])}"
        assert found, f"ended, and never said {pattern}: {''.join(self.log[-30:])}"
        return found

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    @staticmethod
    def signal_to(pid: int, number: int) -> None:
        """To one of its processes, where that still lives."""
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    def wait(self, timeout: float = 40) -> int:
        """Its exit code, once it has ended."""
        assert self.process
        return self.process.wait(timeout)

    def end(self) -> int:
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """As a power cut would, but for the disk."""
        self.signal(signal.SIGKILL)
        self.wait()

    @property
    def workers(self) -> list[int]:
        """Pids of its worker processes that live; of one that has ended and is not buried yet, no command is left."""
        assert self.process
        named = [pid for pid in children(self.process.pid) if _read(f"/proc/{pid}/comm") == b"mailgate worker\n"]
        return [pid for pid in named if _read(f"/proc/{pid}/cmdline")]

    def worker(self) -> int:
        """The pid of one that lives, as soon as one does: on a busy machine one is born after the mail it is for."""
        self.until(lambda: self.workers)
        return self.workers[0]

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr
        for line in process.stderr:
            with self._heard:
                self.log.append(line)
                self._heard.notify_all()
        process.stderr.close()
        with self._heard:
            self._silent = True
            self._heard.notify_all()

    # -- mails ---------------------------------------------------------------------------------------------------------

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE)

    def send(self, *raws: bytes) -> list[int]:
        """Hand these mails in, one after the other; their ids."""
        with self.client() as client:
            return [_send(client, raw) for raw in raws]

    # -- what there is to see ------------------------------------------------------------------------------------------

    def status(self) -> Json:
        """Its counters, healthy or not."""
        found: Json = self.run("status", "--json").json
        return found

    def mails(self, *filters: str) -> list[Json]:
        found: list[Json] = self.run.json("mails", *filters)["mails"]
        return found

    def until(self, true: Callable[[], Any], timeout: float = PATIENCE) -> None:
        """Look again and again: the daemon is another process, and tells nobody."""
        end = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < end, f"{self.status()}\n{''.join(self.log[-40:])}"
            time.sleep(0.05)

    def count(self, state: str) -> int:
        """How many mails are in this state; much cheaper than to ask `mailgate status` again and again."""
        return self.value("desk.db", "SELECT count(*) FROM mail_state WHERE state = ?", state)

    def claimed(self) -> int:
        """How many mails a worker has in hand."""
        return self.value("desk.db", "SELECT count(*) FROM mail_state WHERE worker IS NOT NULL")

    def settled(self, mails: int) -> bool:
        """So many mails have come, none is pending, and every letter has left."""
        arrived = self.value("journal.db", "SELECT count(*) FROM arrival")
        done = self.value("desk.db", "SELECT count(*) FROM mail_state WHERE state != 'pending'")
        letters = self.value("desk.db", "SELECT count(*) FROM letter WHERE state = 'pending'")
        return (arrived, done, letters) == (mails, mails, 0)

    def value(self, name: str, question: str, *values: str) -> int:
        """The number that answers a question to the journal's or the desk's database."""
        if self._database != "sqlite":
            return postgres.number(self._database, question.replace("?", "%s"), *values)
        database = sqlite3.connect(f"file:{self.state / name}?mode=ro", uri=True, timeout=10)
        try:
            return int(database.execute(question, values).fetchone()[0])
        finally:
            database.close()

    def times_said(self, words: str) -> int:
        """How many lines of its log hold these words."""
        return sum(words in line for line in list(self.log))

    def audit(self, names: set[str]) -> None:
        """Each of these reporters has exactly one ticket and one acknowledgement, and nobody else has any. That the
        admins were told of what was done to us is another matter."""
        tickets = self.run.json("tickets", "--all", "--limit", "10000")["tickets"]
        assert Counter(one["reporter"]["email"] for one in tickets) == Counter(address(name) for name in names)
        about_us = [letter for letter in self.relay.letters if letter.header("X-Mailgate-Letter") == "alert"]
        letters = {each.header("Message-ID"): each for each in self.relay.letters if each not in about_us}
        came, expected = Counter(letter.to for letter in letters.values()), Counter(address(name) for name in names)
        more = [letter.text for letter in letters.values() if came[letter.to] > expected[letter.to]]
        assert came == expected, f"too few {expected - came}, too many {came - expected}: {more[:3]}"
        counts = self.status()["mails"]
        assert counts["accepted"] == counts["handled"] == len(names)


def address(name: str) -> str:
    return f"{name}@customer.example"


def children(pid: int) -> list[int]:
    """Pids of the processes that this one started and that still live."""
    return [int(each) for each in _read(f"/proc/{pid}/task/{pid}/children").split()] + [
        int(each)
        for task in Path(f"/proc/{pid}/task").glob("*")
        if task.name != str(pid)
        for each in _read(str(task / "children")).split()
    ]


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _send(client: smtplib.SMTP, raw: bytes) -> int:
    client.ehlo_or_helo_if_needed()
    client.mail(re.search(rb"From: (\S+)", raw)[1].decode())  # type: ignore[index]  # every mail here has one
    client.rcpt(SUPPORT)
    code, said = client.data(raw)
    assert code == 250, said
    return int(said.decode().rpartition("M-")[2])


class Senders:
    """Many senders at once, who try again like a mail server until each has heard 250; between two mails of one of
    them lies at most `pause` seconds. `accepted` are the names of those who have heard it."""

    def __init__(self, node: Node, names: Iterable[str], at_once: int, pause: float = 0) -> None:
        self.accepted: set[str] = set()
        self._pause = pause
        self._node = node
        self._names = iter(names)
        self._at_once = at_once
        self._stopping = False
        self._give_up: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._stopping = bool(wrong[0])
        if self._stopping:
            with suppress(RuntimeError):  # they are through already
                self._give_up()  # whoever waits for an answer may wait for ever
        self._thread.join(60)

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._all())

    async def _all(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task
        self._give_up = lambda: loop.call_soon_threadsafe(task.cancel)
        await asyncio.gather(*(self._sender() for _ in range(self._at_once)))

    async def _sender(self) -> None:
        for name in self._names:
            await asyncio.sleep(self._pause * random.random())
            while not self._stopping and not await self._try(name):
                await asyncio.sleep(0.05)

    async def _try(self, name: str) -> bool:
        try:
            reader, writer = await self._call(name)
        except OSError:
            return False
        try:
            said = await self._talk(reader, writer, name)
        except (OSError, asyncio.IncompleteReadError):
            return False
        finally:
            writer.close()
        if said.startswith(b"250"):
            self.accepted.add(name)
        return said.startswith(b"250")

    async def _call(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._node.port)

    def mail(self, name: str) -> bytes:
        """What this one sends, each time he tries."""
        return mail_of(name)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> bytes:
        """The answer to the final dot, or to what was refused before it."""
        steps = (b"HELO x", f"MAIL FROM:<{address(name)}>".encode(), f"RCPT TO:<{SUPPORT}>".encode(), b"DATA")
        said = await reader.readuntil(b"\n")
        for step in (*steps, self.mail(name) + b"."):
            if said[:1] not in b"23":
                return said
            writer.write(step + b"\r\n")
            said = await reader.readuntil(b"\n")
        return said
