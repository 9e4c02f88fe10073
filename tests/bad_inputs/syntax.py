"""Lines, line ends and sizes that no RFC allows (RFC 5322, 2; RFC 5321, 4.5.3)."""

from __future__ import annotations

import random

from tests.bad_inputs.bad import CRLF, Bad, each, mail

_KiB = 1024
_CONTROLS = {"VT": "\x0b", "FF": "\x0c", "FS": "\x1c", "NEL": "\x85", "LS": "\u2028", "ESC": "\x1b[2J"}


def _fields(number: int) -> bytes:
    return mail("\r\n".join(f"X-{count}: y" for count in range(number)))


def _line(size: int) -> bytes:
    return mail(body=b"x" * size + CRLF)


def _binary(size: int) -> bytes:
    return random.Random(7).randbytes(size).replace(b"\r", b" ").replace(b"\n", b" ")


SYNTAX: tuple[Bad, ...] = (
    Bad("nothing at all", b"", "RDQ"),
    Bad("one empty line", CRLF, "RDQ"),
    Bad("10,000 empty lines before the header", CRLF * 10_000 + mail(), "TQ"),
    Bad("a body only", b"\r\nIt burns.\r\n", "Q"),
    Bad("a header only", mail(body=b""), "T"),
    Bad("the From line of an mbox", b"From erika@customer.example Mon Nov 23 09:00:00 2026\r\n" + mail(), "T"),
    Bad("a line without a colon", mail("this is no field"), "TQ"),
    Bad("a space before the colon", mail("X-Odd : value"), "T"),
    Bad("an empty name", mail(": value"), "T"),
    Bad("a continuation first", b" continued\r\n" + mail(), "T"),
    Bad("a blank continuation", mail("X-Blank: a\r\n \r\n b"), "T"),
    Bad("a Subject folded 200 times", mail("Subject: a" + "\r\n b" * 200), "T"),
    Bad("a Subject of 2 kB", mail("Subject: " + "x" * 2 * _KiB), "T"),
    Bad("a Subject of 1 MB", mail("Subject: " + "x" * _KiB * _KiB), "RQ"),
    Bad("500 fields", _fields(500), "T"),
    Bad("5,000 fields", _fields(5_000), "QR"),
    Bad("20,000 fields", _fields(20_000), "QR"),
    Bad("a field of 3 MB", mail("X-Long: " + ("y" * 900 + "\r\n ") * 3_500), "QR"),
    Bad("a field name of 5 kB", mail("X" * 5 * _KiB + ": y"), "TQR"),
    Bad("NUL in Subject", mail(b"Subject: a\0b"), "TR"),
    Bad("a bare CR in Subject", mail(b"Subject: a\rX-Injected: yes"), "R"),
    Bad("a bare LF in Subject", mail(b"Subject: a\nX-Injected: yes"), "R"),
    *each("in Subject", ((name, mail(f"Subject: a{char}b")) for name, char in _CONTROLS.items()), "T"),
    *each("in From", ((n, mail(f"From: Er{c}ika <erika@customer.example>")) for n, c in _CONTROLS.items()), "TQ"),
    *each("in the address", ((n, mail(f"From: er{c}ika@customer.example")) for n, c in _CONTROLS.items()), "TQ"),
    Bad("a latin-1 byte in Subject", mail(b"Subject: Dr\xfccker"), "T"),
    Bad("overlong UTF-8 in Subject", mail(b"Subject: a\xc0\xafb"), "T"),
    Bad("a surrogate in UTF-8", mail(b"Subject: a\xed\xa0\x80b"), "T"),
    Bad("LF only", mail().replace(CRLF, b"\n"), "TR"),
    Bad("CR only", mail().replace(CRLF, b"\r"), "QR"),
    Bad("CRLF and LF mixed", mail().replace(b"Subject", b"X-A: b\nSubject"), "TR"),
    Bad("the header ends with LF LF", mail().replace(CRLF * 2, b"\n\n"), "QR"),
    Bad("a BOM first", b"\xef\xbb\xbf" + mail(), "TQ"),
    Bad("a mail in UTF-16", mail().decode().encode("utf-16-le").replace(b"\r", b" ").replace(b"\n", b" "), "Q"),
    Bad("a line of 998", _line(998), "T"),
    Bad("a line of 1,000", _line(1_000), "T"),
    Bad("a line of 4 KiB", _line(4 * _KiB), "T"),
    Bad("a line of 70 kB", _line(70_000), "TR"),
    Bad("a line of 1.2 MB", _line(1_200_000), "TR"),
    Bad("8 bits without saying so", mail(body=b"Es br\xe4nnt.\r\n"), "T"),
    Bad("NUL in the body", mail(body=b"It\0burns.\r\n"), "TR"),
    Bad("dots", mail(body=b".\r\n..\r\n.x\r\n... \r\n"), "T"),
    Bad("no line end at the end", mail(body=b"It burns."), "T"),
    Bad("a binary body", mail("Content-Type: text/plain", body=_binary(4_000)), "TQ"),
    Bad("random bytes", _binary(8_000), "QD"),
)
