"""Every mail of the corpus, explained on its desk, comes out as its YAML says. How to add one: README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from mailgate.rules.sort import Sort
from mailgate.settings import load
from tests.mails.compare import differences
from tests.mails.desks import Desks
from tests.mails.pairs import FOLDER, names, pair

ENOUGH = 60
MOST_XFAILS = 5
LARGEST = 50_000


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    found = Desks(load.read(FOLDER / "desk", {}), tmp_path_factory.mktemp("corpus"))
    yield found
    found.close()


@pytest.mark.parametrize("name", names())
def test_a_mail_comes_out_as_expected(name: str, desks: Desks, request: pytest.FixtureRequest) -> None:
    one = pair(name)
    if one.xfail:
        request.applymarker(pytest.mark.xfail(reason=one.xfail, strict=True))
    document = desks.judge(one)
    found = list(differences(one.expected, document))
    assert not found, f"{one.about}\n" + "\n".join(found) + f"\n\nthe whole document: {document}"


def test_the_corpus_holds_every_sort_of_mail() -> None:
    assert {pair(name).expected.get("sort") for name in names()} == {str(sort) for sort in Sort}


def test_the_corpus_is_large_and_says_little_that_it_does_not_hold() -> None:
    assert len(names()) >= ENOUGH
    assert len([name for name in names() if pair(name).xfail]) <= MOST_XFAILS
    assert all(path.stat().st_size < LARGEST for path in FOLDER.glob("*.eml"))


def test_every_row_of_the_table_of_automatic_mail_has_a_pair_named_after_it() -> None:
    rows = {int(found[1]) for name in names() if (found := re.search(r"-row-(\d\d)-", name))}
    assert rows == set(range(1, 31))
    assert all(pair(name).about.startswith("Row ") for name in names() if "-row-" in name)


def test_every_pair_says_what_it_is_about_and_expects_something() -> None:
    assert all(pair(name).about and pair(name).expected for name in names())


def test_a_difference_is_found_wherever_it_stands(desks: Desks) -> None:
    one = pair(names()[0])
    document = desks.judge(one)
    wrong: list[dict[str, Any]] = [
        {"sort": "loop"},
        {"reason": "it rained"},
        {"letters": []},
        {"letters": [{}, {"lacks": "1001"}]},
        {"rules": [{"name": "Monitoring", "matched": True}]},
        {"route": {"group": "nobody"}},
        {"no such key": None},
    ]
    assert [each for each in wrong if not list(differences(each, document))] == []
