"""Structured logs on stderr: one line an event, with the mail's or letter's id, never a body, a token or a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any, cast

import structlog

from mailgate.errors import ConfigurationError

Log = structlog.stdlib.BoundLogger
WISH = "MAILGATE_LOG"
"""Environment variable: a level, `json` for a line of JSON an event, or both, such as `json,warning`."""
LEVELS = ("debug", "info", "warning", "error")


def set_up_as_wished(environ: Mapping[str, str]) -> None:
    """By `MAILGATE_LOG`; without it readable lines from `info` on. Raises ConfigurationError for a word it does not
    know, with the logs set up as without it."""
    set_up()
    words = [word.strip().lower() for word in environ.get(WISH, "").split(",") if word.strip()]
    levels = [word for word in words if word in LEVELS]
    for word in words:
        if word not in (*LEVELS, "json"):
            raise ConfigurationError(f"{WISH}: '{word}' is none of {', '.join((*LEVELS, 'json'))}")
    set_up(level=levels[0].upper() if levels else "INFO", json="json" in words)


def set_up(*, level: str = "INFO", json: bool = False) -> None:
    """Send all logs, those of libraries included, to stderr: readable on a terminal, JSON lines where asked."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if json else structlog.processors.StackInfoRenderer(),
            _harmless,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s", force=True)


def _harmless(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Words of others in a log: no escape sequence reaches a terminal, no text runs backwards."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception" and not value.isprintable():
            event[name] = ascii(value)
    return event


def _to_stderr(*name: object) -> structlog.PrintLogger:
    """Whatever stderr is at that moment: a stream that was replaced meanwhile may be closed."""
    return structlog.PrintLogger(sys.stderr)


def get(name: str) -> Log:
    """The logger of one room of the house, for example `intake.smtp`."""
    return cast(Log, structlog.get_logger(name, room=name))


# structlog's own default is stdout, where a command's JSON goes: nobody has to remember to call `set_up` first.
structlog.configure(logger_factory=_to_stderr, cache_logger_on_first_use=False)
