"""Reading never raises: mails of our own, damaged at random, and bytes that are no mail; and so does no public function
of `mail/`, whatever it is asked.

Half a minute where `CI` says so, a few seconds else; `make fuzz FUZZ=600` takes ten minutes.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgate.mail.bounce import read_bounce
from mailgate.mail.classify import classify
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.mail.prescan import prescan
from mailgate.mail.structure import outline
from mailgate.mail.trace import below_trace, message_id_of, received_chain
from mailgate.mail.wording import content_bytes
from tests.mail.readers import PUBLIC, UNCALLED, Source, call_all, nodes
from tests.mail.test_bounce import DAEMON, EXIM, dsn, recipient
from tests.mail.test_content import HTML, INVITE, PDF, PLAIN, PNG
from tests.mail.writing import LIMITS, container, envelope, mail, part, with_parts

SECONDS = float(os.environ.get("FUZZ") or ("30" if os.environ.get("CI") else "4"))
GOLDEN = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))]
LARGEST = 32 * 2**10
SEEDS: tuple[bytes, ...] = (
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
    mail("Subject: Re: x", body="yes\r\n\r\n> === write above this line ===\r\n> Hello\r\n\r\n-- \r\nAnna\r\n#close"),
    mail("Content-Disposition: attachment; filename*0*=utf-8''%C3%BC; filename*1=.pdf", "References: <a@b>, <c@d>"),
)
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\niAUEABYIAA==\n-----END PGP SIGNATURE-----\n"
SEEDS += (
    mail(body=f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- -- \nAnna\n{SIGNATURE}"),
    mail(
        "Content-Type: multipart/signed; boundary=b1; protocol=application/pgp-signature",
        body=f"--b1\n\nHi\n--b1\nContent-Type: application/pgp-signature\n\n{SIGNATURE}\n--b1--\n",
    ),
)
TOKENS = (
    *(b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"\xc3", b"\xed\xa0\xbd", b":", b";", b'"', b"<", b">", b"(", b"@", b"="),
    *(b"--b1", b"--b1--", b"=?utf-8?b?", b"?=", b"\r\nFrom: agent@example.com", b"charset=rot13", b"charset=utf-16"),
    *(b"boundary=", b"filename*0*=x'y'%", b"message/delivery-status", b"\xe2\x80\xae", b"9" * 5_000),
    *(b"<div>" * 300, b"\r\nContent-Transfer-Encoding: base64", b"\r\nContent-Type: message/rfc822\r\n\r\n"),
    b"\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\n",
)
WORDS = (
    *("> ", "\n", "\n\n", "> > ", "-- \n", "<b>", "<blockquote type=cite>", "</div>", "&#0;", "\u200b", "\u202e"),
    *("On Mon, 23 Nov 2026 at 10:00, Erika <e@customer.example> wrote:\n", "Am 23.11.2026 um 10:00 schrieb Erika:\n"),
    *("-----Original Message-----\n", "From: a@b.example\nSent: Monday\nTo: c@d.example\nSubject: x\n", "#close", "\t"),
    *("=== write above this line ===", "begin 644 a.txt\n", "=ybegin line=128 size=3 name=a\n", "<https://x.example/>"),
    *("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261123T100000Z\n", "-----BEGIN PGP SIGNED MESSAGE-----\n", "5.1.1"),
)
PIECES = st.sampled_from(TOKENS) | st.sampled_from([words.encode() for words in WORDS]) | st.binary(max_size=8)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.sampled_from((0, 0, 0, 1, 5, 40)), PIECES), max_size=6)


def changed(raw: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Each change: where, how much is taken out, what is put there."""
    for place, length, new in changes:
        at = int(place * len(raw))
        raw = raw[:at] + new + raw[at + length :]
    return raw


@st.composite
def damaged_mails(draw: st.DrawFn) -> bytes:
    return changed(draw(st.sampled_from(SEEDS)), draw(CHANGES))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """A mail of the golden corpus damaged in its header, its bodies or anywhere, also with the tail of another; and
    what its parts hold, damaged too."""
    one, other = (draw(st.sampled_from(GOLDEN + list(SEEDS)))[:LARGEST] for _ in range(2))
    if draw(st.integers(0, 3)) == 0:
        one = one[: int(draw(st.floats(0, 1)) * len(one))] + other[int(draw(st.floats(0, 1)) * len(other)) :]
    leaf = draw(st.sampled_from([node for node in nodes(outline(one, LIMITS)[0]) if not node.children]))
    octets = changed(content_bytes(one, leaf), draw(CHANGES))
    raw = changed(one, draw(CHANGES))
    if draw(st.booleans()):
        raw = raw[: leaf.begin] + octets + raw[leaf.begin :]
    text = draw(
        st.just(octets.decode("utf-8", "replace")) | st.lists(st.sampled_from(WORDS) | st.text(max_size=9)).map("".join)
    )
    return Source(raw, text, octets, Random(draw(st.integers(0, 2**16))))


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


def test_every_public_function_is_called() -> None:
    called, chance = set[str](), Random(1)
    for number, raw in enumerate((*SEEDS, *GOLDEN)):
        leaves = [node for node in nodes(outline(raw, LIMITS)[0]) if not node.children]
        # After the first mails only what is packed in parts may still be missing.
        packed = [leaf for leaf in leaves if number < 20 or not leaf.media_type.startswith("text/")]
        for leaf in packed if PUBLIC.keys() - called - UNCALLED.keys() else ():
            called.update(call_all(Source(raw, read(raw, LIMITS).text, content_bytes(raw, leaf), chance)))
    assert PUBLIC.keys() - called - UNCALLED.keys() == set()


@given(sources())
@settings(max_examples=20, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck))
def one_round(source: Source) -> None:
    for _ in call_all(source):
        pass


@pytest.mark.timeout(SECONDS + 120)
def test_no_exception_leaves_any_of_them() -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        one_round()
