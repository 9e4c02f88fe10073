"""One mail transaction of a session (RFC 5321, 3.3): from MAIL to the final dot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailgate.intake import replies
from mailgate.intake.paths import Path, read_path
from mailgate.intake.refusal import refuses_recipient, refuses_sender
from mailgate.settings.model import Settings

_SIZE = re.compile(r"[0-9]{1,20}")  # RFC 1870, 4


@dataclass
class Transaction:
    """What the session has agreed to so far. Each step answers with a reply; one that is not 2xx changed nothing."""

    sender: str | None = None
    """None before MAIL; empty for the null sender."""
    recipients: list[str] = field(default_factory=list)
    """One for each RCPT that was accepted, also when the same was named twice (RFC 2033, 4.2)."""
    announced: int = 0
    """Bytes, as the client said; 0 when it did not."""
    utf8: bool = False

    def open(self, argument: str, settings: Settings) -> str:
        """MAIL."""
        if self.sender is not None:
            return replies.NESTED_MAIL
        path = read_path(argument, "FROM:")
        if path is None:
            return _what_is_wrong(argument, "FROM:", replies.BAD_SENDER)
        if path.address == "postmaster":
            return replies.BAD_SENDER
        if wrong := _refused_parameter(path, settings):
            return wrong
        if not path.is_plain and "SMTPUTF8" not in path.parameters:
            return replies.NEEDS_SMTPUTF8
        if refuses_sender(settings, path.address):
            return replies.NOT_WANTED
        self.sender = path.address
        self.announced = int(path.parameters.get("SIZE", 0))
        self.utf8 = "SMTPUTF8" in path.parameters
        return replies.SENDER_OK

    def add(self, argument: str, settings: Settings) -> str:
        """RCPT. Every +tag of an address of ours is taken, valid or not: the answer tells nobody which tokens exist."""
        if self.sender is None:
            return replies.MAIL_FIRST
        path = read_path(argument, "TO:")
        if path is None:
            return _what_is_wrong(argument, "TO:", replies.BAD_RECIPIENT)
        if not path.address:
            return replies.BAD_RECIPIENT
        if path.parameters:
            return replies.UNKNOWN_PARAMETER
        if not path.is_plain and not self.utf8:
            return replies.NEEDS_SMTPUTF8
        if len(self.recipients) >= settings.limits.recipients:
            return replies.TOO_MANY_RECIPIENTS
        address = _with_domain(path.address, settings)
        if settings.target(address) is None:
            return replies.NOT_HERE
        if refuses_recipient(settings, address):
            return replies.NOT_WANTED
        self.recipients.append(address)
        return replies.RECIPIENT_OK


def _refused_parameter(path: Path, settings: Settings) -> str | None:
    for name, value in path.parameters.items():
        if name == "SIZE":
            if not _SIZE.fullmatch(value):
                return replies.BAD_PARAMETER
            if int(value) > settings.limits.message_size:
                return replies.TOO_BIG
        elif name == "BODY":
            if value.upper() not in ("7BIT", "8BITMIME"):
                return replies.BAD_PARAMETER
        elif name == "AUTH" and value:
            continue  # RFC 4954, 5: who wrote it first, as the client says; nobody here believes that
        elif name != "SMTPUTF8":
            return replies.UNKNOWN_PARAMETER
        elif value:
            return replies.BAD_PARAMETER
    return None


def _what_is_wrong(argument: str, keyword: str, address_reply: str) -> str:
    """Why an argument could not be read: the wrong command word, 8-bit rubbish, parameters, else the address."""
    if argument[: len(keyword)].upper() != keyword:
        return replies.BAD_ARGUMENT
    if not argument.isascii() and not argument.isprintable():
        return replies.NEEDS_SMTPUTF8
    path, bracket, _ = argument.partition(">")
    return replies.BAD_PARAMETER if bracket and read_path(path + bracket, keyword) else address_reply


def _with_domain(address: str, settings: Settings) -> str:
    """RFC 5321, 4.5.1: `<postmaster>` alone is the postmaster of our first address's domain."""
    if address == "postmaster":
        return f"postmaster@{settings.addresses[0].address.rpartition('@')[2]}"
    return address
