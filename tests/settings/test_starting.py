"""The configurations we ship: the one to begin with, and the one of the demo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailgate.errors import ConfigurationError
from mailgate.settings import demo, starting
from mailgate.settings.load import examine, read


def test_the_starting_configuration_is_right_and_raises_no_doubts(tmp_path: Path) -> None:
    starting.write(tmp_path / "config")
    examination = examine(tmp_path / "config", {})
    assert examination.problems == ()
    assert examination.warnings == ()


def test_it_says_what_was_written(tmp_path: Path) -> None:
    written = starting.write(tmp_path / "deep" / "config")
    names = {path.relative_to(tmp_path / "deep" / "config").as_posix() for path in written}
    parts = {f"{part}.yaml" for part in ("mailgate", "people", "categories", "routing", "service")}
    cases = {f"cases/{name}.{kind}" for name in ("vpn", "invoice", "monitoring") for kind in ("eml", "yaml")}
    assert names == {*parts, *cases}


@pytest.mark.parametrize("there", ["people.yaml", "routing/10-vpn.yaml", "cases/vpn.eml"])
def test_nothing_that_is_there_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("mine")
    with pytest.raises(ConfigurationError, match="already; nothing was written"):
        starting.write(tmp_path)
    assert (tmp_path / there).read_text() == "mine"
    assert not (tmp_path / "mailgate.yaml").exists()


def test_a_folder_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="can not be written"):
        starting.write(tmp_path / "file")


def test_every_line_to_change_is_explained() -> None:
    """A key that opens a mapping or a list is explained by what stands in it, every other one beside or above it."""
    for path in starting.source().glob("*.yaml"):
        text = path.read_text()
        assert text.startswith(f"# {path.name}: ")
        assert text.count("#") >= len(re.findall(r"^\S+:", text, re.MULTILINE)), path


@pytest.mark.parametrize("language", demo.LANGUAGES)
def test_the_demo_is_right_and_keeps_everything_below_one_folder(tmp_path: Path, language: str) -> None:
    settings = demo.settings(tmp_path, language)
    assert settings.site.state == str(tmp_path)
    assert settings.site.language == language
    assert [relay.url for relay in settings.delivery.relays] == [f"maildir:{tmp_path}/outgoing"]
    assert settings.intake.smtp.listen == "127.0.0.1:2525"


def test_the_demo_raises_no_doubts() -> None:
    environ = {"MAILGATE_DEMO": "/nowhere", "MAILGATE_LANGUAGE": "en"}
    assert examine(demo.FOLDER, environ).warnings == ()
    assert len(read(demo.FOLDER, environ).agents) == 2


def test_the_demo_speaks_no_other_language(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the demo speaks en and de, not 'fr'"):
        demo.settings(tmp_path, "fr")
