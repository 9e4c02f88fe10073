"""The folder on disk: parts as folders, files nobody reads, files that are no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.settings.load import examine
from tests.settings.conftest import RIGHT, Desk, lines


def test_a_folder_takes_the_place_of_a_file_and_is_read_in_the_order_of_names(desk: Desk) -> None:
    settings = desk(
        {
            "routing/20-rest.yaml": "rules:\n  - name: Rest\n    then: {category: network}\n",
            "routing/10-vpn.yaml": "\nrules:\n  - name: VPN\n    when: {subject: vpn}\n    then: {priority: high}\n",
        }
    ).settings
    assert settings
    assert [rule.name for rule in settings.rules] == ["VPN", "Rest"]
    assert settings.place_of_rule("VPN") == ("routing/10-vpn.yaml", 3)
    assert settings.place_of_rule("Rest") == ("routing/20-rest.yaml", 2)


def test_mappings_of_several_files_are_merged(desk: Desk) -> None:
    files = {
        "people.yaml": None,
        "people/a.yaml": "agents: {anna: {name: Anna, email: anna@example.com}}\n",
        "people/b.yaml": "agents: {ben: {name: Ben, email: ben@example.com}}\ngroups: {network: {name: N}}\n",
    }
    settings = desk(files).settings
    assert settings
    assert list(settings.agents) == ["anna", "ben"]


def test_a_key_that_stands_in_two_files_is_told_with_both_places(desk: Desk) -> None:
    files = {
        "service.yaml": None,
        "service/a.yaml": "answers_take: true\n",
        "service/b.yaml": "\nanswers_take: false\n",
    }
    says = "service/b.yaml:2:1: answers_take: 'answers_take' stands already at service/a.yaml:1:1; keep one of them"
    assert lines(desk({**files, "categories.yaml": None}).problems) == [says]


def test_a_mistake_in_a_joined_list_is_counted_over_all_files(desk: Desk) -> None:
    rule = "rules:\n  - name: {}\n    then: {{category: {}}}\n"
    files = {"routing/a.yaml": rule.format("A", "network"), "routing/b.yaml": rule.format("B", "nowhere")}
    assert lines(desk(files).problems)[0].startswith("routing/b.yaml:3:22: rules.1.then.category: ")


def test_a_file_and_a_folder_of_one_name_are_one_too_many(desk: Desk) -> None:
    says = "service.yaml:1:1: there is a file service.yaml and a folder service/; keep one of them"
    assert lines(desk({"service/a.yaml": "crossing: send\n"}).problems) == [says]


def test_all_but_mailgate_yaml_may_be_missing(desk: Desk) -> None:
    missing = dict.fromkeys(("people.yaml", "categories.yaml", "service.yaml"))
    assert desk(missing).problems == ()


def test_without_mailgate_yaml_one_sentence_says_so(desk: Desk, tmp_path: Path) -> None:
    says = f"mailgate.yaml:1:1: there is no mailgate.yaml in {tmp_path / 'config'}; `mailgate init DIR` writes one"
    told = lines(desk({"mailgate.yaml": None}).problems)
    assert len(told) == 1
    assert told[0].startswith(says)


def test_without_a_folder_one_sentence_says_so(tmp_path: Path) -> None:
    told = lines(examine(tmp_path / "nowhere", {}).problems)
    assert len(told) == 1
    assert "there is no configuration folder" in told[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "1:1: the file is empty; delete it, or leave a comment in it where nothing is to be said"),
        (b"\n \n", "1:1: the file is empty; delete it, or leave a comment in it where nothing is to be said"),
        ("rules: []\n".encode("utf-16"), "1:1: the file is written in UTF-16; save it as UTF-8"),
        (
            "rules: []\n# später\n".encode("latin-1"),
            "2:5: this character is not written in UTF-8; save the file as UTF-8",
        ),
    ],
)
def test_a_file_that_is_no_text_of_ours_is_told_with_its_place(desk: Desk, content: bytes, says: str) -> None:
    assert lines(desk({"routing.yaml": content}).problems) == [f"routing.yaml:{says}"]


def test_a_file_of_comments_says_nothing_and_is_fine(desk: Desk) -> None:
    assert desk({"routing.yaml": "# no rules yet\n"}).problems == ()


def test_a_byte_order_mark_is_read_over_with_a_warning(desk: Desk) -> None:
    examination = desk({"routing.yaml": b"\xef\xbb\xbfrules: []\n"})
    assert examination.settings
    says = "routing.yaml:1:1: the file begins with a byte order mark; save it as UTF-8 without one"
    assert says in lines(examination.warnings)


def test_line_ends_of_windows_change_no_place(desk: Desk) -> None:
    told = desk({"routing.yaml": "rules:\r\n  - name: VPN\r\n    then: {priority: hgih}\r\n"}).problems
    assert str(told[0].place) == "routing.yaml:3:22"


def test_a_link_to_nowhere_can_not_be_read(desk: Desk, tmp_path: Path) -> None:
    desk()
    (tmp_path / "config" / "routing.yaml").symlink_to("gone.yaml")
    says = "routing.yaml:1:1: the file can not be read: no such file or directory"
    assert lines(examine(tmp_path / "config", {}).problems) == [says]


def test_names_of_a_file_that_can_not_be_read_are_not_said_to_be_missing(desk: Desk) -> None:
    told = desk({"people.yaml": "agents:\n\tanna: {}\n"}).problems
    assert [each.file for each in told] == ["people.yaml"]


def test_yaml_files_that_nothing_reads_are_warned_about(desk: Desk) -> None:
    files = {"rooting.yaml": "rules: []\n", "mailgate.yml": "# old\n", "routing.yaml~": "x", ".hidden.yaml": "x"}
    told = [line for line in lines(desk(files).warnings) if "nothing reads" in line]
    assert told == [
        "mailgate.yml:1:1: nothing reads this file; did you mean mailgate.yaml?",
        "rooting.yaml:1:1: nothing reads this file; did you mean routing.yaml?",
    ]


def test_the_right_files_of_the_stories_are_as_right_one_by_one(desk: Desk) -> None:
    assert desk(dict(RIGHT)).settings
