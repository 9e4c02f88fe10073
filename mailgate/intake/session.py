"""A session: commands one after the other, the message, deadlines, and how it ends. aiosmtpd has the table of commands;
its loop is replaced, because it answers our own faults with 500 and their text, cancels a commit when the client goes
away, and knows no bounds. How bytes come and go: `wire.py`. Who is here: `visit.py`. What commands do: `verbs.py`.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from aiosmtpd.smtp import TLSSetupException

from mailgate.intake import replies
from mailgate.intake.caps import Load
from mailgate.intake.data import Collected, Message
from mailgate.intake.pace import Pace
from mailgate.intake.reception import Door, Reception
from mailgate.intake.visit import Visit
from mailgate.store.journal import Receipt

Said = str | Coroutine[Any, Any, str | None] | Future[Receipt] | None
"""What a command is answered with: a reply; what has to be waited for, and brings it then; the commit of a message;
None where all is said."""

COMMAND_BYTES = 2048
ERRORS = 20
COMMANDS_WITHOUT_MAIL = 100
_LONGEST_LINE = 2**16
_YIELD_EVERY = 32
_MAIL_COMMANDS = frozenset({"MAIL", "RCPT", "DATA"})
# A browser or a proxy that was talked into sending to our port: whatever follows is not meant for us.
_FOREIGN = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "PROXY"})


class Session(Visit):
    """One connection of one client."""

    greeting = "ESMTP"

    def __init__(self, reception: Reception, door: Door, hostname: str) -> None:
        super().__init__(reception, door, hostname)
        self._patience = _patience(reception)
        self._pace: Pace | None = None
        self._message: Collected | None = None
        self._due = 1
        self._errors = 0
        self._without_mail = 0
        self._is_busy = False
        self._is_leaving = False
        self._is_sent_away = False
        self.expects: Callable[[str], Said] | None = None
        """What takes the next line, where that is no command: it is asked once."""

    # -- the beginning and the end ---------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        """aiosmtpd starts this when the connection is there."""
        if self.refusal is not None:
            self.log("turned away", self.refusal)
            self.note(self.refusal)
            self.say(self.refusal)
            self.close()
        else:
            self.say(f"220 {self.hostname} {self.greeting} ready")
            self._reset_timeout(self._patience)
            self.listen()

    def connection_lost(self, error: Exception | None) -> None:
        self._forget_message()
        super().connection_lost(error)

    def close(self) -> None:
        self._forget_message()
        super().close()

    def leave(self) -> None:
        self._is_sent_away = True
        if not self._is_busy:
            self.hang_up(replies.CLOSING)

    def hang_up(self, reply: str) -> None:
        if self.transport is not None and not self.is_closing:
            self.note_end(reply)
            self.say(self._each_due(reply))
            self.close()
            if self._handler_coroutine is not None:
                self._handler_coroutine.cancel()

    def time_is_up(self) -> None:
        if self.is_closing:
            self.cut_off()
        elif self._pace is None:
            self.hang_up(replies.IDLE)
        elif (left := self._pace.left(self.loop.time())) > 0:
            self._reset_timeout(left)
        else:
            self.hang_up(replies.TOO_SLOW)

    # -- the commands ----------------------------------------------------------------------------------------

    def go_on(self) -> None:
        for _ in range(_YIELD_EVERY):
            if not (self._add_to_message() if self._message is not None else self._obey_next()):
                if self.hears_no_more and self.may_go_on:
                    self.close()
                return
        self.loop.call_soon(self.listen_on)  # thousands of commands in one packet must not keep the others waiting

    def _obey_next(self) -> bool:
        """Obey one command; False where none is there, or may be read."""
        if not self.came or not self.may_go_on:
            return False
        end = self.came.find(b"\n") + 1
        if not end and len(self.came) <= _LONGEST_LINE:
            return False
        line = bytes(memoryview(self.came)[: end or None])
        del self.came[: len(line)]
        self._is_leaving = len(line) > _LONGEST_LINE
        self._do(self._obey, line)
        return True

    def _obey(self, line: bytes) -> Said:
        self._patience = _patience(self.reception)
        # RFC 5321, 4.5.3.1.4, and room for parameters
        expects, self.expects = self.expects, None
        if len(line) > COMMAND_BYTES:
            return replies.LINE_TOO_LONG
        if expects is not None:
            return expects(line.strip().decode("utf-8", "surrogateescape"))
        verb, _, argument = line.strip().decode("utf-8", "surrogateescape").partition(" ")
        name = verb.upper()
        if name in _FOREIGN:
            self._is_leaving = True
            return replies.NOT_SMTP
        if name not in _MAIL_COMMANDS:
            self._without_mail += 1
        said: Said = self._smtp_methods.get(name, self._unknown)(argument.strip())
        return said

    def _unknown(self, argument: str) -> str:
        return replies.UNKNOWN_COMMAND

    def _do(self, work: Callable[..., Said], *values: object) -> None:
        """Do what was asked for, and answer."""
        try:
            said = work(*values)
        except Exception as fault:  # noqa: BLE001  # F1: whatever fails in us is temporary, and its text stays here
            said = self.note_fault(fault)
        if said is None or isinstance(said, str):
            self.answer(said)
        elif isinstance(said, Future):
            self.wait_until(said, partial(self._do, self.kept, said))
        else:
            self.wait_for(self._answer_later(said))

    async def _answer_later(self, work: Coroutine[Any, Any, str | None]) -> None:
        try:
            said = await work
        except (ConnectionError, EOFError, TLSSetupException):
            raise
        except Exception as fault:  # noqa: BLE001  # F1 again
            said = self.note_fault(fault)
        self.answer(said)
        self.flush()

    def answer(self, reply: str | None) -> None:
        """Answer the command, and an LMTP message once for each recipient that was accepted."""
        if reply is not None:
            if reply.startswith("5"):
                self._errors += 1
            self.say(self._each_due(reply))
            self._due = 1
            self._is_busy = False
        if last_words := self._last_words():
            self._is_leaving = True
            self.note_end(last_words)
            self.say(last_words)
        if self._is_leaving:
            self.close()
        elif self._message is None:
            self._reset_timeout(self._patience)

    def _each_due(self, reply: str) -> str:
        return reply if self._due == 1 else "\r\n".join([reply] * self._due)

    def _last_words(self) -> str | None:
        """Why the session ends after this command, where the client has not been told."""
        if self._is_sent_away:
            return replies.CLOSING
        if self.peer.is_stranger and self._errors >= ERRORS:
            return replies.TOO_MANY_ERRORS
        if self.peer.is_stranger and self._without_mail >= COMMANDS_WITHOUT_MAIL:
            return replies.TOO_MANY_COMMANDS
        return None

    # -- a message on its way --------------------------------------------------------------------------------

    def buffer_updated(self, nbytes: int) -> None:
        if self._pace is not None:
            self._pace.more(nbytes, self.loop.time())
        try:
            super().buffer_updated(nbytes)
        except MemoryError:
            self.came.clear()
            self._forget_message()
            self.hang_up(replies.NO_MEMORY)

    def begin_message(self, load: Load, replies_due: int) -> None:
        """354 is said: from now on the pace counts, and the session is not asked to leave."""
        now, limits = self.loop.time(), self.reception.settings.limits
        self._message = Collected(load, limits.message_size)
        self._pace = Pace(limits, now, now)
        self._reset_timeout(self._pace.left(now))
        self._due = replies_due
        self._is_busy = True

    def _add_to_message(self) -> bool:
        """Add what came to the message on its way; False where that was not its end."""
        if self._message is None or not self.may_go_on:
            return False
        behind = self._message.add(self.came)
        self.came.clear()
        if behind is None:
            return False
        self.came.extend(behind)
        message, load = self._message.message(), self._message.load
        self._message = self._pace = None
        self.set_no_deadline()
        self._do(self.message_came, message, load)
        return True

    def message_came(self, message: Message, load: Load) -> Said:
        """The final dot is here, and it is up to us now. Whoever answers gives back the load."""
        raise NotImplementedError

    def kept(self, commit: Future[Receipt]) -> str:
        """The reply to a message that is committed. Raises what kept it from being so."""
        raise NotImplementedError

    def _forget_message(self) -> None:
        if self._message is not None:
            self._message.load.give_back()
            self._message = None

    def mail_accepted(self) -> None:
        """A client that brings mail may make mistakes and ask questions anew."""
        self._errors = self._without_mail = 0

    def quit(self) -> None:
        """No command after this one is read."""
        self._is_leaving = True


def _patience(reception: Reception) -> float:
    """Seconds that we wait for a command."""
    return reception.settings.limits.command_timeout.plain.total_seconds()
