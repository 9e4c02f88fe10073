"""Exact copies of a configuration folder: what was checked is what runs, whatever happens to the files meanwhile.

A folder is read until two readings agree, so that no half of a change is copied. A file that can not be read stands in
the copy as a link to nowhere: then nothing else in it is mistaken for a mistake because of that file.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mailgate.settings.files import KEY_ENDINGS, PARTS, digest
from mailgate.settings.problems import Place, Problem, shown

FOLDERS = (*PARTS, "templates", "answers", "cases", "keys")
"""Everything else in a configuration folder are YAML files, and keys of agents."""
LARGEST_BYTES = 32 * 2**20
TRIES = 20
PAUSE_SECONDS = 0.1
"""Between two readings: who saves a file is done with it by then."""

_NOWHERE = "this-file-could-not-be-read"
_FILES = tuple(f"{part}.yaml" for part in PARTS)

Look = tuple[tuple[str, int, int, int], ...]
"""Each file with its size, its time of change (nanoseconds) and its inode."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The bytes of each file by its name relative to the folder, and what could not be read."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


def take(folder: Path) -> Taken:
    """Read the folder as it stands at one moment."""
    before = _reading(folder)
    for _ in range(TRIES):
        time.sleep(PAUSE_SECONDS)
        now = _reading(folder)
        if now == before:
            return now
        before = now
    message = "the files are being changed all the time; try again when they rest"
    return Taken({}, (Problem.at(Place("mailgate.yaml"), (), message),))


def look(folder: Path) -> Look:
    """What tells that a file was changed, without reading it."""
    seen = []
    for name, path in _entries(folder, []):
        try:
            found = path.stat()
        except OSError:
            found = os.stat_result((0,) * 10)
        seen.append((name, found.st_size, found.st_mtime_ns, found.st_ino))
    return tuple(seen)


class Copies:
    """The copies below one folder, which belongs to the daemon alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, taken: Taken) -> Path:
        """A new copy, on the disk when this returns. Raises OSError."""
        unfinished = self._folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._folder.mkdir(exist_ok=True, mode=0o700)
        unfinished.mkdir(mode=0o700)
        for name, content in taken.files.items():
            _write(unfinished / name, content)
        for problem in taken.problems:
            _leave_out(unfinished / problem.file)
        version = digest(unfinished)
        copy = next(each for n in count(1) if not (each := self._folder / f"{version}-{n}").exists())
        return unfinished.rename(copy)

    def drop(self, copy: Path) -> None:
        """It is not needed any more."""
        shutil.rmtree(copy, ignore_errors=True)

    def keep_only(self, copy: Path | None) -> None:
        """The others are not needed any more."""
        for each in _listed(self._folder, "", []):
            if each != copy:
                self.drop(each)


def is_left_out(copy: Path, file: str) -> bool:
    """Whether this file could not be read when the copy was made; what is said about it then is about the link."""
    return (copy / file).is_symlink()


def _reading(folder: Path) -> Taken:
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    if not folder.is_dir():
        message = f"there is no configuration folder {folder}; `mailgate init {folder}` writes one to begin with"
        return Taken({}, (Problem.at(Place("mailgate.yaml"), (), message),))
    for name, path in _entries(folder, problems):
        try:
            files[name] = _content(path)
        except OSError as wrong:
            problems.append(_unreadable(name, wrong))
    return Taken(files, tuple(problems))


def _entries(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """Each file that belongs to the configuration, by name; what keeps us from seeing it is added to the problems."""
    for name, path in sorted(_candidates(folder, problems)):
        try:
            name.encode()
        except UnicodeEncodeError:
            message = f"the name of a file is not written in UTF-8: {shown(name)}"
            place = Place(name.rpartition("/")[0] or "mailgate.yaml")
            problems.append(Problem.at(place, (), message.encode(errors="replace").decode()))
        else:
            yield name, path


def _candidates(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    for entry in _listed(folder, "mailgate.yaml", problems):
        if entry.name in _FILES or (entry.suffix in (".yaml", ".yml", *KEY_ENDINGS) and entry.is_file()):
            yield entry.name, entry
        elif entry.name in FOLDERS and entry.is_dir():
            for inner in _listed(entry, entry.name, problems):
                if inner.suffix == ".yaml" or not inner.is_dir():
                    yield f"{entry.name}/{inner.name}", inner


def _listed(folder: Path, name: str, problems: list[Problem]) -> list[Path]:
    """What stands in a folder, but for hidden files."""
    try:
        return [folder / each for each in os.listdir(folder) if not each.startswith(".")]
    except OSError as wrong:
        problems.append(Problem.at(Place(name), (), f"the folder {folder} can not be read: {_in_words(wrong)}"))
        return []


def _content(path: Path) -> bytes:
    """The bytes of a regular file; nothing else is waited for or swallowed whole. Raises OSError."""
    if not stat.S_ISREG((found := path.stat()).st_mode):
        raise OSError(0, "is a directory" if stat.S_ISDIR(found.st_mode) else "it is no plain file")
    if found.st_size > LARGEST_BYTES:
        raise OSError(0, f"it is larger than {LARGEST_BYTES // 2**20} MiB")
    # Not to be kept waiting, should it be a pipe by now.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read(LARGEST_BYTES)


def _unreadable(name: str, wrong: OSError) -> Problem:
    return Problem.at(Place(name), (), f"the file can not be read: {_in_words(wrong)}")


def _in_words(wrong: OSError) -> str:
    words = wrong.strerror or str(wrong)
    return words[:1].lower() + words[1:]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _leave_out(path: Path) -> None:
    if path.name in PARTS:  # a folder of that name: what is in it is not known
        path = path.with_suffix(".yaml")
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if not path.exists() and not path.is_symlink():
        path.symlink_to(_NOWHERE)
