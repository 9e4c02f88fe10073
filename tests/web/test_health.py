"""Health and numbers over a real socket."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.web.app import app
from mailgate.web.metrics import NUMBERS
from mailgate.web.serving import Pages, open_socket

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"
WELL: dict[str, Any] = {
    "healthy": True,
    "problems": [],
    "config": {"version": "abc123", "ok": True},
    "mails": {"accepted": 12, "pending": 1, "handled": 9, "held": 1, "failed": 0, "dropped": 1},
    "outbox": {"pending": 2, "sent": 30, "failed": 1, "oldest_seconds": 17},
    "acknowledgements_suppressed": 4,
    "tickets": {"open": 5, "closed": 3, "red": 0},
}
ILL = {**WELL, "healthy": False, "problems": ["The relay mx.internal.example does not answer."]}


def away() -> dict[str, Any]:
    raise StoreUnavailable("The database can not be used: disk I/O error.")


async def asked(path: str, status: Callable[[], dict[str, Any]]) -> tuple[int, str]:
    pages = Pages(app(status), open_socket("127.0.0.1", 0))
    try:
        return await asyncio.to_thread(_get, f"http://127.0.0.1:{pages.address[1]}{path}")
    finally:
        await pages.end()


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


async def test_health_is_200_while_all_is_well() -> None:
    code, said = await asked("/healthz", lambda: WELL)
    assert (code, json.loads(said)) == (200, {"healthy": True, "problems": 0})


async def test_health_is_503_with_a_problem_and_does_not_tell_strangers_which() -> None:
    code, said = await asked("/healthz", lambda: ILL)
    assert (code, json.loads(said)) == (503, {"healthy": False, "problems": 1})


async def test_health_is_503_while_the_database_is_away() -> None:
    assert (await asked("/healthz", away))[0] == 503


async def test_numbers_of_status_are_scraped() -> None:
    code, said = await asked("/metrics", lambda: WELL)
    assert code == 200
    for line in (
        "mailgate_healthy 1.0",
        "mailgate_mails_accepted_total 12.0",
        'mailgate_mails{state="handled"} 9.0',
        'mailgate_letters{state="sent"} 30.0',
        "mailgate_letter_oldest_seconds 17.0",
        'mailgate_configuration{version="abc123"} 1.0',
    ):
        assert line in said.splitlines()
    assert "process_resident_memory_bytes" in said


async def test_numbers_are_not_made_up_while_the_database_is_away() -> None:
    code, said = await asked("/metrics", away)
    assert (code, said) == (503, "the database does not answer\n")


async def test_nothing_else_is_there_yet() -> None:
    assert (await asked("/tickets", lambda: WELL))[0] == 404


def test_every_number_is_explained_and_nothing_else_is() -> None:
    explained = re.findall(r"^\| `(mailgate_\w+)", DOCUMENT.read_text(), re.M)
    assert explained == [number.name + ("_total" if number.counter else "") for number in NUMBERS]


def test_a_taken_port_is_a_sentence() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"web\.listen: 127\.0\.0\.1:{port} can not be used: Address"):
            open_socket("127.0.0.1", port)
