"""What nearly all mail has is read at one glance, and always to the same end as what is read step by step."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailgate.mail.dates import sent_at
from mailgate.mail.fields import head_in, section_of, usual_head
from mailgate.mail.identity import _plain, _strict
from mailgate.mail.parameters import parameterized
from mailgate.mail.tokens import tokens

FIELDS = (
    "From: a@b.example",
    "Subject: x",
    "X-A:  y \t",
    "received: from x\r\n\tby y; z",
    "A: b\n c",
    "A:",
    ": x",
    "a b: c",
)
ODD = ("", "text", " folded", "\tfolded", "From a@b.example Mon", "X: \u00e4", "X: a\rb", "X: \x0b", "X: \0", "X : y")


@given(st.lists(st.sampled_from(FIELDS + ODD), max_size=8), st.sampled_from(("\r\n", "\n")), st.integers(0, 9))
@settings(max_examples=400, deadline=None)
def test_a_header_section(lines: list[str], end: str, cut: int) -> None:
    raw = (end.join(lines) + end).encode()
    for begin, stop in ((0, len(raw)), (0, max(0, len(raw) - cut)), (min(cut, len(raw)), len(raw))):
        usual, known = usual_head(raw, begin, stop), head_in(raw, section_of(raw, begin, stop))
        assert usual is None or usual == known
        assert usual is None or list(usual.headers.names) == list(known.headers.names)


def test_the_header_of_nearly_all_mail_is_usual() -> None:
    for end in (b"\r\n", b"\n"):
        assert usual_head(b"From: a@b.example" + end + b"Received: x" + end + b"\ty" + end + end + b"Hello", 0, 60)


PIECES = (
    "a",
    "B",
    "1",
    ".",
    "-",
    "@",
    "<",
    ">",
    '"',
    " ",
    "\t",
    "(",
    ",",
    ";",
    "\\",
    "=?",
    "_",
    ")",
    "(Mail System)",
    "b.example",
    "Anna",
    "\u00e4",
    "[",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=600, deadline=None)
def test_a_mailbox(written: str) -> None:
    plain = _plain(written)
    assert plain is None or plain == _strict(list(tokens(written)))


def test_these_mailboxes_are_plain() -> None:
    for written in (
        "anna@b.example",
        "anna@b.example (Anna Alt)",
        "<anna@b.example>",
        "Anna Alt <anna@B.example>",
        '"Alt, Anna" <anna@b.example>',
    ):
        found = _plain(written)
        assert found is not None
        assert found.email == "anna@b.example"


@given(st.datetimes(datetime(1971, 1, 1), datetime(2098, 12, 31)), st.integers(-14 * 60, 14 * 60), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_date(when: datetime, minutes: int, named: bool) -> None:
    written = format_datetime(when.replace(microsecond=0, tzinfo=UTC))[:-5]
    written += f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    expected = parsedate_to_datetime(written)
    expected = expected if expected.tzinfo else expected.replace(tzinfo=UTC)
    assert sent_at(written if named else written.partition(", ")[2]) == expected


def test_days_that_no_calendar_has_are_no_dates() -> None:
    for written in (
        "Mon, 31 Feb 2026 10:00:00 +0100",
        "Mon, 1 Feb 2026 24:00:00 +0100",
        "Mon, 0 Feb 2026 10:00:00 +0100",
    ):
        assert sent_at(written) is None


@given(
    st.lists(
        st.sampled_from((";", "a=b", 'c="d e"', "charset", "=", " ", '"', "\t", "name=x.pdf", "A=B", "text/html")),
        max_size=9,
    )
)
@settings(max_examples=400, deadline=None)
def test_parameters(pieces: list[str]) -> None:
    written = "text/plain" + "".join(pieces)
    closed = written + ('"' if written.count('"') % 2 else "")
    # A parameter in pieces (RFC 2231) makes all of them be read step by step.
    known = parameterized(f"{closed};zz*0=z")
    assume(known.get("zz") == "z")  # else a quoted string that is open goes on in it
    assert parameterized(f"{closed};zz=z") == known
