"""SPF (RFC 7208): may this host send mail with that return path? Asked of pyspf, with our own lookups."""

from __future__ import annotations

import ipaddress
import warnings
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from mailgate.trust.lookups import Lookups, NoAnswer

with warnings.catch_warnings():  # its escapes are older than these warnings
    warnings.simplefilter("ignore")
    import spf

_SECONDS: Final = 20
"""RFC 7208, 4.6.4: at least so long for all lookups of one check; each has a deadline of its own."""
_BEFORE_WHY: Final = "SPF Permanent Error: "
_LOOKUPS: ContextVar[Lookups] = ContextVar("lookups")
_RESULTS: Final = frozenset(("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"))


@dataclass(frozen=True, slots=True)
class HostCheck:
    """What the domain of a return path says about a host."""

    domain: str
    result: str
    """A word of RFC 8601, 2.7.2: `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror`, `permerror`."""
    why: str = ""
    """What is wrong with the record, in the words of pyspf; only with `permerror`."""


def host_check(peer: str | None, envelope_from: str, lookups: Lookups) -> HostCheck:
    """`peer`: the address of the host that handed the mail over. A null sender has no domain to ask: `none`."""
    domain = envelope_from.rpartition("@")[2].lower()
    if not peer or not domain or not envelope_from.isascii():
        return HostCheck(domain, "none")
    asking = _LOOKUPS.set(lookups)
    try:
        result, _, why = spf.query(i=_plain(peer), s=envelope_from, h=domain, querytime=_SECONDS).check()
    except (NoAnswer, spf.TempError):
        return HostCheck(domain, "temperror")
    except (spf.PermError, ValueError, IndexError, AttributeError, TypeError, AssertionError, RecursionError):
        return HostCheck(domain, "permerror")  # what pyspf leaks on odd records and addresses
    finally:
        _LOOKUPS.reset(asking)
    if result in _RESULTS - {"permerror"}:
        return HostCheck(domain, result)
    return HostCheck(domain, "permerror", str(why).removeprefix(_BEFORE_WHY))


def _plain(peer: str) -> str:
    """RFC 7208, 5: an IPv4 address inside IPv6 is an IPv4 address."""
    address = ipaddress.ip_address(peer)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _ask(name: str, kind: str, strict: object = True, timeout: object = None) -> list[tuple[tuple[str, str], Any]]:
    """What pyspf calls instead of asking DNS itself; strictness and deadline are ours."""
    return [((name, kind), value) for value in _answers(name.rstrip("."), kind.upper())]


def _answers(name: str, kind: str) -> Iterator[Any]:
    lookups = _LOOKUPS.get()
    if kind == "TXT":
        yield from ((each,) for each in lookups.txt(name))
    elif kind in ("A", "AAAA", "PTR"):
        yield from (each.rstrip(".") for each in lookups.records(name, kind))
    elif kind == "MX":
        yield from _exchanges(lookups.records(name, kind))


def _exchanges(records: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for each in records:
        preference, _, host = each.partition(" ")
        if preference.isdecimal():
            yield int(preference), host.strip().rstrip(".")


spf.DNSLookup = _ask
