"""`answers/NAME.LANG.txt`: which file is taken, what its first line may say, and what `check` says of a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailgate.outbox.answer_texts import AnswerText, answer_text
from mailgate.rules.arguments import Unclear
from mailgate.settings.load import read
from mailgate.settings.model import Settings
from mailgate.vetting import vet
from tests.stories.example import write_config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})


@pytest.fixture
def settings(config: Path) -> Settings:
    return read(config, {})


def write(config: Path, **files: str) -> None:
    (config / "answers").mkdir(exist_ok=True)
    for name, text in files.items():
        (config / "answers" / f"{name.replace('__', '.')}.txt").write_text(text)


def test_the_language_asked_for_wins_then_the_sites_then_any(config: Path, settings: Settings) -> None:
    write(config, reset__en="Restart it.", reset__de="Neu starten.", only__fr="Redémarrez.")
    assert answer_text(settings, "reset", "de-AT").text == "Neu starten."
    assert answer_text(settings, "RESET ", "it").text == "Restart it."
    assert answer_text(settings, "only", "de").text == "Redémarrez."


@pytest.mark.parametrize(
    "first", ["Commands: resolve; tag +x", "commands: #resolve ; #tag +x;", "Befehle:resolve;tag +x"]
)
def test_a_first_line_may_carry_commands(config: Path, settings: Settings, first: str) -> None:
    write(config, reset__en=f"{first}\nRestart it.\n\nThen wait.\n")
    assert answer_text(settings, "reset", "en") == AnswerText("Restart it.\n\nThen wait.", ("#resolve", "#tag +x"))


def test_a_name_with_a_path_in_it_reads_nothing_else(config: Path, settings: Settings) -> None:
    write(config, reset__en="Restart it.")
    (config / "secret.en.txt").write_text("a secret")
    for name in ("../secret", "secret", str(config / "secret"), "answers/../../secret"):
        with pytest.raises(Unclear):
            answer_text(settings, name, "en")


def test_an_unknown_name_brings_the_nearest(config: Path, settings: Settings) -> None:
    write(config, reset__en="x", thanks__de="y")
    with pytest.raises(Unclear, match="there is no answer 'rest'; reset and thanks exist") as unclear:
        answer_text(settings, "rest", "en")
    assert unclear.value.near == ("reset",)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("reset", "x", "nothing reads this file; call it NAME.LANGUAGE.txt"),
        ("reset.en", "Commands: resolve\n", "there is no text in it"),
        ("reset.en", "Commands: reslove\nx", "#reslove"),
        ("reset.en", "Commands: template other\nx", "an answer can not hold another one"),
    ],
)
def test_check_names_what_is_wrong(config: Path, name: str, text: str, wrong: str) -> None:
    (config / "answers").mkdir()
    (config / "answers" / f"{name}.txt").write_text(text)
    [problem] = vet(config, os.environ, None).problems
    assert problem.file == f"answers/{name}.txt"
    assert wrong in problem.message
