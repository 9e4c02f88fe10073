"""Copies of a configuration folder: exact, of one moment, and what can not be read is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailgate.settings import copies
from mailgate.settings.copies import Copies, is_left_out, look, take
from mailgate.settings.files import digest
from mailgate.settings.load import examine
from tests.settings.conftest import RIGHT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    others = {
        "templates/reply.en.txt": "Hello",
        "answers/vpn.en.txt": "Restart it",
        "cases/one.eml": "From: a@b.example",
    }
    for name, content in {**RIGHT, "routing/10-first.yaml": "rules: []\n", **others}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Copies:
    return Copies(tmp_path / "running")


def problems(folder: Path) -> list[str]:
    return [str(each) for each in take(folder).problems]


def test_a_copy_has_the_same_files_the_same_bytes_and_the_same_version(folder: Path, kept: Copies) -> None:
    copy = kept.write(take(folder))
    same = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*") if path.is_file()} == same
    assert digest(copy) == digest(folder)


def test_a_copy_is_for_nobody_else(folder: Path, kept: Copies) -> None:
    copy = kept.write(take(folder))
    assert not [path for path in (copy.parent, copy, *copy.rglob("*")) if path.stat().st_mode & 0o077]


def test_hidden_files_and_what_belongs_to_nobody_stay_behind(folder: Path) -> None:
    before, version = take(folder), digest(folder)
    for name in (".routing.yaml.swp", "templates/.reply.en.txt.swp", "routing/.#10-first.yaml", "notes.txt"):
        (folder / name).write_text("not finished")
    (folder / "var").mkdir()
    (folder / "var" / "desk.db").write_text("much")
    assert (take(folder), digest(folder)) == (before, version)


def test_a_file_that_nobody_reads_is_copied_so_that_its_warning_is_the_same(folder: Path, kept: Copies) -> None:
    (folder / "rooting.yaml").write_text("rules: []\n")
    copy = kept.write(take(folder))
    assert examine(copy, {}).warnings == examine(folder, {}).warnings != ()


def test_each_copy_has_a_name_of_its_own_and_old_ones_go(folder: Path, kept: Copies) -> None:
    first, second = kept.write(take(folder)), kept.write(take(folder))
    assert first != second
    kept.keep_only(second)
    assert list(second.parent.iterdir()) == [second]
    kept.drop(second)
    assert list(second.parent.iterdir()) == []


def test_what_a_crash_left_unfinished_is_no_hindrance(folder: Path, kept: Copies, tmp_path: Path) -> None:
    (tmp_path / "running" / "unfinished" / "templates").mkdir(parents=True)
    (tmp_path / "running" / "unfinished" / "people.yaml").write_text("half of it")
    assert digest(kept.write(take(folder))) == digest(folder)


# -- what can not be read ----------------------------------------------------------------------------------------------


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def make_huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(copies.LARGEST_BYTES + 1)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["people.yaml", "routing/10-first.yaml", "templates/reply.en.txt", "cases/one.eml"])
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (make_pipe, "it is no plain file"),
        (make_loop, "too many levels of symbolic links"),
        (make_huge, "it is larger than 32 MiB"),
    ],
    ids=["pipe", "loop", "huge"],
)
def test_what_is_no_readable_file_is_named(folder: Path, name: str, spoil: object, why: str) -> None:
    spoil(folder / name)  # type: ignore[operator]  # one of the three above
    assert problems(folder) == [f"{name}:1:1: the file can not be read: {why}"]


@pytest.mark.parametrize("name", ["people.yaml", "routing/10-first.yaml"])
def test_a_folder_in_place_of_a_file_is_named(folder: Path, name: str) -> None:
    make_folder(folder / name)
    assert problems(folder) == [f"{name}:1:1: the file can not be read: is a directory"]


def test_a_name_that_is_no_utf8_is_named(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder / "templates") + b"/r\xe9ply.en.txt")).write_text("Hello")
    assert problems(folder) == ["templates:1:1: the name of a file is not written in UTF-8: 'templates/r�ply.en.txt'"]


def test_a_folder_that_is_not_there_is_said_as_check_says_it(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert problems(nowhere) == [str(each) for each in examine(nowhere, {}).problems]


def test_because_of_a_file_that_can_not_be_read_nothing_else_is_a_mistake(folder: Path, kept: Copies) -> None:
    make_folder(folder / "people.yaml")  # which has the group that categories.yaml names
    copy = kept.write(take(folder))
    assert [each.file for each in examine(copy, {}).problems] == ["people.yaml"]
    assert is_left_out(copy, "people.yaml")
    assert not is_left_out(copy, "categories.yaml")


# -- one moment --------------------------------------------------------------------------------------------------------


def test_a_change_that_is_being_made_is_copied_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files that belong together are saved one after the other while they are read."""
    reading, rest = copies._reading, ["people.yaml", "categories.yaml"]

    def meanwhile(of: Path) -> copies.Taken:
        taken = reading(of)
        if rest:
            (of / rest.pop(0)).write_text("# new\n")
        return taken

    monkeypatch.setattr(copies, "_reading", meanwhile)
    taken = take(folder)
    assert taken.files["people.yaml"] == taken.files["categories.yaml"] == b"# new\n"


def test_files_that_never_rest_are_not_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "TRIES", 2)
    reading = copies._reading

    def and_write(of: Path) -> copies.Taken:
        with (of / "people.yaml").open("a") as file:
            file.write("\n")
        return reading(of)

    monkeypatch.setattr(copies, "_reading", and_write)
    assert problems(folder) == ["mailgate.yaml:1:1: the files are being changed all the time; try again when they rest"]


def test_a_file_that_vanishes_between_listing_and_reading_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = copies._content

    def vanished(path: Path) -> bytes:
        if path.name == "one.eml":
            path.unlink(missing_ok=True)
        return content(path)

    monkeypatch.setattr(copies, "_content", vanished)
    taken = take(folder)
    assert taken.problems == ()
    assert "cases/one.eml" not in taken.files


def test_a_look_sees_every_change_and_reads_nothing(folder: Path) -> None:
    seen = [look(folder)]
    (folder / "people.yaml").write_text(RIGHT["people.yaml"] + " ")
    seen.append(look(folder))
    os.utime(folder / "people.yaml", ns=(1, 1))
    seen.append(look(folder))
    (folder / "templates" / "reply.en.txt").unlink()
    seen.append(look(folder))
    make_loop(folder / "service.yaml")
    seen.append(look(folder))
    assert len(set(seen)) == 5
    assert look(folder) == seen[-1]
