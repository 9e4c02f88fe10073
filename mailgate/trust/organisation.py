"""Which domains belong to one organisation, by the public suffix list (RFC 7489, 3.2)."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    # The private section counts too: two customers of github.io are two organisations.
    return PublicSuffixList()


def same_organisation(a: str, b: str) -> bool:
    """Are these two domains the same, or under one registered name? A public suffix such as `co.uk` never is, nor
    is anything that is no domain name."""
    first, second = organisation(a), organisation(b)
    return first is not None and first == second


@lru_cache(maxsize=512)  # a desk hears from the same organisations again and again
def organisation(domain: str) -> str | None:
    """The registered name a domain stands under, in lower case and A-labels; None where there is none."""
    plain = _ascii(domain)
    if plain is None or plain.rpartition(".")[2].isdigit():
        return None
    found = _suffixes().privatesuffix(plain)
    return str(found) if found else None


def _ascii(domain: str) -> str | None:
    """The domain in A-labels. What only becomes a domain by folding look-alikes (full-width letters, the Kelvin
    sign) is none: identity is never folded into another."""
    plain = domain.lower()
    if not domain.isascii():
        try:
            encoded = plain.encode("idna").decode("ascii")
            plain = encoded if encoded != plain and encoded.encode("ascii").decode("idna") == plain else ""
        except UnicodeError:
            return None
    return plain if all(label.replace("-", "").replace("_", "").isalnum() for label in plain.split(".")) else None
