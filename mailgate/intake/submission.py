"""The submission listener (RFC 6409): mail of people who have logged in (SMTP AUTH, RFC 4954), and of `trusted_peers`.

PLAIN and LOGIN, over TLS or from this very machine alone: the password itself travels in both. Whoever has logged in
hands in his own words: From has to be one of his addresses.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import Final

from mailgate.intake import replies
from mailgate.intake.logins import Verdict, is_possible
from mailgate.intake.peers import Peer
from mailgate.intake.session import Said
from mailgate.intake.verbs import SmtpSession
from mailgate.mail.author import author_of
from mailgate.settings.scalars import lower_ascii
from mailgate.store.journal import Transmission
from mailgate.trust import logins

ATTEMPTS: Final = 3
"""So many wrong passwords end the session."""
MECHANISMS: Final = ("PLAIN", "LOGIN")
_TOO_WEAK = ("CRAM-MD5", "DIGEST-MD5", "NTLM", "ANONYMOUS")
_REPLIES = {
    Verdict.wrong: replies.WRONG_LOGIN,
    Verdict.retired: replies.WRONG_LOGIN,
    Verdict.too_often: replies.TOO_MANY_LOGINS,
    Verdict.busy: replies.LOGIN_LATER,
    Verdict.unreadable: replies.LOGIN_LATER,
}


class SubmissionSession(SmtpSession):
    """SMTP with a login."""

    _login: str | None = None
    _attempts = 0

    # -- who is here -------------------------------------------------------------------------------------------------

    def _extensions(self) -> list[str]:
        offered = self._is_protected and self._login is None and is_possible(self.reception.settings)
        return [*super()._extensions(), *([f"AUTH {' '.join(MECHANISMS)}"] if offered else [])]

    @property
    def _is_protected(self) -> bool:
        """Nobody can read along: TLS is up, or the client is this very machine."""
        if self.door.implicit is not None or self._tls_protocol is not None:
            return True
        return self.peer.ip is None or ipaddress.ip_address(self.peer.ip).is_loopback

    def _peer_now(self) -> Peer:
        if self._login is not None and not self.reception.logins.still_knows(self.reception.settings, self._login):
            self._login = None
        known = super()._peer_now()
        return known if self._login is None else Peer(known.ip, submitted_by=self._login)

    def _why_no_mail(self) -> str | None:
        refusal = super()._why_no_mail()
        if refusal != replies.MAY_NOT_SUBMIT or not is_possible(self.reception.settings):
            return refusal
        return replies.LOG_IN_FIRST if self._is_protected else replies.TLS_FIRST

    async def _start_tls(self) -> None:
        self._login = None  # RFC 3207, 4.2: what was agreed in the clear does not count
        await super()._start_tls()

    # -- logging in --------------------------------------------------------------------------------------------------

    def smtp_AUTH(self, argument: str) -> Said:
        if not is_possible(self.reception.settings):
            return replies.NOT_OFFERED
        if self.session is None or not self.session.host_name:
            return replies.GREET_FIRST
        if self._login is not None or self.transaction.sender is not None:
            return replies.LOGGED_IN_ALREADY  # RFC 4954, 4
        if not self._is_protected:
            return replies.NEEDS_TLS
        mechanism, _, first = argument.partition(" ")
        if mechanism.upper() == "PLAIN":
            return self._plain(first) if first else self._ask("", self._plain)
        if mechanism.upper() == "LOGIN":
            return self._name(first) if first else self._ask("Username:", self._name)
        return replies.TOO_WEAK if mechanism.upper() in _TOO_WEAK else replies.UNKNOWN_MECHANISM

    def _ask(self, prompt: str, answered: object) -> str:
        assert callable(answered)
        self.expects = answered
        return f"334 {base64.b64encode(prompt.encode()).decode()}"

    def _plain(self, line: str) -> Said:
        """RFC 4616, 2: authorization identity, name, password. To act for somebody else is not offered."""
        said = _decoded(line)
        if said is None:
            return _undecodable(line)
        acting_for, name, password = said.split(b"\0") if said.count(b"\0") == 2 else (b"", b"", b"")
        if not name or not password or acting_for not in (b"", name):
            return replies.BAD_LOGIN
        return self._judge(name, password)

    def _name(self, line: str) -> Said:
        name = _decoded(line)
        if name is None:
            return _undecodable(line)
        return self._ask("Password:", lambda answer: self._password(name, answer))

    def _password(self, name: bytes, line: str) -> Said:
        password = _decoded(line)
        if password is None:
            return _undecodable(line)
        return self._judge(name, password) if name and password else replies.BAD_LOGIN

    async def _judge(self, name: bytes, password: bytes) -> str:
        login = name.decode("utf-8", "replace").strip()
        verdict = await self.reception.logins.verdict(self.reception.settings, self.peer, login, password)
        if verdict is Verdict.good:
            self._login = lower_ascii(login)
            self.peer = self._peer_now()
            self.log("logged in", replies.LOGGED_IN, login=login)
            return replies.LOGGED_IN
        self._attempts += 1
        reply = _REPLIES[verdict]
        self.log("login refused", reply, why=str(verdict.value), login=ascii(login[:100])[1:-1])
        self.note(reply, login)
        return reply

    def _last_words(self) -> str | None:
        if self._login is None and self._attempts >= ATTEMPTS:
            return replies.TOO_MANY_LOGINS_HERE
        return super()._last_words()

    # -- the mail ----------------------------------------------------------------------------------------------------

    def _why_not_his(self, mail: Transmission) -> str | None:
        """RFC 6409, 6.1. A login that is nobody's (a program's) may hand in what others write: nothing vouches for
        From then."""
        settings, login = self.reception.settings, self._login
        if login is None or not logins.is_known(settings, login):
            return None
        author = author_of(mail.raw, settings.limits)
        return None if author and logins.may_write(settings, login, author.email) else replies.NOT_YOUR_ADDRESS


def _decoded(line: str) -> bytes | None:
    if line == "=":
        return b""  # RFC 4954, 4: an empty initial response
    try:
        return base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        return None


def _undecodable(line: str) -> str:
    return replies.LOGIN_CANCELLED if line == "*" else replies.BAD_BASE64
