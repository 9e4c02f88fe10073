"""The desk of the stories, under attack; and the keys of its agents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.doubles.signers import Certificate, GnuPG
from tests.stories.conftest import databases, desk, desk_with

__all__ = ["databases", "desk", "desk_with"]


@dataclass(frozen=True)
class Keys:
    """OpenPGP keys of anna, ben and mallory in one keyring; certificates by name."""

    gnupg: GnuPG
    certificates: dict[str, Certificate]
    files: dict[str, bytes]
    """What lies in the folder `keys` of the desk."""


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    folder = tmp_path_factory.mktemp("k")  # the socket of gpg's agent lies below it, and its name must be short
    gnupg = GnuPG(folder / "g")
    for who in ("anna", "ben", "mallory", "gone"):
        gnupg.make(who)
    gnupg.make("late", expires="2026-11-01")
    certificates = {who: Certificate.make(folder, who) for who in ("anna", "ben", "mallory")}
    certificates["issued"] = Certificate.make(folder, "issued", certificates["anna"])
    files = {f"{who}.asc": gnupg.public(who) for who in ("anna", "ben", "late")}
    files |= {f"{who}.pem": certificates[who].pem.read_bytes() for who in ("anna", "ben")}
    yield Keys(gnupg, certificates, {**files, "gone.asc": gnupg.revoked("gone")})
    gnupg.close()
