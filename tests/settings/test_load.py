"""The settings that come out: where they were read, which version they are, and how long it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.errors import ConfigurationError
from mailgate.settings.load import read
from mailgate.settings.problems import Problem
from tests.growth import assert_linear
from tests.settings.conftest import RIGHT, Desk

RULE = """\
  - name: Rule {0}
    when: {{to: "support@*", subject: {{regex: 'vpn{0}|tunnel'}}, not: {{from: "*@newsletter.example"}}}}
    then: {{category: network/vpn, priority: high, tags: [a, b]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in RIGHT.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_settings_know_where_they_were_read(folder: Path) -> None:
    (folder / "routing.yaml").write_text("rules:\n" + RULE.format(1) + RULE.format(2))
    settings = read(folder, {})
    assert settings.folder == folder
    assert settings.place_of_rule("Rule 1") == ("routing.yaml", 2)
    assert settings.place_of_rule("Rule 2") == ("routing.yaml", 5)


def test_read_raises_once_with_a_line_for_each_problem(folder: Path) -> None:
    (folder / "service.yaml").write_text("answers_take: maybe\ncrossing: never\n")
    with pytest.raises(ConfigurationError) as raised:
        read(folder, {})
    assert str(raised.value).splitlines() == [
        "service.yaml:1:15: answers_take: 'maybe' is not possible here; write true or false",
        "service.yaml:2:11: crossing: 'never' is not possible here; write ask or send",
    ]


def test_the_version_is_twelve_digits_of_what_the_files_say(folder: Path) -> None:
    version = read(folder, {}).version
    assert len(version) == 12
    assert int(version, 16) >= 0
    assert read(folder, {}).version == version


@pytest.mark.parametrize(
    "name", ["service.yaml", "routing.yaml", "templates/acknowledged.en.txt", "answers/vpn.de.txt"]
)
def test_the_version_changes_with_every_file_that_decides_or_words_something(folder: Path, name: str) -> None:
    version = read(folder, {}).version
    (folder / name).parent.mkdir(exist_ok=True)
    with (folder / name).open("a") as file:
        file.write("# \n")
    assert read(folder, {}).version != version


def test_the_version_does_not_change_with_a_case_or_a_stray_file(folder: Path) -> None:
    version = read(folder, {}).version
    (folder / "cases").mkdir()
    (folder / "cases" / "vpn.eml").write_text("x")
    (folder / "notes.txt").write_text("x")
    assert read(folder, {}).version == version


def test_rules_load_in_proportion_to_their_number(folder: Path) -> None:
    def load(count: int) -> None:
        (folder / "routing.yaml").write_text("rules:\n" + "".join(map(RULE.format, range(count))))
        assert len(read(folder, {}).rules) == count

    assert_linear(load, 100)


def test_problems_come_in_the_order_in_which_they_are_read(desk: Desk) -> None:
    mailgate = "site: {admins: [y], timezone: x}\naddresses: [{address: x}]\nzzz: 1\n"
    told = desk({"mailgate.yaml": mailgate, "service.yaml": "zzz: 1\n", "people.yaml": "zzz: 1\n"}).problems
    assert [(each.file, each.line, each.column) for each in told][:5] == [
        ("mailgate.yaml", 1, 17),
        ("mailgate.yaml", 1, 31),
        ("mailgate.yaml", 2, 23),
        ("mailgate.yaml", 3, 1),
        ("people.yaml", 1, 1),
    ]


def test_a_problem_prints_its_path_only_where_it_has_one() -> None:
    assert str(Problem("a.yaml", 2, 3, "rules.0", "no")) == "a.yaml:2:3: rules.0: no"
    assert str(Problem("a.yaml", 2, 3, "", "no")) == "a.yaml:2:3: no"


def test_a_capture_may_name_anything_until_a_mail_is_there(desk: Desk) -> None:
    when = r"{any: [{subject: {regex: '(?P<site>\w+) (\d+)'}}, {text: [vpn, {regex: '(a)(b)(c)'}]}]}"
    then = "{category: 'network/{1}', priority: '{3}', assignee: '{site}', tags: ['{2}', x]}"
    assert desk({"routing.yaml": f"rules:\n  - name: A\n    when: {when}\n    then: {then}\n"}).problems == ()


def test_what_is_left_empty_is_as_if_it_were_not_there(desk: Desk) -> None:
    files = {
        "service.yaml": "calendars:\nreminders:\nacknowledge:\n",
        "categories.yaml": "categories:\nchannels:\n  phone:\n",
        "routing.yaml": "rules:\n",
    }
    settings = desk(files).settings
    assert settings
    assert settings.acknowledge.new is True
    assert list(settings.channels) == ["phone"]
