"""pymap on loopback, a second real server: one user, mails in memory, gone with the process."""

from __future__ import annotations

import imaplib
import re
import subprocess
import sys
import time
from types import TracebackType

from mailgate.intake.imap_names import folder as named
from tests.doubles.dovecot import PASSWORD, USER
from tests.doubles.ports import Port

_STARTS_WITHIN = 20.0


class Pymap:
    """`with Pymap() as server`: IMAP without TLS on `server.port`."""

    def __init__(self) -> None:
        self._at = Port()
        self.port = self._at.number
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Pymap:
        program = [sys.executable, "-c", "from pymap.main import main; main()"]
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        user = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([*program, *where, *user], **quiet)  # type: ignore[call-overload]
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until:
            try:
                self._client().logout()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise AssertionError("pymap does not listen")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._at.close()

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Deliver these mails."""
        with self._client() as client:
            for mail in mails:
                said, words = client.append(folder, "", "", mail)
                assert said == "OK", words

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """The subjects in a folder, in order of their UIDs."""
        return re.findall(r"Subject: (.*?)\r\n", self._fetched(folder, "BODY.PEEK[HEADER]"))

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each mail, in order of their UIDs."""
        return re.findall(r"FLAGS \((.*?)\)", self._fetched(folder, "FLAGS"))

    def _fetched(self, folder: str, what: str) -> str:
        with self._client() as client:
            if client.select(named(folder), readonly=True)[0] != "OK":
                return ""
            _, told = client.fetch("1:*", f"({what})")
        return "\n".join(b"".join(each if isinstance(each, tuple) else (each or b"",)).decode() for each in told)

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client
