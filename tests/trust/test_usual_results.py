"""What is read at one glance is read by the general reader in the same way."""

from __future__ import annotations

import authres
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.trust.usual_results import Read, read_usual
from tests.growth import assert_linear

USUAL = (
    "mx.example.com; dmarc=pass header.from=example.com",
    "mx.example.com 1; dkim=none; spf=pass smtp.mailfrom=anna@example.com",
    "mx.google.com; dkim=pass header.i=@example.com header.s=s1 header.b=Kq3v9x/a+=; "
    "spf=pass (google.com: domain of a@example.com designates 192.0.2.1 as permitted) smtp.mailfrom=a@example.com; "
    "dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com",
    "mx; dkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com",
)
PIECES = (
    *("mx", "; ", ";", " ", "\t", " 1", "dkim=pass", "dmarc=fail", "spf=none", "none", "arc=pass", "=", "x"),
    *(" header.d=a.example", " header.i=@a.example", " header.i=@a..b", " header.from=", " smtp.mailfrom=a@b@c"),
    *(
        " (a; comment)",
        " ()",
        "(b)",
        " (a (b))",
        ' reason="x"',
        ' header.b="q"',
        " policy.a.b=c",
        " x.y=z",
        " a=b",
        "ü",
    ),
)


@pytest.mark.parametrize("value", USUAL)
def test_relays_write_like_this(value: str) -> None:
    assert read_usual(value) == _generally(value)


def test_an_unusual_one_is_left_to_the_general_reader() -> None:
    for value in ("", "mx", "mx; none", 'mx; dkim=pass header.b="q"', "mx; dkim=pass;", "mx; dmarc=pass action=none"):
        assert read_usual(value) is None
    for domain in ("@a..b", "@.a", "@a.", "@a@b"):
        assert read_usual(f"mx; dkim=pass header.i={domain}") is None


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_nothing_is_read_that_the_general_reader_reads_differently(pieces: str) -> None:
    for value in (pieces, f"mx; {pieces}"):
        assert read_usual(value) in (None, _generally(value))


def test_it_costs_no_more_than_its_length() -> None:
    assert_linear(lambda n: read_usual("mx; dkim=pass" + " (a)" * n + " header.d=a.b" * n + "!"), 20_000)
    assert_linear(lambda n: read_usual("mx; dkim=pass" + " " * n + "!"), 100_000)


def _generally(value: str) -> Read | None:
    try:
        found = authres.all_features().parse_value(value).results
    except (authres.AuthResError, ValueError):
        return None
    return tuple(
        (each.method, each.result, tuple((f"{one.type}.{one.name}", str(one.value or "")) for one in each.properties))
        for each in found
    )
