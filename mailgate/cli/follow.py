"""`mailgate mails --follow`: mails as they come, and again when something becomes of them, until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.common import json_text, say
from mailgate.cli.zoned import zoned
from mailgate.clock import Clock
from mailgate.desk import journal, turned_away
from mailgate.desk.journal import Asked
from mailgate.settings.model import Settings
from mailgate.store.db import Store

Json = dict[str, Any]
Pause = Callable[[], None]

LOOK_AGAIN_SECONDS = 0.5
FIRST = 10
"""Lines to begin with, where `--since` does not say from when on."""


def follow(store: Store, settings: Settings, asked: Asked, *, refused: bool, as_json: bool) -> None:
    """Print a line for each, or a JSON document a line, until the user has seen enough."""
    with suppress(KeyboardInterrupt), _until_ctrl_c() as pause:
        found = refusals(store, asked, pause) if refused else arriving(store, settings, asked, pause)
        zone = ZoneInfo(settings.site.timezone)
        for one in found:
            typer.echo(json_text(one)) if as_json else say(_line(zoned(one, zone)))


def arriving(store: Store, settings: Settings, asked: Asked, pause: Pause) -> Iterator[Json]:
    """The last that fit, and from then on whatever comes or becomes something else."""
    known: dict[str, str] = {}
    floor, is_first = 0, True
    while True:
        with store.reading(settings, Clock().now()) as tx:
            every = journal.search(store, tx, Asked(behind=floor))[1]
            found = journal.search(store, tx, replace(asked, behind=floor))[1]
        new = [each for each in found if known.get(each["id"]) != each["state"]]
        yield from new[-FIRST:] if is_first and asked.since is None else new
        known = {each["id"]: each["state"] for each in found}
        floor, is_first = _floor(every, floor), False
        pause()


def refusals(store: Store, asked: Asked, pause: Pause) -> Iterator[Json]:
    """The last that fit, and from then on whatever is turned away."""
    last, is_first = 0, True
    while True:
        found = turned_away.search(store, asked, behind=last)[1]
        yield from found[-FIRST:] if is_first and asked.since is None else found
        last, is_first = max((each["refusal"] for each in found), default=last), False
        pause()


@contextmanager
def _until_ctrl_c() -> Iterator[Pause]:
    """How to wait: the signal is remembered, because an exception that meets the collector of garbage is lost."""
    enough = threading.Event()

    def pause() -> None:
        if enough.wait(LOOK_AGAIN_SECONDS):
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, lambda *about: enough.set())
    try:
        yield pause
    finally:
        signal.signal(signal.SIGINT, before)


def _floor(every: list[Json], floor: int) -> int:
    """Nothing more becomes of arrivals up to this one."""
    numbers = [(int(each["id"].removeprefix("M-")), each["state"]) for each in every]
    pending = [number - 1 for number, state in numbers if state == "pending"]
    return min(pending) if pending else max((number for number, _ in numbers), default=floor)


def _line(one: Json) -> str:
    at, sender = one["received_at"][:19].replace("T", " "), one["from"] or one["envelope_from"]
    if one["state"] == "refused":
        times = f" ({one['seen']} times)" if one["seen"] > 1 else ""
        to = " ".join(one["recipients"]) or "nobody yet"
        return f"{at}  {one['peer'] or 'socket'}  {sender or '<>'} -> {to}: {one['reply']}{times}"
    ticket = f"  #{one['ticket']}" if one["ticket"] else ""
    sort = f" {one['sort']}" if one["sort"] else ""
    return f"{at}  {one['id']}  {one['state']}{sort}{ticket}  {sender or '<>'}  {one['subject'] or ''}".rstrip()
