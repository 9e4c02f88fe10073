"""A real Postfix in a folder of its own, configured by the blocks of docs/postfix.md.

    with Postfix(blocks("lmtp"), {"127.0.0.1:2424": f"127.0.0.1:{port}"}) as postfix:
        postfix.send(mail)
        postfix.until_empty()

Needs root, as Postfix does: its programs change to users of their own.
"""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from tests.doubles.ports import Port

DOCUMENT = Path(__file__).parents[2] / "docs" / "postfix.md"
PATIENCE = 60.0

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = /dev/stdout
myhostname = mx.example.com
mydestination =
mynetworks = 127.0.0.2/32
alias_maps =
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
smtp_dns_support_level = disabled
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def blocks(file: str, way: str) -> str:
    """The blocks of the document for this file that are common to all ways or belong to this one."""
    found = re.findall(rf"^```{re.escape(file)} (?:common|{way})\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S)
    return "".join(found)


def is_possible() -> str | None:
    """Why Postfix can not be started here; None where it can."""
    if shutil.which("postfix") is None:
        return "Postfix is not installed"
    return None if os.geteuid() == 0 else "Postfix can only be started by root"


class Postfix:
    """Runs while inside its `with`. `instead`: what stands in the document, and what is used here."""

    def __init__(self, way: str, instead: dict[str, str], extra: str = "", at: Port | None = None) -> None:
        self._at = at or Port()
        self.port = self._at.number
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self.folder.chmod(0o755)  # its programs run as users of their own
        main, master = (_filled(blocks(file, way), instead) for file in ("main.cf", "master.cf"))
        (self.folder / "main.cf").write_text(_MAIN.format(folder=self.folder) + main + extra)
        (self.folder / "master.cf").write_text(_MASTER.format(port=self.port) + master)
        for name in ("queue", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", "postfix")
        self.log = self.folder / "log"

    def __enter__(self) -> Self:
        subprocess.run(["postfix", "-c", self.folder, "set-permissions"], capture_output=True, check=False)
        with self.log.open("wb") as log:
            command = ["postfix", "-c", str(self.folder), "start-fg"]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.until(self._answers)
        return self

    def __exit__(self, *wrong: object) -> None:
        self.process.terminate()
        self.process.wait(30)
        self._at.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, raw: bytes, to: str, sender: str = "erika@customer.example") -> None:
        """Hand in one mail as a stranger. Raises what smtplib raises where Postfix refuses it."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE) as client:
            client.sendmail(sender, [to], raw)

    def send_slowly(self, raw: bytes, to: str) -> None:
        """As `send`, again and again while Postfix is still asking whether the address exists (450)."""
        self.until(lambda: self._taken(raw, to))

    def _taken(self, raw: bytes, to: str) -> bool:
        try:
            self.send(raw, to)
        except smtplib.SMTPRecipientsRefused as wrong:
            if all(code >= 500 for code, _ in wrong.recipients.values()):
                raise
            return False
        return True

    def waiting(self) -> str:
        """What Postfix has not got rid of, as `postqueue -p` says it."""
        said = subprocess.run(["postqueue", "-c", self.folder, "-p"], capture_output=True, text=True, check=False)
        return said.stdout

    def until(self, true: Callable[[], bool]) -> None:
        """Ask until it is so: Postfix is another process, and tells nobody."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, self.log.read_text()[-4000:]
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def _filled(text: str, instead: dict[str, str]) -> str:
    for documented, here in instead.items():
        text = text.replace(documented, here)
    return text
