"""The listeners: SMTP, submission and LMTP, as the configuration says, on aiosmtpd sessions without its Controller.
They start together, share one reception, and are drained together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mailgate.clock import Clock
from mailgate.errors import ConfigurationError
from mailgate.intake import replies, tls
from mailgate.intake.endpoint import Endpoint, endpoint
from mailgate.intake.reception import Door, Reception, Source
from mailgate.intake.submission import SubmissionSession
from mailgate.intake.verbs import LmtpSession, SmtpSession
from mailgate.settings.model import Settings
from mailgate.settings.site import Certificate
from mailgate.store.journal import Journal, Receipt

_BACKLOG = 512
_SOCKET_MODE = 0o660
_LAST_SECONDS = 5.0
_HANDSHAKE_SECONDS = 15.0
_SESSIONS: dict[Source, type[SmtpSession]] = {"smtp": SmtpSession, "submission": SubmissionSession, "lmtp": LmtpSession}


@dataclass(frozen=True, slots=True)
class Listening:
    """Where one listener really is: the port the system chose where 0 was asked for."""

    source: Source
    at: Endpoint


@dataclass(frozen=True, slots=True)
class _Open:
    door: Door
    server: asyncio.Server
    at: Endpoint


class Listeners:
    """All open listeners."""

    def __init__(self, reception: Reception, opened: list[_Open]) -> None:
        self._reception = reception
        self._open = opened

    @property
    def addresses(self) -> tuple[Listening, ...]:
        """Every address that is listened on."""
        return tuple(Listening(one.door.source, at) for one in self._open for at in _bound(one))

    @property
    def settings(self) -> Settings:
        """What sessions go by."""
        return self._reception.settings

    @settings.setter
    def settings(self, new: Settings) -> None:
        """Sessions go by `new` from their next command on; certificates are read again. Raises ConfigurationError, and
        changes nothing then. `listen:` itself needs a restart."""
        self.prove(new)
        for one in self._open:
            certificate = _certificate(new, one.door.source)
            if certificate and (context := one.door.starttls or one.door.implicit):
                tls.load(context, new, certificate)
        self._reception.settings = new

    def prove(self, new: Settings) -> None:
        """Raises ConfigurationError where a certificate of `new` can not be used; changes nothing."""
        for one in self._open:
            if certificate := _certificate(new, one.door.source):
                tls.server_context(new, certificate)

    async def drain(self, grace: float) -> None:
        """Accept nobody more, say 421 to whoever waits for nothing, let messages on their way come in for `grace`
        seconds, then close the rest. What the journal has taken by then is committed all the same."""
        self._reception.is_closing = True
        for one in self._open:
            if one.at.path:  # before the close: whoever starts next never finds, and never loses, a path of ours
                one.at.path.unlink(missing_ok=True)
            one.server.close()
        for visitor in list(self._reception.visitors):
            visitor.leave()
        if not await self._reception.is_deserted_within(grace):
            for visitor in list(self._reception.visitors):
                visitor.hang_up(replies.CLOSING)
            await self._reception.is_deserted_within(_LAST_SECONDS)
        if self._reception.commits:
            await asyncio.wait(self._reception.commits, timeout=_LAST_SECONDS)
        for one in self._open:
            # From 3.12 on this waits for connections too: a TLS handshake that never ended may still be one.
            with suppress(TimeoutError):
                await asyncio.wait_for(one.server.wait_closed(), _LAST_SECONDS)
        self._open.clear()
        self._reception.logins.close()


async def listen(settings: Settings, journal: Journal, clock: Clock, arrived: Callable[[Receipt], None]) -> Listeners:
    """Open every listener that is configured. `arrived` is called in the loop after each commit. Raises
    ConfigurationError where an address or a certificate can not be used; then none is left open."""
    reception = Reception(settings, journal, clock, arrived)
    opened: list[_Open] = []
    try:
        for source, where in _wanted(settings):
            at = endpoint(settings, where)
            door = _door(settings, source)
            opened.append(_Open(door, await _open(reception, door, at), at))
    except BaseException:
        await Listeners(reception, opened).drain(0)
        raise
    return Listeners(reception, opened)


def nobody_listens(settings: Settings, journal: Journal, clock: Clock) -> Listeners:
    """On a node that takes no mail itself."""
    return Listeners(Reception(settings, journal, clock, lambda receipt: None), [])


def _wanted(settings: Settings) -> list[tuple[Source, str]]:
    intake = settings.intake
    configured: tuple[tuple[Source, str | None], ...] = (
        ("smtp", intake.smtp.listen),
        ("submission", intake.submission.listen),
        ("lmtp", intake.lmtp.listen),
    )
    return [(source, where) for source, where in configured if where is not None]


def _certificate(settings: Settings, source: Source) -> Certificate | None:
    return {"smtp": settings.intake.smtp.tls, "submission": settings.intake.submission.tls, "lmtp": None}[source]


def _door(settings: Settings, source: Source) -> Door:
    certificate = _certificate(settings, source)
    if certificate is None:
        return Door(source)
    context = tls.server_context(settings, certificate)
    return Door(source, implicit=context) if certificate.implicit else Door(source, starttls=context)


async def _open(reception: Reception, door: Door, at: Endpoint) -> asyncio.Server:
    kind = _SESSIONS[door.source]
    name = _own_name(reception.settings, door.source)
    loop = asyncio.get_running_loop()

    def session() -> SmtpSession:
        return kind(reception, door, name)

    try:
        if at.path is None:
            # Who has not shaken hands is not counted yet, so it must not take long.
            patience = _HANDSHAKE_SECONDS if door.implicit else None
            return await loop.create_server(
                session, at.host, at.port, ssl=door.implicit, ssl_handshake_timeout=patience, backlog=_BACKLOG
            )
        await _make_way(at.path)
        server = await loop.create_unix_server(session, at.path, backlog=_BACKLOG)
        at.path.chmod(_SOCKET_MODE)
        return server
    except OSError as wrong:
        raise ConfigurationError(f"intake.{door.source}.listen: {at} can not be used: {wrong}") from wrong


async def _make_way(path: Path) -> None:
    """Remove the socket that a crash left behind; one that somebody listens on stays theirs."""
    if not path.is_socket():
        return
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
    else:
        writer.close()
        raise OSError("somebody listens there already")


def _own_name(settings: Settings, source: Source) -> str:
    """What we call ourselves (RFC 5321, 4.3.1): the configured id, else the domain of our first address; never the name
    of the machine."""
    configured = settings.intake.lmtp if source == "lmtp" else settings.intake.smtp
    name = configured.authserv_id or settings.addresses[0].address.rpartition("@")[2]
    return name if name.isascii() else name.encode("idna").decode()


def _bound(one: _Open) -> list[Endpoint]:
    if one.at.path:
        return [one.at]
    return [Endpoint(*bound.getsockname()[:2]) for bound in one.server.sockets]
