"""Twice the bytes cost at most 2.3 times the time, whatever the bytes are: up to a megabyte.

Hard cases are rows of `TASKS`. Besides, every public function of `mail/` is asked about mails, texts and bytes that
repeat one piece, so that no new one is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from random import Random

import pytest

from mailgate.mail.bounce import read_bounce
from mailgate.mail.delivery_status import status_in
from mailgate.mail.flowed import unflow
from mailgate.mail.html import to_text
from mailgate.mail.identity import mailboxes, sole_mailbox
from mailgate.mail.language import language_of
from mailgate.mail.message import Message
from mailgate.mail.parameters import parameterized
from mailgate.mail.parse import read
from mailgate.mail.prescan import prescan
from mailgate.mail.references import base_subject, message_ids
from mailgate.mail.trace import below_trace
from mailgate.mail.transfer import decode_transfer
from mailgate.mail.words import clean_line, decode_bytes, decode_words
from mailgate.settings.site import Limits
from tests.growth import assert_doubles
from tests.mail.readers import PUBLIC, UNCALLED, NotMade, Source, call, call_all
from tests.mail.test_bounce import DAEMON
from tests.mail.writing import LIMITS, mail

MOST = 1_000_000
LOOKED_AT = 8_000
LIMITLESS = Limits(
    headers_size=10**9, field_size=10**9, fields=10**9, parts=10**9, encoded_words=10**9, addresses=10**9
)
BODY = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def bounce(text: str) -> Message:
    return read(mail("Subject: failure notice", sender=DAEMON, body=text), LIMITS)


TASKS: tuple[tuple[str, Callable[[int], object]], ...] = (
    ("dots in From", lambda n: sole_mailbox(["." * n])),
    ("brackets in From", lambda n: sole_mailbox(["(" * n])),
    ("quotes in From", lambda n: sole_mailbox(['"a" ' * (n // 4)])),
    ("backslashes in From", lambda n: sole_mailbox(['"' + "\\" * n])),
    ("many addresses", lambda n: mailboxes([", ".join(f"a{i}@b.test" for i in range(n // 12))], 10**6)),
    ("open brackets in To", lambda n: mailboxes(["( <" * (n // 3)], 100)),
    ("encoded words", lambda n: decode_words("=?utf-8?q?=C3=A4?= " * (n // 19))),
    ("openers of encoded words", lambda n: decode_words("=?" * (n // 2))),
    ("half encoded words", lambda n: decode_words("=?a?q?" * (n // 6))),
    ("controls in a line", lambda n: clean_line("\x1b\u202e" * (n // 2))),
    ("escapes of a charset", lambda n: decode_bytes(b"\x1b$B" * (n // 3), "iso-2022-jp")),
    ("parameters", lambda n: parameterized("text/plain" + ';a="b\\"' * (n // 7))),
    ("segments of one parameter", lambda n: parameterized("text/plain" + ";a*1=b" * (n // 6))),
    ("blanks in parameters", lambda n: parameterized("text/plain;" + " " * n)),
    ("open ids", lambda n: message_ids("<" * n)),
    ("ids", lambda n: message_ids("<a@b>," * (n // 6))),
    ("prefixes of a subject", lambda n: base_subject("Re: " * (n // 4))),
    ("words of a text", lambda n: language_of("und the " * (n // 8))),
    ("flowed lines", lambda n: unflow("> a \n" * (n // 5), True)),
    ("padding of base64", lambda n: decode_transfer(b"QQ==" * (n // 4), "base64")),
    ("soft breaks", lambda n: decode_transfer(b"=\r\n" * (n // 3), "quoted-printable")),
    ("paragraphs of HTML", lambda n: to_text("<p>word" * (n // 7))),
    ("nested HTML", lambda n: to_text("<div>a" * (n // 6))),
    ("open comments of HTML", lambda n: to_text("<!--" * (n // 4))),
    ("numbers of HTML", lambda n: to_text("<div>" * 300 + "&#" + "9" * n)),
    ("header fields", lambda n: prescan(b"X: y\r\n" * (n // 6), LIMITS)),
    ("continuation lines", lambda n: prescan(b"X: y\r\n" + b" y\r\n" * (n // 4), LIMITLESS)),
    ("parts", lambda n: prescan(BODY + b"--b\r\n\r\nx\r\n" * (n // 10), LIMITLESS)),
    ("boundaries in one line", lambda n: prescan(BODY + b"--b" * (n // 3), LIMITS)),
    ("boundaries that are none", lambda n: prescan(BODY + b"--bx\n" * (n // 5), LIMITS)),
    ("trace fields", lambda n: below_trace(b"Received: x\r\n" * (n // 13))),
    ("mail of dashes", lambda n: read(mail(body="-- \r\n" * (n // 5)), LIMITS)),
    ("words of a server", lambda n: status_in("user mailbox address " * (n // 21))),
    ("dashes of a server", lambda n: read_bounce(bounce("-" * n))),
    ("ids of a server", lambda n: read_bounce(bounce("message-id:\n <\n" * (n // 15)))),
)


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[name for name, _ in TASKS])
def test_time_grows_with_size_alone(name: str, task: Callable[[int], object]) -> None:
    assert_doubles(task, MOST)


PIECES = (
    *(
        "\n",
        " ",
        "\t",
        "a",
        "a ",
        "\u3042",
        "\u00e4",
        "\r",
        "\0",
        "\u200b",
        "9",
        "9.",
        "9:00 ",
        ":",
        "=",
        "=\n",
        "-",
        "!",
    ),
    *("> ", "> a\n", ">\n>", "> > b\n", "- ", "_", "(", "[", '"', "'", "\\", "@", "*", "#", "# a\n", "%41", "`\n", "}"),
    *("<", "<div>", "<p>x", "<b", "<!--", "<a href=x>y</a>", "&#", "&lt;", "<img src=cid:a>", "<td>a", "<blockquote>"),
    *(
        "a@b.example ",
        "<a@b.example>,",
        "From: a@b.example\n",
        "Von: a\nAn: b\nDatum: 1.1.2026 10:00\n",
        "Re: ",
        "5.1.1 ",
    ),
    *("On 1.1.2026 at 10:00 x <a@b.example> wrote:\n", "Am 1.1.2026 um 10:00 schrieb ", "Tel: 030 123\n", "-- \n"),
    *("----- Original Message -----\n", ";a=b", ";a*1=b", "=?", "=?utf-8?q?a?= ", "http://", "https://a.example/ "),
    *(
        "<https://a.example/>",
        "--b\r\n",
        "--b",
        "X: y\r\n",
        "X: y\r\n\r\n",
        "Received: x\r\n",
        "Gesendet von ",
        "\x1b$B",
    ),
    *(
        "Final-Recipient: rfc822; a@b.example\r\n\r\n",
        "begin 644 a\n",
        "=ybegin line=9 size=9 name=a\n",
        "=yend size=9\n",
    ),
    *("{\\rtf1 ", "\\par ", "BEGIN:VEVENT\n", "DTSTART:20261123T100000Z\n", "-----BEGIN PGP SIGNED MESSAGE-----\n"),
    *("write above this line", "=== write above this line ===\n", "[cid:a]", "data:image/png;base64,AAAA"),
)


class Repeated(Source):
    """The whole of a mail that repeats one piece; of several arguments always the same ones."""

    def __init__(self, piece: str, size: int, choice: int) -> None:
        text = piece * (size // len(piece))
        kind = "html" if piece.startswith(("<", "&")) else "plain"
        raw = mail(
            "Subject: Re: x", "In-Reply-To: <1@desk.example>", f"Content-Type: text/{kind}; charset=utf-8", body=text
        )
        super().__init__(raw, text, text.encode(), Random(1))
        self.choice = choice

    def one_of(self, *values: object) -> object:
        return values[self.choice % len(values)]

    def place(self, name: str, lowest: int, highest: int) -> int:
        return highest if name == "end" else lowest


@cache
def small(piece: str, choice: int) -> tuple[Source, dict[str, float]]:
    """A small mail, and the seconds of each function that was called for it."""
    source, costs = Repeated(piece, LOOKED_AT, choice), dict[str, float]()
    began = time.process_time()
    for name in call_all(source):
        ended = time.process_time()
        costs[name] = ended - began
        began = ended
    return source, costs


@pytest.mark.parametrize("name", sorted(PUBLIC.keys() - UNCALLED.keys()))
def test_no_public_function_costs_more_than_its_input(name: str) -> None:
    costs = [(small(piece, at % 2)[1].get(name, 0), piece, at % 2) for at, piece in enumerate(PIECES)]
    for _, piece, choice in sorted(costs, reverse=True)[:2]:
        with suppress(NotMade):
            assert_doubles(calls_of(name, piece, choice), MOST)


def calls_of(name: str, piece: str, choice: int) -> Callable[[int], object]:
    """The function, called with what is made of so many bytes: of each size once, outside of what is measured best."""

    @cache
    def made(size: int) -> Source:
        source = Repeated(piece, size, choice)
        source.pool = small(piece, choice)[0].pool
        return source

    return lambda size: call(name, made(size))
