"""Which limits a test shows: one that no test shows is found by `test_every_limit.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

SHOWN: set[str] = set()
Test = TypeVar("Test", bound=Callable[..., object])


def shows(*keys: str) -> Callable[[Test], Test]:
    """This test shows what happens at these keys of `limits:`; those of `acknowledgements:` without that word."""
    SHOWN.update(keys)
    return lambda test: test
