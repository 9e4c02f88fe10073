"""Waiting for what the server tells by itself (IDLE, RFC 2177): a hint, no more."""

from __future__ import annotations

import asyncio
from typing import Final

from aioimaplib.aioimaplib import AioImapException

from mailgate.intake.imap_wire import Ask, Line, Lost
from mailgate.untrusted import in_words

_LOOKS_EVERY: Final = 0.2


async def idle(line: Line, silence: float, seconds: float, before: int, stop: asyncio.Event | None) -> bool:
    """Until more mails have come than `before`, or so long; False where the server refuses. Raises Lost."""
    loop = asyncio.get_running_loop()
    command = Ask("IDLE", line.new_tag())
    running = loop.create_task(line.execute(command))
    agreed = loop.create_task(line.wait_for_idle_response())
    until = loop.time() + seconds
    try:
        await asyncio.wait({running, agreed}, timeout=silence, return_when=asyncio.FIRST_COMPLETED)
        while not (running.done() or line.trouble or line.grown != before or (stop and stop.is_set())):
            if loop.time() > until:
                break
            await asyncio.wait({running}, timeout=_LOOKS_EVERY)
        if line.trouble:
            raise Lost(line.trouble)
        if not running.done():
            line.idle_done()
        await _ended(line, running, silence)
    finally:
        agreed.cancel()
        running.cancel()
    if line.trouble:
        raise Lost(line.trouble)
    return bool(command.response.result == "OK")


async def _ended(line: Line, running: asyncio.Task[object], silence: float) -> None:
    """Wait as long as the server says anything at all."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        while not running.done():
            left = max(began, line.heard_at) + silence - loop.time()
            if left <= 0:
                line.end(f"the server has said nothing for {silence:.0f} seconds")
            await asyncio.wait({running}, timeout=max(left, 0.01))
        running.result()
    except AioImapException as wrong:
        raise Lost(in_words(wrong)) from wrong
