"""Where a listener listens: `HOST:PORT`, `[::1]:PORT` or `unix:PATH`, as the configuration writes it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from mailgate.errors import ConfigurationError
from mailgate.settings.model import Settings
from mailgate.store.db import state_folder


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Either a path of a Unix socket, or host (None: all interfaces) and port (0: any free one)."""

    host: str | None = None
    port: int = 0
    path: Path | None = None

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in (self.host or "") else f"{self.host or '*'}:{self.port}"


def endpoint(settings: Settings, listen: str) -> Endpoint:
    """Read one `listen:`; relative paths count from the state folder. Raises ConfigurationError."""
    if listen.startswith("unix:"):
        return Endpoint(path=state_folder(settings) / listen.removeprefix("unix:"))
    host, colon, port = listen.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ConfigurationError(f"'{listen}' is no place to listen: write HOST:PORT or unix:PATH")
    return Endpoint(host.strip("[]") if host not in ("", "*") else None, int(port))


def plain_ip(peername: object) -> str | None:
    """The peer's IP address as text, IPv4 also where it came mapped into IPv6; None for a Unix socket."""
    if not isinstance(peername, tuple) or not peername:
        return None
    address = ipaddress.ip_address(str(peername[0]).partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
