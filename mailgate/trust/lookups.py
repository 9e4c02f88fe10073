"""What a check asks of DNS. Who answers is given by the edges of the house (`mailgate/resolver.py`) or by a test."""

from __future__ import annotations

from typing import Protocol


class NoAnswer(Exception):
    """DNS did not say, for now: nothing follows from that, neither for the sender nor against him."""


class Lookups(Protocol):
    """Both answer () where the name or the record does not exist, and raise NoAnswer where that is not known."""

    def txt(self, name: str) -> tuple[bytes, ...]:
        """The TXT records of a name, the strings of each joined (RFC 7208, 3.3)."""
        ...

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """The A, AAAA, MX or PTR records of a name, as a zone file shows them."""
        ...
