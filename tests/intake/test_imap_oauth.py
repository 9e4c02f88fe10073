"""Into a mailbox with a token: renewed when it is refused, in words when nothing helps, also into shared mailboxes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailgate.clock import Clock
from mailgate.errors import ConfigurationError
from mailgate.intake.imap_login import enter, explained
from mailgate.intake.imap_place import reading_of
from mailgate.intake.imap_session import NotLetIn, Refused, Session
from mailgate.oauth.providers import OVERRIDE
from mailgate.settings.model import Settings
from tests.doubles.exchange import Exchange
from tests.doubles.imap_server import OddServer
from tests.doubles.oauth_server import SECRET, OAuthServer


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        monkeypatch.setenv(OVERRIDE, server.url)
        yield server


def desk(folder: Path, port: int, more: dict[str, str] | None = None, **box: Any) -> Settings:
    """`more`: a second mailbox, with the login of the first."""
    (folder / "secret").write_text(SECRET)
    mailbox: dict[str, Any] = {
        "name": "m365",
        "address": "it@example.com",
        "provider": "microsoft365",
        "user": "it@example.com",
    }
    oauth = {"tenant": "example.com", "client_id": "app-id", "secret_file": "secret"}
    mailbox |= {"host": "127.0.0.1", "port": port, "tls": "none", "oauth": oauth, **box}
    second = [{**mailbox, "oauth": {"same_as": "m365"}, **more}] if more else []
    return Settings(
        site={"admins": ["ops@example.com"], "state": str(folder)},
        addresses=[{"address": "it@example.com"}],
        intake={"imap": [mailbox, *second]},
    )


async def entered(settings: Settings, number: int = 0) -> None:
    """As a reader does at each visit."""
    reading = reading_of(settings, settings.intake.imap[number])
    session = await Session.begun(reading.place, 2**20, 5)
    try:
        await enter(session, reading, Clock())
        await session.open("INBOX")
    finally:
        await session.leave()


async def test_an_application_enters_with_its_token(tmp_path: Path, provider: OAuthServer) -> None:
    with Exchange(provider.valid.__contains__) as server:
        for _ in range(3):
            await entered(desk(tmp_path, server.port))
    assert ({user for user, _ in server.users}, provider.grants()) == ({"it@example.com"}, ["client_credentials"])


async def test_a_shared_mailbox_is_entered_under_its_own_address_with_the_token_of_another(
    tmp_path: Path, provider: OAuthServer
) -> None:
    with Exchange(provider.valid.__contains__) as server:
        settings = desk(tmp_path, server.port, more={"name": "shared", "user": "sales@example.com"})
        for number in (0, 1):
            await entered(settings, number)
    assert [user for user, _ in server.users] == ["it@example.com", "sales@example.com"]
    assert (len({token for _, token in server.users}), len(provider.asked)) == (1, 1)


async def test_a_token_that_was_taken_back_is_renewed_on_the_spot(tmp_path: Path, provider: OAuthServer) -> None:
    with Exchange(provider.valid.__contains__) as server:
        settings = desk(tmp_path, server.port)
        await entered(settings)
        provider.valid.clear()
        await entered(settings)
    assert len(server.users) == 3
    assert provider.grants() == ["client_credentials"] * 2


async def test_a_mailbox_that_takes_no_token_at_all_says_what_may_be_missing(
    tmp_path: Path, provider: OAuthServer
) -> None:
    with Exchange(lambda token: False) as server:
        settings = desk(tmp_path, server.port)
        for _ in range(3):
            with pytest.raises(
                NotLetIn, match=r"no token for it@example.com .*AUTHENTICATE failed\); .*IMAP.AccessAsApp"
            ):
                await entered(settings)
    assert len(provider.asked) == 2, "one, and one in its place; not one more at each visit"


async def test_exchange_says_only_at_the_folder_that_the_token_is_not_for_it(
    tmp_path: Path, provider: OAuthServer
) -> None:
    with Exchange(provider.valid.__contains__) as server:
        settings = desk(tmp_path, server.port)
        server.odd["SELECT"] = b"{tag} BAD User is authenticated but not connected.\r\n"
        with pytest.raises(Refused) as refused:
            await entered(settings)
    reading = reading_of(settings, settings.intake.imap[0])
    assert "its service principal full access to this mailbox" in explained(reading, refused.value)
    assert explained(reading, Refused("SELECT: no such folder")) == "SELECT: no such folder"


async def test_a_server_without_xoauth2_is_told_before_a_token_is_fetched(
    tmp_path: Path, provider: OAuthServer
) -> None:
    async with OddServer() as server:
        with pytest.raises(NotLetIn, match="does not offer XOAUTH2"):
            await entered(desk(tmp_path, server.port))
    assert provider.asked == []


async def test_a_provider_that_says_no_is_a_refused_login(tmp_path: Path, provider: OAuthServer) -> None:
    with Exchange(provider.valid.__contains__) as server:
        settings = desk(tmp_path, server.port)
        (tmp_path / "secret").write_text("wrong")
        with pytest.raises(NotLetIn, match=r"Microsoft 365: the secret in .* is wrong"):
            await entered(settings)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ({"oauth": {"tenant": "t"}}, "client_id is missing"),
        ({"oauth": {"client_id": "c", "secret_file": "s"}}, "tenant is missing"),
        ({"provider": "google", "oauth": {"client_id": "c"}}, "Google wants the secret"),
        ({"provider": "none", "oauth": {"client_id": "c"}}, "can not be told; write provider"),
        ({"oauth": {"same_as": "other"}}, "'other' is none"),
        ({"oauth": {"same_as": "m365"}}, "'m365' is none"),
    ],
)
def test_half_a_login_is_a_sentence(tmp_path: Path, box: dict[str, Any], words: str) -> None:
    settings = desk(tmp_path, 1, **box)
    with pytest.raises(ConfigurationError, match=words):
        reading_of(settings, settings.intake.imap[0])
