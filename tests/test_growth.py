"""The measure itself: it lets the linear pass and catches the quadratic."""

from __future__ import annotations

import pytest

from tests import growth
from tests.growth import assert_linear


def test_one_pass_over_the_input_is_linear() -> None:
    assert_linear(lambda n: sum(each % 7 for each in range(n)), 50_000)


def test_every_pair_of_the_input_is_not() -> None:
    with pytest.raises(AssertionError, match="four times the input"):
        assert_linear(lambda n: sum(1 for a in range(n) for b in range(n) if a == b), 400)


def test_so_it_is_seen_when_the_input_doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_TOO_SHORT", 0.0)
    growth.assert_doubles(lambda n: sum(each % 7 for each in range(n)), 200_000)
    with pytest.raises(AssertionError, match="twice the input"):
        growth.assert_doubles(lambda n: sum(1 for a in range(n) for b in range(n) if a == b), 1_600)
