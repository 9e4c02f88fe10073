"""Keys and certificates with which the daemon would not start, or that would do nothing, are named by `check`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailgate.vetting import vet
from tests.doubles.certificate import self_signed
from tests.stories.example import write_config

RIGHT = {"domain": "example.com", "selector": "s1", "key_file": "right.pem"}
TLS = {"cert_file": "certificate.pem", "key_file": "key.pem"}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a key that signs, and a certificate with its key."""
    folder = tmp_path / "state"
    folder.mkdir()
    command = ["openssl", "genpkey", "-algorithm", "ED25519", "-out", str(folder / "right.pem")]
    subprocess.run(command, check=True, capture_output=True)
    self_signed(folder)
    (folder / "words").write_text("hunter2")
    return folder


def said(state: Path, **config: Any) -> tuple[list[str], list[str]]:
    """Problems and warnings, each as `path: what is wrong`."""
    changes = {"site": {"state": str(state)}, **config}
    vetted = vet(write_config(state.parent / "config", changes), os.environ, None)
    told = ([f"{each.path}: {each.message}" for each in some] for some in (vetted.problems, vetted.warnings))
    problems, warnings = told
    return problems, [each for each in warnings if "dkim" in each or "tls" in each]


def test_a_file_that_is_no_key_of_a_signature_is_named_by_its_line(state: Path) -> None:
    [problem], _ = said(state, delivery={"dkim": [RIGHT, {**RIGHT, "selector": "s2", "key_file": "words"}]})
    assert problem.startswith("delivery.dkim.1.key_file: delivery.dkim s2 of example.com: the key words can not sign: ")


def test_a_key_for_a_domain_of_which_no_letter_comes_is_doubtful(state: Path) -> None:
    problems, warnings = said(state, delivery={"dkim": [{**RIGHT, "domain": "exmaple.com"}]})
    assert (problems, warnings) == (
        [],
        ["delivery.dkim.0.domain: this key signs nothing: no address of ours is of exmaple.com"],
    )


@pytest.mark.parametrize("listener", ["smtp", "submission"])
@pytest.mark.parametrize("wrong", [{"cert_file": "words"}, {"key_file": "right.pem"}])
def test_a_certificate_without_its_key_is_named(state: Path, listener: str, wrong: dict[str, str]) -> None:
    [problem], _ = said(state, intake={listener: {"tls": {**TLS, **wrong}}})
    assert problem.startswith(f"intake.{listener}.tls.cert_file: The certificate ")
    assert "can not be used: " in problem


def test_what_is_right_is_passed_over(state: Path) -> None:
    assert said(state, delivery={"dkim": [RIGHT]}, intake={"smtp": {"tls": TLS}}) == ([], [])
