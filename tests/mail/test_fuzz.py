"""Reading never raises: mails of our own, damaged at random, and bytes that are no mail."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgate.mail.bounce import read_bounce
from mailgate.mail.classify import classify
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.mail.prescan import prescan
from mailgate.mail.trace import below_trace, message_id_of, received_chain
from tests.mail.test_bounce import DAEMON, EXIM, dsn, recipient
from tests.mail.test_content import HTML, INVITE, PDF, PLAIN, PNG
from tests.mail.writing import LIMITS, container, envelope, mail, part, with_parts

SEEDS = (
    mail(
        "Subject: =?utf-8?q?VPN_geht?= nicht", "Date: Sat, 21 Nov 2026 10:00:00 +0100", "Message-ID: <1@x>", body="Hi"
    ),
    with_parts(
        "mixed", container("alternative", PLAIN, HTML, boundary="b2"), PDF, PNG, INVITE, fields=("Cc: a@b.test, c",)
    ),
    with_parts("related", HTML, part("Content-Type: message/rfc822", body=b"From: x@y.test\r\n\r\ninner")),
    dsn(recipient("failed", "5.1.1"), recipient("delayed", "4.4.1")),
    mail(
        "Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes",
        "Received: from a by b; x",
        body="> a \r\nb",
    ),
    mail("Subject: failure notice", "X-Failed-Recipients: a@b.test", sender=DAEMON, body=EXIM),
    mail("Content-Disposition: attachment; filename*0*=utf-8''%C3%BC; filename*1=.pdf", "References: <a@b>, <c@d>"),
)
TOKENS = (
    *(b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"\xc3", b":", b";", b'"', b"<", b">", b"(", b"@", b"=?", b"?="),
    *(b"--b1", b"--b1--", b"=?utf-8?b?", b"\r\nFrom: agent@example.com", b"charset=rot13", b"charset=utf-16"),
    *(b"boundary=", b"filename*0*=x'y'%", b"message/delivery-status", b"\xe2\x80\xae", b"9" * 5_000),
    *(b"<div>" * 300, b"\r\nContent-Transfer-Encoding: base64", b"\r\nContent-Type: message/rfc822\r\n\r\n"),
    b"\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\n",
)


@st.composite
def damaged_mails(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(raw))), draw(st.sampled_from((0, 0, 1, 5, 40)))
        new = draw(st.sampled_from(TOKENS) | st.binary(max_size=8))
        raw = raw[:at] + new + raw[at + length :]
    return raw


def holds_its_promises(message: Message) -> None:
    lines = (message.subject, *(address.email for address in (*message.to, *message.cc, *message.reply_to)))
    assert all(line == "" or line.isprintable() for line in lines)
    assert all(not set(file.name) & set("/\\\0\r\n") and file.name for file in message.attachments)
    assert not any(set("\r\n\0") & set(value) for _, value in message.headers.fields)
    assert "\r" not in message.text
    assert "\0" not in message.text
    message.text.encode()
    if message.sender is not None:
        assert len(message.headers.all("from")) == 1
        assert message.sender.email.count("@") >= 1


@given(damaged_mails())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_mails_are_read_without_an_exception(raw: bytes) -> None:
    message = read(raw, LIMITS)
    holds_its_promises(message)
    assert message.readable is (prescan(raw, LIMITS) == ())
    classify(message, envelope(), LIMITS)
    read_bounce(message)
    received_chain(message.headers)
    assert raw.endswith(below_trace(raw))
    assert message_id_of(raw) == message.message_id


@given(st.binary(max_size=500))
@settings(max_examples=100, deadline=None)
def test_random_bytes_are_read_without_an_exception(raw: bytes) -> None:
    holds_its_promises(read(raw, LIMITS))


def test_nothing_was_caught_on_the_way() -> None:
    for raw in SEEDS:
        assert not [defect for defect in read(raw, LIMITS).defects if "could not be read" in defect]
