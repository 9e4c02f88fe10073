"""The daemon's ear for its own commands: a Unix socket in the state folder, for the daemon's user alone.

One line of JSON asks, one line answers. `answering` is the daemon's side, `ask` that of `mailgate reload`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mailgate import log
from mailgate.errors import MailgateError
from mailgate.settings.problems import Problem

FILE = "control.sock"
LONGEST_PATH_BYTES = 107
"""What `sun_path` of unix(7) holds, without its end."""
_ASKS_WITHIN_SECONDS = 10.0
_LONGEST_QUESTION_BYTES = 4096
LOG = log.get("control")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a reload, or would come of it (`dry_run`)."""

    dry_run: bool
    version: str
    """Of the configuration in force now."""
    changes: tuple[str, ...] = ()
    """What is different, a sentence each."""
    after_restart: tuple[str, ...] = ()
    """What of it is in force only after a restart, a sentence each."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the files."""
    why_not: str | None = None
    """What else went wrong."""
    warnings: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """It was, or would be, accepted."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused, a sentence each."""
        return (*map(str, self.problems), *((self.why_not,) if self.why_not else ()))


Reload = Callable[[Path, bool], Awaitable[Answer]]
"""Load the configuration in this folder anew; True: only say what would change."""


@asynccontextmanager
async def answering(folder: Path, reload: Reload) -> AsyncIterator[None]:
    """While it lasts, questions are answered. Nobody else may run on this state folder. Raises MailgateError where
    there can be no socket."""

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_ASKS_WITHIN_SECONDS):
                question = await reader.readline()
            asked = json.loads(question)
            answer = await reload(Path(asked["folder"]), bool(asked["dry_run"]))
            writer.write(json.dumps(asdict(answer)).encode() + b"\n")
            await writer.drain()
        except (OSError, TimeoutError, ValueError, TypeError, KeyError) as wrong:
            LOG.warning("a question was not understood, or nobody waited for the answer", why=repr(wrong))
        finally:
            writer.close()

    with _bound(folder) as listening:
        server = await asyncio.start_unix_server(visit, sock=listening, limit=_LONGEST_QUESTION_BYTES)
        try:
            yield
        finally:
            server.close()


def ask(state: Path, folder: Path, *, dry_run: bool) -> Answer:
    """Let the daemon on this state folder reload its configuration in `folder`, and wait for it. Raises MailgateError
    where none answers."""
    with socket.socket(socket.AF_UNIX) as line:
        _connect(line, state)
        try:
            line.sendall(json.dumps({"folder": str(folder), "dry_run": dry_run}).encode() + b"\n")
            with line.makefile("rb") as said:
                return _understood(json.loads(said.readline()))
        except (OSError, ValueError, TypeError, KeyError) as wrong:
            raise MailgateError("The daemon has ended before it answered; its log says why.") from wrong


def _connect(line: socket.socket, folder: Path) -> None:
    try:
        with _address(folder) as address:
            line.connect(address)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as wrong:
        raise MailgateError(f"No mailgate runs on {folder}: start it with `mailgate run`.") from wrong
    except OSError as wrong:
        why = f"{folder / FILE} can not be used ({wrong.strerror}); run this as the daemon's user"
        raise MailgateError(f"The daemon can not be asked: {why}.") from wrong


@contextmanager
def _bound(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        try:
            (folder / FILE).unlink(missing_ok=True)  # of a daemon that was killed
            # On Linux the mode of the socket is that of its file from the first moment on.
            os.fchmod(listening.fileno(), 0o600)
            with _address(folder) as address:
                listening.bind(address)
            (folder / FILE).chmod(0o600)
        except OSError as wrong:
            raise MailgateError(f"{folder / FILE} can not be used: {wrong.strerror}.") from wrong
        try:
            yield listening
        finally:
            with suppress(OSError):
                (folder / FILE).unlink()


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """The socket's path; where that is too long for one, a short way by the open folder. Raises OSError."""
    path = str(folder / FILE)
    if len(os.fsencode(path)) <= LONGEST_PATH_BYTES:
        yield path
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}/{FILE}"
    finally:
        os.close(opened)


def _understood(words: dict[str, Any]) -> Answer:
    for name in ("changes", "after_restart"):
        words[name] = tuple(words[name])
    for name in ("problems", "warnings"):
        words[name] = tuple(Problem(**each) for each in words[name])
    return Answer(**words)
