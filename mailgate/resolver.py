"""DNS, asked with a deadline and remembered for as long as its answers hold (dnspython).

Nobody may hold up the mail: a name that was silent is left alone for a while, one mail has so many seconds for all its
questions, and a resolver that answers nothing at all is not asked for a while.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

from mailgate.clock import Clock
from mailgate.trust.lookups import NoAnswer
from mailgate.trust.organisation import organisation

SECONDS: Final = 4.0
"""The longest that one question may take, with all repetitions."""
MAIL_SECONDS: Final = 6.0
"""The longest that all questions about one mail may take."""
MOST_SILENCES: Final = 3
"""So many organisations in a row without an answer let us ask whether anybody is there at all."""
PROBE_SECONDS: Final = 1.0
REST_SECONDS: Final = 30.0
AT_ONCE: Final = 32
"""So many questions are under way together."""
_REMEMBERED: Final = 20_000
_MOST_QUIET: Final = 5_000
_PORT: Final = 53


class Resolver:
    """Answers `trust.lookups.Lookups`. `servers`: `IP` or `IP:PORT`; without any, those of the machine."""

    def __init__(self, servers: Sequence[str], clock: Clock, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._silences: set[str] = set()
        self._quiet: dict[str, float] = {}
        """Names that were silent, and until when they are left alone."""
        self._asked_again_at = 0.0
        self._resolver = _of_machine() if not servers else dns.resolver.Resolver(configure=False)
        self._resolver.cache = dns.resolver.LRUCache(_REMEMBERED)
        if servers:
            self._resolver.nameservers = [_nameserver(each) for each in servers]

    def txt(self, name: str) -> tuple[bytes, ...]:
        """As `Lookups.txt`."""
        return _texts(self.asked(name, "TXT", self._seconds))

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """As `Lookups.records`."""
        return _lines(self.asked(name, kind, self._seconds))

    def for_one_mail(self) -> OneMail:
        """As `Lookups.for_one_mail`."""
        return OneMail(self, self._clock, self._clock.monotonic() + MAIL_SECONDS)

    def ahead(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """As `Lookups.ahead`. In a loop of its own instead of threads: a worker's memory is counted, and threads take
        much of it."""
        if not names or self._clock.monotonic() < self._asked_again_at:
            return ()
        found = asyncio.run(self._ask_all(names))
        return _texts(found)

    async def _ask_all(self, names: Sequence[str]) -> list[dns.rdata.Rdata]:
        asking, gate = dns.asyncresolver.Resolver(configure=False), asyncio.Semaphore(AT_ONCE)
        asking.nameservers, asking.cache = self._resolver.nameservers, self._resolver.cache
        found: list[dns.rdata.Rdata] = []

        async def ask(name: str) -> None:
            # What fails here is asked again when it is needed, and judged then.
            with suppress(dns.exception.DNSException, OSError, UnicodeError, ValueError):
                async with gate:
                    answer = await asking.resolve(
                        name, "TXT", raise_on_no_answer=False, lifetime=self._seconds, search=False
                    )
                found.extend(answer.rrset or ())

        await asyncio.gather(*map(ask, names))
        return found

    def asked(self, name: str, kind: str, seconds: float) -> tuple[dns.rdata.Rdata, ...]:
        """The records of a name, asked for so long at most. Raises NoAnswer."""
        now = self._clock.monotonic()
        if now < self._asked_again_at:
            raise NoAnswer("DNS rests: it did not answer before")
        if now < self._quiet.get(name.lower(), 0.0):
            raise NoAnswer(f"{name} did not answer before")
        try:
            found = self._resolver.resolve(name, kind, raise_on_no_answer=False, lifetime=seconds, search=False)
        except dns.resolver.NXDOMAIN:
            return self._heard(())
        except (dns.resolver.LifetimeTimeout, OSError) as wrong:
            self._was_silent(name)
            raise NoAnswer(str(wrong)) from wrong
        except dns.resolver.NoNameservers as wrong:  # they answered: that they can not say (SERVFAIL, REFUSED)
            raise NoAnswer(str(wrong)) from wrong
        except (dns.exception.DNSException, UnicodeError, ValueError):
            return ()  # no name that DNS could know
        return self._heard(tuple(found.rrset or ()))

    def _heard(self, records: tuple[dns.rdata.Rdata, ...]) -> tuple[dns.rdata.Rdata, ...]:
        self._silences.clear()
        return records

    def _was_silent(self, name: str) -> None:
        """One domain can be silent on purpose; it must not make the others unheard."""
        now = self._clock.monotonic()
        if len(self._quiet) >= _MOST_QUIET:
            self._quiet.clear()
        self._quiet[name.lower()] = now + REST_SECONDS
        self._silences.add(organisation(name) or name)
        if len(self._silences) >= MOST_SILENCES:
            self._silences.clear()
            self._asked_again_at = now if self._is_there() else now + REST_SECONDS

    def _is_there(self) -> bool:
        """Does the resolver say anything at all? Every one knows, or can refuse to say, who serves the root."""
        try:
            self._resolver.resolve(".", "NS", raise_on_no_answer=False, lifetime=PROBE_SECONDS, search=False)
        except (dns.resolver.LifetimeTimeout, OSError):
            return False
        except dns.exception.DNSException:
            return True
        return True


@dataclass(frozen=True, slots=True)
class OneMail:
    """The same, until its time is over."""

    resolver: Resolver
    clock: Clock
    until: float

    def txt(self, name: str) -> tuple[bytes, ...]:
        """As `Lookups.txt`."""
        return _texts(self.resolver.asked(name, "TXT", self._left()))

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """As `Lookups.records`."""
        return _lines(self.resolver.asked(name, kind, self._left()))

    def ahead(self, names: Sequence[str]) -> tuple[bytes, ...]:
        """As `Lookups.ahead`."""
        return self.resolver.ahead(names)

    def for_one_mail(self) -> OneMail:
        """It is."""
        return self

    def _left(self) -> float:
        left = self.until - self.clock.monotonic()
        if left <= 0:
            raise NoAnswer("DNS takes too long about this mail")
        return min(SECONDS, left)


def _texts(records: Iterable[dns.rdata.Rdata]) -> tuple[bytes, ...]:
    return tuple(b"".join(each.strings) for each in records if isinstance(each, TXT))


def _lines(records: Iterable[dns.rdata.Rdata]) -> tuple[str, ...]:
    return tuple(each.to_text() for each in records)


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
