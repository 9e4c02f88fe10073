"""SPF (RFC 7208) of a domain of ours: may the hosts that our letters leave by send for it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailgate.online.hosts import Host
from mailgate.online.said import Said, good, problem, publish, warning
from mailgate.settings.tree import Path
from mailgate.trust.lookups import Lookups, NoAnswer
from mailgate.trust.sender_policy import HostCheck, host_check

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
    elif (found := _checked(_NOWHERE, domain, lookups)).result == "permerror":
        words = f'SPF of {domain} can not be read: {_in_plain_words(found.why)}; receivers take "{record}" for an error'
        yield problem(path, words)
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
    refused = []
    for host in hosts:
        why = _refused(domain, record, host, lookups)
        if isinstance(why, str):
            yield good(path, why)
        elif why:
            refused.append((host, why))
    wanted = publish(domain, with_hosts(record, [host for host, _ in refused]))
    for host, addresses in refused:
        known = host.is_ours or host.included
        unless = "" if known else ", unless it sends from others that only its operator knows"
        words = f"SPF of {domain} does not allow {host.title} ({', '.join(addresses)}){unless}: publish {wanted}"
        yield warning(path, words)


def _refused(domain: str, record: str, host: Host, lookups: Lookups) -> str | list[str]:
    """Addresses of the host that it may not send from; where there is nothing to change, a sentence."""
    if not host.addresses:
        return f"whether SPF of {domain} allows {host.title} can not be known from here: {host.why}"
    results = {each: _checked(each, domain, lookups).result for each in host.addresses}
    refused = [each for each, result in results.items() if result != "pass"]
    if not refused:
        return f"SPF of {domain} allows {host.title} ({', '.join(host.addresses)})"
    if host.included and host.included in _below(record, lookups):
        return f"SPF of {domain} allows the hosts that {host.title} sends by (include:{host.included})"
    # What is wrong with a record that can not be read is said already, and a longer one would be no better.
    return [] if "permerror" in results.values() else refused


def _checked(address: str, domain: str, lookups: Lookups) -> HostCheck:
    """Raises NoAnswer where DNS did not say enough: then the record is not to blame."""
    found = host_check(address, f"postmaster@{domain}", lookups)
    if found.result == "temperror":
        raise NoAnswer(domain)
    return found


def _in_plain_words(why: str) -> str:
    return (
        "more than two of the names in it do not exist" if why.startswith("Void lookup") else why or "its form is wrong"
    )


def _below(record: str, lookups: Lookups, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The domains whose records this one takes in, and those that they do."""
    for term in record.split()[1:]:
        name, target = _taken_apart(term)
        if (
            name in ("include", "redirect")
            and target
            and "%" not in target
            and target not in seen
            and len(seen) < _ENOUGH
        ):
            seen |= {target}
            seen = _below(next(iter(records(target, lookups)), ""), lookups, seen)
    return seen


def with_hosts(record: str, hosts: Sequence[Host]) -> str:
    """The record with these hosts in it, before what it says of all others."""
    terms = record.split()
    every = dict.fromkeys(each for host in hosts for each in host.mechanism.split())
    new = [each for each in every if each not in terms]
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
    """The name of a mechanism or modifier in lower case, and its domain."""
    found = re.fullmatch(r"[-+~?]?([a-z0-9]+)(?:[:=]([^/]*))?(?:/.*)?", term, re.IGNORECASE)
    return (found[1].lower(), (found[2] or "").rstrip(".").lower()) if found else ("", "")
