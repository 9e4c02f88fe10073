"""What commands share: finding the configuration, opening the desk, and printing for people or for programs."""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from mailgate.cli.printable import safe
from mailgate.clock import Clock
from mailgate.errors import MailgateError
from mailgate.settings import environment, load
from mailgate.settings.files import read_folder
from mailgate.settings.model import Settings
from mailgate.settings.tree import Mapping, find
from mailgate.store.db import Store, Tx, open_store

Config = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration folder [default: $MAILGATE_CONFIG, ./config, /etc/mailgate]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Since = Annotated[str | None, typer.Option(help="7d, 4h, 30m, or a date: 2026-12-24.")]
NUMBER = 10**18
"""Larger numbers fit into no database; nothing has them."""


def folder_of(config: Path | None) -> Path:
    """The configuration folder that is meant."""
    if config:
        return config
    if given := os.environ.get("MAILGATE_CONFIG"):
        return Path(given)
    here = Path("config")
    return here if here.is_dir() else Path("/etc/mailgate")


def state_of(folder: Path, root: Mapping | None = None) -> Path:
    """The state folder, also of a configuration with mistakes. `root`: all that stands in its files, where it is
    known."""
    said = next(find(root or read_folder(folder, os.environ).root, ("site", "state")), None)
    return environment.state_folder(folder, said.text if said else None, os.environ).resolve()


def settings_of(config: Path | None) -> Settings:
    """The checked configuration. Raises ConfigurationError with every mistake."""
    return load.read(folder_of(config), os.environ)


@contextmanager
def reading(config: Path | None) -> Iterator[tuple[Store, Tx]]:
    """The desk, to look at. Raises NoDatabase where there is none."""
    settings = settings_of(config)
    store = open_store(settings)
    try:
        with store.reading(settings, Clock().now()) as tx:
            yield store, tx
    finally:
        store.close()


@contextmanager
def changing(config: Path | None) -> Iterator[tuple[Store, Tx]]:
    """The desk, to change something on it by an admin's hand."""
    settings = settings_of(config)
    store = open_store(settings)
    try:
        with store.transaction(settings, Clock().now()) as tx:
            yield store, tx
    finally:
        store.close()


def print_json(document: Any) -> None:
    """One JSON document on stdout, and nothing else there."""
    typer.echo(json_text(document, indent=2 if sys.stdout.isatty() else None))


def json_text(document: Any, indent: int | None = None) -> str:
    """JSON that stdout can take: letters as they are only where it speaks UTF-8, and never half a character."""
    try:
        speaks_utf8 = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
        text = json.dumps(document, ensure_ascii=not speaks_utf8, indent=indent)
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(document, indent=indent)
    return text


def print_table(columns: tuple[str, ...], rows: list[tuple[Any, ...]], empty: str) -> None:
    """A table for people; a sentence where there is nothing."""
    if not rows:
        typer.echo(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(safe("" if value is None else str(value)) for value in row))
    terminal = sys.stdout.isatty()
    width = None if terminal else 160
    Console(force_terminal=terminal, width=width, markup=False, highlight=False, emoji=False).print(table)


def say(text: str) -> None:
    """A line (or several) for people, with the words of others in it."""
    typer.echo(safe(text))


def number_of(text: str, prefix: str) -> int:
    """`M-17` or `17`."""
    match = re.fullmatch(rf"(?:{prefix}-)?(\d{{1,18}})", text.strip(), re.IGNORECASE)
    if not match:
        raise typer.BadParameter(f"'{text}' is no id: write {prefix}-17 or 17.")
    return int(match[1])


def since_of(text: str | None) -> datetime | None:
    """`7d`, `4h`, `30m` ago, or a date or time (UTC where it names no zone)."""
    if text is None:
        return None
    if match := re.fullmatch(r"(\d{1,6})([smhd])", text.strip()):
        seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
        return Clock().now() - timedelta(seconds=int(match[1]) * seconds)
    return time_of(text, "30m, 4h, 7d or 2026-12-24")


def time_of(text: str, example: str) -> datetime:
    """A date or time as people write it in ISO 8601; UTC where it names no zone."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as wrong:
        raise typer.BadParameter(f"'{text}' is no time: write {example}.") from wrong


def not_found(what: str) -> MailgateError:
    """The error for an id that does not exist."""
    return MailgateError(f"There is no {what}.")
