"""The private keys that sign our letters, read by `cryptography`: RSA (RFC 6376) and Ed25519 (RFC 8463), as PEM."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

FEWEST_BITS: Final = 1024
"""RFC 8301, 3.2: shorter keys are worth nothing to whoever verifies."""


def private_key(pem: bytes) -> tuple[str, str, Callable[[bytes], bytes]]:
    """The algorithm's name in a signature, the record to publish, and what signs. Raises ValueError in words."""
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise ValueError("it is protected by a passphrase; write one without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("it is no private key in PEM") from None
    if isinstance(key, Ed25519PrivateKey):
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return "ed25519-sha256", _record("ed25519", public), partial(_by_ed25519, key)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("it is neither RSA nor Ed25519")
    if key.key_size < FEWEST_BITS:
        raise ValueError(f"it has {key.key_size} bits, and at least {FEWEST_BITS} are believed; 2048 are usual")
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "rsa-sha256", _record("rsa", public), partial(_by_rsa, key)


def _record(kind: str, public: bytes) -> str:
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def _by_ed25519(key: Ed25519PrivateKey, text: bytes) -> bytes:
    # RFC 8463, 3: the digest is signed, not the text.
    return key.sign(hashlib.sha256(text).digest())


def _by_rsa(key: RSAPrivateKey, text: bytes) -> bytes:
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256())
