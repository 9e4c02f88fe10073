"""Reads the configuration folder: every mistake of every file at once, or the settings.

The order: files to one tree, the tree to types, and then what only the whole can tell. None of it raises for what
stands in the files; `read` raises once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Environ
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from mailgate.errors import ConfigurationError
from mailgate.settings import (
    addresses,
    calendars,
    doubts,
    environment,
    former,
    later,
    links,
    marks,
    relays,
    soundness,
    troubles,
    values,
)
from mailgate.settings.files import PARTS, Written, digest, read_folder, texts_beside
from mailgate.settings.model import Settings
from mailgate.settings.problems import Place, Problem
from mailgate.settings.tree import RULE, Mapping, Scalar, everything, find, plain

__all__ = ["Examination", "Problem", "examine", "read"]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found. `settings` is None where there are problems; warnings keep nothing from working."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    root: Mapping = field(default_factory=lambda: Mapping(Place("mailgate.yaml")))
    """All that stands in the files, with its places."""


def read(folder: Path, environ: Environ[str, str], state: Path | None = None) -> Settings:
    """The settings of a folder; `state` as in `examine`. Raises ConfigurationError with a line for each problem."""
    examination = examine(folder, environ, state)
    if examination.settings is None:
        raise ConfigurationError("\n".join(map(str, examination.problems)))
    return examination.settings


def examine(folder: Path, environ: Environ[str, str], state: Path | None = None) -> Examination:
    """All that is wrong with a folder, and all that is doubtful about it. Reads files, changes nothing. `state`: the
    state folder of the daemon that is to work with it, whatever the folder says and wherever it lies."""
    written = read_folder(folder, environ)
    problems = list(written.problems)
    settings, complaints = _typed(written)
    problems.extend(complaints)
    counted_from = state or environment.state_folder(folder, _state(written), environ)
    problems.extend(_of_the_whole(written, counted_from))
    warnings = [*written.warnings, *later.without_effect(written.root), *links.retired_names(written)]
    if problems or settings is None:
        return Examination(None, in_order(problems), in_order(warnings), written.root)
    warnings.extend(doubts.doubts(settings, written.root))
    settings.comes_from(folder, digest(folder), _lines(written), texts_beside(folder), _from_environment(written))
    if state:
        settings.belong_to(state)
    return Examination(settings, (), in_order(warnings), written.root)


def _typed(written: Written) -> tuple[Settings | None, list[Problem]]:
    """The tree as typed settings, or what the types complain about."""
    try:
        return Settings.model_validate(plain(written.root)), []
    except ValidationError as error:
        problems = list(marks.problems(error, written.root))
    if "mailgate" in written.unread:
        # What seems to be missing may stand in the file that could not be read.
        problems = [each for each in problems if "." in each.path or each.path not in PARTS["mailgate"].model_fields]
    return None, problems


def _of_the_whole(written: Written, state: Path) -> Iterator[Problem]:
    yield from environment.missing_files(written.root, state)
    yield from values.wrong_values(written.root)
    yield from links.unknown_names(written)
    yield from addresses.wrong_addresses(written.root)
    yield from calendars.wrong_hours(written.root)
    yield from relays.unusable(written.root)
    yield from soundness.unsound(written.root)
    yield from troubles.never_said(written.root)
    yield from former.unsound(written.root)


def _state(written: Written) -> str | None:
    found = next(find(written.root, ("site", "state")), None)
    return found.text if found else None


def _lines(written: Written) -> dict[str, tuple[str, int]]:
    """Where each rule begins."""
    lines: dict[str, tuple[str, int]] = {}
    for rule in find(written.root, RULE):
        name = next(find(rule, ("name",))).node
        assert isinstance(name, Scalar)  # the models made sure
        lines[str(name.value)] = (rule.node.place.file, rule.node.place.line)
    return lines


def _from_environment(written: Written) -> frozenset[tuple[str, ...]]:
    """The paths of values that hold an environment variable."""
    found = (each for each in everything(written.root) if each.text is not None and each.text != each.written)
    return frozenset(tuple(map(str, each.path)) for each in found)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """As a person reads: file by file, line by line; each sentence once."""
    files = list(PARTS)

    def place(problem: Problem) -> tuple[int, str, int, int, str]:
        part = problem.file.partition("/")[0].removesuffix(".yaml")
        number = files.index(part) if part in files else len(files)
        return number, problem.file, problem.line, problem.column, problem.path

    return tuple(sorted(dict.fromkeys(problems), key=place))
