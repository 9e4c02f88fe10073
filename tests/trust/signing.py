"""Mails of invented senders, signed as one likes: rightly, wrongly, partly, by somebody else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

Mail = bytes
Change = Callable[[Mail], Mail]

GOOD_HOST = "192.0.2.1"
OTHER_HOST = "203.0.113.9"


@cache
def rsa(bits: int = 2048) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


@cache
def ed25519() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def rsa_record(bits: int = 2048, more: str = "") -> str:
    public = rsa(bits).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {more}p={base64.b64encode(public).decode()}"


def ed25519_record() -> str:
    public = ed25519().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"


def mail(author: str = "erika@customer.example", *fields: str, body: str = "The printer is broken.\r\n") -> Mail:
    head = (
        f"From: Erika <{author}>",
        "To: support@desk.example",
        "Subject: Printer",
        "Message-ID: <1@customer.example>",
    )
    return ("\r\n".join((*head, *fields)) + "\r\n\r\n" + body).encode()


def signed(
    raw: Mail, domain: str = "customer.example", selector: str = "s1", *, bits: int = 2048, **more: object
) -> Mail:
    """With a signature by dkimpy on top."""
    key = rsa(bits).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    if more.get("signature_algorithm") == b"ed25519-sha256":
        key = base64.b64encode(ed25519().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    options = {"canonicalize": (b"relaxed", b"relaxed"), "include_headers": [b"from", b"to", b"subject"], **more}
    return bytes(dkim.sign(raw, selector.encode(), domain.encode(), key, **options)) + raw
