"""What names a place on the net: mail addresses, listeners, relays, networks, web sites. Nothing is looked up."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from pydantic import AfterValidator

from mailgate.settings.problems import shown

_RELAY_SCHEMES = ("smtp", "smtps", "smtp+starttls", "lmtp", "maildir")


def address(text: str) -> str | None:
    # Names like desk.local or localhost are fine inside a house; the library takes them only under another name.
    inside = text.rpartition(".")[2].rpartition("@")[2].lower() in SPECIAL_USE_DOMAIN_NAMES
    try:
        validate_email(f"{text}.example" if inside else text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as wrong:
        return f"{shown(text)} is no mail address: {_lowered(wrong)}; write name@example.com"
    return None


def _lowered(wrong: EmailNotValidError) -> str:
    said = str(wrong).rstrip(".")
    return said[:1].lower() + said[1:]


def in_a_labels(text: str) -> str:
    """The address, domain or glob with its domain as it stands on the wire (RFC 5890, 2.3.2.1). A label that would only
    be folded into another one (full-width letters, the Kelvin sign) stays as it is: it is another name."""
    if text.isascii():
        return text
    local, at, name = text.rpartition("@")
    return f"{local}{at}{'.'.join(map(_a_label, name.split('.')))}"


def _a_label(label: str) -> str:
    if label.isascii() or any(each.lower().isascii() for each in label if not each.isascii()):
        return label
    try:
        found = validate_email(f"x@{label}.example", check_deliverability=False, globally_deliverable=False)
        means = found.domain.removesuffix(".example")
        return found.ascii_domain.removesuffix(".example") if means == label.lower() else label
    except EmailNotValidError:
        return label


def domain(text: str) -> str | None:
    return None if address(f"x@{text}") is None else f"{shown(text)} is no domain; write one such as example.com"


def listener(text: str) -> str | None:
    """`host:port`, `[::1]:2525`, or `unix:path`."""
    allowed = "write host:port such as 127.0.0.1:2525, [::1]:2525, or unix:lmtp.sock"
    if text.startswith("unix:"):
        return None if text != "unix:" else f"'unix:' names no socket; {allowed}"
    match = re.fullmatch(r"(\[[^\]]+\]|[^:\s\[\]/]+):([0-9]{1,5})", text)
    if not match or int(match[2]) > 65535:
        return f"{shown(text)} is nothing to listen on; {allowed}"
    if match[1].startswith("[") and not _is_network(match[1].strip("[]")):
        return f"{match[1]} is no IPv6 address; {allowed}"
    return None


def resolver(text: str) -> str | None:
    """`192.0.2.53`, `127.0.0.1:5353`, `[::1]:5353`."""
    host, port = (text, "") if text.count(":") != 1 and not text.startswith("[") else text.rsplit(":", 1)
    if _is_network(host.strip("[]")) and "/" not in host and (not port or (port.isdecimal() and int(port) < 2**16)):
        return None
    return f"{shown(text)} is no DNS server; write its IP address, such as 192.0.2.53, or 127.0.0.1:5353"


def relay(text: str) -> str | None:
    scheme, colon, rest = text.partition(":")
    allowed = "write smtp://, smtps://, smtp+starttls:// or lmtp:// with a host, or maildir:DIR"
    if not colon or scheme not in _RELAY_SCHEMES:
        return f"{shown(text)} is no relay; {allowed}"
    if scheme == "maildir":
        return None if rest.strip("/") else f"{shown(text)} names no folder; {allowed}"
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return f"{shown(text)} has no usable host and port; {allowed}"
    if url.username is not None:
        return "user and password do not stand in a URL; use the keys user and password_file"
    return None if host or (scheme == "lmtp" and url.path.strip("/")) else f"{shown(text)} names no host; {allowed}"


def network(text: str) -> str | None:
    if _is_network(text):
        return None
    return f"{shown(text)} is no IP address or network; write one such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32"


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def web_url(text: str) -> str | None:
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and url.hostname and (url.port or True)
    except ValueError:
        usable = False
    return None if usable else f"{shown(text)} is no address of a web site; write https://tickets.example.com"


OnTheWire = Annotated[str, AfterValidator(in_a_labels)]
"""An address, a domain or a glob over addresses, with its domain in A-labels."""
