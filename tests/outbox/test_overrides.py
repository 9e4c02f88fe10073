"""Mistakes in the administrator's templates are found before a letter needs them, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.outbox.overrides import Finding, check_templates
from tests.outbox.desk import settings_in


def findings(folder: Path, **files: str) -> list[Finding]:
    (folder / "templates").mkdir(exist_ok=True)
    for name, source in files.items():
        (folder / "templates" / name.replace("__", ".")).write_text(source, encoding="utf-8")
    return check_templates(settings_in(folder))


def test_no_folder_and_good_templates_have_nothing_to_say(tmp_path: Path) -> None:
    assert check_templates(settings_in(tmp_path)) == []
    good = "Subject: {{ tag }} Hi\nHello {{ reader }},\n{% for file in files %}{{ file.name }}{% endfor %}\n"
    assert findings(tmp_path, reply__en__txt=good, reply__fr__txt="{{ words }}") == []


def test_an_unknown_name_says_its_line_and_the_nearest(tmp_path: Path) -> None:
    found = findings(tmp_path, reply__en__txt="Hello\n\n{% if number %}{{ redaer }}{% endif %}\n")
    assert found == [("templates/reply.en.txt", 3, "'redaer' is unknown; did you mean 'reader'?")]


def test_an_unknown_name_is_found_where_no_sample_reaches(tmp_path: Path) -> None:
    found = findings(tmp_path, reply__en__txt="{% if number == 7 %}\n{{ xyzzy }}\n{% endif %}")
    assert [(line, message.partition(";")[0]) for _, line, message in found] == [(2, "'xyzzy' is unknown")]


def test_a_mistake_in_the_syntax_says_its_line(tmp_path: Path) -> None:
    [(file, line, message)] = findings(tmp_path, reply__de__txt="Hallo\n{% if words %}\n{{ words }}\n{% endfor %}\n")
    assert (file, line) == ("templates/reply.de.txt", 4)
    assert "endfor" in message


def test_an_unknown_filter_says_its_line(tmp_path: Path) -> None:
    [(_, line, message)] = findings(tmp_path, reply__en__txt="\n{{ words|shout }}")
    assert (line, "shout" in message) == (2, True)


def test_a_mistake_that_shows_only_when_rendered_says_its_line(tmp_path: Path) -> None:
    [(_, line, message)] = findings(tmp_path, reply__en__txt="Subject: x\n\n{{ number + subject }}\n")
    assert line == 3
    assert "unsupported" in message


def test_an_unknown_name_in_a_template_that_extends_ours_is_found(tmp_path: Path) -> None:
    source = '{% extends "_letter.txt" %}\n{% block body %}\n{{ nobody }}\n{% endblock %}\n'
    [(_, line, message)] = findings(tmp_path, closed__en__txt=source)
    assert (line, "nobody" in message) == (3, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("replay__en__txt", "did you mean 'reply'?"),
        ("reply__txt", "NAME.LANGUAGE.txt"),
        ("notes__md", "NAME.LANGUAGE.txt"),
        ("reply__fr__html", "add reply.fr.txt"),
    ],
)
def test_a_file_that_is_no_letter_is_said_so(tmp_path: Path, name: str, said: str) -> None:
    [(_, line, message)] = findings(tmp_path, **{name: "x"})
    assert line == 1
    assert said in message


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    found = findings(tmp_path, reply__en__txt="{{ a }}\n{{ b }}", closed__de__txt="{% if %}")
    assert [(file, line) for file, line, _ in found] == [
        ("templates/closed.de.txt", 1),
        ("templates/reply.en.txt", 1),
        ("templates/reply.en.txt", 2),
    ]
