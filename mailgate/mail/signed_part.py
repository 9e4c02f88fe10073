"""What of a mail is signed, by its structure: the whole of it below the header, or nothing that counts.

A signed part inside an unsigned mail, a third part beside the two of RFC 1847, words above or below clear-signed text:
each of them could put other words before a reader than those that were signed. Nothing is verified here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mailgate.mail import openpgp
from mailgate.mail.cms import signer_of
from mailgate.mail.fields import section_of, value_of
from mailgate.mail.structure import UNENCODED, Node, outline, spans_inside
from mailgate.mail.wording import content_bytes
from mailgate.sentence import Sentence
from mailgate.settings.site import Limits

Kind = Literal["OpenPGP", "S/MIME"]
LARGEST_CMS = 256 * 2**10
"""Bytes of a detached signature with its certificates."""

_SIGNATURES: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "application/pgp-signature": ("OpenPGP", ("application/pgp-signature",)),
    "application/pkcs7-signature": ("S/MIME", ("application/pkcs7-signature", "application/x-pkcs7-signature")),
    "application/x-pkcs7-signature": ("S/MIME", ("application/pkcs7-signature", "application/x-pkcs7-signature")),
}
_OPAQUE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
# Each reads ASCII as ASCII: the unsigned name of another charset would make other words of the signed bytes.
_PLAIN_CHARSET = re.compile(r"us-ascii|ascii|utf-8|iso-8859-[0-9]{1,2}|windows-125[0-9]|", re.IGNORECASE)
_PART_ONLY = Sentence(
    "only a part of the mail is signed, and the rest could say anything",
    "nur ein Teil der Mail ist signiert, und der Rest könnte beliebig sein",
)
ODD = Sentence(
    "its signature is not built as such a signature has to be",
    "ihre Signatur ist nicht so aufgebaut, wie eine solche es sein muss",
)
_BESIDE = Sentence(
    "words stand outside of the signed text, or are not written as signed text has to be",
    "es stehen Worte außerhalb des signierten Textes, oder er ist nicht so geschrieben, wie er es sein muss",
)
_CHARSET = Sentence(
    "its unsigned character set could make other words of it",
    "ihr unsignierter Zeichensatz könnte andere Worte daraus machen",
)


@dataclass(frozen=True, slots=True)
class SignedPart:
    """The signature of a mail and what it is said to cover."""

    kind: Kind
    signature: bytes
    """One OpenPGP packet, or a CMS message in its frames."""
    content: bytes | None
    """The exact bytes; None: they are inside the signature."""
    head: bytes = b""
    """The fields to read the content by, where it has none of its own: it is clear-signed text."""


def signed_part(raw: bytes, limits: Limits) -> SignedPart | Sentence:
    """What is signed; or why nothing counts as signed, of a mail in which something is."""
    root, broken = outline(raw, limits)
    if broken or any(root.headers.count(name) > 1 for name in ("content-type", "content-transfer-encoding")):
        return ODD
    if root.media_type == "multipart/signed":
        return _detached(raw, root, limits)
    if root.media_type in _OPAQUE:
        return _opaque(raw, root)
    if root.media_type == "text/plain" and root.disposition.value != "attachment":
        return _clear(raw, root)
    return _PART_ONLY


def is_part(content: bytes) -> bool:
    """Is it a part of a mail, with a header that says what it is (RFC 3156, 5; RFC 8551, 3.1)? People sign commits and
    files with the same keys, for all to see, and these are no words to anybody."""
    section = section_of(content)
    return not section.defects and any(span.name.lower() == b"content-type" for span in section.spans)


def as_signed(raw: bytes, part: SignedPart, content: bytes) -> bytes:
    """The mail with this verified content alone: its own header, but for what says how to read its body."""
    fields = [
        raw[span.begin : span.stop]
        for span in section_of(raw).spans
        if not span.name.lower().startswith(b"content-") and span.name.lower() != b"mime-version"
    ]
    if part.head:
        return b"".join((*fields, part.head, content))
    section = section_of(content)
    kinds = [content[span.begin : span.stop] for span in section.spans if span.name.lower().startswith(b"content-")]
    # A field at the end of the bytes may have lost its line end, which belongs to the boundary.
    own = b"".join(kinds)
    own += b"" if not own or own.endswith(b"\n") else b"\r\n"
    return b"".join((*fields, b"MIME-Version: 1.0\r\n", own, b"\r\n", content[section.body :]))


def protected_subject(part: SignedPart, content: bytes) -> str:
    """The subject that is signed too, as most programs write it above the signed part (RFC 9788); empty without."""
    if part.head:
        return ""
    found = [value_of(content, span) for span in section_of(content).spans if span.name.lower() == b"subject"]
    return found[0] if len(found) == 1 else ""


def _detached(raw: bytes, root: Node, limits: Limits) -> SignedPart | Sentence:
    """RFC 1847, 2.1: two parts, the second of them the signature that the container announces."""
    protocol = (root.content_type.get("protocol") or "").strip().lower()
    spans = spans_inside(raw, root, limits)
    if protocol not in _SIGNATURES or root.encoding not in UNENCODED or len(root.children) != 2 or len(spans) != 2:
        return ODD
    kind, types = _SIGNATURES[protocol]
    last = root.children[1]
    if last.media_type not in types or last.children:
        return ODD
    content, signature = raw[slice(*spans[0])], content_bytes(raw, last)
    if kind == "OpenPGP":
        packet = openpgp.signature_of(signature)
        return SignedPart(kind, packet, content) if packet and not openpgp.has_long_lines(content) else ODD
    signer = signer_of(signature)
    is_whole = len(signature) <= LARGEST_CMS and signer is not None and signer.detached
    return SignedPart(kind, signature, content) if is_whole else ODD


def _opaque(raw: bytes, root: Node) -> SignedPart | Sentence:
    message = content_bytes(raw, root)
    signer = signer_of(message)
    return SignedPart("S/MIME", message, None) if signer is not None and not signer.detached else ODD


def _clear(raw: bytes, root: Node) -> SignedPart | Sentence:
    content = content_bytes(raw, root)
    if openpgp.BEGIN_CLEAR not in content:
        return _PART_ONLY
    charset = root.content_type.get("charset") or ""
    if not _PLAIN_CHARSET.fullmatch(charset):
        return _CHARSET
    found = openpgp.clear_signed(content)
    if found is None or openpgp.has_long_lines(found.text):
        return _BESIDE
    kind = f"text/plain; charset={charset or 'us-ascii'}"
    head = f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    return SignedPart("OpenPGP", found.signature, found.text, head)
