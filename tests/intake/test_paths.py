"""Addresses of MAIL and RCPT: what is read, and that nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.intake.paths import read_path
from tests.growth import assert_linear

READ = [
    ("FROM:<a@b.example>", "a@b.example"),
    ("from:<A@B.example>", "A@B.example"),
    ("FROM: <a@b.example>", "a@b.example"),
    ("FROM:a@b.example", "a@b.example"),
    ("FROM:<>", ""),
    ("FROM:<root@localhost>", "root@localhost"),
    ("FROM:<a.b+c=d!e#f@b-c.example>", "a.b+c=d!e#f@b-c.example"),
    ("FROM:<..a.@docomo.example>", "..a.@docomo.example"),
    ("FROM:<bounces+0123-abc-x=y.example@em.sender.example>", "bounces+0123-abc-x=y.example@em.sender.example"),
    ('FROM:<"a b"@c.example>', '"a b"@c.example'),
    ('FROM:<"a\\"b"@c.example>', '"a\\"b"@c.example'),
    ('FROM:<"plain"@c.example>', "plain@c.example"),
    ("FROM:<a@[192.0.2.1]>", "a@[192.0.2.1]"),
    ("FROM:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"),
    ("FROM:<@x.example,@y.example:a@b.example>", "a@b.example"),
    ("FROM:<a@xn--bcher-kva.example>", "a@xn--bcher-kva.example"),
    ("FROM:<a@bücher.example>", "a@bücher.example"),
    ("FROM:<a@my_host.example>", "a@my_host.example"),
    ("FROM:<PostMaster>", "postmaster"),
]

REFUSED = [
    "",
    "<a@b.example>",
    "TO:<a@b.example>",
    "FROM:",
    "FROM:<a>",
    "FROM:<@b.example>",
    "FROM:<a@>",
    "FROM:<a@b@c.example>",
    "FROM:<a@b.example",
    "FROM:a@b.example>",
    "FROM:<a@b.example>x",
    "FROM:<a@b.example><c@d.example>",
    "FROM:<a b@c.example>",
    "FROM:<a@b c.example>",
    "FROM:<a,c@b.example>",
    "FROM:<a@-b.example>",
    "FROM:<a@b-.example>",
    "FROM:<a@b..example>",
    "FROM:<a@.example>",
    "FROM:<a@b.example.>",
    "FROM:<a@b;c.example>",
    "FROM:<a\x00@b.example>",
    "FROM:<a\r\nRCPT TO:@b.example>",
    "FROM:<a\u202e@b.example>",
    "FROM:<a\u200b@b.example>",
    "FROM:<a@b\u2028c.example>",
    "FROM:<a\udcfc@b.example>",
    'FROM:<"a@b.example>',
    "FROM:<a@b.example> SIZE==1",
    "FROM:<a@b.example> =1",
    "FROM:<a@b.example> SIZE=1 size=2",
    "FROM:<a@[b>",
]


@pytest.mark.parametrize(("argument", "address"), READ)
def test_an_address_is_read_whole(argument: str, address: str) -> None:
    path = read_path(argument, "FROM:")
    assert path is not None
    assert path.address == address


@pytest.mark.parametrize("argument", REFUSED)
def test_anything_else_is_nothing(argument: str) -> None:
    assert read_path(argument, "FROM:") is None


def test_parameters_are_read_with_their_names_in_upper_case() -> None:
    path = read_path("FROM:<a@b.example>  size=10 SMTPUTF8  X-y=<z>", "FROM:")
    assert path is not None
    assert path.parameters == {"SIZE": "10", "SMTPUTF8": "", "X-Y": "<z>"}


@given(st.text())
def test_no_text_is_ever_a_fault_and_an_address_never_holds_a_control(text: str) -> None:
    path = read_path(f"FROM:<{text}>", "FROM:")
    assert path is None or path.address.isprintable()


@pytest.mark.parametrize("text", ["a" * 60_000, "a-" * 30_000, '"' + "\\a" * 30_000, "@a," * 20_000, "a." * 30_000])
def test_reading_is_linear(text: str) -> None:
    def parse(quarters: int) -> None:
        some = text[: len(text) // 4 * quarters]
        read_path(f"FROM:<x@{some}", "FROM:")
        read_path(f"FROM:<{some}", "FROM:")

    assert_linear(parse, 1)
