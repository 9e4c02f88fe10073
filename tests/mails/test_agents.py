"""Every answer of an agent, as ten mail programs write them: the commands that are found and the words that go out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mailgate.rules.vocabulary import VOCABULARY, fold
from mailgate.settings import load
from tests.mails.agent_mails import names, reading, story
from tests.mails.desks import Desks
from tests.mails.pairs import FOLDER

ENOUGH = 80
CLIENTS = (
    *("outlook", "outlook-mac", "outlook-ios", "outlook-plain", "new-outlook", "gmail", "gmail-app", "apple", "iphone"),
    *("thunderbird", "thunderbird-html", "mutt", "k9", "samsung", "proton", "webmail", "plain"),
)
"""The programs, as the mails are named; `outlook` is the one for Windows, in English and German, `webmail` GMX, and
`plain` Evolution, Claws Mail and Roundcube."""
LONGEST_FIRST = sorted(CLIENTS, key=len, reverse=True)
ENGLISH = ("proton",)
ORDINARY: dict[str, Any] = {"misread": [], "parts": [], "certain": True, "automatic": False}


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    found = Desks(load.read(FOLDER / "desk", {}), tmp_path_factory.mktemp("agents"))
    yield found
    found.close()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("known", [True, False], ids=["letter-known", "letter-gone"])
def test_an_agents_mail_is_read_as_it_was_written(name: str, known: bool, desks: Desks) -> None:
    one = story(name)
    expected = ORDINARY | one.expected
    if one.answers.startswith("list"):  # it takes no words that would have to be cut with certainty
        expected.pop("certain")
        expected = expected if known else {"commands": [], "misread": []}
    found = reading(desks, one, known=known)
    wrong = {key: found[key] for key, value in expected.items() if _plain(found[key]) != _plain(value)}
    assert not wrong, f"{one.about} Expected { ({key: expected[key] for key in wrong}) }, found {wrong}"


def test_the_corpus_is_large_and_every_program_writes_in_it() -> None:
    assert len(names()) >= ENOUGH
    assert {next(each for each in LONGEST_FIRST if name.startswith(each)) for name in names()} == set(CLIENTS)
    assert all(any(name.startswith(f"{each}-german-") for name in names()) for each in CLIENTS if each not in ENGLISH)


def test_every_command_is_written_in_both_languages(desks: Desks) -> None:
    found = {word for name in names() for word in reading(desks, story(name), known=True)["words"]}
    missing = [word for entry in VOCABULARY for word in entry.words if fold(word) not in found]
    assert not missing


def test_what_must_do_nothing_is_in_it() -> None:
    told = [story(name).expected for name in names()]
    assert len([each for each in told if each.get("automatic")]) >= 3
    assert len([each for each in told if each.get("certain") is False]) >= 4
    assert len([each for each in told if each.get("misread")]) >= 8


def _plain(value: Any) -> Any:
    """A block of YAML ends with a line break, texts do not."""
    return value.rstrip("\n") if isinstance(value, str) else value
