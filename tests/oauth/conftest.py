"""A provider of tokens, and logins that go to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.clock import SetClock
from mailgate.oauth import kept
from mailgate.oauth.access import Access
from mailgate.oauth.kept import Tokens
from mailgate.oauth.login import Login
from mailgate.oauth.providers import OVERRIDE
from tests.doubles.oauth_server import APP, SECRET, OAuthServer

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def quick(login: Login) -> Access:
    return Access(login, pause=0.01)


def logged_in(login: Login, server: OAuthServer, *, left: timedelta = timedelta()) -> None:
    """A person has logged in an hour ago; the token has so much time left."""
    tokens = Tokens("access-old", MORNING - HOUR + left, MORNING + left, server.issue(), MORNING - HOUR)
    kept.save(login.file, tokens)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        monkeypatch.setenv(OVERRIDE, server.url)
        yield server


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MORNING)


Made = Callable[..., Login]


@pytest.fixture
def login(tmp_path: Path) -> Made:
    """`login("secret")`, `login("code")`, `login("browser")`."""

    def made(grant: str, *, name: str = "m365", secret: str = SECRET, expires: date | None = None) -> Login:
        file = tmp_path / "secret"
        if grant != "code":
            file.write_text(secret + "\n")
        return Login(
            name=name,
            provider="google" if grant == "browser" else "microsoft365",
            tenant="example.com",
            client_id=APP,
            secret=None if grant == "code" else file,
            folder=tmp_path / "oauth",
            secret_expires=expires,
        )

    return made
