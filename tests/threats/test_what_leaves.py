"""Bytes of a mail that would become live where they come out again: T13, T14, T27."""

from __future__ import annotations

import email
import email.policy
import re

import pytest

from tests.cli.terminal import Terminal, terminal_of
from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
BREAKS = ["=0D=0A", "=0A", "=0D", "=0B", "=0C", "=C2=85", "=E2=80=A8", "=E2=80=A9", "=00"]
"""CRLF, LF, CR, VT, FF, NEL, LS, PS, NUL, as an encoded word hides them."""
FIELDS = {"Bcc", "X-Injected", "Content-Type", "Subject", "Reply-To"}


def word(text: str) -> str:
    return f"=?utf-8?q?{text}?="


def injected(broken: str) -> bytes:
    hidden = f"Printer{broken}Bcc:_spy=40elsewhere.example{broken}X-Injected:_1{broken}{broken}Body"
    return (
        f"From: {word(f'Erika{broken}Bcc:_spy=40elsewhere.example')} <erika@customer.example>\r\nTo: {SUPPORT}\r\n"
        f"Subject: {word(hidden)}\r\nMessage-ID: <first@customer.example>\r\n\r\nIt burns.\r\n"
    ).encode()


def head(letter: Received) -> list[str]:
    parsed = email.message_from_bytes(letter.raw.partition(b"\r\n\r\n")[0], policy=email.policy.compat32)
    return [name.lower() for name in parsed]


@pytest.mark.parametrize("broken", BREAKS)
def test_T13_no_letter_has_a_field_that_somebody_wrote_into_a_name_or_a_subject(desk: World, broken: str) -> None:
    vouched = b"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n"
    desk.hand_in_bytes(vouched + injected(broken), REPORTER, (SUPPORT,))
    desk.work()
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Dear Erika, water.", sender=ANNA)
    assert len(desk.relay.letters) == 3
    for letter in desk.relay.letters:
        names = head(letter)
        assert "bcc" not in names
        assert "x-injected" not in names
        assert len(names) == len(set(names))
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", letter.raw)
        assert letter.raw.count(b"\n") == letter.raw.count(b"\r\n")
    assert desk.relay.to("spy@elsewhere.example") == []


def test_T13_nor_into_the_name_of_a_file(desk: World) -> None:
    mail = Mail(ERIKA, SUPPORT, "Printer", "It burns.", files={"plan.pdf": b"%PDF"})
    raw = mail.bytes.replace(b'filename="plan.pdf"', b"filename*=utf-8''plan%0D%0AX-Injected%3A%201%0D%0A.pdf")
    assert b"X-Injected" in raw
    desk.hand_in_bytes(raw, REPORTER, (SUPPORT,))
    desk.work()
    assert not re.search(rb"^X-Injected", desk.letter(ANNAS, "new_ticket").raw, re.MULTILINE)


TEMPLATES = [
    *("{{ 7*7 }}", "{% if 1 %}49{% endif %}", "{# gone #}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{7*'7'}}", "[[7*7]]"),
    *("{{ self }}", "{{ config }}", "{{ settings }}", "{{ request }}", "{{ site }}", "{{ words }}", "{{ taps }}"),
    *("{{ ''.__class__.__mro__ }}", "{{ cycler.__init__.__globals__.os }}", "{{ lipsum.__globals__ }}"),
    *("{{ namespace() }}", "{{ range(10) }}", "{{ dict() }}", "{{ joiner() }}", "{% raw %}x{% endraw %}"),
    *("{% include '_layout.html' %}", "{% import 'confirm.en.txt' as x %}", "{% extends 'reply.en.txt' %}"),
    *("{% for x in (1,2) %}y{% endfor %}", "{% set subject = 'z' %}", "{% macro m() %}n{% endmacro %}{{ m() }}"),
    *("{{ 'a'|upper }}", "{{ words|attr('__class__') }}", "{{ 1/0 }}", "{{", "{%", "{{ {{ }} }}", "{% endif %}"),
]


def test_T14_no_value_of_a_mail_is_ever_a_template(desk: World) -> None:
    """Each stands in the words of the first mail; the worst stand in the subject and the name too."""
    assert len(TEMPLATES) == 36
    text = "\n".join(f"{number}: {each}" for number, each in enumerate(TEMPLATES))
    back = "\n".join(f"{each} ({number})" for number, each in enumerate(TEMPLATES))
    subject, name = "{{ 7*7 }} {% include '_layout.html' %}", '"{{ config }} {% if 1 %}49{% endif %}"'
    desk.mail(Mail(f"{name} <erika@customer.example>", SUPPORT, subject, text))
    desk.answer(desk.letter(ANNAS, "new_ticket"), back, sender=ANNA)
    for letter, written in ((desk.letter(ANNAS, "new_ticket"), text), (desk.letter(REPORTER, "reply"), back)):
        assert [line for line in written.split("\n") if line not in letter.text] == []
        assert "{{ 7*7 }} {% include '_layout.html' %}" in letter.header("Subject")
    assert "{{ config }} {% if 1 %}49{% endif %}" in desk.letter(ANNAS, "new_ticket").header("From")
    assert {each["state"] for each in desk.ticket()["letters"]} == {"sent"}


ACTING = "\x1b\x07\u202e\u2066\x9b\r"
HOSTILE = "=?utf-8?q?=1B=5B31mRed=1B=5B0m=07_=E2=80=AE_=0D=0A2026-11-23_[error]_forged_=3D1+1?="


@pytest.fixture
def look(desk: World) -> Terminal:
    raw = (
        f"From: {HOSTILE} <a@customer.example>\r\nTo: {SUPPORT}\r\nSubject: {HOSTILE}\r\n\r\nText \x1b]0;owned\x07\r\n"
    )
    desk.hand_in_bytes(raw.encode(), "a@customer.example", (SUPPORT,))
    desk.work()
    return terminal_of(desk)


@pytest.mark.parametrize("command", [["tickets"], ["ticket", "1001"], ["mails"], ["mail", "M-1"], ["trace", "1001"]])
def test_T27_nothing_of_a_mail_acts_on_a_terminal(look: Terminal, command: list[str]) -> None:
    """That no cell of a report as CSV begins a formula is tests/desk/test_report_files.py's."""
    said = look(*command)
    assert not set(said.out + said.err) & set(ACTING)
    assert not re.search(r"^2026-11-23 \[error\] forged", said.out, re.MULTILINE)


def test_T27_a_mail_writes_no_line_of_its_own_into_the_log(desk: World, capfd: pytest.CaptureFixture[str]) -> None:
    forged = "x\r\n2026-11-23 00:00:00 [error    ] forged"
    desk.mail(answer_named(forged))
    logged = capfd.readouterr()
    assert not re.search(r"^2026-11-23 00:00:00 \[error", logged.out + logged.err, re.MULTILINE)
    assert "\x1b" not in logged.out + logged.err


def answer_named(subject: str) -> Mail:
    return Mail(ERIKA, SUPPORT, " ".join(subject.splitlines()), f"{subject}\r\n\x1b[31m")
