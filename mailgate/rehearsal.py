"""`explain`: the same line as the daemon's, then rolled back. If the two ever differ, a side effect has leaked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mailgate import explanation, inbound, shift
from mailgate.clock import Clock
from mailgate.errors import MailgateError
from mailgate.explanation import Document
from mailgate.incoming import Read
from mailgate.intake.peers import peer_of
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.outbox.fields import text_field
from mailgate.settings.model import Settings
from mailgate.store import arrivals, claim
from mailgate.store.db import Store


class _RolledBack(Exception):
    """Ends the transaction of a rehearsal."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is said about a mail on the command line; the rest is taken from the mail itself."""

    sender: str | None = None
    to: tuple[str, ...] = ()
    subject: str | None = None
    text: str | None = None
    source: str | None = None
    peer: str | None = None
    at: datetime | None = None

    def made_up(self, settings: Settings) -> bytes:
        """A mail of the options, where there is no file."""
        sender = self.sender or "somebody@reporter.example"
        to = ", ".join(self.to) or settings.addresses[0].address
        head = f"From: {sender}\r\nTo: {to}\r\nMessage-ID: <explain@reporter.example>\r\n".encode()
        subject = text_field("Subject", self.subject or "")
        kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        body = (self.text or "").replace("\r\n", "\n").replace("\n", "\r\n")
        return head + subject + f"{kind}\r\n{body}\r\n".encode()


def rehearse(store: Store, settings: Settings, raw: bytes, mail: Mail, clock: Clock) -> Document:
    """What the daemon would decide and send for these bytes now."""
    now = mail.at or clock.now()
    return _judge(store, settings, inbound.prepare(settings, raw, envelope(settings, raw, mail, now)), now)


def stored(store: Store, settings: Settings, number: int, clock: Clock) -> Document:
    """What the daemon would decide and send for a mail of the journal, were it to arrive again as it did."""
    rows = claim.load(store, [number])
    if not rows:
        raise MailgateError(f"There is no mail M-{number}.")
    row = rows[0]
    read_ = inbound.prepare(settings, arrivals.raw(store, row), shift.envelope_of(settings, row), mail=number)
    return _judge(store, settings, read_, clock.now())


def _judge(store: Store, settings: Settings, read_: Read, now: datetime) -> Document:
    found: Document = {}
    try:
        with store.transaction(settings, now, read_.mail) as tx:
            incoming, outcome = inbound.process(tx, replace(read_, parents=()))
            found = {**explanation.document(tx, incoming, outcome), "letters": explanation.letters(tx)}
            raise _RolledBack
    except _RolledBack:
        return found


def envelope(settings: Settings, raw: bytes, mail: Mail, now: datetime) -> Envelope:
    """As if it came in by SMTP: the recipients said, else those of its header that are ours, else our first address."""
    message = read(raw, settings.limits)
    ours = tuple(each.email for each in (*message.to, *message.cc) if settings.target(each.email))
    source = mail.source or "smtp"
    way = settings.intake.lmtp if source == "lmtp" else settings.intake.smtp
    peer = peer_of(settings, source, mail.peer)
    return Envelope(
        sender=(mail.sender if mail.sender is not None else (message.sender.email if message.sender else "")).lower(),
        recipients=mail.to or ours or (settings.addresses[0].address,),
        received_at=now,
        source=source,
        peer=mail.peer,
        trusted=peer.trusted,
        authserv_id=way.authserv_id if peer.trusted else None,
        submitted_by=peer.submitted_by,
    )
