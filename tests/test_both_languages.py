"""Every sentence for agents exists in English and in German, wherever in the house it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailgate
from mailgate.outbox.helping import HELP
from mailgate.outbox.sentences import SENTENCES
from mailgate.sentence import Sentence
from tests.german import addresses_in, english_in

PACKAGE = Path(mailgate.__file__).parent
MADE_OF_OTHERS = {
    *("sentence.py", "outbox/sentences.py", "rules/arguments.py", "desk/troubles.py", "outbox/phrases.py"),
    *("rules/translated.py", "desk/parts.py", "mail/bounce_words.py"),
}
"""Files that make sentences of what they are given; everywhere else both languages stand side by side in the source."""
SAME_IN_BOTH = {"normal"}


def written() -> Iterator[tuple[str, ast.Call]]:
    """Every `Sentence(…)` of the source, with its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Sentence":
                yield path.relative_to(PACKAGE).as_posix(), node


def constants(call: ast.Call) -> list[str]:
    return [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]


IN_SOURCE = [Sentence(*constants(call)) for _, call in written() if len(constants(call)) == 2]
IN_TABLES = [Sentence(*row) for row in SENTENCES.values()] + [Sentence(en, de) for _, en, _, de in HELP]
ALL = [each for each in dict.fromkeys((*IN_SOURCE, *IN_TABLES)) if each.english not in SAME_IN_BOTH]


def places(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


def test_both_languages_stand_side_by_side() -> None:
    assert {name for name, call in written() if len(constants(call)) != 2} <= MADE_OF_OTHERS
    assert len(ALL) > 150


@pytest.mark.parametrize("sentence", ALL, ids=lambda sentence: sentence.english[:60])
def test_each_sentence_is_said_in_both_languages(sentence: Sentence) -> None:
    assert sentence.english.strip()
    assert sentence.german.strip()
    assert sentence.english != sentence.german or not english_in(sentence.english)
    assert english_in(sentence.german) == set()
    assert not re.search("[äöüß„]", re.sub(r"#\w+", "", sentence.english)), "the two stand in the wrong order"
    assert places(sentence.german) <= places(sentence.english)
    assert sentence.german.endswith(".") == sentence.english.endswith(".")


@pytest.mark.parametrize("sentence", ALL, ids=lambda sentence: sentence.english[:60])
def test_the_german_fits_both_forms_of_address(sentence: Sentence) -> None:
    assert addresses_in(sentence.german) == []


def test_english_left_in_german_is_seen() -> None:
    assert english_in("Das Postfach is voll; please #take <mailto:the> (From)") == {"is", "please"}
    assert addresses_in("Ihre Mail, für dich; ihre Adresse") == ["Ihre", "dich"]
