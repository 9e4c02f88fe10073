"""One question to a provider (RFC 6749, 3.2 and 5): a form posted, its JSON read, and what can be tried again is.

httpx asks; it is an extra, and imported only when somebody logs in this way.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from typing import Any, Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.errors import ConfigurationError, Permanent, Temporary

TRIES: Final = 3
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 5.0
"""Whoever wants us to stay away for longer is asked again another time."""
_DEADLINE_SECONDS: Final = 20.0
_LARGEST: Final = 256 * 2**10
_PASSING: Final = frozenset({"server_error", "temporarily_unavailable"})
_DIGITS: Final = re.compile(r"[0-9]{1,20}")
_SKEW: Final = timedelta(minutes=5)

_log = log.get("oauth")


class Away(Temporary):
    """no token can be had now"""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds
        """So long it is no use to ask again."""


class Denied(Permanent):
    """no token is given"""

    def __init__(self, code: str, description: str = "", skew: timedelta = timedelta()) -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code
        """As RFC 6749, 5.2, RFC 8628, 3.5 or the provider names it."""
        self.description = description
        self.skew = skew
        """How far our clock is ahead of theirs, where that is too far."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said, and when by our clock."""

    said: Mapping[str, Any]
    at: datetime

    def text(self, name: str) -> str | None:
        """A value that is text and not empty."""
        value = self.said.get(name)
        return value if isinstance(value, str) and value else None

    def duration(self, name: str) -> timedelta | None:
        """Whole seconds; some say them as text."""
        try:
            seconds = int(self.said.get(name) or 0)
        except (TypeError, ValueError, OverflowError):
            return None
        return timedelta(seconds=min(seconds, 10**9)) if seconds > 0 else None


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    retry_after: float | None
    theirs: datetime | None


async def ask(url: str, form: Mapping[str, str], clock: Clock, pause: float = FIRST_PAUSE_SECONDS) -> Answer:
    """Raises Denied where it says no, and Away where it says nothing or nothing usable; ConfigurationError where httpx
    is missing. `pause`: seconds before the second try."""
    for left in range(TRIES - 1, -1, -1):
        try:
            reply = await _post(url, form, clock)
            return _read(reply, clock)
        except Away as away:
            wait = max(pause, away.seconds)
            if not left or wait > LONGEST_PAUSE_SECONDS:
                raise
            _log.info("asking again", why=str(away), seconds=wait)
            await asyncio.sleep(wait)
            pause *= 2
    raise AssertionError("the last try returns or raises")


async def _post(url: str, form: Mapping[str, str], clock: Clock) -> _Reply:
    if find_spec("httpx") is None:
        raise ConfigurationError("Logging in by OAuth needs httpx, which is not installed; install mailgate[oauth].")
    import httpx

    try:
        async with (
            asyncio.timeout(_DEADLINE_SECONDS),
            # No redirects: a secret goes where it was meant to go, and nowhere else. A proxy of the house may stand
            # between us and a provider, and none between us and this machine.
            httpx.AsyncClient(
                timeout=_DEADLINE_SECONDS,
                follow_redirects=False,
                verify=ssl.create_default_context(),
                trust_env=url.startswith("https:"),
            ) as client,
            client.stream("POST", url, data=dict(form), headers={"Accept": "application/json"}) as response,
        ):
            body = b""
            async for some in response.aiter_bytes():
                body += some
                if len(body) > _LARGEST:
                    raise Away(f"{_host(url)} answers with more than any token is")
            theirs, wanted = _date(response.headers.get("date")), response.headers.get("retry-after")
            return _Reply(response.status_code, body, _seconds(wanted, clock), theirs)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as wrong:
        raise Away(f"{_host(url)} can not be reached: {str(wrong) or type(wrong).__name__}") from wrong


def _read(reply: _Reply, clock: Clock) -> Answer:
    said = _object(reply.body)
    code = said.get("error") if said else None
    if reply.status == 429 or reply.status >= 500 or code in _PASSING:
        raise Away(f"the provider is busy (HTTP {reply.status})", reply.retry_after or 0.0)
    if isinstance(code, str):
        skew = clock.now() - reply.theirs if reply.theirs else timedelta()
        described = said.get("error_description") if said else None
        subtype = said.get("error_subtype") if said else None
        words = " ".join(each for each in (described, subtype) if isinstance(each, str))
        raise Denied(code, words, skew if abs(skew) > _SKEW else timedelta())
    if said is None or reply.status != 200:
        raise Away(f"what the provider answers is none of its answers (HTTP {reply.status})")
    return Answer(said, clock.now())


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _seconds(wanted: str | None, clock: Clock) -> float | None:
    """Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    if wanted and _DIGITS.fullmatch(wanted.strip()):
        return float(min(int(wanted), 86400))
    until = _date(wanted)
    return min(86400.0, max(0.0, (until - clock.now()).total_seconds())) if until else None


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _host(url: str) -> str:
    return url.partition("//")[2].partition("/")[0]
