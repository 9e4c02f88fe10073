"""Whom `#ask` and `#forward` name, as people and mail programs write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.errors import RefusedCommand
from mailgate.rules.arguments import Unclear
from mailgate.rules.recipients import Asking, Recipient, asking, recipients
from mailgate.rules.waiting import When
from tests.rules.example import settings

DESK = settings()
MONDAY = When(datetime(2026, 11, 23, 9, tzinfo=UTC))
EVA, BEN = Recipient("eva@lab.example"), Recipient("ben@example.com", "Ben Beck", "ben")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("eva@lab.example", (EVA,)),
        ("Eva@Lab.example", (EVA,)),
        ("eva@lab.example ben@example.com", (EVA, BEN)),
        ("eva@lab.example, ben", (EVA, BEN)),
        ("eva@lab.example und ben", (EVA, BEN)),
        ("eva@lab.example, eva@lab.example", (EVA,)),
        ("eva@lab.example<mailto:eva@lab.example>", (EVA,)),
        ("eva@lab.example <mailto:eva@lab.example>; ben", (EVA, BEN)),
        ("<eva@lab.example>", (EVA,)),
        ("Eva Expert <eva@lab.example>, Ben Beck", (Recipient("eva@lab.example", "Eva Expert"), BEN)),
        ('"Expert, Eva" <eva@lab.example>', None),
        ("Ben Beck", (BEN,)),
        ("gone@example.com", (Recipient("gone@example.com"),)),
    ],
)
def test_people_are_named_in_many_ways(text: str, means: tuple[Recipient, ...] | None) -> None:
    if means is None:
        with pytest.raises(RefusedCommand):
            recipients(DESK, text)
    else:
        assert recipients(DESK, text) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("eva@lab.example", Asking((EVA,))),
        ("eva@lab.example with original", Asking((EVA,), None, with_original=True)),
        ("eva@lab.example mit dem Original bis 24.12.2026 14:00", Asking((EVA,), None, with_original=True)),
        ("eva@lab.example by fri with original", Asking((EVA,), None, with_original=True)),
    ],
)
def test_a_date_and_the_original_stand_behind_in_either_order(text: str, means: Asking) -> None:
    found = asking(DESK, text, MONDAY)
    assert (found.to, found.with_original) == (means.to, means.with_original)
    assert (found.by is not None) == any(word in text for word in (" by ", " bis "))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "an address is missing"),
        ("support@example.com", "that is an address of ours: support@example.com"),
        ("network", "network is a group"),
        ("Beck", "'Beck' can mean Ben Beck"),
        ("eva@", "nobody here is called 'eva@'"),
        ("eva@lab@example", "'eva@lab@example' is no address"),
        (" ".join(f"e{number}@lab.example" for number in range(21)), "more than 20 addresses"),
        ("eva@lab.example by yesterday", "'yesterday' is no date"),
    ],
)
def test_what_names_nobody_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(RefusedCommand, match=why.replace("(", r"\(")):
        asking(DESK, text, MONDAY)


def test_a_slip_in_a_name_offers_the_right_one() -> None:
    with pytest.raises(Unclear) as refused:
        recipients(DESK, "eva@lab.example annna")
    assert refused.value.near == ("anna",)


@given(st.text(st.sampled_from("ab@.<> ,;\"'()[]:mailto by with original"), max_size=60))
def test_no_text_makes_anything_but_addresses_or_a_refusal(text: str) -> None:
    try:
        assert all("@" in each.address for each in recipients(DESK, text))
    except RefusedCommand:
        pass
