"""Values of many fields: like any frozen dataclass, but for how they are made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields, replace

import pytest

from mailgate.quickly import born_quickly


@born_quickly
@dataclass(frozen=True, kw_only=True)
class Parcel:
    to: str
    weight: int = 1
    marks: tuple[str, ...] = ()


def test_it_is_what_was_given_and_its_defaults() -> None:
    parcel = Parcel(to="Erika", marks=("fragile",))
    assert (parcel.to, parcel.weight, parcel.marks) == ("Erika", 1, ("fragile",))
    assert repr(parcel) == "Parcel(to='Erika', weight=1, marks=('fragile',))"
    assert [each.name for each in fields(parcel)] == ["to", "weight", "marks"]


def test_it_is_a_value() -> None:
    one, other = Parcel(to="Erika"), Parcel(to="Erika", weight=1)
    assert (one == other, hash(one) == hash(other), one == replace(one, weight=2)) == (True, True, False)
    assert replace(one, weight=2).weight == 2
    with pytest.raises(FrozenInstanceError):
        one.weight = 3  # type: ignore[misc]


@pytest.mark.parametrize("given", [{}, {"weight": 2}, {"to": "Erika", "height": 3}])
def test_a_name_that_is_missing_or_unknown_is_a_mistake(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"Parcel: missing or unknown: (to|height)"):
        Parcel(**given)  # type: ignore[arg-type]
