"""Addresses as people see them: a domain that mixes alphabets can look like another one, and is shown as it is on the
wire (RFC 5891)."""

from __future__ import annotations

import unicodedata


def unmistakable(address: str) -> str:
    """`anna@dеsk.example`, with one Cyrillic letter, is shown as `anna@xn--dsk-qdd.example`."""
    local, at, domain = address.rpartition("@")
    if domain.isascii() or len(set(map(_alphabet, filter(str.isalpha, domain)))) < 2:
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{local}{at}{domain.encode('ascii', 'replace').decode('ascii')}"


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
