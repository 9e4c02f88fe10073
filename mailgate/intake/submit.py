"""`mailgate deliver`: a mail from a pipe into the journal, by way of the daemon where one listens for LMTP, else straight.
Speaks in exit codes of sysexits.h, which mail servers understand."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Sequence
from typing import Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.errors import MailgateError, Permanent, Temporary
from mailgate.intake.data import refused_content
from mailgate.intake.endpoint import Endpoint, endpoint
from mailgate.intake.paths import read_path
from mailgate.settings.model import Settings
from mailgate.store import blobs
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Transmission

STORED: Final = 0
UNUSABLE: Final = 65
NO_SUCH_ADDRESS: Final = 67
TRY_LATER: Final = 75

_TIMEOUT_SECONDS = 60.0
_CRLF = b"\r\n"


def deliver(settings: Settings, raw: bytes, sender: str, recipients: Sequence[str]) -> int:
    """Store one mail for all recipients, or for none: 0 stored, 65 unusable, 67 no such address, 75 try later.
    `sender` is empty or `<>` for the null sender."""
    sender = "" if sender == "<>" else sender
    mail = _as_mail(raw)
    if not recipients or any(settings.target(to) is None for to in recipients):
        return NO_SUCH_ADDRESS
    if read_path(f"FROM:<{sender}>", "FROM:") is None or _is_unusable(settings, mail):
        return UNUSABLE
    try:
        code = _through_daemon(settings, mail, sender, recipients)
        return _straight(settings, mail, sender, recipients) if code is None else code
    except (MailgateError, OSError) as wrong:
        log.get("intake.submit").error("not stored", error=str(wrong))
        return TRY_LATER
