"""What a source we believe says about the sender: its Authentication-Results fields (RFC 8601), and nobody else's.

Believed is a field only when the mail came through a trusted relay, LMTP or mailbox, its authserv-id is the configured
one, and it stands where that relay writes. Everything else, and everything malformed, is no evidence and no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from itertools import takewhile

import authres

from mailgate.mail.message import Envelope, Headers, Message
from mailgate.sentence import Sentence, verbatim
from mailgate.trust import exchange_online
from mailgate.trust.organisation import same_organisation
from mailgate.trust.usual_results import read_usual

_FIELD = "authentication-results"
_LONGEST = 8192  # characters: authres is quadratic, and no relay writes as much
_MOST = 10  # fields of one relay: each of its filters may write its own
_WRITES_ONE = ("google",)  # so that a second one, of what the first says nothing, came with the mail
_COMMENT = re.compile(r"\([^()]*\)")
_BY = re.compile(r"(?:^|\s)by\s+([A-Za-z0-9._-]+)", re.IGNORECASE)
_READER = authres.all_features()
_FOR = Sentence("{result} for {domain}", "{result} für {domain}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One result that counts, as our source wrote it."""

    method: str
    """`dmarc`, `dkim` or `spf`."""
    value: str
    """`pass`, `fail`, `none`, …"""
    domain: str
    """The domain it is about; empty where the result does not name exactly one."""
    aligned: bool = False
    """It vouches for From: it passed, and its domain is of the organisation of From (RFC 7489, 3.1)."""
    why: str = ""
    """What is wrong, in a few words, where we looked ourselves."""

    @property
    def said(self) -> Sentence:
        """`dmarc=pass for example.com`, `dkim=policy (its key is only tested with) for example.com`."""
        result = f"{self.method}={self.value}" + (f" ({self.why})" if self.why else "")
        return _FOR.filled(result=result, domain=self.domain[:255]) if self.domain else verbatim(result)


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """What we found out about the sender ourselves (`own_check.py`), in the shape of what a relay would write."""

    findings: tuple[Finding, ...] = ()
    """The DMARC verdict first, then each signature, then the host."""
    unanswered: bool = False
    """DNS did not say something that might have vouched for him."""


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    value: str
    properties: tuple[tuple[str, str], ...]

    def only(self, name: str) -> str | None:
        """The property's value in lower case, where the result names it exactly once."""
        values = [value for each, value in self.properties if each == name]
        return values[0].lower() if len(values) == 1 else None


def findings(message: Message, envelope: Envelope) -> tuple[Finding, ...]:
    """All results that count for this mail, the DMARC verdict first."""
    sender = message.sender.domain if message.sender else ""
    # A field that is malformed, or says that nothing was checked, is a relay's word too: what stands below it may have
    # come with the mail, and a sender can make the relay's own field unreadable by an odd return path.
    fields = tuple(takewhile(bool, map(_read, _of_our_source(message.headers, envelope))))
    return tuple(
        _finding(result, domain_of(result), sender if vouches else "")
        for method, domain_of, vouches in _METHODS
        for result in _topmost(fields, method)
    )


def sealed(value: str, author: str) -> tuple[Finding, ...]:
    """The same of one field that was kept under a seal (RFC 8617), about mail From this domain."""
    results = _read(value)
    return tuple(
        _finding(result, domain_of(result), author if vouches else "")
        for method, domain_of, vouches in _METHODS
        for result in results
        if result.method == method
    )


def _finding(result: _Result, domain: str, sender: str) -> Finding:
    aligned = result.value == "pass" and same_organisation(domain, sender)
    return Finding(result.method, result.value, domain, aligned)


def _topmost(fields: Sequence[tuple[_Result, ...]], method: str) -> tuple[_Result, ...]:
    """Every filter of a relay writes its field above what it received, so the topmost field that speaks of a method
    is the relay's own, and one that came with the mail can not add to it. All its results count: where they
    contradict each other, one of them is not the relay's word either (a mailbox name with a `;` in it)."""
    for results in fields:
        found = tuple(each for each in results if each.method == method)
        if found:
            return found
    return ()


def _author(result: _Result) -> str:
    return (result.only("header.from") or "").rpartition("@")[2]


def _signer(result: _Result) -> str:
    """The signing domain: header.d, else the domain of header.i, which has to lie in it (RFC 6376, 3.5)."""
    named = [name for name, _ in result.properties]
    identity = (result.only("header.i") or "").rpartition("@")[2]
    if "header.d" not in named:
        return identity
    domain = result.only("header.d") or ""
    inside = "header.i" not in named or identity == domain or identity.endswith(f".{domain}")
    return domain if inside else ""


def _returns_to(result: _Result) -> str:
    return (result.only("smtp.mailfrom") or result.only("smtp.helo") or "").rpartition("@")[2]


# Method, the domain its result is about, and whether a pass vouches for From. SPF proves the envelope of one hop that
# many senders share, so alone it gives no rights; it is kept as evidence for people.
_METHODS = (("dmarc", _author, True), ("dkim", _signer, True), ("spf", _returns_to, False))


def visible(headers: Headers, envelope: Envelope, name: str) -> tuple[str, ...]:
    """The values of a field, topmost first, as far as a rule may see them: of Authentication-Results those that count,
    of the marks of Exchange those that Exchange wrote, since anybody may write either."""
    lowered = name.lower()
    if lowered == _FIELD:
        return tuple(takewhile(_read, _of_our_source(headers, envelope)))
    if not lowered.startswith(exchange_online.MARKS):
        return headers.all(name)
    fetched = envelope.trusted and envelope.provider == "microsoft365"
    return exchange_online.marks(headers, lowered) if fetched else ()


def _of_our_source(headers: Headers, envelope: Envelope) -> tuple[str, ...]:
    """The values of the fields that our source wrote, topmost first."""
    if envelope.trusted and envelope.provider == "microsoft365" and not envelope.authserv_id:
        return exchange_online.results(headers)
    if not (envelope.trusted and envelope.authserv_id):
        return ()
    ours = _opening(envelope.authserv_id)
    above, below = _where_the_relay_writes(headers, envelope.authserv_id)
    named = [value for value in above if ours.match(value)] or [value for value in below if ours.match(value)]
    return tuple(named[: 1 if envelope.provider in _WRITES_ONE else _MOST])


@lru_cache(maxsize=64)
def _opening(authserv_id: str) -> re.Pattern[str]:
    """The id itself, at the very start, then at most a comment that stands apart and version 1 (RFC 8601, 2.2).
    A comment before or inside the id, quotes around it or anything joined to it make it another one."""
    return re.compile(rf"\s*{re.escape(authserv_id)}(?:\s+\([^()]*\))?(?:\s+1)?\s*;", re.IGNORECASE)


def _where_the_relay_writes(headers: Headers, authserv_id: str) -> tuple[list[str], list[str]]:
    """The Authentication-Results above the first Received field, and those between it and the second.

    A relay puts its own Received on top of what came in, and its results above that (RFC 8601, 4.1: trace fields are
    prepended) or, as filters called during the session do, directly below it. So the second Received is always
    somebody else's, and nothing from there on counts. What stands below the first counts only where that one was
    written by the relay, and only where none of its fields stands above: a relay keeps to one place, and a field
    there may have come with a mail that had no Received of its own. Only a hand-over inside the relay, as Gmail
    writes on top of its mailboxes' mail, is not counted as the first.
    """
    above: list[str] = []
    below: list[str] = []
    place = above
    for name, value in headers.fields:
        lowered = name.lower()
        if lowered == "received" and place is above and _handed_on_inside(value):
            continue
        if lowered == "received":
            if place is below or not _written_by(value, authserv_id):
                break
            place = below
        elif lowered == _FIELD:
            place.append(value)
    return above, below


def _handed_on_inside(received: str) -> bool:
    """`by 2002:a05:… with SMTP id …`: from nobody, by a bare IP address."""
    words = received.split(maxsplit=2)
    if len(words) < 2 or words[0].lower() != "by":
        return False
    try:
        ip_address(words[1])
    except ValueError:
        return False
    return True


def _written_by(received: str, authserv_id: str) -> bool:
    """Does the `by` of this Received field name a host of the relay's organisation (RFC 5321, 4.4)?"""
    found = _BY.search(_COMMENT.sub(" ", received))
    host = found[1].lower() if found else ""
    return host == authserv_id.lower() or same_organisation(host, authserv_id)


def _read(value: str) -> tuple[_Result, ...]:
    """The results of one field; () where it is malformed in any way or says `none`."""
    if len(value) > _LONGEST:
        return ()
    if exchange_online.is_unnamed(value):
        value = f"unnamed; {value}"
    if usual := read_usual(value):
        return tuple(_Result(*each) for each in usual)
    try:
        return tuple(_results(_READER.parse_value(value).results))
    # Besides its own errors authres leaks RecursionError on nested comments and ValueError on empty results.
    except (authres.AuthResError, RecursionError, ValueError):
        return ()


def _results(parsed: Iterable[authres.AuthenticationResult]) -> Iterator[_Result]:
    for each in parsed:
        if not isinstance(each, authres.AuthenticationResult):
            raise ValueError("`none` beside other results")
        if each.version in (None, "1"):  # RFC 8601, 2.2: an unknown version of a method is ignored
            properties = tuple((f"{one.type}.{one.name}", str(one.value or "")) for one in each.properties)
            yield _Result(each.method.lower(), each.result.lower(), properties)
