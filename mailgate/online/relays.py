"""A relay as it greets us: reached, encrypted, logged in, and what it takes. No letter is begun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailgate.clock import Clock
from mailgate.connecting import try_relay
from mailgate.online.said import Said, good, problem, warning
from mailgate.outbox.connections import Connection, Connections, Unreachable
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import Way
from mailgate.outbox.wire import our_name
from mailgate.settings.model import Settings
from mailgate.settings.tree import Path

SECONDS: Final = 20.0
_OF_FILES: Final = 1.4
"""Base64 makes three octets four, with a line end after each 76."""
_OF_WORDS: Final = 200_000
_SMALLEST_LIMIT: Final = 16 * 2**10


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a relay offers once we are in."""

    encrypted: bool
    most: int
    extensions: frozenset[str]


async def relay(path: Path, way: Way, settings: Settings, clock: Clock, seconds: float = SECONDS) -> list[Said]:
    """What is found at one relay."""
    if way.scheme == "maildir":
        trouble = (await try_relay(way, clock)).trouble
        return [problem(path, trouble) if trouble else good(path, f"letters are written to {way.path}")]
    connections = Connections(way, clock, Patience(command=seconds), our_name())
    try:
        async with asyncio.timeout(seconds * 3), connections.lend() as connection:
            greeting = _greeting(connection)
    except Unreachable as wrong:
        return [problem(path, f"no letter can leave by {way.url}: {wrong}")]
    except TimeoutError:
        return [problem(path, f"no letter can leave by {way.url}: it is too slow to let us in")]
    finally:
        await connections.close()
    return list(_judged(path, way, greeting, settings))


def _greeting(connection: Connection) -> Greeting:
    encrypted = connection.get_transport_info("sslcontext") is not None
    return Greeting(encrypted, connection.most, frozenset(connection.esmtp_extensions))


def _judged(path: Path, way: Way, greeting: Greeting, settings: Settings) -> Iterator[Said]:
    login = f", and logs us in as {way.user}" if way.user else ""
    how = "encrypted" if greeting.encrypted else "on this machine" if way.on_this_machine else "in the clear"
    yield good(path, f"{way.url} is there ({how}){login}")
    if not greeting.encrypted and not way.on_this_machine:
        words = f"letters to {way.url} travel in the clear: it offers no STARTTLS; use smtp+starttls:// or smtps://"
        yield warning(path, words)
    elif way.scheme == "smtp" and not way.on_this_machine:
        at = f"[{way.host}]" if ":" in (way.host or "") else way.host
        words = f"{way.url} is encrypted, but anybody in between could take that away"
        yield warning(path, f"{words}: write smtp+starttls://{at}:{way.port}")
    needed = int(settings.limits.letter_size * _OF_FILES) + _OF_WORDS
    if 0 < greeting.most < needed:
        words = f"{way.url} takes letters of at most {greeting.most / 10**6:.1f} MB, and with all files that"
        words += f" limits.letter_size allows one can have {needed / 10**6:.1f} MB"
        yield warning(path, f"{words}: {_limit(int((greeting.most - _OF_WORDS) / _OF_FILES))}")
    if "smtputf8" not in greeting.extensions:
        yield good(path, f"{way.url} takes no addresses with letters beyond ASCII before the @ (SMTPUTF8)")


def _limit(most: int) -> str:
    """What to do where files may have so many bytes."""
    if most < _SMALLEST_LIMIT:
        return "let the relay take more"
    return f"set it to {most // 2**20}MiB" if most >= 2**20 else f"set it to {most // 2**10}KiB"
