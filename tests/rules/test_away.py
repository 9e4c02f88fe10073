"""`#away FROM..UNTIL [DEPUTY]` as people write it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.rules.away import NoDays, read_away

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "first", "last", "deputy"),
    [
        ("24.12..31.12.", "2026-12-24", "2026-12-31", ""),
        ("24.12...31.12. ben", "2026-12-24", "2026-12-31", "ben"),
        ("24.12.…31.12.2026, ben beck", "2026-12-24", "2026-12-31", "ben beck"),
        ("24.12.--31.12. ben", "2026-12-24", "2026-12-31", "ben"),
        ("24.12.–31.12. ben@example.com", "2026-12-24", "2026-12-31", "ben@example.com"),
        ("24.-31.12. ben", "2026-12-24", "2026-12-31", "ben"),
        ("2026-12-24..2026-12-31 ben", "2026-12-24", "2026-12-31", "ben"),
        ("2026-12-24 - 2026-12-31", "2026-12-24", "2026-12-31", ""),
        ("24.12. bis 31.12. Vertretung: Ben", "2026-12-24", "2026-12-31", "Ben"),
        ("vom 24.12. bis zum 31.12. ben", "2026-12-24", "2026-12-31", "ben"),
        ("from 24.12. to 31.12. deputy ben", "2026-12-24", "2026-12-31", "ben"),
        ("heute bis freitag", "2026-11-23", "2026-11-27", ""),
        ("today..fri cleo", "2026-11-23", "2026-11-27", "cleo"),
        ("until friday ben", "2026-11-23", "2026-11-27", "ben"),
        ("mon..fri", "2026-11-30", "2026-12-04", ""),
        ("fri..mon", "2026-11-27", "2026-11-30", ""),
        ("tomorrow..tomorrow", "2026-11-24", "2026-11-24", ""),
        ("tomorrow ben", "2026-11-24", "2026-11-24", "ben"),
        ("28.12. – 2.1.", "2026-12-28", "2027-01-02", ""),
        ("20.11..25.11.", "2026-11-20", "2026-11-25", ""),
    ],
)
def test_days_and_deputy_are_read_as_they_are_meant(text: str, first: str, last: str, deputy: str) -> None:
    found = read_away(text, MONDAY)
    assert (found.first.isoformat(), found.last.isoformat(), found.deputy) == (first, last, deputy)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not say from when until when"),
        ("soon", "does not say from when until when"),
        ("ben", "does not say from when until when"),
        ("31.2..3.3.", "does not say from when until when"),
        ("32.-33.12.", "does not say from when until when"),
        ("31.12..24.12.", "ends before it begins"),
        ("24.12.2026..2.1.2025", "ends before it begins"),
        ("1.1.2020..3.1.2020", "is over already"),
        ("24.12.2026..31.12.2028", "is longer than a year"),
    ],
)
def test_what_can_be_no_absence_is_said(text: str, why: str) -> None:
    with pytest.raises(NoDays, match=why):
        read_away(text, MONDAY)


@given(st.text(max_size=60))
def test_no_text_makes_anything_but_days_or_a_refusal(text: str) -> None:
    try:
        found = read_away(text, MONDAY)
        assert found.first <= found.last >= MONDAY
    except NoDays:
        pass
