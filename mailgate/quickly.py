"""Frozen values of many fields, of which every mail makes several: they are born in a quarter of the time.

A frozen dataclass sets each field past its own `__setattr__`, one by one; seventy fields cost more than the letter that
they are for. Such a class is without `slots`, so that it can take all that is given at once, and knows its defaults.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def born_quickly(value: type[T]) -> type[T]:
    """This frozen dataclass, made from now on by names of fields only. Its defaults are constants. Raises TypeError as
    any call does where a name is missing or unknown."""
    assert not hasattr(value, "__post_init__")
    assert "__slots__" not in vars(value)
    known = {each.name for each in fields(value)}  # type: ignore[arg-type]
    needed = {each.name for each in fields(value) if each.default is MISSING}  # type: ignore[arg-type]

    def born(self: Any, /, **given: Any) -> None:
        if not needed <= given.keys() <= known:
            wrong = ", ".join(sorted((needed - given.keys()) | (given.keys() - known)))
            raise TypeError(f"{value.__name__}: missing or unknown: {wrong}")
        self.__dict__.update(given)

    value.__init__ = born  # type: ignore[method-assign, assignment]
    return value
