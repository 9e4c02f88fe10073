"""OpenPGP signatures, verified by the system's GnuPG: a keyring of the pinned keys alone, no agent, no network, the
time of the mail as its clock. Only its status lines are believed, and only where each is as it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailgate.mail.openpgp import without_blanks_at_ends
from mailgate.sentence import Sentence
from mailgate.trust import programs
from mailgate.trust.verified import CHANGED, EXPIRED, NOT_HIS_KEY, REVOKED, SILENT, WEAK, Verified

_ALONE = (
    *("--no-options", "--batch", "--no-tty", "--no-autostart", "--disable-dirmngr", "--no-auto-key-retrieve"),
    *("--no-auto-key-locate", "--no-auto-check-trustdb", "--trust-model", "always", "--ignore-time-conflict"),
    *("--status-fd", "1"),
)
# GnuPG's DETAILS: each of these ends it, whatever else is said. The first that fits tells why.
_BAD = (
    ("BADSIG", CHANGED),
    ("REVKEYSIG", REVOKED),
    ("EXPKEYSIG", EXPIRED),
    ("EXPSIG", EXPIRED),
    ("NO_PUBKEY", NOT_HIS_KEY),
    ("ERRSIG", NOT_HIS_KEY),
)
# RFC 9580, 9.5: SHA-2 and SHA-3.
_STRONG = ("8", "9", "10", "11", "12", "14")
_OF_BYTES, _OF_TEXT = "00", "01"
_CAPABILITIES = 11
_STATES = {"e": "expired", "r": "revoked", "i": "unusable", "d": "unusable"}
_PLURAL_IS_ODD = ("NEWSIG", "GOODSIG", "VALIDSIG")


def verify(keys: tuple[bytes, ...], content: bytes, signature: bytes, at: datetime) -> Verified | Sentence:
    """`signature`: one packet (`mail/openpgp.py`); `at`: when the mail came. Sentences may hold `{agent}`."""
    with programs.workshop() as folder:
        for number, key in enumerate(keys):
            (folder / f"key{number}").write_bytes(key)
        (folder / "content").write_bytes(content)
        (folder / "signature").write_bytes(signature)
        files = [f"key{number}" for number in range(len(keys))]
        said = _gpg(folder, at, ["--import", *files])
        if said.code is not None:
            said = _gpg(folder, at, ["--verify", "signature", "content"])
    return _judged(said, content)


def _gpg(folder: Path, at: datetime, command: list[str]) -> programs.Said:
    clock = at.strftime("%Y%m%dT%H%M%S!")
    return programs.run(folder, "gpg", [*_ALONE, "--homedir", str(folder), "--faked-system-time", clock, *command])


def _judged(said: programs.Said, content: bytes) -> Verified | Sentence:
    if said.code is None:
        return SILENT.filled(program="gpg")
    status = dict[str, list[list[str]]]()
    for word, *rest in _status(said.out):
        status.setdefault(word, []).append(rest)
    if bad := next((why for word, why in _BAD if word in status), None):
        return bad
    odd = any(len(status.get(word, ())) != 1 for word in _PLURAL_IS_ODD)
    if said.code != 0 or odd:
        return CHANGED
    return _valid(status["VALIDSIG"][0], content)


def _status(out: str) -> Iterator[list[str]]:
    for line in out.split("\n"):
        if line.startswith("[GNUPG:] "):
            yield line.split(" ")[1:]


def _valid(fields: list[str], content: bytes) -> Verified | Sentence:
    """VALIDSIG: fingerprint, date, time, expiry, version, reserved, key algorithm, digest, class, primary key."""
    if len(fields) < 10 or fields[8] not in (_OF_BYTES, _OF_TEXT):
        return CHANGED
    if fields[7] not in _STRONG:
        return WEAK
    return Verified(
        fields[9].upper(), _moment(fields[2]), content if fields[8] == _OF_BYTES else without_blanks_at_ends(content)
    )


def _moment(written: str) -> datetime:
    """Seconds since 1970, or ISO 8601."""
    if written.isdigit():
        return datetime.fromtimestamp(int(written), UTC)
    return datetime.strptime(written, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """One primary key, as GnuPG lists it now."""

    signs: bool
    state: str
    """Why it can not sign, in a word or two."""


def shown(key: bytes) -> tuple[Shown, ...]:
    """The keys in a file, for `check`; none where there is none."""
    with programs.workshop() as folder:
        (folder / "key").write_bytes(key)
        home = ("--homedir", str(folder))
        programs.run(folder, "gpg", [*_ALONE, *home, "--import", "key"])
        said = programs.run(folder, "gpg", [*_ALONE, *home, "--with-colons", "--list-keys"])
    lines = [line.split(":") for line in said.out.split("\n") if line.startswith("pub:")]
    return tuple(_shown(line) for line in lines if len(line) > _CAPABILITIES)


def _shown(fields: list[str]) -> Shown:
    """DETAILS: validity, then, of the whole key, what its parts can do in capital letters."""
    state = _STATES.get(fields[1], "good")
    if state == "good" and "S" not in fields[_CAPABILITIES]:
        state = "not made for signing, or its part that is has expired"
    return Shown(state == "good", state)
