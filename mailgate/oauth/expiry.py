"""What ends at a time we know: secrets with a date an admin has noted (`oauth.secret_expires`) or that say it
themselves, and logins whose provider says how long they last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.oauth import assertion, kept
from mailgate.oauth.kept import Tokens
from mailgate.oauth.login import Login
from mailgate.sentence import Sentence

AHEAD: Final = tuple(timedelta(days=each) for each in (1, 7, 30))
"""So long before the end it is said, once each."""
_SECRET: Final = Sentence("the secret of the login {name}", "das Geheimnis der Anmeldung {name}")
_PERSON: Final = Sentence("the login {name}", "die Anmeldung {name}")
_ENDS: Final = {
    timedelta(): Sentence(
        "{what} has expired on {year}-{month}-{day}", "{what} ist am {day}.{month}.{year} abgelaufen"
    ),
    timedelta(days=1): Sentence(
        "{what} expires within a day, on {year}-{month}-{day}",
        "{what} läuft binnen eines Tages ab, am {day}.{month}.{year}",
    ),
    timedelta(days=7): Sentence(
        "{what} expires within 7 days, on {year}-{month}-{day}",
        "{what} läuft in weniger als 7 Tagen ab, am {day}.{month}.{year}",
    ),
    timedelta(days=30): Sentence(
        "{what} expires within 30 days, on {year}-{month}-{day}",
        "{what} läuft in weniger als 30 Tagen ab, am {day}.{month}.{year}",
    ),
}


@dataclass(frozen=True, slots=True)
class End:
    """Something ends. `lasts`: how long it holds in all; None: not known. What holds for a day only is renewed by
    others all the time, and nobody is told each day."""

    what: Sentence
    at: datetime
    lasts: timedelta | None = None

    def said(self, now: datetime) -> Sentence | None:
        """None while there is time."""
        left = self.at - now
        if left <= timedelta():
            stage: timedelta | None = timedelta()
        else:
            stage = next((each for each in AHEAD if left <= each and (self.lasts is None or each < self.lasts)), None)
        if stage is None:
            return None
        year, month, day = f"{self.at:%Y %m %d}".split()
        return _ENDS[stage].filled(what=self.what, year=year, month=month, day=day)


def ends(login: Login) -> tuple[End, ...]:
    """All that is known; what can not be read is told where it is needed."""
    return tuple(_ends(login))


def _ends(login: Login) -> Iterator[End]:
    name = login.name
    if login.secret_expires:
        noted = datetime.combine(login.secret_expires, datetime.min.time(), UTC)
        yield End(_SECRET.filled(name=name), noted)
    try:
        secret, tokens = assertion.secret_of(login), kept.load(login.file)
    except (ConfigurationError, StoreUnavailable):
        return
    if secret and (held := assertion.lifetime(secret)):
        begins, until = held
        yield End(_SECRET.filled(name=name), until, until - begins if begins else None)
    if tokens and tokens.refresh and tokens.refresh_expires_at:
        yield End(_PERSON.filled(name=name), tokens.refresh_expires_at, _lasts(tokens))


def _lasts(tokens: Tokens) -> timedelta | None:
    if tokens.refresh_expires_at is None or tokens.refresh_since is None:
        return None
    return tokens.refresh_expires_at - tokens.refresh_since
