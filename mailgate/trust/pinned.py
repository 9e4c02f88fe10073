"""The keys of agents (`keys:` in people.yaml): files in the configuration folder, in its folder `keys` or beside
people.yaml. Nobody else's key counts, whoever vouches for it, and no key is ever taken from a mail or the net."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailgate.mail.signed_part import Kind
from mailgate.settings.files import KEY_ENDINGS
from mailgate.settings.model import Settings
from mailgate.settings.problems import choice

LARGEST_BYTES: Final = 1024 * 2**10
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]{1,65536}-----END CERTIFICATE-----")
_PRIVATE = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_PUBLIC = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
# RFC 9580, 4.2: a public key packet begins the file, in the old or the new format.
_BINARY = (b"\x98", b"\x99", b"\x9a", b"\xc6")
_BINARY_PRIVATE = (b"\x94", b"\x95", b"\x96", b"\xc5")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One key file that can be used."""

    file: str
    """Relative to the configuration folder."""
    kind: Kind
    content: bytes
    """Public keys of OpenPGP as they stand in the file; of S/MIME the first certificate alone: those behind it are of
    whoever issued it."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """One that can not, and why, in English, for `check`."""

    why: str


def pinned(settings: Settings, agent: str) -> tuple[Pinned, ...]:
    """The usable keys of an agent."""
    found = (key_of(settings.folder, name) for name in settings.agents[agent].keys)
    return tuple(each for each in found if isinstance(each, Pinned))


def key_of(folder: Path, name: str) -> Pinned | Unusable:
    """The key that `keys:` names. Reads the file."""
    path = next((each for each in _places(folder, name) if each.is_file()), None)
    if path is None:
        return Unusable(
            f"there is no key file {name} in the folder `keys` of the configuration, or beside people.yaml with a name"
            f" that ends in {choice(KEY_ENDINGS)}"
        )
    file = path.relative_to(folder).as_posix()
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except OSError as wrong:
        return Unusable(f"the key file {file} can not be read: {(wrong.strerror or 'it is not there').lower()}")
    return _read(file, content)


def _places(folder: Path, name: str) -> tuple[Path, ...]:
    """Only where the copy that a daemon works with has it too (`settings/copies.py`)."""
    parts = Path(name.removeprefix("./")).parts
    if len(parts) == 2 and parts[0] in ("keys", "people"):
        return (folder.joinpath(*parts),)
    if len(parts) != 1 or name.startswith("."):
        return ()
    beside = (folder / name,) if Path(name).suffix in KEY_ENDINGS else ()
    return (folder / "keys" / name, *beside, folder / "people" / name)


def _read(file: str, content: bytes) -> Pinned | Unusable:
    if len(content) > LARGEST_BYTES:
        return Unusable(f"the key file {file} is larger than {LARGEST_BYTES // 2**10} KiB")
    if _PRIVATE.search(content) or content.startswith(_BINARY_PRIVATE):
        return Unusable(f"the key file {file} holds a private key: put the public one there, and make a new pair")
    if found := _CERTIFICATE.search(content):
        return Pinned(file, "S/MIME", found[0] + b"\n")
    if _PUBLIC in content or content.startswith(_BINARY):
        return Pinned(file, "OpenPGP", content)
    return Unusable(
        f"the key file {file} holds neither a public key of OpenPGP nor a certificate in PEM; `gpg --armor --export`"
        " or `openssl x509 -inform der` writes one"
    )
