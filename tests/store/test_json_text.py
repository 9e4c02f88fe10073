"""What stands in a JSON column."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mailgate.store.json_text import Written, written


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        None,
        {"a": [1, "zwei", None, True, {"ä": "„ü“ 🎉"}]},
        "nul \0 and \x1b",
        "half a pair \ud83d",
        2**62,
        1.5,
    ],
)
def test_it_is_read_again_as_what_it_was(value: Any) -> None:
    assert json.loads(written(value)) == value


def test_a_tuple_is_a_list_and_keys_keep_their_order() -> None:
    assert written({"b": (1, 2), "a": ""}) == '{"b":[1,2],"a":""}'


def test_what_is_text_already_is_not_written_twice() -> None:
    assert written(written({"a": 1})) == written({"a": 1}) == '{"a":1}'
    assert type(written("text")) is Written
    assert written("text") == '"text"'


def test_what_is_no_plain_value_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        written({"a": object()})
