"""People with keys: OpenPGP by the system's gpg, S/MIME by its openssl. Without the programs the tests are skipped, and
with CI=true that is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

BORN = "20260101T000000"
BOUNDARY = "=-signed"


def need(*programs: str) -> None:
    """Skip, or in CI fail, where one of them is missing."""
    missing = [each for each in programs if shutil.which(each) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing} has to be installed here (.ci/run)")
    if missing:
        pytest.skip(f"{missing} is not installed")


def run(*command: str, given: bytes = b"", cwd: Path | None = None) -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=False, cwd=cwd)
    assert done.returncode == 0, (command, done.stderr.decode())
    return done.stdout


class GnuPG:
    """A keyring of the test, with secret keys."""

    def __init__(self, home: Path) -> None:
        need("gpg")
        self.home = home
        home.mkdir(mode=0o700)

    def gpg(self, *command: str, given: bytes = b"", at: str = BORN) -> bytes:
        alone = ("gpg", "--homedir", str(self.home), "--batch", "--no-tty", "--pinentry-mode", "loopback")
        return run(*alone, "--passphrase", "", "--faked-system-time", at, *command, given=given)

    def make(self, who: str, *, expires: str = "never", algorithm: str = "ed25519") -> None:
        self.gpg("--quick-generate-key", f"{who} <{who}@example.com>", algorithm, "sign", expires)

    def public(self, who: str) -> bytes:
        return self.gpg("--armor", "--export", f"{who}@example.com")

    def revoked(self, who: str) -> bytes:
        """The public key with the revocation that gpg wrote when it was made."""
        fingerprint = self.gpg("--with-colons", "--list-keys", f"{who}@example.com").decode().split("fpr:::::::::")[1]
        written = (self.home / "openpgp-revocs.d" / f"{fingerprint.partition(':')[0]}.rev").read_text()
        lone = GnuPG(self.home.parent / f"revoked-{who}")
        lone.gpg("--import", given=self.public(who))
        lone.gpg("--import", given=written.replace(":-----BEGIN", "-----BEGIN").encode())
        public = lone.public(who)
        lone.close()
        return public

    def sign(self, who: str, content: bytes, at: datetime, *more: str) -> bytes:
        """A detached signature in armour."""
        options = ("--armor", "--local-user", f"{who}@example.com", *more, "--detach-sign")
        return self.gpg(*options, given=content, at=f"{at:%Y%m%dT%H%M%S}!")

    def clear(self, who: str, text: str, at: datetime) -> str:
        """Clear-signed text."""
        options = ("--armor", "--local-user", f"{who}@example.com", "--clear-sign")
        return self.gpg(*options, given=text.encode(), at=f"{at:%Y%m%dT%H%M%S}!").decode()

    def close(self) -> None:
        """End the agent that gpg has started for its secret keys."""
        subprocess.run(("gpgconf", "--homedir", str(self.home), "--kill", "gpg-agent"), check=False)


@dataclass(frozen=True)
class Certificate:
    """A key with a certificate that it signed itself, or that somebody else did."""

    pem: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, who: str, issuer: Certificate | None = None) -> Certificate:
        need("openssl")
        made = cls(folder / f"{who}.pem", folder / f"{who}.key")
        subject = ("-subj", f"/CN={who}/emailAddress={who}@example.com", "-days", "3650")
        by = ("-CA", str(issuer.pem), "-CAkey", str(issuer.key)) if issuer else ()
        new = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, *by)
        run(*new, "-keyout", str(made.key), "-out", str(made.pem))
        return made

    def sign(self, content: bytes, *more: str, detached: bool = True) -> bytes:
        """A CMS message in DER, made now; its time is a signed attribute."""
        how = ("-outform", "DER", "-binary", *(() if detached else ("-nodetach",)), *more)
        return run("openssl", "cms", "-sign", "-signer", str(self.pem), "-inkey", str(self.key), *how, given=content)


def entity(text: str, *fields: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    """A part to be signed: its own header, and words."""
    head = "\r\n".join((f"Content-Type: {kind}", *fields))
    return f"{head}\r\n\r\n{text}".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def multipart(content: bytes, signature: bytes, kind: str = "pgp", more: bytes = b"", *, encoding: str = "") -> bytes:
    """The body of a `multipart/signed` (RFC 1847) with its Content-Type, and more parts behind the two."""
    protocol = f"application/{'pgp-signature' if kind == 'pgp' else 'pkcs7-signature'}"
    root = f'Content-Type: multipart/signed; boundary="{BOUNDARY}"; micalg=sha-256; protocol="{protocol}"\r\n'
    named = f"Content-Type: {protocol}\r\n" + (f"Content-Transfer-Encoding: {encoding}\r\n" if encoding else "")
    mark = f"--{BOUNDARY}".encode()
    signature = signature.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    pieces = (
        root.encode(),
        b"\r\n",
        mark,
        b"\r\n",
        content,
        b"\r\n",
        mark,
        b"\r\n",
        named.encode(),
        b"\r\n",
        signature,
    )
    return b"".join((*pieces, b"\r\n", more, mark, b"--\r\n"))
