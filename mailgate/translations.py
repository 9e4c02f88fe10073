"""Are there letters in the languages that a configuration names? Where one is missing it is written in another, which
`check` says before a reader wonders."""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.outbox.letters import LANGUAGES, LETTERS
from mailgate.settings.model import Settings
from mailgate.settings.problems import Problem
from mailgate.settings.tree import THEN, Node, pattern, texts

_NAMED = (
    *map(pattern, ("site.language", "addresses.*.language", "agents.*.language", "customer_groups.*.language")),
    (*THEN, "language"),
)
_SPELT_OUT = 5


def missing(settings: Settings, root: Node) -> Iterator[Problem]:
    """A warning for each place that names a language in which not all letters are there."""
    for steps in _NAMED:
        for found in texts(root, steps):
            if gaps := _gaps(settings, found.text or ""):
                yield found.judged(_said(found.text or "", gaps, _instead(settings)))


def _gaps(settings: Settings, language: str) -> list[str]:
    """The letters that are not there in it, nor, for `de-AT`, in `de`."""
    tried = (language, language.partition("-")[0])
    if any(each in LANGUAGES for each in tried):
        return []
    folder = settings.folder / "templates"
    return [name for name in LETTERS if not any((folder / f"{name}.{each}.txt").is_file() for each in tried)]


def _instead(settings: Settings) -> str:
    return settings.site.language if settings.site.language in LANGUAGES else "en"


def _said(language: str, gaps: list[str], instead: str) -> str:
    add = f"add templates/{gaps[0]}.{language}.txt" + (" and so on" if len(gaps) > 1 else "")
    if len(gaps) == len(LETTERS):
        return f"no letter is there in {language}; {add}, else letters are written in {instead}"
    named = ", ".join(gaps[:_SPELT_OUT]) + (f" and {len(gaps) - _SPELT_OUT} more" if len(gaps) > _SPELT_OUT else "")
    return f"in {language} these letters are missing: {named}; {add}, else they are written in {instead}"
