"""An agent's own signature under his mail, verified: the level `signed` of CONTRACT 7, as far as the mail alone shows
it. Whether it names the ticket, and whether it counts here for the first time, the desk says (`desk/by_hand.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mailgate.mail.message import Envelope, Message, Seal
from mailgate.mail.openpgp import without_blanks_at_ends
from mailgate.mail.parse import read
from mailgate.mail.signed_part import ODD, SignedPart, as_signed, is_part, protected_subject, signed_part
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.trust import gnupg, openssl, programs
from mailgate.trust.pinned import Pinned, pinned
from mailgate.trust.verified import NOT_HIS_KEY, SILENT, Verified

FRESH: Final = timedelta(hours=24)
SKEW: Final = timedelta(minutes=10)

_GOOD = Sentence(
    "signed by {agent} with {kind} key {fingerprint}, {when}",
    "signiert von {agent} mit dem {kind}-Schlüssel {fingerprint}, {when}",
)
_BUT = Sentence("{good}, but {why}", "{good}, aber {why}")
_NOTHING = Sentence("its {kind} signature proves nothing: {why}", "ihre {kind}-Signatur beweist nichts: {why}")
_NO_KEY = Sentence(
    "people.yaml names no {kind} key that can be used for {agent}",
    "people.yaml nennt für {agent} keinen brauchbaren {kind}-Schlüssel",
)
_OLD = Sentence(
    "it was made at {when}, more than 24 hours before the mail came",
    "sie entstand {when}, mehr als 24 Stunden bevor die Mail kam",
)
_EARLY = Sentence(
    "it says that it was made at {when}, after the mail came", "nach eigener Angabe entstand sie {when}, nach der Mail"
)


@dataclass(frozen=True, slots=True)
class Hand:
    """A good signature of an agent, made lately."""

    agent: str
    digest: str
    """By what the same signature is known again, however it is wrapped."""
    subject: str
    """The subject, where it is signed too; as written in the field."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What came of a signature in an agent's mail."""

    evidence: Sentence
    hand: Hand | None = None
    """None: it proves nothing, and the evidence says why."""

    def without(self, why: Sentence) -> Signature:
        """It is good, but proves nothing here."""
        return Signature(_BUT.filled(good=self.evidence, why=why))


def examine(settings: Settings, raw: bytes, message: Message, envelope: Envelope) -> tuple[Message, Signature | None]:
    """The mail with nothing in it but what was signed, where a signature of the agent that From names is good; else the
    mail as it is. None: nothing is signed, or not by an agent with keys. Runs programs; never raises for any bytes."""
    agent = settings.agent_at(message.sender.email) if message.sender else None
    if not (message.seal and message.seal.signed and agent and settings.agents[agent].keys):
        return message, None
    if envelope.source == "import":
        return message, None  # as old as it may be, it commands nothing
    part = signed_part(raw, settings.limits)
    if isinstance(part, Sentence):
        return message, _worthless(message.seal.signed, part)
    found = _verified(settings, agent, part, envelope.received_at)
    if isinstance(found, Sentence):
        return message, _worthless(part.kind, found.filled(agent=agent))
    if not part.head and not is_part(found.content):
        return message, _worthless(part.kind, ODD)
    if why := _wrong_time(found.made_at, envelope.received_at):
        return message, _worthless(part.kind, why)
    said = {"agent": agent, "kind": part.kind, "fingerprint": found.fingerprint[:40], "when": _when(found.made_at)}
    hand = Hand(agent, _digest(found), protected_subject(part, found.content))
    return _as_signed(settings, raw, message, part, found.content), Signature(_GOOD.filled(**said), hand)


def _worthless(kind: str, why: Sentence) -> Signature:
    return Signature(_NOTHING.filled(kind=kind, why=why))


def _verified(settings: Settings, agent: str, part: SignedPart, at: datetime) -> Verified | Sentence:
    keys = [each for each in pinned(settings, agent) if each.kind == part.kind]
    if not keys:
        return _NO_KEY.filled(kind=part.kind, agent=agent)
    program = programs.PROGRAMS[part.kind]
    if programs.found(program) is None:
        return programs.missing(program)
    try:
        return _by_one_of(keys, part, at)
    except OSError:  # the disk is full, say: then nobody can tell, and he is asked back
        return SILENT.filled(program=program)


def _by_one_of(keys: list[Pinned], part: SignedPart, at: datetime) -> Verified | Sentence:
    """All OpenPGP keys at once, certificates one after the other; why none fits, if not only as somebody else's."""
    if part.kind == "OpenPGP":
        assert part.content is not None, "OpenPGP signatures are always detached here"
        return gnupg.verify(tuple(each.content for each in keys), part.content, part.signature, at)
    why = NOT_HIS_KEY
    for key in keys:
        found = openssl.verify(key.content, part.content, part.signature, at)
        if isinstance(found, Verified):
            return found
        why = found if why is NOT_HIS_KEY else why
    return why


def _wrong_time(made_at: datetime, received_at: datetime) -> Sentence | None:
    if made_at > received_at + SKEW:
        return _EARLY.filled(when=_when(made_at))
    return _OLD.filled(when=_when(made_at)) if made_at < received_at - FRESH - SKEW else None


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _digest(found: Verified) -> str:
    """Not of the signature itself: somebody else can write the same one in other bytes. Blanks at line ends may come
    and go on the way of a text."""
    plain = without_blanks_at_ends(found.content.replace(b"\r\n", b"\n")).strip()
    made = f"{found.fingerprint} {found.made_at:%Y%m%d%H%M%S} ".encode()
    return hashlib.sha256(made + hashlib.sha256(plain).digest()).hexdigest()


def _as_signed(settings: Settings, raw: bytes, message: Message, part: SignedPart, content: bytes) -> Message:
    inside = read(as_signed(raw, part, content), settings.limits)
    encrypted = inside.seal.encrypted if inside.seal else ""
    return replace(inside, seal=Seal(encrypted, part.kind))
