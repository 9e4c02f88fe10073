"""A domain of ours as receivers see it: who takes its mail, and what it asks of mail in its name (DMARC, RFC 7489)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailgate.online.said import Said, good, problem, publish, warning
from mailgate.online.signing import is_published
from mailgate.outbox.dkim import Signer
from mailgate.settings.model import Settings
from mailgate.settings.tree import Path
from mailgate.trust.dmarc import Policy, policy_of
from mailgate.trust.lookups import Lookups


def exchanges(path: Path, domain: str, lookups: Lookups) -> Iterator[Said]:
    """Does mail to this domain arrive anywhere? Whether that is here, only a test mail shows."""
    named = [each.partition(" ")[2].strip().rstrip(".") for each in lookups.records(domain, "MX")]
    hosts = [each for each in named if each]
    if hosts and hosts != named:
        words = "names servers, and says that it takes no mail (an empty MX, RFC 7505): take the empty one out"
        yield warning(path, f"{domain} {words}")
    if named and not hosts:
        words = "says that it takes no mail (its MX is empty, RFC 7505), so no answer can reach us: name a server"
        yield problem(path, f"{domain} {words}")
    elif not hosts and not _has_address(domain, lookups):
        yield problem(path, f"{domain} has no mail server in DNS (MX), so no answer can reach us: publish one")
    elif not hosts:
        yield warning(path, f"{domain} has no MX record, so its mail goes to the host of that name: publish one")
    else:
        yield from _reachable(path, domain, hosts, lookups)


def _reachable(path: Path, domain: str, hosts: list[str], lookups: Lookups) -> Iterator[Said]:
    lost = [each for each in hosts if not _has_address(each, lookups)]
    if len(lost) == len(hosts):
        yield problem(path, f"no mail server of {domain} has an address ({', '.join(lost)}), so no mail can reach us")
        return
    if lost:
        yield warning(path, f"{', '.join(lost)}, a mail server of {domain}, has no address in DNS")
    there = ", ".join(each for each in hosts if each not in lost)
    yield good(path, f"mail to {domain} is taken by {there}; `mailgate send-test --loop` shows whether it comes here")


def _has_address(host: str, lookups: Lookups) -> bool:
    return bool(lookups.records(host, "A") or lookups.records(host, "AAAA"))


# -- DMARC -------------------------------------------------------------------------------------------------------------


def policy(path: Path, domain: str, signers: Sequence[Signer], settings: Settings, lookups: Lookups) -> Iterator[Said]:
    """From, return path and Message-ID of a letter are of one domain; what is left to fail is said."""
    written = [each for each in lookups.txt(f"_dmarc.{domain}") if each.strip().lower().startswith(b"v=dmarc1")]
    found = policy_of(domain, lookups)
    if len(written) > 1:
        words = f"{domain} publishes {len(written)} DMARC records, so receivers go by none: publish one only"
        yield problem(path, words)
    elif found is None:
        what = "a DMARC record that can not be read" if written else "no DMARC policy, so anybody may write in its name"
        wanted = publish(f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}")
        yield warning(path, f"{domain} publishes {what}: to begin with, publish {wanted}")
    yield from _alignment(path, domain, found, signers, settings, lookups)


def _alignment(
    path: Path, domain: str, found: Policy | None, signers: Sequence[Signer], settings: Settings, lookups: Lookups
) -> Iterator[Said]:
    mine = [each for each in signers if each.covers(f"x@{domain}")]
    strict = bool(found and found.strict_signature)
    aligned = [each for each in mine if not strict or each.domain == domain]
    asks = f"asks receivers to {found.wish} mail that fails" if found and found.wish != "none" else "refuses nothing"
    held = f"DMARC of {found.published_at} {asks}" if found else ""
    null = settings.delivery.automatic_sender == "null"
    if aligned:  # by a key that is not published nothing is proven, which is said of the key
        keys = ", ".join(f"{each.selector} of {each.domain}" for each in aligned if is_published(each, lookups))
        if keys:
            yield good(path, f"letters from {domain} are proven by DKIM ({keys}){f'; {held}' if held else ''}")
    elif mine:
        words = f"{held}, and wants signatures of {domain} itself (adkim=s), but we sign as {mine[0].domain}"
        yield problem(path, f"{words}: add a key of {domain} to delivery.dkim, or publish adkim=r")
    elif null:
        words = f"nothing proves automatic letters from {domain}: their return path is empty, and we do not sign them"
        advice = "add a key to delivery.dkim or set automatic_sender: bounce, unless the relay signs"
        yield warning(path, f"{words}{f'; {held}' if held else ''}: {advice}")
    else:
        words = f"letters from {domain} are not signed by us, so only SPF proves them, which no forwarding survives"
        advice = "add a key to delivery.dkim, unless the relay signs (`mailgate send-test` shows it)"
        yield warning(path, f"{words}{f'; {held}' if held else ''}: {advice}")
