"""One login to a mailbox, and the few commands we need (RFC 3501; MOVE RFC 6851, UIDPLUS RFC 4315, IDLE RFC 2177).

Each await has a deadline that goes by silence: a large mail over a slow line may take long, a server that says nothing
may not. Whatever fails ends the session (`Lost`) or is a refusal in the server's words (`Refused`).
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailgate.errors import MailgateError
from mailgate.intake.imap_answers import Opened, Weighed, as_set, listed, runs, uid_of, weighed
from mailgate.intake.imap_idle import idle
from mailgate.intake.imap_names import folder as named
from mailgate.intake.imap_names import quoted
from mailgate.intake.imap_wire import Ask, Line, Lost, Pieces
from mailgate.untrusted import in_words

SILENCE_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 9 * 60.0
"""Below the 10 minutes after which NAT forgets a silent connection; RFC 2177 says below 29."""
_CODE: Final = re.compile(rb"\[(UIDVALIDITY|UIDNEXT) (\d{1,10})\]")


class Refused(MailgateError):
    """the mailbox refuses what was asked"""


class NotLetIn(Refused):
    """the mailbox does not accept the login"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is and how it is reached."""

    host: str
    port: int
    tls: str = "implicit"
    """`implicit`, `starttls` or `none`."""
    context: ssl.SSLContext | None = field(default=None, compare=False)
    """None: the certificates that this machine trusts. Two of them never are the same, where they say the same."""


class Coming(NamedTuple):
    """A mail that was asked for."""

    uid: int
    part: str
    command: Ask


class Session:
    """Use `await Session.begun(place, longest)`; one command at a time. `longest`: octets of the largest mail."""

    def __init__(self, line: Line, silence: float) -> None:
        self._line = line
        self._silence = silence
        self.capabilities: frozenset[str] = frozenset()

    @property
    def news(self) -> int:
        """How often the server has said that a mail has come: a hint."""
        return self._line.grown

    # -- in and out ----------------------------------------------------------------------------------------------------

    @classmethod
    async def begun(cls, place: Place, longest: int, silence: float = SILENCE_SECONDS) -> Session:
        """A connection over which nobody is logged in yet. Raises Lost."""
        loop = asyncio.get_running_loop()
        line = Line(loop, longest, silence)
        context = place.context or ssl.create_default_context()
        tls = context if place.tls == "implicit" else None
        try:
            async with asyncio.timeout(silence):
                await loop.create_connection(lambda: line, place.host, place.port, ssl=tls)
                while line.state in ("STARTED", "CONNECTED") and not line.trouble:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            line.end("the server does not greet us")
        except OSError as wrong:
            raise Lost(f"no connection to {place.host}:{place.port}: {in_words(wrong)}") from wrong
        session = cls(line, silence)
        session._alive()
        if place.tls == "starttls":
            await session._start_tls(context, place.host)
        await session._learn()
        return session

    async def log_in(self, user: str, password: str) -> None:
        """Raises NotLetIn in the server's words."""
        if "AUTH=PLAIN" in self.capabilities and not (user + password).isascii():
            # RFC 4616: the only way in for letters beyond ASCII.
            secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            await self._enter("AUTHENTICATE", "PLAIN", secret, secret=secret)
        elif "LOGINDISABLED" in self.capabilities:
            raise NotLetIn("the server takes no passwords over this connection; use tls: implicit or starttls")
        else:
            await self._enter("LOGIN", quoted(user), quoted(password), secret=password)

    async def log_in_by_token(self, user: str, token: str) -> None:
        """XOAUTH2. Raises NotLetIn in the server's words."""
        secret = base64.b64encode(f"user={user}\1auth=Bearer {token}\1\1".encode()).decode()
        await self._enter("AUTHENTICATE", "XOAUTH2", secret, secret=secret)

    async def leave(self) -> None:
        """Say goodbye, and hang up at once where the server does not."""
        try:
            async with asyncio.timeout(2):
                await self._ask("LOGOUT")
        except (Lost, Refused, TimeoutError):
            pass
        finally:
            self._line.end("we have left")

    async def _enter(self, name: str, *args: str, secret: str) -> None:
        try:
            await self._ask(name, *args, secret=secret)
        except Refused as wrong:
            raise NotLetIn(str(wrong)) from wrong
        self._line.state = "AUTH"
        await self._learn()

    async def _start_tls(self, context: ssl.SSLContext, host: str) -> None:
        await self._learn()
        if "STARTTLS" not in self.capabilities:
            raise Lost("the server offers no STARTTLS, and without it no password is sent")
        await self._ask("STARTTLS")
        if self._line.cutter.has_rest:
            # What came in the clear behind the OK would be taken for encrypted (CVE-2021-38371 and others).
            raise Lost("the server sends more behind STARTTLS than it may")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._silence):
                self._line.transport = await loop.start_tls(
                    self._line.transport, self._line, context, server_hostname=host
                )
        except OSError as wrong:
            raise Lost(f"no TLS with {host}: {in_words(wrong)}") from wrong

    async def _learn(self) -> None:
        said = await self._ask("CAPABILITY")
        words = [each[0] for each in said if each[0].upper().startswith(b"CAPABILITY ")]
        self.capabilities = frozenset(b" ".join(words).decode("ascii", "replace").upper().split())

    # -- the folder ----------------------------------------------------------------------------------------------------

    async def open(self, folder: str, *, only_look: bool = False) -> Opened:
        """Select a folder, or examine it. Raises Refused where there is none, or where its UIDs mean nothing."""
        self._line.state = "AUTH"
        said, answer = await self._ask_in_full("EXAMINE" if only_look else "SELECT", named(folder))
        codes = {match[1]: int(match[2]) for each in said for match in _CODE.finditer(each[0])}
        exists = [int(each[0].split()[0]) for each in said if each[0].upper().endswith(b" EXISTS")]
        if b"UIDVALIDITY" not in codes:
            raise Refused(f"the folder {folder} has no UIDVALIDITY, so that its mails can not be told apart")
        self._line.opened(codes[b"UIDVALIDITY"], exists[-1] if exists else 0)
        read_only = b"READ-ONLY" in answer.upper()
        return Opened(codes[b"UIDVALIDITY"], read_only, self._line.exists, codes.get(b"UIDNEXT"))

    async def create(self, folder: str) -> None:
        """Make a folder. Raises Refused."""
        await self._ask("CREATE", named(folder))

    async def uids(self, above: int = 0) -> list[int]:
        """Every mail of the folder, or those above one; never by flags or dates: those are other programs'."""
        said = await self._ask("UID", "SEARCH", *(("UID", f"{above + 1}:*") if above else ("ALL",)))
        return [uid for uid in listed(said) if uid > above]  # `n:*` names the last one, whatever n is

    async def sized(self, size: int) -> list[int]:
        """Mails with so many octets, by RFC822.SIZE; those that came last are last."""
        larger = ("LARGER", str(size - 1)) if size else ()
        return listed(await self._ask("UID", "SEARCH", *larger, "SMALLER", str(size + 1)))

    async def weigh(self, uids: Sequence[int]) -> list[Weighed]:
        """Size and date of these mails; those that are gone are left out."""
        found: list[Weighed] = []
        for some in runs(uids):
            said = await self._ask("UID", "FETCH", as_set(some), "(UID RFC822.SIZE INTERNALDATE)")
            found += [each for each in map(weighed, said) if each]
        wanted = set(uids)  # `n:*` and chatty servers tell of more
        return [each for each in found if each.uid in wanted]

    def ask_for(self, uid: int, part: str = "") -> Coming:
        """Ask for one mail, or for its `HEADER`. Nothing else may be asked before it was `fetched`."""
        return Coming(uid, part, self._begin("UID", "FETCH", str(uid), f"(UID BODY.PEEK[{part}])"))

    async def fetched(self, coming: Coming) -> bytes | None:
        """Its exact bytes; None where it is gone. Its flags stay as they are."""
        await self._ended(coming.command)
        wanted = f"BODY[{coming.part}]".encode()
        for pieces in coming.command.responses:
            if len(pieces) > 1 and uid_of(pieces) == coming.uid and wanted in pieces[0].upper():
                return pieces[1]
        return None

    async def fetch(self, uid: int, part: str = "") -> bytes | None:
        """Ask for it and wait."""
        return await self.fetched(self.ask_for(uid, part))

    # -- afterwards ----------------------------------------------------------------------------------------------------

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Into another folder, where the server has MOVE."""
        await self._with_each(uids, "MOVE", named(folder))

    async def copy(self, uids: Sequence[int], folder: str) -> None:
        """Into another folder; they stay in this one too."""
        await self._with_each(uids, "COPY", named(folder))

    async def delete(self, uids: Sequence[int]) -> None:
        """Just these: without UIDPLUS they are only marked, because EXPUNGE would take what others have marked too."""
        for some in runs(uids):
            await self._ask("UID", "STORE", as_set(some), "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self.capabilities:
                await self._ask("UID", "EXPUNGE", as_set(some))

    async def flag(self, uids: Sequence[int]) -> None:
        """Mark as seen, so that people who look into the folder know."""
        await self._with_each(uids, "STORE", "+FLAGS.SILENT", r"(\Seen)")

    async def _with_each(self, uids: Sequence[int], name: str, *args: str) -> None:
        for some in runs(uids):
            await self._ask("UID", name, as_set(some), *args)

    async def wait_for_news(self, seconds: float, stop: asyncio.Event | None = None, known: int | None = None) -> bool:
        """Until a mail may have come, or so long; whether the server has said so. By IDLE where there is it, else by
        waiting and asking: a hint, no more. `known`: the `news` that were heard before the list was asked for; what
        was said since then counts."""
        before = self.news if known is None else known
        if before != self.news:
            return True
        if "IDLE" not in self.capabilities:
            await _quiet(min(seconds, self._silence), stop)
            await self._ask("NOOP")
            return True  # nobody could tell us before
        self._alive()
        if not await idle(self._line, self._silence, min(seconds, IDLE_SECONDS), before, stop):
            self.capabilities -= {"IDLE"}  # it says that it can, and can not: from now on we ask
        return self.news != before

    # -- the wire ------------------------------------------------------------------------------------------------------

    async def _ask(self, name: str, *args: str, secret: str | None = None) -> list[Pieces]:
        return (await self._ask_in_full(name, *args, secret=secret))[0]

    async def _ask_in_full(self, name: str, *args: str, secret: str | None = None) -> tuple[list[Pieces], bytes]:
        """Every untagged response while it ran, and the words of the answer. Raises Lost and Refused."""
        self._alive()
        while (before := self._line.pending_sync_command) is not None:
            await before.wait()  # somebody has asked, and does not want to know any more
        command = self._begin(name, *args, secret=secret)
        return command.responses, await self._ended(command)

    def _begin(self, name: str, *args: str, secret: str | None = None) -> Ask:
        command = Ask(name, self._line.new_tag(), *args)
        self._line.begin(command, secret)
        return command

    async def _ended(self, command: Ask) -> bytes:
        await command.wait()
        result, lines = command.response
        words = bytes(lines[-1]) if lines else b""
        if result != "OK":
            name = f"UID {command.args[0]}" if command.name == "UID" else command.name
            raise Refused(f"{name}: {words[:200].decode('utf-8', 'replace')}")
        return words

    def _alive(self) -> None:
        if self._line.trouble:
            raise Lost(self._line.trouble)


async def _quiet(seconds: float, stop: asyncio.Event | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await (stop or asyncio.Event()).wait()
    except TimeoutError:
        pass
