"""Python imports this by itself at the start of each process of mailgate that the crash rig runs: its folder is on
their PYTHONPATH. It wraps the functions of `points.py` and spoils what `mutations.py` names; the product knows nothing.

In the folder $MAILGATE_CRASH a file named like a step arms it: "ID N ACTION". Who comes by for the N-th time renames
it to `fired-ID`, which only one process can, and writes there who it is. It then kills itself, stops, or has no memory.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import types
from collections.abc import Sequence
from typing import Any

from tests.crash.mutations import MUTATIONS
from tests.crash.points import POINTS, Point

ARMED = os.environ.get("MAILGATE_CRASH", "")
MUTATION = os.environ.get("MAILGATE_MUTATION", "")
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
_passed: dict[str, int] = {}


def come_by(point: Point) -> None:
    """The process is at this step now."""
    path = f"{ARMED}/{point.name}"
    try:
        with open(path) as file:
            number, count, action = file.read().split()
    except (OSError, ValueError):  # not armed, or another process was faster
        return
    _passed[number] = _passed.get(number, 0) + 1
    if _passed[number] < int(count):
        return
    fired = f"{ARMED}/fired-{number}"
    try:
        os.rename(path, fired)
    except OSError:
        return
    with open(fired, "w") as file:
        file.write(f"{os.getpid()}\n")
    if action == "starve":
        raise MemoryError
    os.kill(os.getpid(), _SIGNALS[action])


def _wrapped(point: Point, function: Any) -> Any:
    @functools.wraps(function)
    def plain(*values: Any, **named: Any) -> Any:
        if point.when == "before":
            come_by(point)
        result = function(*values, **named)
        if point.when == "after":
            come_by(point)
        return result

    @functools.wraps(function)
    async def waiting(*values: Any, **named: Any) -> Any:
        if point.when == "before":
            come_by(point)
        result = await function(*values, **named)
        if point.when == "after":
            come_by(point)
        return result

    return waiting if asyncio.iscoroutinefunction(function) else plain


def _wrap(module: types.ModuleType, point: Point) -> None:
    *path, name = point.function.split(".")
    place: Any = module
    for step in path:
        inside = getattr(place, step)
        if isinstance(inside, types.ModuleType) and inside.__name__ == step:
            inside = _of_its_own(inside)
            setattr(place, step, inside)
        place = inside
    setattr(place, name, _wrapped(point, getattr(place, name)))


def _of_its_own(module: types.ModuleType) -> types.ModuleType:
    """A copy, so that others who use that module come by nowhere."""
    copy = types.ModuleType(f"{module.__name__} of its own")
    copy.__dict__.update({name: value for name, value in vars(module).items() if name != "__name__"})
    return copy


def _decide_ahead(shift: types.ModuleType) -> None:
    """However few mails there are: a rig has no rush."""
    shift.WORTH_IT = 1  # type: ignore[attr-defined]


class _Changing(importlib.abc.MetaPathFinder):
    """Changes the modules of the tables right after they were executed, before anybody can import from them."""

    def __init__(self) -> None:
        self.changes: dict[str, list[Any]] = {}
        for point in POINTS if ARMED else ():
            self.changes.setdefault(point.module, []).append(functools.partial(_wrap, point=point))
        if ARMED:
            self.changes.setdefault("mailgate.shift", []).append(_decide_ahead)
        for name in filter(None, MUTATION.split(",")):
            for module, change in MUTATIONS[name].changes:
                self.changes.setdefault(module, []).append(change)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        changes = self.changes.pop(name, None)
        spec = importlib.machinery.PathFinder.find_spec(name, path) if changes else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            execute(module)
            for change in changes or ():
                change(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this one loader only
        return spec


sys.meta_path.insert(0, _Changing())
