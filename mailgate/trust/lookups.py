"""What a check asks of DNS. Who answers is given by the edges of the house (`mailgate/resolver.py`) or by a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class NoAnswer(Exception):
    """DNS did not say, for now: nothing follows from that, neither for the sender nor against him."""


class Lookups(Protocol):
    """`txt` and `records` answer () where the name or the record does not exist; NoAnswer where that is not known."""

    def txt(self, name: str) -> tuple[bytes, ...]:
        """The TXT records of a name, the strings of each joined (RFC 7208, 3.3)."""
        ...

    def ahead(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """Ask for the TXT records of all these at once, and remember them: whoever asks for one afterwards need not
        wait. Returns those there are; never raises."""
        ...

    def for_one_mail(self) -> Lookups:
        """The same, with a bound on the time that all questions about one mail may take."""
        ...

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """The A, AAAA, MX or PTR records of a name, as a zone file shows them."""
        ...
