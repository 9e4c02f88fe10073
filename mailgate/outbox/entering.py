"""Logging in to a relay with a token instead of a password (XOAUTH2). One that is refused is renewed once: it may have
been taken back before it expired."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiosmtplib

from mailgate.clock import Clock
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.oauth.access import NoToken, access_of
from mailgate.oauth.login import Login
from mailgate.oauth.words import not_let_in
from mailgate.outbox.answers import in_words

C = TypeVar("C", bound=aiosmtplib.SMTP)


async def entered(login: Login, user: str | None, begun: Callable[[], Awaitable[C]], clock: Clock) -> C:
    """A connection of `begun` that is logged in. Raises what aiosmtplib raises, in words that say what to do."""
    assert user, "a relay with a login has a user"
    access = access_of(login)
    try:
        token = await access.token(clock)
        try:
            return await _shown(await begun(), user, token)
        except aiosmtplib.SMTPAuthenticationError as refused:
            another = await access.another(token, clock)
            if another is None:
                raise _unwilling(login, user, refused) from refused
            try:
                return await _shown(await begun(), user, another)  # many relays hang up after a refusal
            except aiosmtplib.SMTPAuthenticationError as again:
                raise _unwilling(login, user, again) from again
    except (NoToken, StoreUnavailable, ConfigurationError) as wrong:
        raise aiosmtplib.SMTPException(str(wrong)) from wrong


async def _shown(connection: C, user: str, token: str) -> C:
    try:
        if "xoauth2" not in connection.server_auth_methods:
            raise aiosmtplib.SMTPException("the relay takes no tokens: it does not offer XOAUTH2")
        await connection.auth_xoauth2(user, token)
    except BaseException:
        connection.close()
        raise
    return connection


def _unwilling(login: Login, user: str, wrong: aiosmtplib.SMTPAuthenticationError) -> aiosmtplib.SMTPException:
    return aiosmtplib.SMTPException(not_let_in(login, user, in_words(wrong), "SMTP"))
