"""DNS, asked with a deadline and remembered for as long as its answers hold (dnspython).

A resolver that is away must not hold up the mail: after a few questions without an answer nobody is asked for a while.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

import dns.exception
import dns.nameserver
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

from mailgate.clock import Clock
from mailgate.trust.lookups import NoAnswer

SECONDS: Final = 4.0
"""The longest that one question may take, with all repetitions."""
MOST_SILENCES: Final = 3
REST_SECONDS: Final = 30.0
_REMEMBERED: Final = 20_000
_PORT: Final = 53


class Resolver:
    """Answers `trust.lookups.Lookups`. `servers`: `IP` or `IP:PORT`; without any, those of the machine."""

    def __init__(self, servers: Sequence[str], clock: Clock, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._silences = 0
        self._asked_again_at = 0.0
        self._resolver = _of_machine() if not servers else dns.resolver.Resolver(configure=False)
        self._resolver.cache = dns.resolver.LRUCache(_REMEMBERED)
        if servers:
            self._resolver.nameservers = [_nameserver(each) for each in servers]

    def txt(self, name: str) -> tuple[bytes, ...]:
        """As `Lookups.txt`."""
        return tuple(b"".join(each.strings) for each in self._records(name, "TXT") if isinstance(each, TXT))

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """As `Lookups.records`."""
        return tuple(each.to_text() for each in self._records(name, kind))

    def _records(self, name: str, kind: str) -> tuple[dns.rdata.Rdata, ...]:
        if self._clock.monotonic() < self._asked_again_at:
            raise NoAnswer("DNS rests: it did not answer before")
        try:
            found = self._resolver.resolve(name, kind, raise_on_no_answer=False, lifetime=self._seconds, search=False)
        except dns.resolver.NXDOMAIN:
            return self._heard(())
        except (dns.resolver.LifetimeTimeout, OSError) as wrong:
            self._silences += 1
            if self._silences >= MOST_SILENCES:
                self._silences, self._asked_again_at = 0, self._clock.monotonic() + REST_SECONDS
            raise NoAnswer(str(wrong)) from wrong
        except dns.resolver.NoNameservers as wrong:  # they answered: that they can not say (SERVFAIL, REFUSED)
            raise NoAnswer(str(wrong)) from wrong
        except (dns.exception.DNSException, UnicodeError, ValueError):
            return ()  # no name that DNS could know
        return self._heard(tuple(found.rrset or ()))

    def _heard(self, records: tuple[dns.rdata.Rdata, ...]) -> tuple[dns.rdata.Rdata, ...]:
        self._silences = 0
        return records


def _of_machine() -> dns.resolver.Resolver:
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return dns.resolver.Resolver(configure=False)  # nobody to ask: every question stays without an answer


def _nameserver(server: str) -> dns.nameserver.Do53Nameserver:
    """`IP`, `IP:PORT` or `[IPv6]:PORT`, as `check` lets it pass."""
    try:
        return dns.nameserver.Do53Nameserver(str(ipaddress.ip_address(server.strip("[]"))), _PORT)
    except ValueError:
        host, _, port = server.rpartition(":")
        return dns.nameserver.Do53Nameserver(host.strip("[]"), int(port))
