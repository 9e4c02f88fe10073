"""Texts that agents use again and again: `answers/NAME.LANG.txt` beside the configuration, for `#template NAME`.

A first line `Commands:` carries commands that go with the text, parted by semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailgate.outbox.overrides import Finding
from mailgate.rules.arguments import Unclear, plain
from mailgate.rules.commands import read_commands
from mailgate.rules.near import nearest
from mailgate.sentence import Sentence, what_exists
from mailgate.settings.model import Settings

_FILE: Final = re.compile(r"(?P<name>[^.]+)\.(?P<language>[a-z]{2,3}(?:-[a-z]{2,4})?)\.txt")
_COMMANDS: Final = re.compile(r"\A(?:commands|befehle):[ \t]*(?P<line>[^\n]*)\n?", re.IGNORECASE)
_UNKNOWN: Final = Sentence("there is no answer '{name}'; {some}", "eine Vorlage „{name}“ gibt es nicht; {some}")
_NONE: Final = Sentence("none exists yet", "es gibt noch keine")
MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class AnswerText:
    """One answer in one language. `commands`: lines as an agent would write them."""

    text: str
    commands: tuple[str, ...] = ()


def answer_text(settings: Settings, name: str, *languages: str) -> AnswerText:
    """The answer of that name in the first of these languages that it has, else in the site's, else in any. Raises
    Unclear with the nearest."""
    found = {
        file["language"]: path for path, file in _files(settings.folder) if plain(file["name"]) == plain(name.strip())
    }
    if not found:
        names = sorted({file["name"] for _, file in _files(settings.folder)})
        some = what_exists(names[:MOST_NAMED]) if names else _NONE
        near = {plain(each): each for each in names}
        raise Unclear(_UNKNOWN.filled(name=name, some=some), [near[each] for each in nearest(plain(name), near)])
    spoken = (each for language in languages for each in (language, language.partition("-")[0]))
    wanted = (*spoken, settings.site.language, *sorted(found))
    return _read(next(found[each] for each in wanted if each in found))


def check_answers(settings: Settings) -> list[Finding]:
    """Everything that is wrong with the files of `answers/`."""
    folder = settings.folder / "answers"
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return [(f"answers/{path.name}", 1, wrong) for path in paths if (wrong := _wrong(path))]


def _files(folder: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    answers = folder / "answers"
    for path in sorted(answers.iterdir()) if answers.is_dir() else ():
        if (match := _FILE.fullmatch(path.name)) and path.is_file():
            yield path, match


def _read(path: Path) -> AnswerText:
    text = path.read_text("utf-8-sig", errors="replace")
    match = _COMMANDS.match(text)
    if match is None:
        return AnswerText(text.strip("\n"))
    lines = (each.strip() for each in match["line"].split(";"))
    commands = tuple(f"#{each.removeprefix('#')}" for each in lines if each)
    return AnswerText(text[match.end() :].strip("\n"), commands)


def _wrong(path: Path) -> str | None:
    if not _FILE.fullmatch(path.name):
        return "nothing reads this file; call it NAME.LANGUAGE.txt, such as reset.en.txt"
    try:
        path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return "this is no UTF-8; save it as UTF-8"
    read = _read(path)
    if not read.text.strip():
        return "there is no text in it"
    written = read_commands("\n".join(read.commands))
    if written.misread:
        return f"{written.misread[0].line}: {written.misread[0].why}"
    if any(each.name == "template" for each in written.commands):
        return "an answer can not hold another one"
    return None
