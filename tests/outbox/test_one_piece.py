"""Our letters are compiled in one piece, and read as they do when they import and extend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from mailgate.outbox.letters import LANGUAGES, LETTERS
from mailgate.outbox.one_piece import in_one_piece
from mailgate.outbox.render import Renderer
from mailgate.outbox.sample import BARE, SAMPLE
from mailgate.outbox.sources import BUILT_IN, LetterLoader
from tests.outbox.desk import OURS, settings_in

EVERY = [(name, language) for name in sorted(LETTERS) for language in LANGUAGES]
AS_IT_IS = ("confirm",)
"""It includes a piece only where several things are asked, and says `super` elsewhere."""

LETTER = '{% import "_parts.txt" as parts with context %}Dear reader,{% block body %}{% endblock %}'
WHOLE = nodes.Import | nodes.Extends | nodes.Macro | nodes.CallBlock


@pytest.fixture(scope="module")
def importing(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """A piece of the administrator's, though no letter uses it, keeps all letters as they are written."""
    folder = tmp_path_factory.mktemp("config")
    (folder / "templates").mkdir()
    (folder / "templates" / "_own.txt").write_text("nothing")
    return Renderer(settings_in(folder))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_letter_in_one_piece_says_the_same(importing: Renderer, name: str, language: str) -> None:
    informal = replace(SAMPLE, formal=False, taps=(), files=(), others=(), light="red", words="  <b>&\n\n#1 a  b")
    for view in (SAMPLE, BARE, informal):
        assert OURS.render(name, language, view) == importing.render(name, language, view)


@pytest.mark.parametrize(("name", "language"), EVERY)
@pytest.mark.parametrize("form", ["txt", "html"])
def test_nothing_is_imported_any_more(name: str, language: str, form: str) -> None:
    whole = in_one_piece(_read, f"{name}.{language}.{form}", language)
    assert (whole is None) is (name in AS_IT_IS)
    assert whole is None or not any(isinstance(each, WHOLE) for each in whole.find_all(nodes.Node))


def test_a_piece_of_the_administrators_is_taken(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "_letter.txt").write_text(LETTER)
    letter = Renderer(settings_in(tmp_path)).render("acknowledged", "en", SAMPLE)
    assert letter.text.startswith("Dear reader,")


@pytest.mark.parametrize(
    "source",
    [
        "{% import name as parts %}{{ parts.row() }}",
        '{% import "p" as parts %}{{ parts.other() }}',
        '{% import "p" as parts %}{{ parts.row(1, 2) }}',
        '{% import "p" as parts %}{{ parts.row(label=1) }}',
        '{% import "p" as parts %}{% call parts.row(1) %}x{% endcall %}',
        '{% import "p" as parts %}{{ parts.unknown }}',
        '{% extends "p" %}{% if x %}shown?{% endif %}',
        '{% include "p" %}',
        "{% block a %}{{ super() }}{% endblock %}",
    ],
)
def test_what_is_not_understood_stays_as_it_is(source: str) -> None:
    others = {"t": source, "p": "{% macro row(label) %}{{ label }}{% endmacro %}"}
    assert in_one_piece(lambda name: jinja2.Environment().parse(others[name]), "t", "en") is None


def test_a_macro_is_written_where_it_is_called() -> None:
    others = {
        "t": 'above {% extends "base" %}not shown{% import "p" as parts with context %}{% block b %}'
        "{% call parts.box() %}{{ parts.row(our, parts.row('x')) }}{% endcall %}{% endblock %}",
        "base": "<{% block b %}{% endblock %}>",
        "p": "{% set word = 'said by ' ~ who %}{% macro row(a, b='-') %}{{ a }}{{ b }}{% endmacro %}"
        "{% macro box() %}[{{ caller() }}]{% endmacro %}",
    }
    jinja = jinja2.Environment(loader=jinja2.DictLoader(others))
    whole = in_one_piece(lambda name: jinja.parse(others[name]), "t", "en")
    assert whole is not None
    whole.set_environment(jinja)
    made = jinja.template_class.from_code(jinja, jinja.compile(whole, "t"), {})
    assert made.render(our="a", who="Anna") == jinja.get_template("t").render(our="a", who="Anna") == "above <[ax-]>"


def _read(name: str) -> nodes.Template:
    jinja = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)  # parsed, never rendered
    return jinja.parse(LetterLoader(BUILT_IN).get_source(jinja, name)[0])
