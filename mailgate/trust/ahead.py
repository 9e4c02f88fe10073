"""What the check of a sender will ask of DNS, read from a mail at a glance: so that it can be asked for many at once.

Nothing is decided here. What is missed or asked in vain costs time, and no mail its level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mailgate.trust.organisation import organisation

ROUNDS: Final = 3
"""A record of SPF names others, and these name more."""
MOST_NAMES: Final = 400
"""Of one round."""
_MOST_SIGNATURES: Final = 5
_LONGEST_HEAD: Final = 64 * 2**10
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_FIELD: Final = re.compile(rb"(?im)^(dkim-signature|from):([^\r\n]*)")
_DOMAIN: Final = re.compile(rb"(?:^|[;\s])d\s*=\s*([A-Za-z0-9._-]{1,253})")
_SELECTOR: Final = re.compile(rb"(?:^|[;\s])s\s*=\s*([A-Za-z0-9._-]{1,63})")
_AT: Final = re.compile(rb"@([A-Za-z0-9._-]{1,253})")
_NAMED: Final = re.compile(rb"(?i)(?:include:|redirect=)([A-Za-z0-9._-]{1,253})(?=[ \t]|\Z)")


def names(raw: bytes, path: str, *, by_host: bool) -> Iterator[str]:
    """The names whose TXT records are asked first. `by_host`: the host that brought it is looked at too."""
    head = raw[:_LONGEST_HEAD]
    end = re.search(rb"\r?\n\r?\n", head)
    fields = _FIELD.findall(_FOLD.sub(b" ", head[: end.start()] if end else head))
    signed = [value for name, value in fields if name.lower() != b"from"][:_MOST_SIGNATURES]
    for value in signed:
        domain, selector = _DOMAIN.search(value), _SELECTOR.search(value)
        if domain and selector:
            yield f"{selector[1].decode()}._domainkey.{domain[1].decode()}".lower()
    author = next((found[-1].decode() for name, value in fields if name.lower() == b"from"
                   and (found := _AT.findall(value))), None)  # fmt: skip
    if author and (signed or by_host):
        yield f"_dmarc.{author}".lower()
        above = organisation(author)
        if above and above != author.lower():
            yield f"_dmarc.{above}"
    domain_of_path = path.rpartition("@")[2].lower()
    if by_host and domain_of_path and domain_of_path.isascii():
        yield domain_of_path


def named(texts: Iterable[bytes]) -> Iterator[str]:
    """The names that these records lead to."""
    for text in texts:
        if text[:7].lower() == b"v=spf1 ":
            yield from (each.decode().lower().rstrip(".") for each in _NAMED.findall(text))
