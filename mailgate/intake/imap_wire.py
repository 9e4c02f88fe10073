"""The bytes of an IMAP connection (RFC 3501): aioimaplib made safe.

What the library does with bytes is replaced: it recurses once for each line, cuts `* ` out of the middle of lines, and
lets commands wait for ever when the connection is gone (aioimaplib #110). Here responses are cut in a loop, literals
are bounded, and whatever ends the connection ends the command that waits.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from aioimaplib.aioimaplib import Command, Commands, IMAP4ClientProtocol

from mailgate.errors import Temporary

LONGEST_LINE: Final = 16 * 2**20
"""A list of all UIDs comes in one line: seven digits and a blank for each of two million mails."""
_LITERAL: Final = re.compile(rb"\{(\d{1,12})\+?\}$")
_CHANGED: Final = re.compile(rb"(\d{1,10}) (EXISTS|EXPUNGE)\b", re.IGNORECASE)
_UIDVALIDITY: Final = re.compile(rb"OK \[UIDVALIDITY (\d{1,10})\]", re.IGNORECASE)
_TAGGED: Final = re.compile(rb"([A-Z0-9]+) (OK|NO|BAD)\b")

Pieces = tuple[bytes, ...]
"""One response: text, literal, text, literal, …, text. The line ends are left out."""


class Lost(Temporary):
    """the connection to the mailbox is gone"""


@dataclass(slots=True)
class Cutter:
    """Cuts what comes over the wire into responses. `longest`: octets of a literal; a longer one ends it all."""

    longest: int
    _waiting: bytearray = field(default_factory=bytearray)
    _pieces: list[bytes] = field(default_factory=list)
    _missing: int = 0
    """Octets of a literal that have not come yet."""
    _searched: int = 0

    def feed(self, data: bytes) -> Iterator[Pieces]:
        """Every response that is whole now. Raises Lost where the server sends what nobody can keep."""
        self._waiting += data
        while True:
            if self._missing:
                if len(self._waiting) < self._missing:
                    return
                self._pieces.append(bytes(self._waiting[: self._missing]))
                del self._waiting[: self._missing]
                self._missing = self._searched = 0
            end = self._waiting.find(b"\r\n", self._searched)
            if end < 0:
                self._searched = max(0, len(self._waiting) - 1)
                if len(self._waiting) > LONGEST_LINE:
                    raise Lost("the server sends a line without an end")
                return
            line = bytes(self._waiting[:end])
            del self._waiting[: end + 2]
            self._searched = 0
            self._pieces.append(line)
            if literal := _LITERAL.search(line):
                self._begin(int(literal[1]))
            else:
                whole, self._pieces = tuple(self._pieces), []
                yield whole

    @property
    def has_rest(self) -> bool:
        """Something has come that belongs to no whole response."""
        return bool(self._waiting or self._pieces)

    def _begin(self, size: int) -> None:
        if size > self.longest:
            raise Lost(f"the server sends {size} octets at once, and at most {self.longest} were asked for")
        self._missing = size
        if not size:
            self._pieces.append(b"")


class Ask(Command):  # type: ignore[misc]  # the library ships no types
    """A command, and every untagged response that came while it ran."""

    def __init__(self, name: str, tag: str, *args: str, secret: str | None = None) -> None:
        super().__init__(name, tag, *args)
        self.secret = secret
        self.responses: list[Pieces] = []


class Line(IMAP4ClientProtocol):  # type: ignore[misc]  # the library ships no types
    """One connection, and one command at a time on it. `silence`: seconds for which the server may say nothing while
    one is under way; `heard_at`: when the last octet came, by the clock of the loop."""

    def __init__(self, loop: Any, longest: int, silence: float) -> None:
        super().__init__(loop)
        self.cutter = Cutter(longest)
        self.silence = silence
        self.pending_sync_command: Ask | None = None
        self.heard_at = self._asked_at = loop.time()
        self._watching: asyncio.TimerHandle | None = None
        self.trouble: str | None = None
        """Why nothing can be asked any more."""
        self.exists = 0
        """How many mails the server says are in the folder."""
        self.grown = 0
        """How often that number has grown: a mail has come."""
        self._uidvalidity: int | None = None

    def opened(self, uidvalidity: int, exists: int) -> None:
        """A folder is selected; from now on its mails are counted."""
        self.state, self._uidvalidity, self.exists, self.grown = "SELECTED", uidvalidity, exists, 0

    def begin(self, command: Ask, secret: str | None = None) -> None:
        """Put a command on the wire; wait for it then. None may be under way. Where the connection is gone, it ends
        with that."""
        if self.state not in Commands[command.name].valid_states:
            self.end(f"command {command.name} illegal in state {self.state}")
        assert self.pending_sync_command is None, "one command at a time"
        self.pending_sync_command = command
        if self.trouble:
            self.end(self.trouble)
            return
        self._asked_at = self.loop.time()
        self.send(str(command), scrub=secret)
        if self._watching is None:
            self._watching = self.loop.call_later(self.silence, self._watch)

    def _watch(self) -> None:
        """One timer for all commands: it goes by the silence, and not by how long a command takes."""
        self._watching = None
        command = self.pending_sync_command
        if command is None or command.name == "IDLE":
            return  # idling is silent
        left = max(self._asked_at, self.heard_at) + self.silence - self.loop.time()
        if left <= 0:
            self.end(f"the server has said nothing for {self.silence:.0f} seconds")
        else:
            self._watching = self.loop.call_later(left, self._watch)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        _probe(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        self.heard_at = self.loop.time()
        try:
            for pieces in self.cutter.feed(data):
                self._take(pieces)
        except Lost as wrong:
            self.end(str(wrong))

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(f"the connection broke: {exc}" if exc else "the server closed the connection")

    def end(self, why: str) -> None:
        """Nothing more is taken from the server, and whoever waits for it is told."""
        self.trouble = self.trouble or why
        if self.transport is not None:
            self.transport.abort()
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        command, self.pending_sync_command = self.pending_sync_command, None
        if command is not None:
            command._exception = Lost(self.trouble)  # the library has no other way to say so
            command.close(b"", "LOST")

    def _take(self, pieces: Pieces) -> None:
        line = pieces[0]
        if self.state == "STARTED" or self.state == "CONNECTED":
            self._greeted(line)
        elif line.startswith(b"* "):
            self._untagged((line[2:], *pieces[1:]))
        elif line.startswith(b"+"):
            self._continuation(line)
        elif _TAGGED.match(line):
            self._answered(line)
        # What is none of these says nothing (RFC 3501, 2.2.2); some servers send such lines before they close.

    def _greeted(self, line: bytes) -> None:
        if line.startswith(b"* OK"):
            self.state = "NONAUTH"
        elif line.startswith(b"* PREAUTH"):
            self.state = "AUTH"
        else:
            self.end(f"the server does not let us in: {_shown(line)}")

    def _untagged(self, pieces: Pieces) -> None:
        if self.pending_sync_command is not None:
            self.pending_sync_command.responses.append(pieces)
        if changed := _CHANGED.match(pieces[0]):
            self._count(int(changed[1]), expunged=changed[2].upper() == b"EXPUNGE")
        elif self.state == "SELECTED" and _uidvalidity(pieces[0]) not in (None, self._uidvalidity):
            self.end("the server gives all mails other UIDs")
        if pieces[0].upper().startswith(b"BYE"):
            self.trouble = f"the server says goodbye: {_shown(pieces[0])}"

    def _count(self, number: int, *, expunged: bool) -> None:
        """RFC 3501, 7.3.1 and 7.4.1. Some servers repeat EXISTS with each answer: that is no news."""
        if expunged:
            self.exists = max(0, self.exists - 1)
            return
        self.grown += number > self.exists
        self.exists = number

    def _continuation(self, line: bytes) -> None:
        command = self.pending_sync_command
        if command is None:
            return
        if command.name == "AUTHENTICATE":
            # XOAUTH2: the reason of a refusal comes as a challenge, and the refusal only after an empty answer.
            self.transport.write(b"\r\n")
        elif command.name == "IDLE":
            self._idle_event.set()

    def _answered(self, line: bytes) -> None:
        command = self.pending_sync_command
        if command is not None and command.tag == line.partition(b" ")[0].decode("ascii"):
            self._response_done(line)


def _probe(connection: socket.socket | None) -> None:
    """The system asks a silent other side whether it is still there: a NAT that forgot us says nothing."""
    if connection is None or connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _uidvalidity(line: bytes) -> int | None:
    told = _UIDVALIDITY.match(line)
    return int(told[1]) if told else None


def _shown(line: bytes) -> str:
    return line[:200].decode("utf-8", "replace")
