"""SPF (RFC 7208) of a domain of ours: may the hosts that our letters leave by send for it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailgate.online.hosts import Host
from mailgate.online.said import Said, good, problem, publish, warning
from mailgate.settings.tree import Path
from mailgate.trust.lookups import Lookups
from mailgate.trust.sender_policy import host_check

MOST_LOOKUPS: Final = 10
"""RFC 7208, 4.6.4: receivers take more for an error."""
_ENOUGH: Final = 40
_ASKING: Final = frozenset(("include", "a", "mx", "ptr", "exists", "redirect"))
_ALL: Final = re.compile(r"[-+~?]?all", re.IGNORECASE)
_NOWHERE: Final = "192.0.2.1"
"""An address that no host has (RFC 5737): to see whether a record can be read at all."""


def records(domain: str, lookups: Lookups) -> list[str]:
    """The SPF records of a domain; exactly one counts."""
    found = (each.decode("utf-8", "replace").strip() for each in lookups.txt(domain))
    return [each for each in found if each.lower() == "v=spf1" or each.lower().startswith("v=spf1 ")]


def sender_policy(path: Path, domain: str, hosts: Sequence[Host], lookups: Lookups) -> Iterator[Said]:
    """`hosts`: those that our letters leave by, as far as they are known."""
    found = records(domain, lookups)
    if not found:
        wanted = publish(domain, with_hosts("v=spf1 mx ~all", hosts))
        yield warning(path, f"{domain} publishes no SPF record, so many receivers doubt our letters: publish {wanted}")
        return
    if len(found) > 1:
        words = f"{domain} publishes {len(found)} SPF records, which receivers take for an error: publish one only"
        yield problem(path, words)
        return
    yield from _of_record(path, domain, found[0], lookups)
    yield from _of_hosts(path, domain, found[0], hosts, lookups)


def _of_record(path: Path, domain: str, record: str, lookups: Lookups) -> Iterator[Said]:
    needed = lookups_needed(record, lookups)
    if needed > MOST_LOOKUPS:
        words = (
            f"SPF of {domain} needs {needed if needed < _ENOUGH else 'far too many'} lookups, and receivers do at most"
        )
        yield problem(path, f"{words} {MOST_LOOKUPS}: name addresses (ip4:, ip6:) in place of some include: and a:")
    elif _result(_NOWHERE, domain, lookups) == "permerror":
        yield problem(path, f'SPF of {domain} can not be read: "{record}"; receivers take that for an error')
    end = next((each for each in record.split() if _ALL.fullmatch(each)), None)
    if end and end[0] not in "-~?":
        words = f"SPF of {domain} ends with {end}, so everybody may send in its name: end it with ~all or -all"
        yield warning(path, words)
    elif end is None and "redirect=" not in record.lower():
        yield warning(path, f"SPF of {domain} ends without ~all or -all, so it keeps nobody from sending in its name")
    elif end and end[0] == "?":
        yield warning(
            path, f"SPF of {domain} ends with ?all, so it says nothing of other hosts: end it with ~all or -all"
        )


def _of_hosts(path: Path, domain: str, record: str, hosts: Sequence[Host], lookups: Lookups) -> Iterator[Said]:
    for host in hosts:
        if not host.addresses:
            yield good(path, f"whether SPF of {domain} allows {host.title} can not be known from here: {host.why}")
            continue
        refused = [each for each in host.addresses if _result(each, domain, lookups) != "pass"]
        if not refused:
            yield good(path, f"SPF of {domain} allows {host.title} ({', '.join(host.addresses)})")
            continue
        wanted = publish(domain, with_hosts(record, [host]))
        unless = "" if host.is_ours else ", unless it sends from others that only its operator knows"
        words = f"SPF of {domain} does not allow {host.title} ({', '.join(refused)}){unless}: publish {wanted}"
        yield warning(path, words)


def _result(address: str, domain: str, lookups: Lookups) -> str:
    return host_check(address, f"postmaster@{domain}", lookups).result


def with_hosts(record: str, hosts: Sequence[Host]) -> str:
    """The record with these hosts in it, before what it says of all others."""
    terms = record.split()
    new = [each.mechanism for each in hosts if each.mechanism and each.mechanism not in terms]
    at = next(
        (at for at, each in enumerate(terms) if _ALL.fullmatch(each) or each.lower().startswith("redirect=")), None
    )
    return " ".join([*terms[: len(terms) if at is None else at], *new, *(terms[at:] if at is not None else ["~all"])])


def lookups_needed(record: str, lookups: Lookups, so_far: int = 0) -> int:
    """How often a receiver has to ask DNS for this record (RFC 7208, 4.6.4); counted up to a bound."""
    count = so_far
    for term in record.split()[1:]:
        name, target = _taken_apart(term)
        if name not in _ASKING or count >= _ENOUGH:
            continue
        count += 1
        if name in ("include", "redirect") and target and "%" not in target:
            below = records(target, lookups)
            count = lookups_needed(below[0], lookups, count) if below else count
    return count


def _taken_apart(term: str) -> tuple[str, str]:
    found = re.fullmatch(r"[-+~?]?([a-z0-9]+)(?:[:=]([^/]*))?(?:/.*)?", term, re.IGNORECASE)
    return (found[1].lower(), (found[2] or "").rstrip(".")) if found else ("", "")
