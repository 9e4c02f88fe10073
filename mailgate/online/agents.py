"""Which agents can ever be `proven` (CONTRACT 7), and what their domains lack where they can not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from mailgate.online import spf
from mailgate.online.said import Said, good, warning
from mailgate.settings.model import Settings
from mailgate.settings.tree import Path
from mailgate.trust.dmarc import policy_of
from mailgate.trust.lookups import Lookups


def domains(settings: Settings) -> Iterator[tuple[Path, str, list[str]]]:
    """Each domain that active agents write from, where it stands first, and their names."""
    names: dict[str, list[str]] = defaultdict(list)
    places: dict[str, Path] = {}
    for name, agent in settings.agents.items():
        for number, address in enumerate((agent.email, *agent.aliases) if agent.active else ()):
            domain = address.rpartition("@")[2].lower()
            names[domain] += [name] if name not in names[domain] else []
            places.setdefault(domain, ("agents", name, *(("aliases", number - 1) if number else ("email",))))
    for domain, path in places.items():
        yield path, domain, names[domain]


def ways_in(settings: Settings) -> tuple[str, ...]:
    """By which ways in somebody else vouches for a sender, or he has logged in."""
    intake = settings.intake
    boxes = [each.name for each in intake.imap if each.authserv_id or each.provider != "none"]
    submission = intake.submission
    ways = (
        ("a trusted relay", bool(intake.smtp.listen and intake.smtp.trusted_relays and intake.smtp.authserv_id)),
        ("LMTP", bool(intake.lmtp.listen and intake.lmtp.trusted and intake.lmtp.authserv_id)),
        (f"the mailbox {', '.join(boxes)}", bool(boxes)),
        ("the submission listener", bool(submission.listen and (submission.trusted_peers or submission.users_file))),
    )
    return tuple(name for name, is_open in ways if is_open)


def provable(path: Path, domain: str, names: list[str], settings: Settings, lookups: Lookups) -> Iterator[Said]:
    """What DNS has to say before anybody, we or a relay, can vouch for mail From this domain. Whether it is signed by
    DKIM can not be asked: nobody knows the selectors."""
    who, inward = ", ".join(names), ways_in(settings)
    by = f" ({', '.join(inward)})" if inward else " (our own check of strangers)"
    if not inward and not settings.intake.smtp.listen:
        return  # plain `check` says that nothing proves anybody
    exists = any(lookups.records(domain, kind) for kind in ("MX", "A", "AAAA"))
    policy, senders = policy_of(domain, lookups), spf.records(domain, lookups)
    if not exists and not policy and not senders:
        words = f"{domain} is not in DNS, so only the submission listener can prove mail of {who}"
        yield warning(path, words)
    elif policy and senders:
        yield good(path, f"mail of {who} from {domain} can be proven by its DMARC policy with SPF or DKIM{by}")
    else:
        lacks = "DMARC policy" if not policy else "SPF record"
        words = f"{domain} publishes no {lacks}, so mail of {who} is proven only where a DKIM signature of {domain}"
        yield warning(path, f"{words} is on it: publish one, or see with `mailgate mail ID --why` that it is signed")
