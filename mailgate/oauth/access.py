"""The token of a login, for whoever shows it to a server: kept, renewed early, and by one at a time.

What a provider hands out is on the disk before anybody uses it: a refresh token may count once only, and the one that
came with the answer is then all that is left of the login. A crash in between leaves the old one, which providers take
until the new one was used.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.errors import StoreUnavailable, Temporary
from mailgate.oauth import assertion, kept
from mailgate.oauth.alone import alone
from mailgate.oauth.endpoint import FIRST_PAUSE_SECONDS, Answer, Away, Denied, ask
from mailgate.oauth.kept import Tokens
from mailgate.oauth.login import Login
from mailgate.oauth.words import in_words

USUAL: Final = timedelta(hours=1)
"""How long a token lasts that does not say so (RFC 6749, 5.1, leaves it open)."""
PATIENCE_SECONDS: Final = 3.0
"""So long a renewal is waited for by somebody who has a token that still holds."""
AWAY_REST_SECONDS: Final = 10.0
"""Whoever waited while a provider did not answer does not ask once more at once."""
DENIED_REST_SECONDS: Final = 60.0
"""After a clear no, nobody is asked again for so long: only a person or a changed file can help."""
REFUSED_REST_SECONDS: Final = 5 * 60.0
"""A server that takes no token at all is not shown a new one at each try."""

PERSON: Final = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
"""Refusals after which a person has to log in."""

_log = log.get("oauth")


class NoToken(Temporary):
    """no token can be had"""

    def __init__(self, why: str, *, needs_person: bool = False) -> None:
        super().__init__(why)
        self.needs_person = needs_person
        """Somebody has to log in; nothing else helps."""


class Access:
    """Use `access_of(login)`: all of a process share it. `pause`: seconds before the second try. `patience`: seconds
    that a renewal is waited for while the token still holds."""

    def __init__(self, login: Login, pause: float = FIRST_PAUSE_SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        self.login = login
        self._pause = pause
        self._patience = patience
        self._unsaved: tuple[Tokens, Tokens | None] | None = None
        """Handed out, but not on the disk yet, and what it is to replace there."""
        self._rests_until = 0.0
        self._no: NoToken | None = None
        self._seen: object = None
        self._refused_at: float | None = None

    async def token(self, clock: Clock) -> str:
        """One that lasts for a while. Raises NoToken in words, StoreUnavailable and ConfigurationError."""
        has = self._load()
        if has and has.is_fresh(clock.now()):
            return has.access
        if not (has and has.is_valid(clock.now())):
            return (await self._renewed(clock, None)).access
        try:
            async with asyncio.timeout(self._patience):
                return (await self._renewed(clock, None)).access
        except (NoToken, StoreUnavailable, TimeoutError):
            return has.access  # it was to be renewed early; there is time to try again

    async def another(self, refused: str, clock: Clock) -> str | None:
        """In the place of one that a server did not take, though it has not expired: it may have been taken back. None
        where a new one would not help either. Raises as `token`."""
        has = self._load()
        if has and has.access != refused and has.is_fresh(clock.now()):
            return has.access
        now = clock.monotonic()
        if self._refused_at is not None and now - self._refused_at < REFUSED_REST_SECONDS:
            return None
        self._refused_at = now
        return (await self._renewed(clock, refused)).access

    async def proven(self, clock: Clock) -> Tokens:
        """Asked for anew, whatever is kept, so that it shows whether the login holds. Raises as `token`."""
        has = self._load()
        self._rests_until = 0.0
        return await self._renewed(clock, has.access if has else None)

    async def keep(self, tokens: Tokens) -> None:
        """A person has logged in: these count from now on. Raises StoreUnavailable."""
        async with alone(self.login.file):
            kept.save(self.login.file, tokens)
        self._unsaved, self._rests_until, self._refused_at = None, 0.0, None

    def _load(self) -> Tokens | None:
        return kept.load(self.login.file)

    # -- renewing ------------------------------------------------------------------------------------------------------

    async def _renewed(self, clock: Clock, refused: str | None) -> Tokens:
        self._rest(clock)
        # Who asked may give up; the answer that is under way is kept all the same.
        renewing = asyncio.ensure_future(self._renew(clock, refused))
        renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(renewing)

    async def _renew(self, clock: Clock, refused: str | None) -> Tokens:
        async with alone(self.login.file):
            self._save_what_waits()
            has = self._load()
            if has and has.access != refused and has.is_fresh(clock.now()):
                return has  # somebody else was faster
            self._rest(clock)  # or has found out that there is no answer
            try:
                answer = await ask(self.login.of.at(self.login.of.tokens, self.login.tenant), self._form(has), clock,
                                   self._pause)  # fmt: skip
                tokens = read(answer, has)
            except Away as wrong:
                no = NoToken(f"{self.login.of.title}: {wrong}")
                raise self._rested(clock, no, max(AWAY_REST_SECONDS, wrong.seconds)) from wrong
            except Denied as wrong:
                no = NoToken(in_words(wrong, self.login), needs_person=wrong.code in PERSON and bool(has))
                raise self._rested(clock, no, DENIED_REST_SECONDS) from wrong
            # No `await` between the answer and the disk: nothing can come between.
            self._save(tokens, has)
            return tokens

    def _save_what_waits(self) -> None:
        """Unless something else is kept by now: somebody has logged in, or renewed in another process."""
        if self._unsaved and self._load() in (None, self._unsaved[1]):
            self._save(*self._unsaved)
        self._unsaved = None

    def _save(self, tokens: Tokens, before: Tokens | None) -> None:
        self._unsaved = tokens, before
        kept.save(self.login.file, tokens)
        self._unsaved = None
        _log.info("a token was renewed", login=self.login.name, until=tokens.expires_at.isoformat())

    def _form(self, has: Tokens | None) -> dict[str, str]:
        login = self.login
        if login.grant == "secret":
            assert login.of.of_app is not None, "the grant says so"
            asked = {"grant_type": "client_credentials", "scope": login.of.of_app}
        elif has and has.refresh:
            asked = {"grant_type": "refresh_token", "refresh_token": has.refresh, "scope": login.of.scope}
        else:
            why = f"nobody has logged in for {login.name} yet; run `mailgate connect {login.name}`"
            raise NoToken(why, needs_person=True)
        return {"client_id": login.client_id, **asked, **assertion.proof(login)}

    # -- resting -------------------------------------------------------------------------------------------------------

    def _rest(self, clock: Clock) -> None:
        if self._no and clock.monotonic() < self._rests_until and self._state() == self._seen:
            raise NoToken(str(self._no), needs_person=self._no.needs_person)

    def _rested(self, clock: Clock, no: NoToken, seconds: float) -> NoToken:
        self._no, self._seen = no, self._state()
        self._rests_until = clock.monotonic() + seconds
        return no

    def _state(self) -> object:
        """Changes when somebody has logged in, or has put another secret in place."""
        return [_changed_at(each) for each in (self.login.file, self.login.secret) if each]


def read(answer: Answer, before: Tokens | None = None) -> Tokens:
    """The tokens of an answer; a refresh token that does not come anew stays the one it was. Raises Away."""
    access, kind = answer.text("access_token"), answer.text("token_type") or "bearer"
    if access is None or kind.lower() != "bearer" or not access.isascii() or not access.isprintable():
        raise Away("its answer holds no token that could be used")
    refresh = answer.text("refresh_token")
    same = before if before and refresh in (None, before.refresh) else None
    lasts = answer.duration("refresh_token_expires_in")
    ends = answer.at + lasts if lasts else None
    return Tokens(
        access=access,
        obtained_at=answer.at,
        expires_at=answer.at + (answer.duration("expires_in") or USUAL),
        refresh=same.refresh if same else refresh,
        refresh_since=same.refresh_since if same else answer.at,
        refresh_expires_at=ends or (same.refresh_expires_at if same else None),
    )


@lru_cache(maxsize=256)
def access_of(login: Login) -> Access:
    """The same for all who log in so."""
    return Access(login)


def _changed_at(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None
