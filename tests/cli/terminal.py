"""Commands run as their entry point runs them, with streams of their own: exit code, stdout and stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailgate.cli.app import main
from tests.stories.world import World


@dataclass(frozen=True)
class Said:
    """What came of a command."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.raw)


class _Stream(io.TextIOWrapper):
    def __init__(self, content: bytes = b"", *, terminal: bool = False, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO(content)
        self._terminal = terminal
        super().__init__(self.bytes, encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return self._terminal


@contextmanager
def _standing_in(arguments: tuple[str, ...], environ: dict[str, str], *streams: _Stream) -> Iterator[None]:
    before = sys.argv, dict(os.environ), (sys.stdin, sys.stdout, sys.stderr)
    sys.argv = ["mailgate", *arguments]
    os.environ.update(environ)
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        yield
    finally:
        sys.argv, environment, (sys.stdin, sys.stdout, sys.stderr) = before
        os.environ.clear()
        os.environ.update(environment)


def mailgate(
    *arguments: str, stdin: bytes = b"", terminal: bool = False, encoding: str = "utf-8", **environ: str
) -> Said:
    """Run `mailgate ARGUMENTS` to its end; `terminal`: its output is looked at by a person."""
    out, err = _Stream(terminal=terminal, encoding=encoding), _Stream()
    with _standing_in(arguments, environ, _Stream(stdin), out, err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        out.flush()
    return Said(code, out.bytes.getvalue(), err.bytes.getvalue().decode())


@dataclass(frozen=True)
class Terminal:
    """Commands on one configuration."""

    config: Path

    def __call__(self, command: str, *arguments: str, **how: Any) -> Said:
        return mailgate(command, *arguments, "--config", str(self.config), **how)

    def json(self, command: str, *arguments: str) -> Any:
        """Its document; it must have gone well, and said nothing else."""
        said = self(command, *arguments, "--json")
        assert (said.code, said.err) == (0, ""), said
        return said.json


def terminal_of(desk: World) -> Terminal:
    """Commands on the desk of a story."""
    return Terminal(desk.folder / "config")
