"""What commands share: finding the configuration, opening the desk, and printing for people or for programs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from mailgate.clock import Clock
from mailgate.errors import MailgateError
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx, open_store

Config = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration folder [default: $MAILGATE_CONFIG, ./config, /etc/mailgate]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def folder_of(config: Path | None) -> Path:
    """The configuration folder that is meant."""
    if config:
        return config
    if given := os.environ.get("MAILGATE_CONFIG"):
        return Path(given)
    here = Path("config")
    return here if here.is_dir() else Path("/etc/mailgate")


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
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


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
    Console(width=None if sys.stdout.isatty() else 160, markup=False, highlight=False).print(table)


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """Text of others on our terminal: no escape sequences, no text that runs backwards."""
    return _CONTROLS.sub("�", text)


def number_of(text: str, prefix: str) -> int:
    """`M-17` or `17`."""
    match = re.fullmatch(rf"(?:{prefix}-)?(\d{{1,18}})", text.strip(), re.IGNORECASE)
    if not match:
        raise typer.BadParameter(f"'{text}' is no id: write {prefix}-17 or 17.")
    return int(match[1])


def age_of(text: str | None) -> timedelta | None:
    """`7d`, `4h`, `30m`."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if not match:
        raise typer.BadParameter(f"'{text}' is no duration: write 30m, 4h or 7d.")
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
    return timedelta(seconds=int(match[1]) * seconds)


def not_found(what: str) -> MailgateError:
    """The error for an id that does not exist."""
    return MailgateError(f"There is no {what}.")
