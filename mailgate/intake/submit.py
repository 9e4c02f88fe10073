"""`mailgate deliver`: a mail from a pipe into the journal, by way of the daemon where it listens for LMTP, else
straight. Answers in exit codes of sysexits.h, which mail servers understand."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.errors import MailgateError, StoreUnavailable
from mailgate.intake import replies
from mailgate.intake.apart import apart
from mailgate.intake.data import refused_content
from mailgate.intake.endpoint import endpoint
from mailgate.intake.transaction import Transaction
from mailgate.settings.model import Settings
from mailgate.store import blobs
from mailgate.store.db import open_store
from mailgate.store.journal import Journal, Transmission

STORED: Final = 0
UNUSABLE: Final = 65
NO_SUCH_ADDRESS: Final = 67
TRY_LATER: Final = 75

_TIMEOUT_SECONDS = 60.0


def deliver(settings: Settings, raw: bytes, sender: str, recipients: Sequence[str]) -> int:
    """Store one mail for all recipients, or for none: 0 stored, 65 unusable, 67 no such address, 75 try later.
    `sender` is empty or `<>` for the null sender."""
    mail = as_mail(raw)
    envelope = Transaction()
    if envelope.open(f"FROM:<{sender.strip('<>')}> SMTPUTF8", settings) != replies.SENDER_OK:
        return UNUSABLE
    refused = [reply for to in recipients if (reply := envelope.add(f"TO:<{to}>", settings)) != replies.RECIPIENT_OK]
    if refused or not recipients:
        return NO_SUCH_ADDRESS
    if len(mail) > settings.limits.message_size or refused_content(mail, settings.limits, bare_line_ends=True):
        return UNUSABLE
    try:
        code = _through_daemon(settings, mail, envelope)
        return _straight(settings, mail, envelope) if code is None else code
    except (MailgateError, OSError) as wrong:
        log.get("intake.submit").error("not stored", error=str(wrong))
        return TRY_LATER


def as_mail(raw: bytes) -> bytes:
    """As it came over the wire: what a mail server does to a mail for a pipe (LF alone, mbox's From line) is undone."""
    if b"\r\n" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    if raw.startswith(b"From "):
        raw = raw.partition(b"\r\n")[2]
    return raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"


def _through_daemon(settings: Settings, mail: bytes, envelope: Transaction) -> int | None:
    """Hand it to the daemon; None where nobody listens. Raises OSError where the daemon fails us on the way: trying
    again later is safe then, the same transmission is stored once."""
    listen = settings.intake.lmtp.listen
    if listen is None:
        return None
    at = endpoint(settings, listen)
    host = str(at.path) if at.path else at.host or "localhost"
    try:
        client = smtplib.LMTP(host, at.port, local_hostname="localhost", timeout=_TIMEOUT_SECONDS)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    with client:
        return _converse(client, mail, envelope)


def _converse(client: smtplib.LMTP, mail: bytes, envelope: Transaction) -> int:
    client.command_encoding = "utf-8"
    client.ehlo()  # LHLO
    said = client.docmd("MAIL", f"FROM:<{envelope.sender}> SIZE={len(mail)}{_utf8(envelope)}")[0]
    if said >= 400:
        return _exit_code(said, UNUSABLE)
    for to in envelope.recipients:
        if (said := client.docmd("RCPT", f"TO:<{to}>")[0]) >= 400:
            return _exit_code(said, NO_SUCH_ADDRESS)
    if (said := client.docmd("DATA")[0]) >= 400:
        return _exit_code(said, UNUSABLE)
    stuffed = mail.replace(b"\r\n.", b"\r\n..")
    client.send((b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n")
    return max(_exit_code(client.getreply()[0], UNUSABLE) for _ in envelope.recipients)


def _utf8(envelope: Transaction) -> str:
    return "" if all(address.isascii() for address in (envelope.sender or "", *envelope.recipients)) else " SMTPUTF8"


def _exit_code(said: int, permanent: int) -> int:
    if said < 400:
        return STORED
    return TRY_LATER if said < 500 else permanent


def _straight(settings: Settings, mail: bytes, envelope: Transaction) -> int:
    clock = Clock()
    store = open_store(settings)
    try:
        if blobs.is_full(settings):
            raise StoreUnavailable("Less disk space is left than limits.free_disk.")
        journal = Journal(store, clock)
        try:
            for each in apart(settings, _transmission(settings, mail, envelope, clock)):
                journal.receive(each)
        finally:
            journal.close()
    finally:
        store.close()
    return STORED


def _transmission(settings: Settings, mail: bytes, envelope: Transaction, clock: Clock) -> Transmission:
    return Transmission(
        received_at=clock.now(),
        source="deliver",
        peer=None,
        helo=None,
        trusted=settings.intake.lmtp.trusted,  # the same mail server by another way in
        submitted_by=None,
        envelope_from=envelope.sender or "",
        recipients=tuple(dict.fromkeys(envelope.recipients)),
        raw=mail,
    )
