"""A mailbox on a real Dovecot, behind a line of our own: the server is killed, its mails are renumbered, the line
breaks and stands still, the daemon is killed at each step, and somebody else reads, moves and deletes along. Each mail
has one ticket, or that somebody has it, and is put away once."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, Self

from tests.crash.crowd import written_by
from tests.crash.points import OF_MAILBOXES, Point
from tests.crash.rig import Rig
from tests.daemon.node import SUPPORT
from tests.doubles.dovecot import PASSWORD, USER, Dovecot
from tests.doubles.proxy import Proxy
from tests.stories.example import Json

ONCE = ("mailbox-noted", "mailbox-begun")
"""Only who comes to a mailbox for the first time comes by."""
AT_A_RENUMBERING = ("mailbox-renumbering", "mailbox-renumbered")
OLD = "before"
"""Whose mail lay there before us."""
SLOW = 16_000
AWAY = 0.3


def box(folder: Path, port: int, **more: Any) -> Json:
    """The configuration of that mailbox."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "password").write_text(PASSWORD)
    found = {"name": "shared", "address": SUPPORT, "host": "127.0.0.1", "port": port, "tls": "none", "user": USER}
    found |= {"password_file": str(folder / "password"), "authserv_id": "mx.example.com", **more}
    return {"intake": {"imap": [found]}}


class Along:
    """Somebody else with a mail program: reads all, and takes some of the mails away, before us or behind us."""

    def __init__(self, server: Dovecot, luck: Random) -> None:
        self.taken: set[str] = set()
        """Whose mails may be gone."""
        self._server, self._luck = server, luck
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._ending.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._ending.wait(self._luck.uniform(0.2, 1.0)):
            self._server.doveadm("flags", "add", "-u", USER, r"\Seen \Deleted", "mailbox", "INBOX", "1:3")
            # Of a large one that is taken while we die a file may be left that belongs to no mail.
            if uids := [each for each in uids_by_name(self._server).items() if each[0] != OLD and each[0][-1] != "0"]:
                self._take(*self._luck.choice(uids))

    def _take(self, name: str, uid: str) -> None:
        self.taken.add(name)
        one = ("mailbox", "INBOX", "uid", uid)
        if self._luck.random() < 0.5:
            self._server.doveadm("move", "-u", USER, "Elsewhere", *one)
        else:
            self._server.doveadm("expunge", "-u", USER, *one)


def uids_by_name(server: Dovecot, folder: str = "INBOX") -> dict[str, str]:
    """Whose mails lie there, each with its UID."""
    told = server.doveadm("-f", "tab", "fetch", "-u", USER, "uid hdr.message-id", "mailbox", folder, "all").decode()
    return {match[2]: match[1] for match in re.finditer(r"^(\d+)\t<(\w+)@", told, re.MULTILINE)}


def copies(server: Dovecot, folder: str) -> Counter[str]:
    """How many mails of whom lie there."""
    told = server.doveadm("-f", "tab", "fetch", "-u", USER, "hdr.message-id", "mailbox", folder, "all").decode()
    return Counter(re.findall(r"<(\w+)@", told))


class MailboxRig(Rig):
    """Whoever writes, writes to the mailbox."""

    def __init__(self, folder: Path, server: Dovecot, line: Proxy, *, seed: int, mutation: str = "") -> None:
        super().__init__(folder, box(folder, line.port), seed=seed, mutation=mutation)
        self.server, self.line = server, line

    def more(self, mails: int, hasty: str = "") -> None:
        """So many more mails are delivered."""
        self.server.deliver([written_by(name) for name in self.new_names(mails)])

    def is_read(self) -> bool:
        """The daemon is in the folder."""
        return self.node.value("desk.db", "SELECT count(*) FROM mailbox_state WHERE connected AND last_scan > ''") == 1

    def arrived(self) -> set[str]:
        """Whose mails are in the journal."""
        question = "SELECT count(*) FROM arrival WHERE message_id = ?"
        return {name for name in self.names if self.node.value("journal.db", question, f"{name}@customer.example")}


def mailbox(folder: Path, accidents: int, mails: int, seed: int, mutation: str = "") -> str:
    """So many accidents while so many mails come."""
    with Dovecot() as server, Proxy(server.port) as line:
        server.put(written_by(OLD))
        with MailboxRig(folder / "rig", server, line, seed=seed, mutation=mutation) as rig:
            rig.until(rig.is_read, "the mailbox is not read")
            happened = _accidents(rig, accidents, mails)
            rig.until(lambda: set(uids_by_name(server)) == {OLD}, "mails lie in the folder")
            _account_for(rig, happened.taken)
            moved = copies(server, "Archive")
            twice = [name for name, number in moved.items() if number > 1]
            assert not twice, f"in the archive are several of {twice}"
            gone = len(set(happened.taken) - set(rig.names))
            rig.audit()
            return f"{len(rig.names)} mails, {gone} that somebody else had first; {dict(rig.kills)}"


def _accidents(rig: MailboxRig, accidents: int, mails: int) -> Along:
    each, steps = max(1, mails // accidents), cycle(OF_MAILBOXES)
    with Along(rig.server, Random(rig.luck.random())) as along:
        for number in range(accidents):
            rig.more(each)
            time.sleep(rig.luck.uniform(0, 0.4))
            if number % 2:
                accident = rig.luck.choice(ACCIDENTS)
                rig.kills[accident.__name__.strip("_")] += 1
                accident(rig)
            else:
                _killed_at(rig, next(step for step in steps if step.name not in ONCE))
            rig.line.go_on()
        rig.more(max(0, mails - len(rig.names)))
        rig.until(lambda: len(uids_by_name(rig.server)) < 5, "mails lie in the folder")
    return along


def _account_for(rig: MailboxRig, taken: Collection[str]) -> None:
    """From now on the names are those whose mail we have; who took the others has them."""
    arrived = rig.arrived()
    lost = [name for name in rig.names if name not in arrived and name not in taken]
    assert not lost, f"{len(lost)} mails are lost, such as {lost[:5]}"
    rig.names = [name for name in rig.names if name in arrived]


# -- accidents ---------------------------------------------------------------------------------------------------------


def _killed_at(rig: MailboxRig, step: Point) -> None:
    if step.name in AT_A_RENUMBERING:
        number = rig.arm(step, 1, "kill")
        rig.server.renumber()
        rig.until(lambda: rig.fired(number), f"nobody has come to {step.name}")
        rig.kills[step.name] += 1
        rig.end_of_life()
        rig.node.start()
    else:
        rig.kill_at(step)


def _server_dies(rig: MailboxRig) -> None:
    rig.server.kill()
    time.sleep(AWAY)
    rig.server.start()


def _sessions_are_ended(rig: MailboxRig) -> None:
    rig.server.kick()


def _line_breaks(rig: MailboxRig) -> None:
    for _ in range(3):
        rig.line.cut()
        time.sleep(rig.luck.uniform(0, AWAY))


def _line_stands_still(rig: MailboxRig) -> None:
    rig.line.stall()
    time.sleep(rig.luck.uniform(0.5, 2))


def _line_is_slow(rig: MailboxRig) -> None:
    rig.line.slow(SLOW)
    rig.more(3)
    time.sleep(rig.luck.uniform(1, 3))


def _daemon_dies(rig: MailboxRig) -> None:
    rig.kill_daemon()


def _daemon_is_stopped(rig: MailboxRig) -> None:
    rig.end_daemon()
    rig.node.start()


ACCIDENTS: Sequence[Callable[[MailboxRig], None]] = (
    _server_dies,
    _sessions_are_ended,
    _line_breaks,
    _line_stands_still,
    _line_is_slow,
    _daemon_dies,
    _daemon_is_stopped,
)
