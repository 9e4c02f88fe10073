"""Structures that no program should write, and that some do (RFC 2045, 2046)."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from tests.bad_inputs.bad import CRLF, Bad, mail

PLAIN = b"Content-Type: text/plain\r\n\r\nIt burns.\r\n"


def multipart(parts: Iterable[bytes], boundary: str = "b", kind: str = "mixed", end: bool = True) -> bytes:
    """A mail of these parts, each with its own header."""
    line = b"--" + boundary.encode()
    body = b"".join(line + CRLF + part + CRLF for part in parts) + (line + b"--" + CRLF if end else b"")
    return mail(f'Content-Type: multipart/{kind}; boundary="{boundary}"', "MIME-Version: 1.0", body=body)


def nested(depth: int) -> bytes:
    """Multiparts within each other, the text in the middle."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (each, each) for each in range(depth)
    )
    closing = b"".join(b"\r\n--b%d--\r\n" % each for each in reversed(range(depth)))
    return mail(body=b"", without=[])[:-4] + CRLF + opening + PLAIN + closing


def attached_mails(depth: int) -> bytes:
    """Mails attached to mails."""
    return mail("Content-Type: message/rfc822", body=b"Content-Type: message/rfc822\r\n\r\n" * depth + mail())


def _cte(encoding: str, body: bytes) -> bytes:
    return mail("MIME-Version: 1.0", "Content-Type: text/plain", f"Content-Transfer-Encoding: {encoding}", body=body)


_ALTERNATIVE = b"Content-Type: text/html\r\n\r\n<p>It burns.</p>\r\n"
_UU = b"begin 644 ../../evil.sh\r\n#0V%T\r\n`\r\nend\r\n"
_PGP = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"

MIME: tuple[Bad, ...] = (
    Bad("200 parts", multipart([PLAIN] * 200), "T"),
    Bad("2,000 parts", multipart([PLAIN] * 2_000), "QR"),
    Bad("50,000 parts", multipart([b"\r\nx"] * 50_000), "QR"),
    Bad("10 deep", nested(10), "T"),
    Bad("50 deep", nested(50), "Q"),
    Bad("5,000 deep", nested(5_000), "QR"),
    Bad("5 mails in each other", attached_mails(5), "T"),
    Bad("60 mails in each other", attached_mails(60), "Q"),
    Bad("a boundary that never closes", multipart([PLAIN], end=False), "T"),
    Bad("a boundary that never comes", mail('Content-Type: multipart/mixed; boundary="none"'), "T"),
    Bad("a multipart without a boundary", mail("Content-Type: multipart/mixed"), "TQ"),
    Bad("an empty multipart", multipart([]), "T"),
    Bad("a boundary of 500", multipart([PLAIN], boundary="x" * 500), "T"),
    Bad("a boundary like an expression", multipart([PLAIN], boundary="(a+)+$.*[x]"), "T"),
    Bad("one boundary begins another", multipart([PLAIN, b"\r\n--bb\r\n\r\nx"]), "TQ"),
    Bad(
        "a multipart in base64",
        mail(
            'Content-Type: multipart/mixed; boundary="b"',
            "Content-Transfer-Encoding: base64",
            body=base64.encodebytes(b"--b\r\n" + PLAIN + b"--b--\r\n").replace(b"\n", CRLF),
        ),
        "TQ",
    ),
    Bad("an encoding that is none", _cte("x-none", b"It burns.\r\n"), "T"),
    Bad("junk in base64", _cte("base64", b"SXQ!!gYnV\0ybnMu====\r\n"), "TR"),
    Bad("junk in quoted-printable", _cte("quoted-printable", b"It =ZZ burns=\r\n=\r\n==3D\r\n"), "T"),
    Bad("uuencode with a path", mail(body=_UU), "T"),
    Bad("a bomb in quoted-printable", _cte("quoted-printable", b"=3D" * 20 + (b"=\r\n" * 100_000)), "TQ"),
    Bad("300 alternatives", multipart([_ALTERNATIVE] * 300, kind="alternative"), "T"),
    Bad(
        "alternatives that disagree",
        multipart([PLAIN, b"Content-Type: text/html\r\n\r\nAll is well."], kind="alternative"),
        "T",
    ),
    Bad("a part of a mail", mail('Content-Type: message/partial; id="x"; number=1; total=2'), "T"),
    Bad(
        "a body elsewhere",
        mail('Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:1/x"'),
        "T",
    ),
    Bad("a digest", multipart([CRLF + mail()], kind="digest"), "T"),
    Bad("a report of an unknown kind", multipart([PLAIN], kind='report; report-type="x-unknown"'), "TQ"),
    Bad(
        "a broken TNEF", mail('Content-Type: application/ms-tnef; name="winmail.dat"', body=b"\x78\x9f\x3e\x22 no"), "T"
    ),
    Bad(
        "an encrypted part in an image tag",
        multipart(
            [
                b'Content-Type: text/html\r\n\r\n<img src="http://127.0.0.1:1/',
                PLAIN + _PGP,
                b'Content-Type: text/html\r\n\r\n">',
            ]
        ),
        "T",
    ),
    Bad("an encrypted text", mail(body=_PGP), "T"),
)
