"""The commands of SMTP (RFC 5321) and LMTP (RFC 2033). Each answers exactly once; 250 to a message is said only when
the journal has it."""

from __future__ import annotations

import re
from asyncio import Future

from mailgate.intake import replies
from mailgate.intake.caps import Load
from mailgate.intake.data import Message, refused_content
from mailgate.intake.paths import read_path
from mailgate.intake.peers import Peer, peer_of
from mailgate.intake.session import Said, Session
from mailgate.mail.trace import message_id_of
from mailgate.store.journal import Receipt, Transmission

_HELLO = re.compile(r"[!-~]{1,255}")
_TAG = re.compile(r"\+[^@>\s]+")


class SmtpSession(Session):
    """SMTP, on the open port and on the submission port."""

    # -- greeting --------------------------------------------------------------------------------------------

    def smtp_HELO(self, argument: str) -> Said:
        return f"250 {self.hostname}" if self._greeted(argument) else replies.BAD_ARGUMENT

    def smtp_EHLO(self, argument: str) -> Said:
        if not self._greeted(argument):
            return replies.BAD_ARGUMENT
        lines = [self.hostname, *self._extensions()]
        return "\r\n".join(f"250-{line}" for line in lines[:-1]) + f"\r\n250 {lines[-1]}"

    def _greeted(self, argument: str) -> bool:
        name = argument.partition(" ")[0]
        if self.session is None or not _HELLO.fullmatch(name):
            return False
        self.reset()  # RFC 5321, 4.1.4
        self.session.host_name = name
        return True

    def _extensions(self) -> list[str]:
        size = f"SIZE {self.reception.settings.limits.message_size}"
        can_start_tls = self.tls_context is not None and self._tls_protocol is None
        return [
            "PIPELINING",
            size,
            *(["STARTTLS"] if can_start_tls else []),
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
        ]

    def smtp_STARTTLS(self, argument: str) -> Said:
        if self.tls_context is None:
            return replies.NOT_OFFERED
        if self._tls_protocol is not None:
            return replies.TLS_ALREADY
        return replies.BAD_ARGUMENT if argument else self._start_tls()

    async def _start_tls(self) -> None:
        # aiosmtpd forgets the greeting and whatever was sent before the handshake (RFC 3207, 4.2; CVE-2024-34083).
        await super().smtp_STARTTLS("")

    # -- one mail --------------------------------------------------------------------------------------------

    def smtp_MAIL(self, argument: str) -> Said:
        settings = self.reception.settings
        self.peer = self._peer_now()
        reply = self._why_no_mail() or self.transaction.open(argument, settings)
        if reply == replies.SENDER_OK and (busy := self.reception.why_not_now()):
            self.reset()
            reply = busy
        return self._noted(reply, argument)

    def _peer_now(self) -> Peer:
        """Asked anew for each mail: a reload may have changed it."""
        return peer_of(self.reception.settings, self.door.source, self.peer.ip)

    def _why_no_mail(self) -> str | None:
        if self.session is None or not self.session.host_name:
            return replies.GREET_FIRST
        if self.door.source == "submission" and self.peer.submitted_by is None:
            return replies.MAY_NOT_SUBMIT
        return None

    def smtp_RCPT(self, argument: str) -> Said:
        return self._noted(self.transaction.add(argument, self.reception.settings), argument)

    def smtp_DATA(self, argument: str) -> Said:
        if refusal := self._why_no_data(argument):
            return self._noted(refusal, argument)
        self.say(replies.START_MAIL)
        load = Load(self.reception.flight, self.reception.settings.limits.bytes_in_flight)
        self.begin_message(load, self._replies_to_message())
        return None

    def _why_no_data(self, argument: str) -> str | None:
        if argument:
            return replies.BAD_ARGUMENT
        if not self.transaction.recipients:
            return replies.MAIL_FIRST if self.transaction.sender is None else replies.RCPT_FIRST
        most = self.reception.settings.limits.bytes_in_flight
        return None if self.reception.flight.has_room(self.transaction.announced, most) else replies.NO_ROOM

    def _replies_to_message(self) -> int:
        return 1

    def message_came(self, message: Message, load: Load) -> Said:
        """Judge it and store it. Whatever becomes of it, the transaction is over and its load given back."""
        try:
            mail = self._transmission(message.raw)
            limits = self.reception.settings.limits
            refusal = message.refusal or refused_content(mail.raw, limits, bare_line_ends=mail.trusted)
            refusal = refusal or self._why_not_his(mail)
        except BaseException:
            load.give_back()
            raise
        finally:
            self.reset()
        if refusal:
            load.give_back()
            self.log("refused", refusal, size=message.size, sender=_shown(mail.envelope_from))
            self.note(
                refusal, mail.envelope_from, mail.recipients, size=message.size, message_id=message_id_of(mail.raw)
            )
            return refusal
        return self.reception.keep(mail, load)

    def _why_not_his(self, mail: Transmission) -> str | None:
        """Why whoever is here may not hand this in as his."""
        return None

    def kept(self, commit: Future[Receipt]) -> str:
        receipt = commit.result()
        self.mail_accepted()
        return replies.kept(receipt.id)

    def _transmission(self, raw: bytes) -> Transmission:
        return Transmission(
            received_at=self.reception.clock.now(),
            source=self.door.source,
            peer=self.peer.ip,
            helo=self.session.host_name if self.session is not None else None,
            trusted=self.peer.trusted,
            submitted_by=self.peer.submitted_by,
            envelope_from=self.transaction.sender or "",
            recipients=tuple(dict.fromkeys(self.transaction.recipients)),
            raw=raw,
        )

    def _noted(self, reply: str, argument: str) -> str:
        """The reply to a command of the envelope, and in the log where it refuses."""
        # Who names ten thousand recipients does not get as many lines.
        if reply[0] in "45" and reply != replies.TOO_MANY_RECIPIENTS:
            self.log("refused", reply, argument=_shown(argument))
            self.note(reply, *self._named(argument))
        return reply

    def _named(self, argument: str) -> tuple[str | None, tuple[str, ...]]:
        """Sender and recipients of a refused command: those of the transaction, and whoever it names itself."""
        keyword, _, rest = argument.partition(":")
        path = read_path(argument, f"{keyword.upper()}:")
        address = path.address if path else rest.strip()
        if keyword.upper() == "FROM":
            return address, ()
        recipients = tuple(self.transaction.recipients)
        return self.transaction.sender, (address,) if keyword.upper() == "TO" else recipients

    # -- the rest --------------------------------------------------------------------------------------------

    def smtp_RSET(self, argument: str) -> Said:
        self.reset()
        return replies.OK

    def smtp_NOOP(self, argument: str) -> Said:
        return replies.OK

    def smtp_HELP(self, argument: str) -> Said:
        return replies.HELP

    def smtp_VRFY(self, argument: str) -> Said:
        return replies.CANNOT_VERIFY if argument else replies.BAD_ARGUMENT

    def smtp_EXPN(self, argument: str) -> Said:  # type: ignore[override]  # our loop calls it, not aiosmtpd's
        return replies.NOT_OFFERED

    def smtp_AUTH(self, argument: str) -> Said:
        return replies.NOT_OFFERED

    def smtp_QUIT(self, argument: str) -> Said:
        self.quit()
        return replies.BYE


class LmtpSession(SmtpSession):
    """LMTP: a greeting of its own, and a reply to the message for each recipient that was accepted."""

    greeting = "LMTP"

    def smtp_LHLO(self, argument: str) -> Said:
        return super().smtp_EHLO(argument)

    def smtp_HELO(self, argument: str) -> Said:
        return self._unknown(argument)  # RFC 2033, 4.1

    def smtp_EHLO(self, argument: str) -> Said:
        return self._unknown(argument)

    def _replies_to_message(self) -> int:
        return len(self.transaction.recipients)  # RFC 2033, 4.2: the same recipient twice gets two


def _shown(text: str) -> str:
    """What a client wrote, for the log: one short line of ASCII, without the +tag, which may be a token."""
    return ascii(_TAG.sub("+…", text[:200]))[1:-1]
