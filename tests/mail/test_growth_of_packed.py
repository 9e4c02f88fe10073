"""The readers of rare things: four times the bytes cost about four times the time, and a bomb stays small."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable

import pytest

from mailgate.mail.blocks import parted
from mailgate.mail.boundary import boundary_within
from mailgate.mail.cms import read_cms
from mailgate.mail.compressed_rtf import Room
from mailgate.mail.enriched import plain_text
from mailgate.mail.guess import guessed
from mailgate.mail.ladder import decode
from mailgate.mail.parameters import parameterized
from mailgate.mail.parse import read
from mailgate.mail.rtf import read_rtf
from mailgate.mail.transfer import decode_transfer
from mailgate.mail.winmail import parts_of
from mailgate.settings.site import Limits
from tests.growth import assert_linear
from tests.mail.packing import BINARY, RTF, attribute, cms, file_of, prop, tnef, uu, yenc
from tests.mail.writing import mail

SIZE = 100_000
SIGNED, SECRET = b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"-----BEGIN PGP MESSAGE-----\n"
SIGNATURE = b"-----BEGIN PGP SIGNATURE-----\n"
OUTER = bytes.fromhex("308006092a864886f70d010702a0803080020101")
BOMB = struct.pack("<III", 10**6, 2**31 - 1, 0x75465A4C) + b"\0" * 4 + b"\0abcdefgh"
BOMB += (b"\xff" + b"\x0c\xfe" * 8) * 50_000
END = b"-----END PGP SIGNATURE-----"

TASKS: tuple[tuple[str, Callable[[int], object]], ...] = (
    ("first lines of uuencode", lambda n: parted(b"begin 644 a\n" * (n // 12))),
    ("lines of uuencode", lambda n: parted(b"begin 644 a\n" + b"#0V%T\n" * (n // 6))),
    ("blocks of uuencode", lambda n: parted(uu("a", b"x" * 90) * (n // 150))),
    ("first lines of yEnc", lambda n: parted(b"=ybegin line=1 name=a\n" * (n // 22))),
    ("escapes of yEnc", lambda n: parted(b"=ybegin line=1 name=a\n" + b"=J" * (n // 2) + b"\n=yend size=1\n")),
    ("parts of yEnc", lambda n: parted(yenc("a", b"x", (1, 9)) * (n // 90))),
    ("armour without an end", lambda n: parted((SIGNED + SECRET) * (n // 63))),
    ("signatures without an end", lambda n: parted((SIGNED + SIGNATURE) * (n // 65))),
    ("escaped dashes", lambda n: parted(SIGNED + b"\n" + b"- - \n" * (n // 5) + SIGNATURE + END)),
    ("attributes of TNEF", lambda n: parts_of(tnef() + attribute(1, b"") * (n // 11), Room())),
    ("files of TNEF", lambda n: parts_of(tnef(files=file_of("a", b"x") * (n // 120)), Room())),
    ("frames of CMS", lambda n: read_cms(OUTER + b"\x31\x80" * (n // 2))),
    ("pieces of CMS", lambda n: read_cms(cms(2, b"x" * n, endless=True))),
    ("braces of RTF", lambda n: read_rtf(rb"{\rtf1 " + b"a{}" * (n // 3))),
    ("marks of enriched text", lambda n: plain_text("<param><" * (n // 8))),
    ("bytes of no charset", lambda n: guessed(b"\xd0\x20" * (n // 2))),
    ("escapes of Japanese", lambda n: decode(b"\x1b$B-!\x1b(B" * (n // 8), "iso-2022-jp")),
    ("boundaries that nobody named", lambda n: boundary_within(b"--b\n" * (n // 4), "")),
    ("a list's footer", lambda n: decode_transfer(b"QUJD\n" * (n // 5) + b"a b", "base64")),
    ("blanks before soft breaks", lambda n: decode_transfer(b"=  " * (n // 3), "quoted-printable")),
    ("quotes inside quotes", lambda n: parameterized('a;b="x"' + 'y"' * (n // 2))),
    ("blanks in a parameter", lambda n: parameterized("a;charset=x" + " " * n)),
    ("open tags of meta", lambda n: read(mail("Content-Type: text/html", body=b"<meta " * (n // 6)), Limits())),
)


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[name for name, _ in TASKS])
def test_time_grows_with_size_alone(name: str, task: Callable[[int], object]) -> None:
    assert_linear(task, SIZE)


def test_many_bombs_in_one_mail_fill_no_memory() -> None:
    packed = tnef(prop(RTF, BINARY, BOMB))
    fields = ("Content-Type: multipart/mixed; boundary=b",)
    parts = b"--b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: binary\r\n\r\n" + packed + b"\r\n"
    raw = mail(*fields, body=parts * 8)
    tracemalloc.start()
    message = read(raw, Limits())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 80 * 2**20
    assert 2**20 < len(message.text) <= 2 * 2**20 + 100
