"""How far a mail's sender is to be believed: the levels of CONTRACT 7, each with its evidence in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailgate.mail.message import Envelope, Message
from mailgate.sentence import Sentence
from mailgate.settings.scalars import ENOUGH_TRUST
from mailgate.trust import exchange_online
from mailgate.trust.organisation import same_organisation
from mailgate.trust.results import Finding, OwnCheck, findings

__all__ = ["Authentication", "Level", "at_least", "authenticate", "level", "same_organisation"]


@dataclass(frozen=True, slots=True)
class Authentication:
    """Whether somebody we believe vouches for From."""

    aligned: bool
    failed: bool
    """A source we believe says outright that From is forged (dmarc=fail)."""
    evidence: tuple[Sentence, ...]
    """Never empty."""
    unanswered: bool = False
    """DNS did not say something that might have vouched for him; it is worth asking again."""


class Level(StrEnum):
    """CONTRACT 7. `aligned` and `token` are independent of each other."""

    claimed = "claimed"
    """Only the From says so."""
    aligned = "aligned"
    token = "token"  # noqa: S105  the name of a level
    proven = "proven"
    """Both."""
    signed = "signed"


_SUBMITTED = Sentence(
    "handed in at the submission listener by {name}", "eingeliefert über den eigenen Zugang, angemeldet als {name}"
)
_SUBMITTED_FOR = Sentence(
    "handed in at the submission listener by {name}, who has not this From",
    "eingeliefert über den eigenen Zugang, angemeldet als {name}: Diese Absenderadresse gehört ihm nicht",
)
_NOBODY = Sentence("From does not name one sender", "die Absenderzeile (From) nennt nicht genau einen Absender")
_SAYS = Sentence("Authentication-Results of {source}: {finding}", "Authentication-Results von {source}: {finding}")
_EXCHANGE = "Exchange Online"
"""Who speaks where no authserv-id does."""
_INTERNAL = Sentence(
    "Exchange Online took it in from an account of the own organisation (X-MS-Exchange-Organization-AuthAs: Internal)",
    "Exchange Online hat sie von einem Konto der eigenen Organisation angenommen (X-MS-Exchange-Organization-AuthAs:"
    " Internal)",
)
_WE_SAW = Sentence("our own check: {finding}", "eigene Prüfung: {finding}")
_SILENT = Sentence("DNS did not answer, so nothing is known", "DNS hat nicht geantwortet, darum ist nichts bekannt")
_NOTHING = Sentence("nothing vouches for the sender", "nichts bürgt für den Absender")
_TWICE = Sentence(
    "nothing vouches for what it says: a field that says how to read it stands there twice ({names})",
    "nichts bürgt für das, was sie sagt: Ein Feld, das sagt, wie sie zu lesen ist, steht doppelt da ({names})",
)
_NOT_BY_A_RELAY = Sentence(
    "nothing vouches for the sender: its Authentication-Results did not come through a trusted relay",
    "nichts bürgt für den Absender: seine Authentication-Results kamen nicht über ein Relay, dem wir vertrauen",
)
_NOT_OF_THE_RELAY = Sentence(
    "nothing vouches for the sender: none of its Authentication-Results is one of the trusted relay",
    "nichts bürgt für den Absender: keines seiner Authentication-Results stammt von dem Relay, dem wir vertrauen",
)

_READ_BY = frozenset(("subject", "content-type", "content-transfer-encoding"))
"""A signature covers the lowest of several fields (RFC 6376, 5.4.2), and programs read the topmost: whoever puts one on
top of a signed mail makes other words of it (8.15)."""

_LEVELS = {
    (False, False): Level.claimed,
    (True, False): Level.aligned,
    (False, True): Level.token,
    (True, True): Level.proven,
}


def level(authentication: Authentication, token_of_sender: bool) -> Level:
    """The level of a mail; `token_of_sender`: it carries a valid token of the person who wrote it."""
    return _LEVELS[authentication.aligned, token_of_sender]


def at_least(have: Level, need: Level) -> bool:
    """Does this level satisfy that one?"""
    return have in ENOUGH_TRUST[need]


def authenticate(
    message: Message, envelope: Envelope, own: OwnCheck | None = None, *, is_his: bool = True
) -> Authentication:
    """Judge the sender by how the mail came in, and by what a trusted source wrote on it or we found ourselves (`own`).
    `is_his`: From is an address of whoever has logged in (`logins.py`). Asks nobody."""
    if message.sender is None:
        return _nobody(message, envelope)
    if envelope.submitted_by is not None:
        said = _SUBMITTED if is_his else _SUBMITTED_FOR
        return Authentication(is_his, False, (said.filled(name=envelope.submitted_by),))
    found = own.findings if own else findings(message, envelope)
    failed = _fails(found)
    aligned = not failed and _agree(found)
    if aligned and (twice := message.headers.repeated & _READ_BY):
        return Authentication(False, False, (_TWICE.filled(names=", ".join(sorted(twice))),))
    if own:
        return Authentication(aligned, failed, _seen(own, aligned), own.unanswered)
    if not failed and _is_internal(message, envelope):
        return Authentication(True, False, (_INTERNAL,))
    return Authentication(aligned, failed, _evidence(found, aligned, message, envelope))


def _is_internal(message: Message, envelope: Envelope) -> bool:
    return envelope.trusted and envelope.provider == "microsoft365" and exchange_online.is_internal(message.headers)


def _fails(found: tuple[Finding, ...]) -> bool:
    return any(each.method == "dmarc" and each.value == "fail" for each in found)


def _agree(found: tuple[Finding, ...]) -> bool:
    """Where DMARC passed it decides, and all its verdicts have to be that one (RFC 7489, 6.6.1). Else one aligned
    signature is enough: mails carry signatures of others too."""
    dmarc = [each for each in found if each.method == "dmarc"]
    contradicted = any(each.value == "pass" for each in dmarc) and not all(each.aligned for each in dmarc)
    return not contradicted and any(each.aligned for each in found)


def _nobody(message: Message, envelope: Envelope) -> Authentication:
    """From names no one sender, so nothing can vouch for it (RFC 7489, 6.6.1: several From fields are a failure)."""
    return Authentication(False, _fails(findings(message, envelope)), (_NOBODY,))


def _evidence(found: tuple[Finding, ...], aligned: bool, message: Message, envelope: Envelope) -> tuple[Sentence, ...]:
    telling = [each for each in found if each.aligned] if aligned else found
    said = tuple(_says(envelope.authserv_id or _EXCHANGE, each) for each in telling)
    return said if aligned else (*said, _why_nothing(message, envelope, bool(found)))


def _seen(own: OwnCheck, aligned: bool) -> tuple[Sentence, ...]:
    telling = [each for each in own.findings if each.aligned or not aligned]
    said = tuple(_WE_SAW.filled(finding=each.said) for each in telling)
    return said if aligned else (*said, _SILENT if own.unanswered else _NOTHING)


@lru_cache(maxsize=256)  # to fill a sentence takes longer than to judge the sender, and they repeat themselves
def _says(source: str | None, finding: Finding) -> Sentence:
    return _SAYS.filled(source=source, finding=finding.said)


def _why_nothing(message: Message, envelope: Envelope, spoken: bool) -> Sentence:
    if "Authentication-Results" not in message.headers or spoken:
        return _NOTHING
    return _NOT_OF_THE_RELAY if envelope.trusted else _NOT_BY_A_RELAY
