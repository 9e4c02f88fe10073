"""S/MIME signatures, verified by the system's OpenSSL against the pinned certificate itself: no certificate of the mail
is looked at, and no authority is asked who that is (RFC 8551, RFC 5652)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailgate.mail.cms import signer_of
from mailgate.sentence import Sentence
from mailgate.trust import programs
from mailgate.trust.verified import CHANGED, EXPIRED, NO_TIME, NOT_HIS_KEY, SILENT, WEAK, Verified

_FINGERPRINT = re.compile(r"Fingerprint=([0-9A-F:]{95})")
_NOT_BEFORE, _NOT_AFTER = (re.compile(rf"{name}=([^\n]+) GMT") for name in ("notBefore", "notAfter"))
_NO_SIGNER = "signer certificate not found"
_GOOD = "Verification successful"
_DATE = "%b %d %H:%M:%S %Y"


def verify(certificate: bytes, content: bytes | None, message: bytes, at: datetime) -> Verified | Sentence:
    """`certificate` in PEM; `content`: what was signed, None where `message` holds it; `at`: when the mail came.
    Sentences may hold `{agent}`."""
    signer = signer_of(message)
    if signer is None:
        return CHANGED
    if not signer.strong:
        return WEAK
    if signer.made_at is None:
        return NO_TIME
    with programs.workshop() as folder:
        (folder / "pinned.pem").write_bytes(certificate)
        (folder / "message").write_bytes(message)
        if content is not None:
            (folder / "content").write_bytes(content)
        told = about(folder, "pinned.pem")
        if told is None:
            return SILENT.filled(program="openssl")
        if not told.begins <= at <= told.ends:
            return EXPIRED
        covered = _covered(folder, content)
    return covered if isinstance(covered, Sentence) else Verified(told.fingerprint, signer.made_at, covered)


def _covered(folder: Path, content: bytes | None) -> bytes | Sentence:
    beside = [] if content is None else ["-content", "content"]
    verify = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "message", *beside, "-out", "covered"]
    # The signer is looked for among the pinned certificates alone, and who issued it is nobody's business.
    pinned = ["-nointern", "-noverify", "-certfile", "pinned.pem"]
    said = programs.run(folder, "openssl", [*verify, *pinned])
    if said.code is None:
        return SILENT.filled(program="openssl")
    if said.code != 0 or _GOOD not in said.err:
        return NOT_HIS_KEY if _NO_SIGNER in said.err else CHANGED
    covered = (folder / "covered").read_bytes()
    return covered if content is None or covered == content else CHANGED


@dataclass(frozen=True, slots=True)
class Told:
    """What a certificate says of itself: SHA-256 of it in hex, and from when to when it holds."""

    fingerprint: str
    begins: datetime
    ends: datetime


def about(folder: Path, file: str) -> Told | None:
    """The certificate in a file there; None where OpenSSL can not read it."""
    said = programs.run(folder, "openssl", ["x509", "-in", file, "-noout", "-fingerprint", "-sha256", "-dates"])
    found = [each.search(said.out) for each in (_FINGERPRINT, _NOT_BEFORE, _NOT_AFTER)]
    fingerprint, begins, ends = (each[1] if each else "" for each in found)
    if said.code != 0 or not (fingerprint and begins and ends):
        return None
    return Told(fingerprint.replace(":", ""), _moment(begins), _moment(ends))


def _moment(written: str) -> datetime:
    return datetime.strptime(written, _DATE).replace(tzinfo=UTC)
