"""DMARC (RFC 7489): what the domain of From wants to be checked by, and whether the mail passes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailgate.trust.lookups import Lookups
from mailgate.trust.organisation import organisation, same_organisation

_LONGEST: Final = 4096
_POLICIES: Final = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Policy:
    """A DMARC record, as far as a receiver goes by it."""

    published_at: str
    """The domain, in lower case; the organisational one where the domain of From publishes nothing itself."""
    wish: str
    """What the domain asks for where a mail fails: `none`, `quarantine`, `reject`."""
    strict_signature: bool = False
    strict_host: bool = False

    def aligned(self, domain: str, author: str, *, by_host: bool = False) -> bool:
        """Does this authenticated domain speak for that of From (RFC 7489, 3.1)?"""
        strict = self.strict_host if by_host else self.strict_signature
        return domain.lower() == author.lower() if strict else same_organisation(domain, author)


def policy_of(author: str, lookups: Lookups) -> Policy | None:
    """The policy for mail From this domain, or None where there is none (RFC 7489, 6.6.3). Raises NoAnswer."""
    own = _published(author, lookups)
    if own is not None:
        return _read(own, author, below=False)
    above = organisation(author)
    if above is None or above == author.lower().rstrip("."):
        return None
    theirs = _published(above, lookups)
    return _read(theirs, above, below=True) if theirs is not None else None


def _published(domain: str, lookups: Lookups) -> dict[str, str] | None:
    """The tags of the one DMARC record of a domain; several are none (RFC 7489, 6.6.3)."""
    found = [tags for each in lookups.txt(f"_dmarc.{domain}") if (tags := _tags(each)) is not None]
    return found[0] if len(found) == 1 else None


def _tags(record: bytes) -> dict[str, str] | None:
    """`v=DMARC1` has to stand first (RFC 7489, 6.3); what is no tag is left out."""
    pairs = [each.partition("=") for each in record[:_LONGEST].decode("utf-8", "replace").split(";")]
    tags = [(name.strip().lower(), value.strip()) for name, equals, value in pairs if equals]
    return dict(reversed(tags)) if tags[:1] == [("v", "DMARC1")] else None


def _read(tags: dict[str, str], domain: str, *, below: bool) -> Policy | None:
    """`below`: From is a subdomain of the domain that publishes. Without a readable wish there is still something to
    check by, where reports are asked for (RFC 7489, 6.6.3)."""
    wish = (tags.get("sp") if below else None) or tags.get("p", "")
    if wish.lower() not in _POLICIES:
        if "rua" not in tags:
            return None
        wish = "none"
    return Policy(
        published_at=domain.lower(),
        wish=wish.lower(),
        strict_signature=tags.get("adkim", "r").lower() == "s",
        strict_host=tags.get("aspf", "r").lower() == "s",
    )
