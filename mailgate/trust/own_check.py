"""Our own look at a sender where we are the first to receive his mail: DKIM, SPF, and DMARC over both; where these fail
him, the seal of a forwarder that we were told to believe (`arc.py`).

What is found has the shape of what a trusted relay would write into Authentication-Results, so that one judge weighs
both (`verdict.py`). A fault of DNS is neither for nor against the sender.
"""

from __future__ import annotations

from mailgate.trust.arc import sealed
from mailgate.trust.dmarc import Policy, policy_of
from mailgate.trust.lookups import Lookups, NoAnswer
from mailgate.trust.results import Finding, OwnCheck
from mailgate.trust.sender_policy import HostCheck, host_check
from mailgate.trust.signatures import Signature, signatures

_LENIENT = Policy("", "none")
"""Who publishes nothing is served by the rule for all."""
_STRICT = Policy("", "none", strict_signature=True, strict_host=True)
"""For him of whom DNS does not say what he publishes."""


def own_check(
    raw: bytes, author: str, envelope_from: str, peer: str | None, lookups: Lookups, sealers: tuple[str, ...] = ()
) -> OwnCheck:
    """`author`: the domain of From, the one that counts; `peer`: the address of the host that handed the mail over, or
    None where that says nothing of the sender: then nothing can be said to fail. Never raises."""
    signed = signatures(raw, lookups)
    host = host_check(peer, envelope_from, lookups)
    try:
        policy, known = policy_of(author, lookups), True
    except NoAnswer:
        policy, known = None, False
    speaks = policy or (_LENIENT if known else _STRICT)
    found = (
        *_by_policy(policy, known, author, signed, host, seen=peer is not None),
        *(_signed(each, author, speaks) for each in signed),
        *([_sent(host)] if peer is not None else ()),
    )
    vouched = any(each.aligned for each in found)
    if not vouched and (seal := sealed(raw, author, sealers, lookups)):
        # RFC 8617, 7.2.1: who believes the seal may believe it over the policy that the changed mail fails.
        kept = (each for each in found if not (seal.aligned and (each.method, each.value) == ("dmarc", "fail")))
        found, vouched = (seal, *kept), seal.aligned
    silent = not known or any(each.value == "temperror" for each in found)
    return OwnCheck(found, silent and not vouched)


def _by_policy(
    policy: Policy | None, known: bool, author: str, signed: tuple[Signature, ...], host: HostCheck, *, seen: bool
) -> tuple[Finding, ...]:
    """RFC 7489, 6.6.2: one aligned signature, or an aligned host, is enough."""
    if policy is None:
        return () if known else (Finding("dmarc", "temperror", author),)
    by_signature = any(each.result == "pass" and policy.aligned(each.domain, author) for each in signed)
    by_host = host.result == "pass" and policy.aligned(host.domain, author, by_host=True)
    if by_signature or by_host:
        return (Finding("dmarc", "pass", author, aligned=True),)
    if not seen:
        return ()
    waits = host.result == "temperror" or any(each.result == "temperror" for each in signed)
    # RFC 7489, 6.6.2: as long as something may still vouch for it, the mail has not failed.
    return (Finding("dmarc", "temperror" if waits else "fail", author),)


def _signed(signature: Signature, author: str, policy: Policy) -> Finding:
    aligned = signature.result == "pass" and policy.aligned(signature.domain, author)
    return Finding("dkim", signature.result, signature.domain, aligned, signature.why)


def _sent(host: HostCheck) -> Finding:
    """SPF alone proves the envelope of one hop that many senders share: evidence for people, no right."""
    return Finding("spf", host.result, host.domain)
