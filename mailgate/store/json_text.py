"""Plain values as the text of a JSON column, by an encoder that takes a third of the standard library's time."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import to_json


class Written(str):
    """The text of a JSON column: it is stored as it stands."""

    __slots__ = ()


def written(value: Any) -> Written:
    """Lists, objects, texts, numbers and None as JSON."""
    if isinstance(value, Written):
        return value
    try:
        return Written(to_json(value).decode())
    except ValueError:  # half a surrogate pair: UTF-8 has none, and `\ud83d` says it in ASCII
        return Written(json.dumps(value))
