"""Encoded words (RFC 2047) that carry line ends, wrong charsets, or far too much."""

from __future__ import annotations

import base64

from tests.bad_inputs.bad import AGENT, Bad, each, mail

_INJECTED = "a\r\nBcc: victim@elsewhere.example\r\nX-Injected: yes"
_B = f"=?utf-8?B?{base64.b64encode(_INJECTED.encode()).decode()}?="
_Q = "=?utf-8?Q?a=0D=0ABcc:_victim@elsewhere.example=0D=0AX-Injected:_yes?="
_PLACES = (
    "Subject: {}",
    "From: {} <erika@customer.example>",
    "To: {} <support@example.com>",
    "Reply-To: {} <e@c.example>",
)
_CODECS = ("rot13", "zlib", "hex", "bz2", "base64", "uu", "unicode_escape", "raw_unicode_escape", "idna", "punycode")
_MORE = ("undefined", "mbcs", "utf-7", "utf-16", "ebcdic-cp-us", "../../etc/passwd", "x" * 2_000, "a\0b")


def _named(charset: str) -> bytes:
    return mail(f"Subject: =?{charset}?Q?\\x41=41+AG8-?=", f"Content-Type: text/plain; charset={charset}")


WORDS: tuple[Bad, ...] = (
    *each("line ends in base64", ((place[:8], mail(place.format(_B))) for place in (*_PLACES, "X-Any: {}")), "TQ"),
    *each("line ends in Q", ((place[:8], mail(place.format(_Q))) for place in (*_PLACES, "X-Any: {}")), "TQ"),
    *each("a charset that is none", ((name[:20], _named(name)) for name in (*_CODECS, *_MORE)), "TR"),
    Bad("bad base64", mail("Subject: =?utf-8?B?%%%%?="), "T"),
    Bad("not terminated", mail("Subject: =?utf-8?B?QUJD"), "T"),
    Bad("a character split over two words", mail("Subject: =?utf-8?B?w4M=?= =?utf-8?B?wg==?="), "T"),
    Bad(
        "words within words",
        mail(f"Subject: =?utf-8?Q?=3D=3Futf-8=3FB=3F{base64.b64encode(b'x').decode()}=3F=3D?="),
        "T",
    ),
    Bad("an encoded NUL", mail("Subject: =?utf-8?Q?a=00b?="), "T"),
    Bad("10,000 words", mail("Subject: " + "\r\n ".join(["=?utf-8?B?QUJD?="] * 10_000)), "QR"),
    Bad("25,000 beginnings", mail("Subject: " + "\r\n ".join(["=?" * 25] * 1_000)), "TQR"),
    Bad(
        "an agent's address as a name",
        mail(f"From: =?utf-8?Q?{AGENT.replace('@', '=40')}?= <erika@customer.example>"),
        "T",
    ),
    Bad("a whole address encoded", mail(f"From: =?utf-8?Q?{AGENT.replace('@', '=40')}?="), "Q"),
)
