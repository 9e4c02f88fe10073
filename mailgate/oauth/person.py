"""The one time a person is needed: a code typed at another device (RFC 8628), or an agreement in a browser (RFC 6749,
4.1, with PKCE, RFC 7636). Nothing is kept before it is done, so giving up leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from mailgate.clock import Clock
from mailgate.oauth import assertion
from mailgate.oauth.access import NoToken, read
from mailgate.oauth.endpoint import FIRST_PAUSE_SECONDS, Answer, Away, Denied, ask
from mailgate.oauth.kept import Tokens
from mailgate.oauth.login import Login
from mailgate.oauth.words import in_words

DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"
USUAL_INTERVAL: Final = timedelta(seconds=5)
"""RFC 8628, 3.2: where the provider names none; 3.5: by so much longer after `slow_down`."""
USUAL_LIFE: Final = timedelta(minutes=15)
NOWHERE: Final = "http://127.0.0.1:1"
"""Where the browser is sent at the end. Nobody listens there: the person copies the address it shows."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person is asked to do. `code`: to be typed there; None: the address where it ends is to be copied."""

    url: str
    code: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Asking:
    """How a person is reached. `show` is called once; `address` waits for what was copied from the browser. `second`:
    how long a second is, for tests."""

    show: Callable[[Invitation], None]
    address: Callable[[], Awaitable[str]]
    second: float = 1.0


async def log_in(login: Login, asking: Asking, clock: Clock) -> Tokens:
    """Ask a person, and wait until it is done. Raises NoToken in words, ConfigurationError."""
    try:
        return await (_by_code if login.grant == "code" else _in_browser)(login, asking, clock)
    except Denied as wrong:
        raise NoToken(in_words(wrong, login)) from wrong
    except Away as wrong:
        raise NoToken(f"{login.of.title}: {wrong}") from wrong


# -- by a code ---------------------------------------------------------------------------------------------------------


async def _by_code(login: Login, asking: Asking, clock: Clock) -> Tokens:
    assert login.of.codes is not None, "the grant says so"
    pause = FIRST_PAUSE_SECONDS * asking.second
    form = {"client_id": login.client_id, "scope": login.of.scope}
    answer = await ask(login.of.at(login.of.codes, login.tenant), form, clock, pause)
    device, code = answer.text("device_code"), answer.text("user_code")
    # Google has called it `verification_url`, before there was a standard.
    url = answer.text("verification_uri") or answer.text("verification_url")
    if not (device and code and url):
        raise Away("its answer holds no code that could be typed")
    lasts = answer.duration("expires_in") or USUAL_LIFE
    asking.show(Invitation(url, code, answer.at + lasts))
    interval = answer.duration("interval") or USUAL_INTERVAL
    return await _poll(login, device, interval, lasts, asking, clock)


async def _poll(
    login: Login, device: str, interval: timedelta, lasts: timedelta, asking: Asking, clock: Clock
) -> Tokens:
    form = {"grant_type": DEVICE_CODE, "client_id": login.client_id, "device_code": device, **assertion.proof(login)}
    waited = timedelta()
    while waited < lasts:
        await asyncio.sleep(interval.total_seconds() * asking.second)
        waited += interval
        try:
            return read(await _asked(login, form, clock, asking))
        except Denied as wrong:
            if wrong.code == "slow_down":
                interval += USUAL_INTERVAL
            elif wrong.code != "authorization_pending":
                raise
        except Away:
            # RFC 8628, 3.5: a fault of the line is no answer; the person may be typing just now.
            interval += USUAL_INTERVAL
    raise Denied("expired_token")


async def _asked(login: Login, form: dict[str, str], clock: Clock, asking: Asking) -> Answer:
    url = login.of.at(login.of.tokens, login.tenant)
    return await ask(url, form, clock, FIRST_PAUSE_SECONDS * asking.second)


# -- in a browser ------------------------------------------------------------------------------------------------------


async def _in_browser(login: Login, asking: Asking, clock: Clock) -> Tokens:
    assert login.of.browser is not None, "the grant says so"
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    wanted = {
        "client_id": login.client_id,
        "redirect_uri": NOWHERE,
        "response_type": "code",
        "scope": login.of.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        # Without these Google gives a refresh token only the first time somebody agrees.
        "access_type": "offline",
        "prompt": "consent",
    }
    asking.show(Invitation(f"{login.of.at(login.of.browser, login.tenant)}?{urlencode(wanted)}", None, None))
    code = _code_of(await asking.address(), state)
    form = {
        "grant_type": "authorization_code",
        "client_id": login.client_id,
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": NOWHERE,
        **assertion.proof(login),
    }
    tokens = read(await _asked(login, form, clock, asking))
    if tokens.refresh is None:
        raise Away("it has given no refresh token, so that the login would end within the hour; try again")
    return tokens


def _code_of(address: str, state: str) -> str:
    try:
        said = {name: values[-1] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
    except ValueError:
        said = {}
    if "error" in said:
        raise Denied(said["error"], said.get("error_description", ""))
    if "code" not in said:
        raise Away("the address that was copied holds no code; copy all of it, from http:// to its end")
    if said.get("state") != state:
        raise Away("the address that was copied belongs to another try; begin again")
    return said["code"]
