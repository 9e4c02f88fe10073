"""Four times the bytes cost about four times the time, whatever the bytes are."""

from __future__ import annotations

from collections.abc import Callable

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
from tests.growth import assert_linear
from tests.mail.test_bounce import DAEMON
from tests.mail.writing import LIMITS, mail

SIZE = 50_000
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
    assert_linear(task, SIZE)
