"""What an unquoted YAML word is: nothing, a truth value, a number, or text (YAML 1.2.2, 10.3.2, the core schema).

`yes`, `no`, `on`, `off`, dates and times are text, unlike in YAML 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Value = str | int | float | bool | None

# Beyond 18 digits a number is no number anybody means, and reading it costs time.
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], Value]], ...] = (
    (re.compile(r"null|Null|NULL|~|"), lambda word: None),
    (re.compile(r"true|True|TRUE"), lambda word: True),
    (re.compile(r"false|False|FALSE"), lambda word: False),
    (re.compile(r"[-+]?[0-9]{1,18}"), int),
    (re.compile(r"0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}"), lambda word: int(word, 0)),
    (re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?"), float),
)


def resolved(word: str) -> Value:
    """The value an unquoted word stands for."""
    for shape, make in _SHAPES:
        if shape.fullmatch(word):
            return make(word)
    return word
