"""What reading the largest mail costs at most, the mail itself included: 150 MB, whatever is in it."""

from __future__ import annotations

import base64
import binascii
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mail.writing import mail

SIZE = 25 * 2**20
MOST = 150 * 2**20

READING = """
import re, sys
from datetime import UTC, datetime
from mailgate.mail.body import agent_words, new_words
from mailgate.mail.bounce import read_bounce
from mailgate.mail.classify import classify
from mailgate.mail.forwarded import forwarded
from mailgate.mail.layout import layout_of
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.settings.site import Limits

def peak() -> int:
    return int(re.search("VmHWM:\\\\s*([0-9]+) kB", open("/proc/self/status").read())[1]) * 1024

def understand(raw: bytes) -> None:
    limits = Limits()
    message = read(raw, limits)
    classify(message, Envelope("", (), datetime(2026, 11, 21, tzinfo=UTC)), limits)
    layout = layout_of(message, limits)
    new_words(message, limits, layout), agent_words(message, limits, "Your letter", layout)
    forwarded(message, layout), read_bounce(message)

understand(b"From: a@b.example\\r\\nSubject: Re: x\\r\\n\\r\\nx")
before = peak()
understand(open(sys.argv[1], "rb").read())
print(peak() - before)
"""


def times(piece: str | bytes, size: int = SIZE) -> bytes:
    raw = piece.encode() if isinstance(piece, str) else piece
    return raw * (size // len(raw))


def of(kind: str, body: bytes, *fields: str) -> bytes:
    return mail("Subject: Re: x", "In-Reply-To: <1@desk.example>", f"Content-Type: {kind}", *fields, body=body)


def in_base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def nested() -> bytes:
    inner = b"\r\n" + times("deep words\r\n")
    for level in range(19):
        edge = b"b%d" % level
        inner = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n%s\r\n--%s--\r\n" % (
            edge,
            edge,
            inner,
            edge,
        )
    return b"From: a@b.example\r\n" + inner


def misnamed(levels: int, words: bytes, kind: str = "7bit") -> bytes:
    """Containers in each other of which none names the boundary it uses."""
    head, tail = list[bytes](), list[bytes]()
    for level in range(levels):
        fields = b"Content-Type: multipart/mixed; boundary=z%d\r\nContent-Transfer-Encoding: %s" % (
            level,
            kind.encode(),
        )
        head.append(b"%s\r\n\r\n--q%dq\r\n" % (fields, level))
        tail.append(b"\r\n--q%dq--\r\n" % level)
    return b"From: a@b.example\r\n" + b"".join(head) + b"\r\n" + words + b"".join(reversed(tail))


def encoded_in_each_other() -> bytes:
    inner = b"Content-Type: text/plain\r\n\r\n" + times("deep words\r\n", SIZE // 8)
    for level in range(6):
        edge = b"b%d" % level
        whole = b"--%s\r\n%s\r\n--%s--\r\n" % (edge, inner, edge)
        kind = b"Content-Type: multipart/mixed; boundary=%s\r\nContent-Transfer-Encoding: base64" % edge
        inner = kind + b"\r\n\r\n" + in_base64(whole)
    return b"From: a@b.example\r\n" + inner


def alternatives() -> bytes:
    each = SIZE // 10
    numbers = (b"".join(b"%x%d\r\n" % (at, turn) for at in range(each // 8)) for turn in range(10))
    body = b"".join(b"--b\r\nContent-Type: text/plain\r\n\r\n" + words + b"\r\n" for words in numbers)
    return of("multipart/alternative; boundary=b", body + b"--b--\r\n")


def in_parts(part: str) -> bytes:
    body = times(part + "x\u00fc" * (SIZE // 1500 - 100) + "\r\n", SIZE)
    return of("multipart/mixed; boundary=b", body + b"--b--\r\n")


PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400).decode()
SCRIPTS = "Gr\u00fc\u00dfe, \u4f60\u597d \U0001f600"
ATTRIBUTION = b"Yes.\r\n\r\nOn Mon, 23 Nov 2026 at 10:00, Erika <erika@customer.example> wrote:\r\n"
HEAVY: dict[str, Callable[[], bytes]] = {
    "text in every script": lambda: of("text/plain; charset=utf-8", times(SCRIPTS + "\r\n")),
    "one line": lambda: of("text/plain", b"a" * SIZE),
    "HTML in every script": lambda: of("text/html; charset=utf-8", times(f"<p>{SCRIPTS}</p>")),
    "pictures in HTML": lambda: of("text/html", times(f'<p>x<img src="data:image/png;base64,{PICTURE}"></p>')),
    "an attachment": lambda: of(
        "application/pdf; name=a.pdf", in_base64(b"x" * (SIZE * 3 // 4)), "Content-Transfer-Encoding: base64"
    ),
    "many files": lambda: in_parts("--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n"),
    "many texts": lambda: in_parts("--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\U0001f600"),
    "alternatives that all say something else": alternatives,
    "deep nesting": nested,
    "boundaries that nobody named": lambda: misnamed(18, times("deep words\r\n")),
    "boundaries that nobody named, and no end of them": lambda: misnamed(200, times("deep words\r\n")),
    "an encoding that is none, at every level": lambda: misnamed(18, times("deep words\r\n"), "base64"),
    "containers encoded in each other": encoded_in_each_other,
    "lines of a container without parts": lambda: of("multipart/mixed; boundary=b", b"--bx\r\n" + times("ab\n")),
    "a long quotation": lambda: of("text/plain", ATTRIBUTION + times(b"> " + b"quoted words " * 400 + b"\r\n")),
    "a uuencoded file": lambda: of(
        "text/plain", b"begin 644 a.bin\r\n" + times(binascii.b2a_uu(b"x" * 45)) + b"`\nend\n"
    ),
}


@pytest.mark.parametrize("kind", HEAVY)
def test_the_largest_mail_costs_no_more_memory_than_is_there(kind: str, tmp_path: Path) -> None:
    heavy = tmp_path / "heavy.eml"
    heavy.write_bytes(HEAVY[kind]())
    asked = [sys.executable, "-c", READING, str(heavy)]
    cost = int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    heavy.unlink()
    assert 2**20 < cost <= MOST, f"{cost / 2**20:.0f} MB"
