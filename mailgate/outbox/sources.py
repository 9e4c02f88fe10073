"""Where the letter templates lie: the built-in ones, and those beside the configuration, which win."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import jinja2

from mailgate.errors import Permanent

BUILT_IN: Final = Path(__file__).parent.parent / "templates" / "mail"

_SUBJECT: Final = re.compile(r"\ASubject:[ \t]*([^\n]*)")
SUBJECT_OF: Final = "subject of "
"""Name under which the loader gives the first line `Subject: …` of a text template."""


class LetterLoader(jinja2.BaseLoader):
    """Reads `NAME.LANG.txt|html`, the first folder that has it. A first line `Subject: …` is a template of its own."""

    def __init__(self, *folders: Path) -> None:
        self.folders = tuple(folder for folder in folders if folder.is_dir())

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, None]:
        name = template.removeprefix(SUBJECT_OF)
        path = next((folder / name for folder in self.folders if (folder / name).is_file()), None)
        if path is None or "/" in name or "\\" in name:
            raise jinja2.TemplateNotFound(template)
        source = path.read_text("utf-8-sig", errors="replace")
        return (_subject(source) if name != template else _body(source)), str(path), None

    def names(self) -> frozenset[str]:
        """Every file there is."""
        return frozenset(path.name for folder in self.folders for path in folder.iterdir())


def _subject(source: str) -> str:
    match = _SUBJECT.match(source)
    return match[1].strip() if match else ""


def _body(source: str) -> str:
    # The line itself stays, empty, so that line numbers in mistakes are those of the file.
    return _SUBJECT.sub("", source)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files of one letter in one language. `html` None: to be made from the text."""

    language: str
    text: str
    html: str | None


@dataclass(slots=True)
class Shelf:
    """Which template is taken: in the language asked for, else in the others given, an override before our own."""

    overrides: frozenset[str]
    built_in: frozenset[str]
    fallbacks: tuple[str, ...]
    _found: dict[tuple[str, str], Chosen] = field(default_factory=dict)

    def choose(self, template: str, language: str) -> Chosen:
        """The files to render. Raises Permanent where no language has this letter."""
        key = (template, language)
        if key not in self._found:
            self._found[key] = self._look(template, language)
        return self._found[key]

    def is_ours(self, chosen: Chosen) -> bool:
        """Is nothing of this letter the administrator's, none of the pieces it may be made of either?"""
        pieces = any(name.startswith("_") for name in self.overrides)
        return not pieces and chosen.html is not None and self.overrides.isdisjoint((chosen.text, chosen.html))

    def _look(self, template: str, language: str) -> Chosen:
        for each in (language, language.partition("-")[0], *self.fallbacks):
            text, html = f"{template}.{each}.txt", f"{template}.{each}.html"
            if text in self.overrides and html not in self.overrides:
                return Chosen(each, text, None)
            if text in self.overrides or text in self.built_in:
                return Chosen(each, text, html)
        raise Permanent(f"there is no letter '{template}' in {language} or {self.fallbacks[-1]}")
