"""`check --online`: everything outside is asked at once, each with a deadline, and nothing is written or sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import chain
from typing import Final

from mailgate.clock import Clock
from mailgate.connecting import look_into, ways
from mailgate.errors import ConfigurationError
from mailgate.online import agents, domains, hosts, relays, signing, spf
from mailgate.online.said import Said, good, problem, unless_silent, warning
from mailgate.outbox.dkim import Signer, read_signers
from mailgate.outbox.relays import Way, ways_for
from mailgate.outbox.wire import wire_form
from mailgate.settings.model import Settings
from mailgate.settings.problems import Place, Problem
from mailgate.settings.tree import Mapping, Path, find
from mailgate.store.db import state_folder
from mailgate.trust.lookups import Lookups

_AT_ONCE: Final = 16
_MAILBOX_SECONDS: Final = 90.0
_NEEDED: Final = ("dns", "spf")

Look = tuple[Path, str, Callable[[], Iterator[Said]]]
"""What it is about, in the configuration and in words; and the look itself."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a check asks outside; a test stands in for it."""

    lookups: Lookups
    clock: Clock
    own: hosts.Own = hosts.own_addresses


def outside(settings: Settings, clock: Clock) -> Outside | None:
    """DNS as the daemon asks it; None where the extra `senders` is not installed."""
    if any(find_spec(each) is None for each in _NEEDED):
        return None
    from mailgate.resolver import Resolver

    return Outside(Resolver(settings.intake.smtp.resolvers, clock), clock)


def look(settings: Settings, clock: Clock, asked: Outside | None) -> tuple[Said, ...]:
    """All there is to say, in the order of the configuration; the same sentence once."""
    try:
        every = tuple(ways(settings))
        signers = read_signers(settings.delivery.dkim, state_folder(settings))
    except ConfigurationError as wrong:
        return (problem(("delivery",), str(wrong)),)
    found = list(asyncio.run(_lines(settings, every, clock)))
    if asked is None:
        words = "DNS is not asked: dnspython and pyspf are not installed; install mailgate[senders]"
        found.append(warning((), words))
    else:
        found += _dns(settings, every, signers, asked)
    return tuple(dict.fromkeys(found))


def problems(found: Iterable[Said], root: Mapping, weight: str) -> tuple[Problem, ...]:
    """Those of this weight, each at its place in the files."""
    return tuple(_placed(each, root) for each in found if each.weight == weight)


def _placed(said: Said, root: Mapping) -> Problem:
    """At the key it is about, or the nearest above that is written."""
    for length in range(len(said.path), 0, -1):
        if here := next(find(root, tuple(str(step) for step in said.path[:length])), None):
            return Problem.at(here.key, said.path, said.words)
    return Problem.at(Place("mailgate.yaml"), said.path, said.words)


# -- relays and mailboxes ----------------------------------------------------------------------------------------------


async def _lines(settings: Settings, every: tuple[Way, ...], clock: Clock) -> Iterator[Said]:
    of_relays = (relays.relay(_path_of(settings, way), way, settings, clock) for way in every)
    of_boxes = (_mailbox(settings, number, clock) for number in range(len(settings.intake.imap)))
    return chain.from_iterable(await asyncio.gather(*of_relays, *of_boxes))


def _path_of(settings: Settings, way: Way) -> Path:
    urls = [each.url for each in settings.delivery.relays]
    return ("delivery", "relays", urls.index(way.url), "url") if way.url in urls else ("alerts", "relay")


async def _mailbox(settings: Settings, number: int, clock: Clock) -> list[Said]:
    path: Path = ("intake", "imap", number)
    if find_spec("aioimaplib") is None:
        return [problem(path, "aioimaplib is not installed; install mailgate[imap]")]
    mailbox = settings.intake.imap[number]
    try:
        async with asyncio.timeout(_MAILBOX_SECONDS):
            box = await look_into(settings, mailbox, None, clock)
    except TimeoutError:
        words = f"mailbox {mailbox.name} can not be read: it did not let us in within {_MAILBOX_SECONDS:.0f} s"
        return [problem(path, words)]
    if box.trouble:
        return [problem(path, f"mailbox {box.name} can not be read: {box.trouble}")]
    return [good(path, f"mailbox {box.name} lets us in; {box.mails} mails lie in {box.folder}")]


# -- DNS ---------------------------------------------------------------------------------------------------------------


def _dns(settings: Settings, every: tuple[Way, ...], signers: tuple[Signer, ...], asked: Outside) -> Iterator[Said]:
    plan = [*_of_domains(settings, signers, asked), *_of_keys(signers, asked), *_of_hosts(settings, every, asked),
            *_of_agents(settings, asked)]  # fmt: skip
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from chain.from_iterable(pool.map(lambda each: unless_silent(*each), plan))


def _of_domains(settings: Settings, signers: tuple[Signer, ...], asked: Outside) -> Iterator[Look]:
    """Our letters are From our addresses; their return paths and Message-IDs are of the same domain (CONTRACT 5)."""
    relayed = tuple(ways(settings))
    for domain, (path, addresses) in _domains(settings).items():
        yield path, f"the mail servers of {domain}", partial(domains.exchanges, path, domain, asked.lookups)
        used = tuple(dict.fromkeys(way for address in addresses for way in ways_for(relayed, address)))
        yield path, f"SPF of {domain}", partial(_senders, path, domain, used, asked)
        policy = partial(domains.policy, path, domain, signers, settings, asked.lookups)
        yield path, f"DMARC of {domain}", policy


def _domains(settings: Settings) -> dict[str, tuple[Path, list[str]]]:
    """Each domain of ours: where it stands first, and all addresses of it. A letter is From the address that its ticket
    came in by: an alias, where that was written to."""
    found: dict[str, tuple[Path, list[str]]] = {}
    for number, ours in enumerate(settings.addresses):
        for address in map(wire_form, (ours.address, *ours.aliases)):
            place: Path = ("addresses", number, "address")
            found.setdefault(address.rpartition("@")[2].lower(), (place, []))[1].append(address)
    return found


def _senders(path: Path, domain: str, used: tuple[Way, ...], asked: Outside) -> Iterator[Said]:
    leaving = [host for way in used if (host := hosts.host_of(way, asked.lookups, asked.own))]
    if leaving or not used:
        yield from spf.sender_policy(path, domain, tuple(dict.fromkeys(leaving)), asked.lookups)


def _of_keys(signers: tuple[Signer, ...], asked: Outside) -> Iterator[Look]:
    for number, signer in enumerate(signers):
        path: Path = ("delivery", "dkim", number)
        what = f"the key {signer.selector} of {signer.domain}"
        yield path, what, partial(signing.key_of, path, signer, asked.lookups)


def _of_hosts(settings: Settings, every: tuple[Way, ...], asked: Outside) -> Iterator[Look]:
    for way in every:
        path = _path_of(settings, way)
        yield path, f"the name of {way.url}", partial(_reverse, path, way, asked)


def _reverse(path: Path, way: Way, asked: Outside) -> Iterator[Said]:
    host = hosts.host_of(way, asked.lookups, asked.own)
    return hosts.reverse(path, host, asked.lookups) if host else iter(())


def _of_agents(settings: Settings, asked: Outside) -> Iterator[Look]:
    for path, domain, names in agents.domains(settings):
        what = f"{domain}, from which agents write"
        yield path, what, partial(agents.provable, path, domain, names, settings, asked.lookups)
