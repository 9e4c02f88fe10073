"""A relay to send to: a real SMTP (or LMTP) server on aiosmtpd, in a thread of its own, that keeps what it is given.

    with Relay() as relay:
        …                                   # send to relay.url
        [letter] = relay.wait_for(1)
        assert letter.to == "erika@x.example"
        assert "Hello" in letter.text

It misbehaves on request: `refuse`, `defer`, `say`, `lose_answers`, `hold`, `go_away`. All of it may be called from any
thread; async tests use `await relay.arrived(1)`.
"""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any, Self, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult

from tests.doubles.ports import Port

PATIENCE = 10.0


@dataclass(frozen=True)
class Received:
    """One letter to one recipient, exactly as it came."""

    envelope_from: str
    """Empty for the null sender."""
    to: str
    raw: bytes
    connection: int
    """Which connection it came over, from 1."""
    options: tuple[str, ...] = ()
    """Parameters of MAIL, in upper case."""
    user: str | None = None
    encrypted: bool = False

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def files(self) -> dict[str, bytes]:
        """Attachments, decoded, by name."""
        return {
            part.get_filename() or "": cast(bytes, part.get_payload(decode=True))
            for part in self.message.walk()
            if part.get_filename()
        }

    def header(self, name: str) -> str:
        """The decoded value of a header field; empty where there is none."""
        return str(self.message.get(name, ""))

    def headers(self, name: str) -> list[str]:
        return [str(value) for value in self.message.get_all(name, [])]

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


@dataclass
class _Script:
    """What to say instead of 250, and how often; `times` None is always."""

    reply: str
    times: int | None = None

    def next(self) -> str | None:
        if self.times == 0:
            return None
        if self.times is not None:
            self.times -= 1
        return self.reply


@dataclass
class Relay:
    """Listens on 127.0.0.1 at a free port, or on a socket file, from `with` on."""

    lmtp: bool = False
    socket: Path | None = None
    users: dict[str, str] = field(default_factory=dict)
    tokens: set[str] | None = None
    """Whoever shows one of these logs in by XOAUTH2, and nobody sends without; all that were shown are in `shown`."""
    tls: ssl.SSLContext | None = None
    """STARTTLS is offered; with `implicit` TLS from the first byte."""
    implicit: bool = False
    smtputf8: bool = True
    size: int = 2**26
    """The largest mail it takes, as it announces it."""

    def __post_init__(self) -> None:
        self.letters: list[Received] = []
        self.shown: list[tuple[str, str]] = []
        """Users and their tokens."""
        self.connections = 0
        """How many were opened in all."""
        self.open: set[Any] = set()
        """The sessions that are open now."""
        self.commands: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._scripts: dict[str, _Script] = {}
        self.mood: Callable[[str], str | None] | None = None
        """Asked at `RCPT`, `DATA` and, once it has the letter, at `250`, after what was asked for by name: a reply, or
        None to behave. At `250` any reply is to hang up without one."""
        self._losing = 0
        self._holding: set[str] = set()
        self._held = 0
        self._loop = asyncio.new_event_loop()
        self._released = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.port = 0

    # -- what a test asks --------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """As `delivery.relays` names it."""
        if self.socket:
            return f"lmtp:{self.socket}"
        scheme = "lmtp" if self.lmtp else "smtps" if self.implicit else "smtp+starttls" if self.tls else "smtp"
        return f"{scheme}://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Received]:
        """The letters to one recipient; case does not matter."""
        return [letter for letter in self.letters if letter.to.lower() == address.lower()]

    def wait_for(self, count: int, to: str | None = None, timeout: float = PATIENCE) -> list[Received]:
        """Wait until so many letters are there (to that recipient); returns them."""

        def found() -> list[Received]:
            return self.to(to) if to else list(self.letters)

        self._wait(lambda: len(found()) >= count, timeout, lambda: f"{len(found())} letters instead of {count}")
        return found()

    async def arrived(self, count: int, to: str | None = None, timeout: float = PATIENCE) -> list[Received]:
        """`wait_for` in an async test."""
        return await asyncio.to_thread(self.wait_for, count, to, timeout)

    def wait_until_held(self, count: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until so many clients wait for an answer that `hold` keeps back."""
        self._wait(lambda: self._held >= count, timeout, lambda: f"{self._held} clients wait instead of {count}")

    # -- misbehaviour ------------------------------------------------------------------------------------------------

    def refuse(self, address: str, reply: str = "550 5.1.1 No such user") -> None:
        """Say 550 at RCPT for this recipient."""
        self.say(f"RCPT {address}", reply)

    def defer(self, address: str, times: int | None = None, reply: str = "451 4.7.1 Try again later") -> None:
        """Say 451 at RCPT for this recipient, so many times."""
        self.say(f"RCPT {address}", reply, times)

    def say(self, command: str, reply: str, times: int | None = None) -> None:
        """Answer MAIL, RCPT, `RCPT address`, DATA or RSET with this, so many times; 421 also hangs up."""
        self._scripts[command.lower()] = _Script(reply, times)

    def lose_answers(self, times: int = 1) -> None:
        """Take so many letters and hang up before the answer to DATA."""
        self._losing = times

    def hold(self, *commands: str) -> None:
        """Keep back the answers to MAIL, RCPT, DATA or RSET until `release`."""
        self._holding = {command.lower() for command in commands}
        self._loop.call_soon_threadsafe(self._released.clear)

    def release(self) -> None:
        """Give the answers that were held."""
        self._holding = set()
        self._loop.call_soon_threadsafe(self._released.set)

    def hang_up(self) -> None:
        """Break every connection; new ones are taken."""
        self._ask(self._hang_up())

    def go_away(self) -> None:
        """Break every connection and refuse new ones."""
        self._ask(self._stop_listening())

    def come_back(self) -> None:
        """Listen again, at the same port."""
        self._ask(self._listen())

    # -- the server --------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._at = Port()  # nobody else's, while this one is away
        self.port = self._at.number
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self.come_back()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ask(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._at.close()

    def _ask(self, coroutine: Any) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    async def _listen(self) -> None:
        context = self.tls if self.implicit else None
        if self.socket:
            self._server = await self._loop.create_unix_server(self._session, str(self.socket), ssl=context)
        else:
            self._server = await self._loop.create_server(self._session, "127.0.0.1", self.port, ssl=context)

    def _session(self) -> SMTP:
        session = (_LmtpSession if self.lmtp or self.socket else _SmtpSession)(
            _Answers(self) if self.tokens is None else _TokenAnswers(self),
            loop=self._loop,
            hostname="relay.test",
            data_size_limit=self.size,
            enable_SMTPUTF8=self.smtputf8,
            tls_context=None if self.implicit else self.tls,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )
        session.relay = self
        return session

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        name, password = login.login.decode(), login.password.decode()
        return AuthResult(success=self.users.get(name) == password, handled=False, auth_data=name)

    async def _hang_up(self) -> None:
        for session in list(self.open):
            session.transport.abort()
        while self.open:
            await asyncio.sleep(0.001)

    async def _stop_listening(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        await self._hang_up()

    async def _end(self) -> None:
        await self._stop_listening()
        tasks = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- what the session reports ------------------------------------------------------------------------------------

    async def _answer(self, *commands: str) -> str | None:
        """What to say instead of 250, for the first of these that a test spoke of."""
        self.commands[commands[-1]] += 1
        if commands[-1].lower() in self._holding:
            self._note(held=1)
            await self._released.wait()
            self._note(held=-1)
        for command in commands:
            script = self._scripts.get(command.lower())
            if script and (reply := script.next()):
                return reply
        return self.mood(commands[-1]) if self.mood and commands[-1] in ("RCPT", "DATA") else None

    def _note(self, *letters: Received, held: int = 0) -> None:
        with self._changed:
            self.letters.extend(letters)
            self._held += held
            self._changed.notify_all()

    def _wait(self, true: Callable[[], bool], timeout: float, otherwise: Callable[[], str]) -> None:
        with self._changed:
            if not self._changed.wait_for(true, timeout):
                raise AssertionError(f"after {timeout} s: {otherwise()}; got letters to {[x.to for x in self.letters]}")


class _Session:
    """What both protocols add to aiosmtpd: the connection is counted, and lines may be long."""

    relay: Relay
    number = 0
    line_length_limit = 2**20

    def connection_made(self, transport: asyncio.Transport) -> None:
        if not self.number:
            self.relay.connections += 1
            self.number = self.relay.connections
        self.relay.open.add(self)  # not the transport: STARTTLS puts another one on top
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        self.relay.open.discard(self)
        super().connection_lost(error)  # type: ignore[misc]


class _SmtpSession(_Session, SMTP):  # type: ignore[misc]
    pass


class _LmtpSession(_Session, LMTP):  # type: ignore[misc]
    pass


class _Answers:
    """The handler of aiosmtpd."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if (self._relay.users or self._relay.tokens is not None) and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._say(server, "MAIL")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        reply = await self._say(server, f"RCPT {address}", "RCPT")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_RSET(self, server: Any, session: Any, envelope: Any) -> str:
        return await self._say(server, "RSET")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        relay = self._relay
        reply = await self._say(server, "DATA", ok=f"250 2.0.0 taken as {len(relay.letters) + 1}")
        if reply.startswith("250"):
            relay._note(*(self._received(server, session, envelope, to) for to in envelope.rcpt_tos))
        lost = relay.mood and reply.startswith("250") and relay.mood("250")
        if lost or relay._losing:
            relay._losing -= not lost
            server.transport.abort()
            await asyncio.Event().wait()
        return reply

    def _received(self, server: Any, session: Any, envelope: Any, to: str) -> Received:
        return Received(
            envelope_from="" if envelope.mail_from == "<>" else envelope.mail_from,
            to=to,
            raw=envelope.original_content,
            connection=server.number,
            options=tuple(envelope.mail_options),
            user=session.auth_data,
            encrypted=server.transport.get_extra_info("sslcontext") is not None,
        )

    async def _say(self, server: Any, *commands: str, ok: str = "250 2.0.0 OK") -> str:
        reply = await self._relay._answer(*commands)
        if reply and reply.startswith("421"):
            self._relay._loop.call_later(0.01, server.transport.close)
        return reply or ok


class _TokenAnswers(_Answers):
    """With XOAUTH2, as Exchange and Gmail do it: why not is a challenge, and the refusal follows an empty answer."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        user, token = base64.b64decode(args[1]).decode().split("\1")[:2]
        name, shown = user.removeprefix("user="), token.removeprefix("auth=Bearer ")
        self._relay.shown.append((name, shown))
        if shown in (self._relay.tokens or ()):
            return AuthResult(success=True, auth_data=name)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)
