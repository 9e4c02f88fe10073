"""Our signature on a letter (RFC 6376; RFC 8463 for Ed25519), made at delivery over the bytes that leave.

Relaxed canonicalization of header and body, no `l=`: relays wrap lines, and nothing may be added below. A field that is
named once more often than it stands there can not be added either.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from mailgate.errors import ConfigurationError
from mailgate.settings.site import Dkim

_SIGNED: Final = (
    *("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"),
)
_NEVER_ADDED: Final = ("From", "To", "Reply-To", "Subject", "Date")
"""A second one would be shown instead of ours (RFC 6376, 8.15)."""
_BLANKS: Final = re.compile(rb"[ \t]+")
_FIELD: Final = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_WIDTH: Final = 72


@dataclass(frozen=True, slots=True)
class Signer:
    """One key of `delivery.dkim`: who signs, and how."""

    domain: str
    selector: str
    algorithm: str
    """`rsa-sha256` or `ed25519-sha256`."""
    record: str
    """The TXT record of `SELECTOR._domainkey.DOMAIN` that belongs to the key."""
    sign: Callable[[bytes], bytes]

    def covers(self, from_address: str) -> bool:
        """Its domain is that of the address, or above it: else the signature proves nothing (RFC 7489, 3.1.1)."""
        domain = from_address.rpartition("@")[2].lower().rstrip(".")
        return domain == self.domain or domain.endswith(f".{self.domain}")


def read_signers(keys: Iterable[Dkim], folder: Path) -> tuple[Signer, ...]:
    """The keys of the configuration; relative paths count from `folder`. Raises ConfigurationError in a sentence."""
    return tuple(_signer(each, folder / each.key_file) for each in keys)


def signed(mail: bytes, signers: Iterable[Signer], from_address: str, when: datetime) -> bytes:
    """The mail with a signature above it by each key that fits its From. CRLF line ends throughout, as `assemble`
    gives them; `when` is aware."""
    chosen = [each for each in signers if each.covers(from_address)]
    if not chosen:
        return mail
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = _fields(head + b"\r\n")
    digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest())
    return b"".join(_signature(each, fields, digest, when) for each in chosen) + mail


def _fields(head: bytes) -> dict[bytes, bytes]:
    """Each signed field that stands there, by its name in lower case, as it is signed."""
    wanted = {name.lower().encode() for name in _SIGNED}
    found = ((match[1].lower(), match[2]) for match in _FIELD.finditer(head))
    return {name: _relaxed(name, value) for name, value in found if name in wanted}


def _relaxed(name: bytes, value: bytes) -> bytes:
    """RFC 6376, 3.4.2."""
    return b"%s:%s" % (name, _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip())


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4."""
    if b"  " in body or b"\t" in body or b" \r\n" in body:
        body = b"\r\n".join(_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n"))
    body = body.rstrip(b"\r\n")
    return body + b"\r\n" if body else b""


def _signature(signer: Signer, fields: dict[bytes, bytes], digest: bytes, when: datetime) -> bytes:
    """One DKIM-Signature field; its own text without the value of `b=` is signed last (RFC 6376, 3.7)."""
    present = [name for name in _SIGNED if name.lower().encode() in fields]
    names = [*present, *_NEVER_ADDED]
    tags = (
        f"v=1; a={signer.algorithm}; c=relaxed/relaxed; d={signer.domain};\r\n"
        f"\ts={signer.selector}; t={int(when.timestamp())}; h={_folded(names)};\r\n"
        f"\tbh={digest.decode()};\r\n\tb="
    )
    chosen = [fields[name.lower().encode()] for name in present]
    own = _relaxed(b"dkim-signature", b" " + tags.encode())
    value = base64.b64encode(signer.sign(b"\r\n".join((*chosen, own)))).decode()
    pieces = (value[at : at + _WIDTH] for at in range(0, len(value), _WIDTH))
    return f"DKIM-Signature: {tags}{_NEXT_LINE.join(pieces)}\r\n".encode()


_NEXT_LINE: Final = "\r\n\t "


def _folded(names: list[str]) -> str:
    """Colons may be followed by a fold (RFC 6376, 3.5, `h=`)."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) >= _WIDTH - 8:
            lines.append("")
        lines[-1] += f"{name}:"
    return _NEXT_LINE.join(lines).removesuffix(":")


def _signer(key: Dkim, file: Path) -> Signer:
    named = f"delivery.dkim {key.selector} of {key.domain}"
    if find_spec("cryptography") is None:
        raise ConfigurationError(f"{named}: cryptography is not installed; install mailgate[senders]")
    try:
        content = file.read_bytes()
    except OSError as wrong:
        raise ConfigurationError(f"{named}: the key {key.key_file} can not be read: {wrong.strerror}") from wrong
    # Imported only here: an extra that is not installed must not keep the daemon from starting.
    from mailgate.outbox.dkim_keys import private_key

    try:
        algorithm, record, sign = private_key(content)
    except ValueError as wrong:
        raise ConfigurationError(f"{named}: the key {key.key_file} can not sign: {wrong}") from wrong
    return Signer(key.domain.lower().rstrip("."), key.selector, algorithm, record, sign)
