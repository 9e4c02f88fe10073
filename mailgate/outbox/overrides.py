"""Looks over the administrator's own letter templates: every mistake with file and line, all at once.

Each template is parsed (also what a sample would not reach) and rendered, once with something in every field and once
with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import jinja2
from jinja2 import meta, nodes

from mailgate.errors import Permanent
from mailgate.outbox.letters import LETTERS
from mailgate.outbox.render import EXTRA_NAMES, MISTAKES, Renderer, environment
from mailgate.outbox.sample import BARE, SAMPLE
from mailgate.outbox.sources import BUILT_IN, LetterLoader
from mailgate.outbox.view import LetterView
from mailgate.settings.model import Settings

Finding = tuple[str, int, str]
"""File relative to the configuration folder, line, what is wrong."""

_FILE: Final = re.compile(r"([a-z_]+)\.([a-z]{2,3}(?:-[a-z]{2,4})?)\.(txt|html)")
_NAMES: Final = frozenset({*(field.name for field in fields(LetterView)), *EXTRA_NAMES})


def check_templates(settings: Settings) -> list[Finding]:
    """Everything that is wrong with `templates/` beside the configuration; empty where there is nothing to say."""
    folder = settings.folder / "templates"
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    jinja, renderer = environment(LetterLoader(folder, BUILT_IN)), Renderer(settings)
    return [
        (f"templates/{path.name}", line, message)
        for path in paths
        for line, message in _mistakes(path, jinja, renderer)
    ]


def _mistakes(path: Path, jinja: jinja2.Environment, renderer: Renderer) -> Iterator[tuple[int, str]]:
    named = _FILE.fullmatch(path.name)
    if wrong := _wrong_name(path, named):
        yield 1, wrong
        return
    reading = list(_reading(path, jinja))
    yield from reading
    if named and not reading and named[1] in LETTERS:
        yield from _rendering(path, named[1], named[2], renderer)


def _wrong_name(path: Path, named: re.Match[str] | None) -> str | None:
    if path.name.startswith("_") and path.suffix in (".txt", ".html"):
        return None
    if not named:
        return "no letter has this name; write NAME.LANGUAGE.txt or NAME.LANGUAGE.html, such as reply.en.txt"
    if named[1] not in LETTERS:
        near = get_close_matches(named[1], LETTERS, 1)
        return f"there is no letter '{named[1]}'" + (f"; did you mean '{near[0]}'?" if near else "")
    text = f"{named[1]}.{named[2]}.txt"
    if named[3] == "html" and not (path.parent / text).is_file() and not (BUILT_IN / text).is_file():
        return f"this letter has no text; add {text}"
    return None


def _reading(path: Path, jinja: jinja2.Environment) -> Iterator[tuple[int, str]]:
    source = path.read_text("utf-8-sig", errors="replace")
    try:
        tree = jinja.parse(source)
        jinja.compile(source)
    except jinja2.TemplateSyntaxError as mistake:
        yield mistake.lineno, mistake.message or "this is no template"
        return
    unknown = meta.find_undeclared_variables(tree) - _NAMES
    # A template that extends another may use what that one sets; rendering tells.
    if not list(tree.find_all(nodes.Extends)):
        yield from sorted(
            {(name.lineno, _unknown(name.name)) for name in tree.find_all(nodes.Name) if name.name in unknown}
        )


def _unknown(name: str) -> str:
    near = get_close_matches(name, _NAMES, 1)
    return f"'{name}' is unknown" + (
        f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(sorted(_NAMES))}"
    )


def _rendering(path: Path, template: str, language: str, renderer: Renderer) -> Iterator[tuple[int, str]]:
    for view in (SAMPLE, BARE):
        try:
            renderer.render_strictly(template, language, view)
        except Permanent:
            return
        except MISTAKES as mistake:
            yield _line_of(mistake, path), str(mistake)
            return


def _line_of(mistake: BaseException, path: Path) -> int:
    """Where in this file it happened; jinja2 gives its frames the template's name and lines."""
    line, frame = 1, mistake.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == str(path):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
