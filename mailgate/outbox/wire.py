"""Addresses as they stand on an SMTP command line (RFC 5321, 4.1.2; RFC 6531 for those outside ASCII)."""

from __future__ import annotations

import re
import socket
from functools import cache

from aiosmtplib.email import parse_address


@cache
def our_name() -> str:
    """What we call ourselves in EHLO: the full name of this machine, where it has one."""
    name = socket.getfqdn()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"


def unfit(address: str) -> str | None:
    """Why this is not exactly one address that can stand in MAIL or RCPT; None where it can."""
    local, at, domain = address.rpartition("@")
    try:
        # The parser of the library is lenient: what it reads differently from what is written is not one address.
        one = bool(at and local and domain) and parse_address(address) == address
    except ValueError:
        one = False
    return None if one else f"'{address}' is not one address"


def wire_form(address: str) -> str:
    """The address with its domain in ASCII, where that changes nothing and the local part is ASCII too.

    Then a relay without SMTPUTF8 can take it. A domain with ß stays as it is: the codec would write another name.
    """
    local, at, domain = address.rpartition("@")
    if domain.isascii() or not local.isascii():
        return address
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        same = ascii_domain.encode("ascii").decode("idna") == domain.lower()
    except UnicodeError:
        return address
    return f"{local}{at}{ascii_domain}" if same else address
