"""Our letters are signed: what leaves is verified by two programs of others, and what was changed is not."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgate.clock import SetClock
from mailgate.errors import ConfigurationError
from mailgate.outbox.dkim import Signer, read_signers, signed
from mailgate.settings.site import Dkim
from tests.doubles.relay import Relay
from tests.doubles.zones import Zones
from tests.outbox.letters_due import Outbox

SELECTORS = ("s1", "s2")
LONG_AGO = datetime(2025, 11, 24, 9, 0, tzinfo=UTC)
"""Verifiers go by the real clock, and believe nothing that was signed later."""
PERL = (
    "use Mail::DKIM::Verifier; use Mail::DKIM::DNS; use Net::DNS::Resolver;"
    "Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers=>['127.0.0.1'], port=>$ARGV[0], recurse=>0));"
    "my $d = Mail::DKIM::Verifier->new(); binmode STDIN; local $/; $d->PRINT(<STDIN>); $d->CLOSE;"
    "print join(' ', map { $_->algorithm . '=' . $_->result } $d->signatures), qq(\\n);"
)

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def keys(tmp_path: Path) -> list[dict[str, str]]:
    """`delivery.dkim` with an RSA and an Ed25519 key side by side."""
    (tmp_path / "rsa.pem").write_bytes(pem(rsa_key()))
    (tmp_path / "ed.pem").write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    files = zip(SELECTORS, ("rsa.pem", "ed.pem"), strict=True)
    return [{"domain": "example.com", "selector": name, "key_file": file} for name, file in files]


@pytest.fixture
def signers(keys: list[dict[str, str]], tmp_path: Path) -> tuple[Signer, ...]:
    return read_signers((Dkim(**each) for each in keys), tmp_path)


@pytest.fixture
def dns(signers: tuple[Signer, ...]) -> Iterator[Zones]:
    records = {f"{each.selector}._domainkey.{each.domain} TXT": [each.record] for each in signers}
    with Zones(records) as zones:
        yield zones


def verified(mail: bytes, signers: tuple[Signer, ...]) -> list[bool]:
    """What dkimpy says of each signature, from the topmost on."""
    published = {f"{each.selector}._domainkey.{each.domain}.": each.record.encode() for each in signers}

    def good(at: int) -> bool:
        try:
            return bool(dkim.DKIM(mail).verify(at, dnsfunc=lambda name, timeout=5: published[name.decode()]))
        except dkim.ValidationError:
            return False

    return [good(at) for at in range(mail.count(b"DKIM-Signature:"))]


@pytest.fixture
def signing(tmp_path: Path, relay: Relay, keys: list[dict[str, str]]) -> Iterator[Outbox]:
    """An outbox that signs."""
    outbox = Outbox(tmp_path, [{"url": relay.url}], clock=SetClock(LONG_AGO), dkim=keys)
    yield outbox
    outbox.store.close()


def letter(outbox: Outbox, relay: Relay, **more: Any) -> bytes:
    """The bytes that leave of one letter."""
    outbox.put("erika@x.example", **{"text": "Grüße  \n\tvom Tisch \n.\n\n\n", **more})
    outbox.rounds()
    return relay.letters[-1].raw


def test_a_letter_leaves_with_a_signature_of_each_key(
    signing: Outbox, relay: Relay, signers: tuple[Signer, ...]
) -> None:
    mail = letter(signing, relay)
    assert verified(mail, signers) == [True, True]
    assert mail.count(b"d=example.com") == 2
    assert re.findall(rb"a=(\S+);", mail) == [b"rsa-sha256", b"ed25519-sha256"]
    assert all(len(line) < 80 for line in mail.partition(b"From:")[0].split(b"\r\n"))


def test_another_verifier_agrees(signing: Outbox, relay: Relay, dns: Zones) -> None:
    _needs_perl()
    mail = letter(signing, relay)
    # Perl's of this age knows no Ed25519 yet (RFC 8463): it calls that signature invalid, and believes the other.
    assert _by_perl(mail, dns) in ("rsa-sha256=pass ed25519-sha256=invalid", "rsa-sha256=pass ed25519-sha256=pass")
    assert "=pass" not in _by_perl(mail.replace(b"Hello", b"Hullo"), dns)


def test_a_letter_with_a_file_is_signed_as_a_whole(signing: Outbox, relay: Relay, signers: tuple[Signer, ...]) -> None:
    mail = letter(signing, relay, files=[signing.file(os.urandom(100_000))])
    assert verified(mail, signers) == [True, True]
    assert verified(mail[:-2000] + mail[-1000:], signers) == [False, False]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: [#1001] Hello", b"Subject: [#1001] Jello"),
        (b"From: Example", b"From: boss@x.example\r\nFrom: Example"),
        (b"To: <erika", b"Subject: Pay now\r\nTo: <erika"),
        (b"Message-ID: <", b"Message-ID: <x"),
        (b"quoted-printable", b"7bit"),
    ],
)
def test_what_somebody_changes_on_the_way_is_noticed(
    signing: Outbox, relay: Relay, signers: tuple[Signer, ...], before: bytes, after: bytes
) -> None:
    mail = letter(signing, relay)
    assert before in mail
    assert verified(mail.replace(before, after, 1), signers) == [False, False]


def test_what_relays_do_to_every_mail_harms_nothing(signing: Outbox, relay: Relay, signers: tuple[Signer, ...]) -> None:
    mail = letter(signing, relay)
    traced = b"Received: from desk by relay; Mon, 23 Nov 2026 10:00:01 +0000\r\nX-Spam: no\r\n" + mail
    folded = traced.replace(b"Subject: [#1001] Hello", b"SUBJECT:  [#1001]\r\n\t Hello")
    assert verified(folded + b"\r\n\r\n", signers) == [True, True]


def test_a_key_signs_for_its_domain_and_those_below_only(signers: tuple[Signer, ...]) -> None:
    def count(sender: str) -> int:
        mail = f"From: <{sender}>\r\nSubject: x\r\n\r\nwords\r\n".encode()
        return signed(mail, signers, sender, LONG_AGO).count(b"DKIM-Signature:")

    assert [count("a@example.com"), count("a@it.example.com"), count("a@badexample.com"), count("a@com")] == [
        2,
        2,
        0,
        0,
    ]


def test_a_letter_without_words_is_signed_too(signers: tuple[Signer, ...]) -> None:
    mail = b"From: <a@example.com>\r\nSubject: x\r\n\r\n"
    assert verified(signed(mail, signers, "a@example.com", LONG_AGO), signers) == [True, True]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "can not be read: No such file or directory"),
        (b"hello", "it is no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", "it is no private key in PEM"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor Ed25519"),
    ],
)
def test_a_key_that_can_not_sign_is_said_in_words(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "k.pem").write_bytes(content)
    key = Dkim(domain="example.com", selector="s1", key_file="k.pem")
    with pytest.raises(ConfigurationError, match=f"delivery.dkim s1 of example.com: .*{words}"):
        read_signers([key], tmp_path)


def test_the_record_to_publish_is_that_of_the_key(signers: tuple[Signer, ...]) -> None:
    kinds = [each.record.partition("; p=")[0] for each in signers]
    assert kinds == ["v=DKIM1; k=rsa", "v=DKIM1; k=ed25519"]
    assert len(base64.b64decode(signers[1].record.rpartition("p=")[2])) == 32


def _needs_perl() -> None:
    if shutil.which("perl") and subprocess.run(["perl", "-MMail::DKIM", "-e1"], capture_output=True).returncode == 0:
        return
    if os.environ.get("CI") == "true":
        pytest.fail("Mail::DKIM of Perl is missing")
    pytest.skip("Mail::DKIM of Perl is missing")


def _by_perl(mail: bytes, dns: Zones) -> str:
    command = ["perl", "-e", PERL, str(dns.port)]
    return subprocess.run(command, input=mail, capture_output=True, check=True, timeout=60).stdout.decode().strip()
