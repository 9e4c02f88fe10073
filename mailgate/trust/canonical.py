"""A mail as dkimpy verifies it: fields and body cut by our own room, so that what is signed is what we read.

dkimpy skips lines that begin with `From `, takes other lines for the end of the header than we do, keeps a list of all
lines of the body, and needs quadratic time for long runs of blanks. None of that is left to it.
"""

from __future__ import annotations

from typing import Any, Final

from dkim import canonicalization

from mailgate.mail.fields import section_of

_LARGEST_HEADER: Final = 256 * 2**10
_TABS: Final = bytes.maketrans(b"\t", b" ")


def verifier(kind: type[Any], raw: bytes, log: object, fewest_bits: int) -> Any | None:
    """A `dkim.DKIM` or `dkim.ARC` over this mail; None where its header can be read in more than one way: then no
    signature says what it covers."""
    section = section_of(raw, 0, min(len(raw), _LARGEST_HEADER))
    if section.defects:
        return None
    fields: list[tuple[bytes, bytes]] = []
    for span in section.spans:
        name = bytes(span.name)
        if raw[span.begin : span.begin + len(name) + 1] != name + b":":
            return None  # `From : …`: a field for us, and none for others
        fields.append((name, with_crlf(raw[span.begin + len(name) + 1 : span.stop]).removesuffix(b"\r\n") + b"\r\n"))
    made = kind(b"", logger=log, minkey=fewest_bits)
    made.headers, made.body = fields, with_crlf(raw[section.body :])
    return made


def with_crlf(content: bytes) -> bytes:
    """With CRLF at the end of each line (RFC 6376, 5.3)."""
    if content.count(b"\n") == content.count(b"\r\n"):
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4, of a body with CRLF; linear but for the logarithm of its longest run of blanks."""
    if b"\t" in body:
        body = body.translate(_TABS)
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    body = body.replace(b" \r\n", b"\r\n")
    end = len(body)
    while body.startswith(b"\r\n", end - 2) and end >= 2:
        end -= 2
    return body[:end] + b"\r\n" if end else b""


canonicalization.Relaxed.canonicalize_body = staticmethod(relaxed_body)
