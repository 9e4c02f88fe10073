"""A mailbox of a large provider: whoever shows a token that is valid gets in, whatever the user is called, and finds at
most one mail. Why somebody does not get in is a challenge that wants an empty answer, as Exchange and Gmail do it."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Callable
from typing import Self

from tests.doubles.imap_server import MAIL, OddServer, Reply

CAPABLE = b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 IDLE MOVE UIDPLUS\r\n{tag} OK\r\n"
OPENED = "* {0} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {1}] x\r\n{2} OK [{3}] done\r\n"
ARRIVED = b"23-Nov-2026 10:00:00 +0000"


class Exchange:
    """`with Exchange(provider.valid.__contains__) as server`: in a thread of its own; `users` are those who came, each
    with what he has shown."""

    def __init__(self, takes: Callable[[str], bool], mail: bytes | None = MAIL) -> None:
        self.users: list[tuple[str, str]] = []
        self._takes = takes
        self._mail = mail
        self._refused: list[str] = []
        self.odd: dict[str, Reply] = {}
        """What it says instead, by command."""
        odd: dict[str, Reply] = {"CAPABILITY": CAPABLE, "AUTHENTICATE": self._authenticate, "": self._refuse}
        odd |= {"EXAMINE": lambda tag, args: self._opened(tag, "READ-ONLY")}
        odd |= {"SELECT": lambda tag, args: self._opened(tag, "READ-WRITE")}
        self.odd |= {**odd, "UID SEARCH": self._listed, "UID FETCH": self._fetched}
        self._server = OddServer(self.odd)
        self._loop = asyncio.new_event_loop()

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def asked(self) -> list[str]:
        """Every command."""
        return self._server.asked

    def deliver(self, mail: bytes) -> None:
        """It comes in, and all sessions are cut, as is done with those whose token has expired."""
        self._mail = mail
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(5)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="exchange", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.__aenter__(), self._loop).result(5)
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        await self._server.__aexit__(None, None, None)
        await self._cut()

    async def _cut(self) -> None:
        sessions = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in sessions:
            task.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def _authenticate(self, tag: str, args: str) -> bytes:
        mechanism, _, secret = args.partition(" ")
        user, token, *rest = base64.b64decode(secret).decode().split("\1")
        assert (mechanism, rest) == ("XOAUTH2", ["", ""])
        self.users.append((user.removeprefix("user="), token.removeprefix("auth=Bearer ")))
        if self._takes(self.users[-1][1]):
            return f"{tag} OK AUTHENTICATE completed.\r\n".encode()
        self._refused.append(tag)
        return b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"

    def _refuse(self, tag: str, args: str) -> bytes:
        return f"{self._refused.pop()} NO AUTHENTICATE failed.\r\n".encode()

    def _opened(self, tag: str, how: str) -> bytes:
        return OPENED.format(int(self._mail is not None), 1 + (self._mail is not None), tag, how).encode()

    def _listed(self, tag: str, args: str) -> bytes:
        return f"* SEARCH{' 1' if self._mail is not None else ''}\r\n{tag} OK\r\n".encode()

    def _fetched(self, tag: str, args: str) -> bytes:
        assert self._mail is not None, "nothing is listed"
        uid, size = args.split()[0].encode(), len(self._mail)
        if "BODY" in args:
            content = b"BODY[] {%d}\r\n%s" % (size, self._mail)
        else:
            content = b'RFC822.SIZE %d INTERNALDATE "%s"' % (size, ARRIVED)
        return b"* 1 FETCH (UID %s %s)\r\n%s OK done\r\n" % (uid, content, tag.encode())
