"""Whatever case, order, folding and encoding a server chooses for its report (RFC 3464), what it says comes out."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.bounce import read_bounce
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from tests.growth import assert_doubles
from tests.mail.test_bounce import DAEMON
from tests.mail.writing import LIMITS, mail, part, with_parts

MOST = 1_000_000
ACTIONS = {
    "failed": "hard",
    "delayed": "delay",
    "deferred": "delay",
    "failure": "hard",
    "delivered": None,
    "relayed": None,
    "expanded": None,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Told:
    address: str
    action: str
    status: str
    block: str


def cased(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from((words, words.upper(), words.lower(), words.title()))


@st.composite
def folded(draw: st.DrawFn, name: str, value: str) -> str:
    """The field with its name in any case; its value may go on in the next line wherever it has a blank."""
    pieces = value.split(" ")
    joints = [draw(st.sampled_from((" ", " ", "\r\n ", "\r\n\t"))) for _ in pieces[1:]]
    tail = "".join(joint + piece for joint, piece in zip(joints, pieces[1:], strict=True))
    return f"{draw(cased(name))}:{draw(st.sampled_from((' ', '', '  ')))}{pieces[0]}{tail}"


@st.composite
def told(draw: st.DrawFn) -> Told:
    local = draw(st.text(LETTERS, min_size=1, max_size=8))
    address = f"{local}{draw(st.sampled_from(('', '+tag', '.b', '_c')))}@{local}.example"
    action = draw(st.sampled_from(sorted(ACTIONS)))
    kind = "2" if ACTIONS[action] is None else draw(st.sampled_from("45"))
    status = f"{kind}.{draw(st.sampled_from('1237'))}.{draw(st.integers(1, 9))}"
    typed = draw(st.sampled_from(("rfc822; {}", "RFC822;{}", "rfc822; <{}>", "{}", "utf-8; {}"))).format(address)
    fields = [
        draw(folded("Final-Recipient", typed)),
        draw(folded("Action", draw(cased(action)) + draw(st.sampled_from(("", " (by the server)"))))),
        draw(folded("Status", status + draw(st.sampled_from(("", " (as it said)"))))),
    ]
    fields += draw(st.sampled_from(([], ["Remote-MTA: dns; mx.example"], ["Diagnostic-Code: x-none; no words"])))
    return Told(address, action, status, "\r\n".join(draw(st.permutations(fields))) + "\r\n")


@st.composite
def reports(draw: st.DrawFn) -> tuple[list[Told], bytes]:
    recipients = draw(st.lists(told(), min_size=1, max_size=4, unique_by=lambda each: each.address))
    machine = "\r\n".join(["Reporting-MTA: dns; mx.example\r\n", *(each.block for each in recipients)]).encode()
    encode: dict[str, Callable[[bytes], bytes]] = {
        "7bit": bytes,
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
    }
    name = draw(st.sampled_from(sorted(encode)))
    kind = draw(
        st.sampled_from(("message/delivery-status", "Message/Delivery-Status", "message/global-delivery-status"))
    )
    charset = draw(st.sampled_from(("utf-8", "iso-8859-1", "utf-16", "iso-2022-jp")))
    words = draw(st.sampled_from(("It did not arrive.", "")))
    raw = with_parts(
        "report",
        part(
            f"Content-Type: text/plain; charset={charset}",
            "Content-Transfer-Encoding: base64",
            body=base64.encodebytes(words.encode(charset)),
        ),
        part(f"Content-Type: {kind}", f"Content-Transfer-Encoding: {name}", body=encode[name](machine)),
    )
    return recipients, raw.replace(b"From: Erika Krause <erika@customer.example>", DAEMON.encode())


@settings(max_examples=150, deadline=None)
@given(reports())
def test_what_a_report_says_of_each_recipient_comes_out(report: tuple[list[Told], bytes]) -> None:
    recipients, raw = report
    bounce = read_bounce(read(raw, LIMITS))
    wanted = {each.address: (each.status, ACTIONS[each.action]) for each in recipients}
    if bounce is None:
        assert all(severity is None for _, severity in wanted.values())
        return
    assert {fate.recipient: (fate.status, fate.severity) for fate in bounce.fates} == wanted
    assert (bounce.status, bounce.severity) == wanted[bounce.recipient or ""]
    worst = "hard" if "hard" in {severity for _, severity in wanted.values()} else "delay"
    assert bounce.severity == worst
    for each in recipients:
        own = bounce.about(each.address.upper())
        assert (own.severity if own else None) == ACTIONS[each.action]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(max_size=80))
def test_no_words_of_a_server_break_anything(text: str, subject: str) -> None:
    raw = mail(f"Subject: {' '.join(subject.split())}", "Return-Path: <>", sender=DAEMON, body=text)
    read_bounce(read(raw, LIMITS), null_sender=True)


def of_blocks(size: int) -> Message:
    block = "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
    machine = part("Content-Type: message/delivery-status", body="R: x\r\n\r\n" + block * (size // len(block)))
    raw = with_parts("report", part(body="text"), machine)
    return read(raw.replace(b"From: Erika Krause <erika@customer.example>", DAEMON.encode()), LIMITS)


def of_notification(size: int) -> Message:
    body = '{"notificationType":"Bounce","bounce":{"bouncedRecipients":' + "[" * size
    return read(mail("Subject: x", sender="From: <no-reply@sns.amazonaws.com>", body=body), LIMITS)


@pytest.mark.parametrize("make", [of_blocks, of_notification])
def test_twice_the_report_takes_at_most_twice_the_time(make: Callable[[int], Message]) -> None:
    assert_doubles(lambda size: read_bounce(make(size)), MOST)
