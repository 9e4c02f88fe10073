"""`explain`: the same line as the daemon's, then rolled back. If the two ever differ, a side effect has leaked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailgate import arrived, explanation, inbound
from mailgate.clock import Clock
from mailgate.errors import MailgateError, StoreUnavailable, Temporary
from mailgate.explanation import Document
from mailgate.first_hop import Look
from mailgate.incoming import Read
from mailgate.intake import replies
from mailgate.intake.apart import apart
from mailgate.intake.data import refused_content
from mailgate.intake.peers import peer_of
from mailgate.intake.transaction import Transaction
from mailgate.mail.identity import mailboxes
from mailgate.mail.message import Envelope, Message
from mailgate.mail.parse import read
from mailgate.outbox.fields import text_field
from mailgate.settings.model import Settings
from mailgate.store import arrivals, claim
from mailgate.store.arrivals import Coming, Copies
from mailgate.store.db import Store
from mailgate.store.transmission import Transmission


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
    login: str | None = None
    """Who had logged in to hand it in, where that is known."""

    def made_up(self, settings: Settings) -> bytes:
        """A mail of the options, where there is no file."""
        sender = self.sender or "somebody@reporter.example"
        to = ", ".join(self.to) or settings.addresses[0].address
        head = f"From: {sender}\r\nTo: {to}\r\nMessage-ID: <explain@reporter.example>\r\n".encode()
        subject = text_field("Subject", self.subject or "")
        kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        body = (self.text or "").replace("\r\n", "\n").replace("\n", "\r\n")
        return head + subject + f"{kind}\r\n{body}\r\n".encode()


def rehearse(
    store: Store, settings: Settings, raw: bytes, mail: Mail, clock: Clock, look: Look | None = None
) -> Document:
    """What the daemon would decide and send for these bytes now. The very transmission that is in the journal already
    would only be counted (`at_the_door`): it is judged as if it were new."""
    now = mail.at or clock.now()
    came = envelope(settings, raw, mail, now)
    # Where each of our addresses gets a ticket of its own, this is the first of them.
    first = apart(settings, _transmission(came, raw))[0]
    came, coming = replace(came, recipients=first.recipients), Coming.of(first)
    again = arrivals.again(store, coming)
    same = Copies() if again else arrivals.copies(store, settings, coming)
    read_ = inbound.prepare(settings, raw, came, twin=same.twin, sibling=same.sibling, known_as=again, look=look)
    return judge(store, settings, read_, now)


def stored(store: Store, settings: Settings, number: int, clock: Clock, look: Look | None = None) -> Document:
    """What the daemon would decide and send for a mail of the journal, were it to arrive again as it did."""
    row = arrival(store, number)
    raw, came = arrivals.raw(store, row), arrived.envelope_of(settings, row)
    same = arrivals.copies(store, settings, row)
    read_ = inbound.prepare(settings, raw, came, mail=number, twin=same.twin, sibling=same.sibling, look=look)
    return judge(store, settings, read_, clock.now())


def arrival(store: Store, number: int) -> Any:
    """The journal's row of a mail. Raises MailgateError where there is none."""
    rows = claim.load(store, [number])
    if not rows:
        raise MailgateError(f"There is no mail M-{number}.")
    return rows[0]


def at_the_door(store: Store, settings: Settings, raw: bytes, mail: Mail, clock: Clock) -> Document:
    """What a session would say to these bytes before anything is judged: our refusal, and the mail it is counted on."""
    came = envelope(settings, raw, mail, mail.at or clock.now())
    number = arrivals.again(store, Coming.of(apart(settings, _transmission(came, raw))[0]))
    return {"refused": refusal(settings, came, raw), "again": f"M-{number}" if number else None}


def refusal(settings: Settings, came: Envelope, raw: bytes) -> str | None:
    """The reply that turns this mail away in the session, or None where it is taken."""
    transaction = Transaction()
    said = [transaction.open(f"FROM:<{came.sender}> SMTPUTF8", settings)]
    said += [transaction.add(f"TO:<{each}>", settings) for each in came.recipients]
    if len(raw) > settings.limits.message_size:
        said.append(replies.TOO_BIG)
    else:
        said.append(refused_content(raw, settings.limits, bare_line_ends=came.trusted) or replies.OK)
    return next((reply for reply in said if reply[0] in "45"), None)


def judge(store: Store, settings: Settings, read_: Read, now: datetime) -> Document:
    """The line, up to its last step, and nothing of it kept."""
    found: Document = {}
    try:
        with store.transaction(settings, now, read_.mail) as tx:
            incoming, outcome = inbound.process(tx, replace(read_, parents=()))
            found = {**explanation.document(tx, incoming, outcome), "letters": explanation.letters(tx)}
            raise _RolledBack
    except _RolledBack:
        return found
    except StoreUnavailable:
        raise
    except Exception as wrong:  # noqa: BLE001  # what fails here fails in the daemon too, and the others are judged
        state = "pending" if isinstance(wrong, Temporary) else "failed"
        return explanation.undecided(state, f"{type(wrong).__name__}: {wrong}")


def _transmission(came: Envelope, raw: bytes) -> Transmission:
    return Transmission(
        received_at=came.received_at,
        source=came.source,
        peer=came.peer,
        helo=None,
        trusted=came.trusted,
        submitted_by=came.submitted_by,
        envelope_from=came.sender,
        recipients=came.recipients,
        raw=raw,
    )


def envelope(settings: Settings, raw: bytes, mail: Mail, now: datetime) -> Envelope:
    """As if it came in by SMTP: sender and recipients as said, else by its header, else our first address."""
    message = read(raw, settings.limits)
    ours = tuple(each.email for each in (*message.to, *message.cc) if settings.target(each.email))
    source = mail.source or "smtp"
    peer = peer_of(settings, "lmtp" if source == "deliver" else source, mail.peer)
    return Envelope(
        sender=(_bare(mail.sender) if mail.sender is not None else _reverse_path(message)).lower(),
        recipients=mail.to or ours or (settings.addresses[0].address,),
        received_at=now,
        source=source,
        peer=mail.peer,
        trusted=peer.trusted,
        authserv_id=arrived.authserv_id(settings, source) if peer.trusted else None,
        submitted_by=mail.login or peer.submitted_by,
        provider=arrived.provider(settings, source),
    )


def _bare(written: str) -> str:
    """The address of what people also write as `Erika Krause <erika@partner.example>`."""
    named = mailboxes((written,), 1) if written.endswith(">") else ()
    return named[0].email if named else written


def _reverse_path(message: Message) -> str:
    """What a server wrote on delivery (RFC 5321, 4.4), else From."""
    written = message.headers.get("return-path").strip()
    named = mailboxes((written,), 1) or ((message.sender,) if message.sender else ())
    return named[0].email if named and written != "<>" else ""
