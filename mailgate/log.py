"""Structured logs on stderr: one line an event, with the mail's or letter's id, never a body, a token or a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any, cast

import structlog

from mailgate.errors import ConfigurationError, StoreUnavailable

Log = structlog.stdlib.BoundLogger
WISH = "MAILGATE_LOG"
"""Environment variable: a level, `json` for a line of JSON an event, or both, such as `json,warning`."""
_TRACES = frozenset({"stack", "exception", "exc_info"})
_QUOTED = frozenset(" \t=\r\n\"'")
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
    readable = _Plain if not sys.stderr.isatty() else structlog.dev.ConsoleRenderer
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if json
        else readable(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
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


class _Plain(structlog.dev.ConsoleRenderer):
    """The same lines as structlog's own without colours, in a quarter of the time: there is one for each mail."""

    def __call__(self, logger: object, method: str, event: structlog.typing.EventDict) -> str:
        if not event.keys().isdisjoint(_TRACES):
            return super().__call__(logger, method, event)
        begin = f"{event.pop('timestamp')} [{event.pop('level'):9}] {event.pop('event')!s:30}"
        return " ".join([begin, *[f"{name}={_shown(event[name])}" for name in sorted(event)]]).rstrip(" ")


def _shown(value: object) -> str:
    return value if isinstance(value, str) and _QUOTED.isdisjoint(value) else repr(value)


def _harmless(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Words of others in a log: no escape sequence reaches a terminal, no text runs backwards."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception" and not value.isprintable():
            event[name] = ascii(value)
    return event


def _to_stderr(*name: object) -> structlog.WriteLogger:
    """Whatever stderr is at that moment: a stream that was replaced meanwhile may be closed."""
    return structlog.WriteLogger(sys.stderr)


def get(name: str) -> Log:
    """The logger of one room of the house, for example `intake.smtp`."""
    return cast(Log, structlog.get_logger(name, room=name))


def trouble(logger: Log, event: str, wrong: Exception) -> None:
    """Something failed and goes on: a database that is away in its own words, all else with its traceback."""
    logger.error(event, why=str(wrong), exc_info=None if isinstance(wrong, StoreUnavailable) else wrong)


# structlog's own default is stdout, where a command's JSON goes: nobody has to remember to call `set_up` first.
structlog.configure(logger_factory=_to_stderr, cache_logger_on_first_use=False)
