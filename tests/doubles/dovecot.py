"""A real Dovecot on loopback with a folder of its own: one user, a Maildir, and what an admin does to it meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pytest

from tests.doubles.certificate import Certificate, self_signed
from tests.doubles.ports import Port

USER, PASSWORD = "support", "geheim"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
protocols = imap
listen = 127.0.0.1
log_path = {folder}/log
ssl = yes
ssl_cert = <{certificate.file}
ssl_key = <{certificate.key}
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail
mail_max_userip_connections = 100
first_valid_uid = 0
{more}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/home
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""
_STARTS_WITHIN = 10.0


def needed() -> None:
    """Skips the test where there is no Dovecot; with `CI=true` that is a failure."""
    why = missing()
    if why and os.environ.get("CI") == "true":
        pytest.fail(f"{why}: the mailboxes have to be fetched from a real server here")
    if why:
        pytest.skip(why)


def missing() -> str | None:
    """What this machine lacks, in words."""
    return "there is no Dovecot that root could start" if shutil.which("dovecot") is None or os.geteuid() != 0 else None


class Dovecot:
    """`with Dovecot() as server`: IMAP on `server.port`, with TLS from the first octet on `server.tls_port`."""

    def __init__(self, more: str = "") -> None:
        needed()
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot"))
        self.folder.chmod(0o755)
        self.certificate: Certificate = self_signed(self.folder)
        self._at = Port(), Port()
        self.port, self.tls_port = (each.number for each in self._at)
        for name in ("mail", "mail/tmp", "mail/new", "mail/cur", "home"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, "nobody", "nogroup")
        self._write(more)
        self._master: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Dovecot:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        for each in self._at:
            each.close()

    def start(self) -> None:
        """Listen; the folder is as it was left."""
        command = ["dovecot", "-F", "-c", str(self.folder / "conf")]
        until = time.monotonic() + _STARTS_WITHIN
        # A login process of the last one may still answer: it would be taken for the new one, which can not listen.
        self._wait(until, lambda: not self._answers())
        self._master = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(until, self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _wait(self, until: float, reached: Callable[[], bool]) -> None:
        while not reached():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut: the master, and with it all its processes."""
        if self._master is not None:
            self._master.send_signal(signal.SIGTERM)
            try:
                self._master.wait(5)
            except subprocess.TimeoutExpired:
                self._master.kill()
                self._master.wait()
            self._master = None

    def kick(self) -> None:
        """Cut every session that is open now."""
        self.doveadm("kick", USER)

    def doveadm(self, *words: str, given: bytes = b"") -> bytes:
        """What an admin does; returns what he is told."""
        command = ["doveadm", "-c", str(self.folder / "conf"), *words]
        done = subprocess.run(command, input=given, capture_output=True, timeout=30)
        return done.stdout

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Deliver these mails."""
        for mail in mails:
            self.doveadm("save", "-u", USER, "-m", folder, given=mail)

    def deliver(self, mails: Sequence[bytes]) -> None:
        """Many mails at once, as a mail server puts them into the Maildir."""
        for at, mail in enumerate(mails):
            name = f"{time.time_ns()}.{at}.test"
            written = self.folder / "mail" / "tmp" / name
            written.write_bytes(mail)
            shutil.chown(written, "nobody", "nogroup")
            written.rename(self.folder / "mail" / "new" / name)

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """The subjects in a folder, in order of their UIDs; empty where there is no such folder."""
        told = self.doveadm("-f", "tab", "fetch", "-u", USER, "hdr.subject", "mailbox", folder, "all").decode()
        return told.splitlines()[1:]

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each mail, in order of their UIDs."""
        told = self.doveadm("-f", "tab", "fetch", "-u", USER, "flags", "mailbox", folder, "all").decode()
        return told.splitlines()[1:]

    def renumber(self) -> None:
        """All mails keep their bytes and dates and get other UIDs, as after a restore: UIDVALIDITY changes."""
        self.kill()
        for name in (
            "dovecot-uidlist",
            "dovecot-uidvalidity",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            for file in (self.folder / "mail").glob(f"{name}*"):
                file.unlink()
        time.sleep(1.1)  # the new one is the time in seconds
        self.start()

    def _write(self, more: str) -> None:
        values = {"port": self.port, "tls_port": self.tls_port, "password": PASSWORD, "more": more}
        text = _CONFIG.format(folder=self.folder, certificate=self.certificate, **values)
        (self.folder / "conf").write_text(text)
