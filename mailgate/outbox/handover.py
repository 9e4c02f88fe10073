"""One letter handed over once, to a relay or into a folder, and what the answer means: for letters of the desk and for
test letters alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import aiosmtplib

from mailgate.clock import Clock
from mailgate.outbox import maildir
from mailgate.outbox.answers import Answer, Kind, clean, in_words, read_answer, too_large
from mailgate.outbox.connections import Connection, Lapsed, TooLarge
from mailgate.outbox.relays import Way

LAPSED: Final = Answer(Kind.LAPSED, "not handed over: we stood still for too long, and another sender may have it")


async def over_line(
    connection: Connection, envelope_from: str, to: str, content: bytes, is_ours: Callable[[], bool], url: str
) -> Answer:
    """The dialogue with the relay at `url`, addresses in the form of the wire. `is_ours`: asked right before DATA."""
    try:
        return Answer(Kind.TAKEN, clean(await connection.carry(envelope_from, to, content, is_ours)))
    except Lapsed:
        return LAPSED
    except TooLarge as wrong:
        return too_large(wrong.size, wrong.most, url)
    except (aiosmtplib.SMTPException, OSError) as wrong:
        return read_answer(wrong, handed_over=connection.handed_over)


async def into_folder(way: Way, envelope_from: str, to: str, content: bytes, clock: Clock) -> Answer:
    """Into the Maildir of a `maildir:` way; durable when it is answered."""
    assert way.path is not None, "a Maildir is a folder"
    moment = int(clock.now().timestamp())
    try:
        name = await asyncio.to_thread(partial(maildir.deliver, way.path, envelope_from, to, content, seconds=moment))
    except OSError as wrong:
        return Answer(Kind.UNREACHABLE, f"the folder can not be written: {in_words(wrong)}")
    return Answer(Kind.TAKEN, f"written to {name}")
