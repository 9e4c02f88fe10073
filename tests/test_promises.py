"""Each promise of docs/promises.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCUMENT = (TESTS.parent / "docs" / "promises.md").read_text()
NAMED = re.findall(r"`(\w+/\w+\.py)(?:::(\w+))?`", DOCUMENT)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_named_test_is_there(file: str, name: str) -> None:
    text = (TESTS / file).read_text()
    assert not name or re.search(rf"^(?:async )?def {name}\(", text, re.M)


def test_every_promise_in_reach_has_a_test() -> None:
    rows = re.findall(r"^\| (P\d+) \|.*\| (.+) \|$", DOCUMENT, re.M)
    assert [name for name, shown in rows if "`" not in shown] == []
    assert len(rows) >= 25
