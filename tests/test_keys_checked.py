"""A key of ours that can not sign keeps mailgate from starting: the check says so before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgate.vetting import vet
from tests.stories.example import write_config

GOOD = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def problems(folder: Path, key: bytes | None) -> list[str]:
    if key is not None:
        (folder / "k.pem").write_bytes(key)
    keys = [{"domain": "example.com", "selector": "s1", "key_file": "k.pem"}]
    config = write_config(folder / "config", {"site": {"state": str(folder)}, "delivery": {"dkim": keys}})
    return [str(each) for each in vet(config, os.environ, None).problems]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (b"hello", "the key k.pem can not sign: it is no private key in PEM"),
        (None, "there is no file"),
    ],
)
def test_a_key_that_can_not_sign_is_a_mistake_at_its_place(tmp_path: Path, key: bytes | None, words: str) -> None:
    [problem] = problems(tmp_path, key)
    assert "delivery.dkim.0.key_file: " in problem
    assert words in problem


def test_a_key_that_signs_is_none(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD) == []
