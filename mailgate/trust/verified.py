"""What verifying a signature brings, whatever made it: whose key, when, which bytes; or why it proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailgate.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Verified:
    """A good signature of a pinned key."""

    fingerprint: str
    """Of the primary key or the certificate, in upper case."""
    made_at: datetime
    """UTC, as the signature itself says."""
    content: bytes
    """The bytes that it covers."""


CHANGED = Sentence(
    "the signature does not fit the words: somebody changed them, or they were not signed so",
    "die Signatur passt nicht zu den Worten: Jemand hat sie geändert, oder sie wurden so nicht signiert",
)
NOT_HIS_KEY = Sentence(
    "the signature was not made with a key that people.yaml names for {agent}",
    "die Signatur stammt von keinem Schlüssel, den people.yaml für {agent} nennt",
)
EXPIRED = Sentence(
    "the key or the signature had expired when the mail came",
    "der Schlüssel oder die Signatur war abgelaufen, als die Mail kam",
)
REVOKED = Sentence("the key has been revoked", "der Schlüssel ist widerrufen")
WEAK = Sentence(
    "the signature rests on a digest that can be forged (MD5 or SHA-1)",
    "die Signatur beruht auf einer fälschbaren Prüfsumme (MD5 oder SHA-1)",
)
NO_TIME = Sentence("the signature does not say when it was made", "die Signatur sagt nicht, wann sie entstand")
SILENT = Sentence(
    "the signature could not be verified: {program} gave no answer",
    "die Signatur konnte nicht geprüft werden: {program} gab keine Antwort",
)
