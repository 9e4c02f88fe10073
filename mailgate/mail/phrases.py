"""The words mail programs use around quoted mail, read once from `quotes/*.yaml`: data, not code.

Everything is kept case-folded; the files say which client writes what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

GAP = "…"


@dataclass(frozen=True, slots=True)
class Pattern:
    """An attribution line or a footer: its fixed words in order; between them stands anything."""

    words: tuple[str, ...]
    """First and last may be empty: the pattern then begins or ends with anything."""

    @property
    def opens(self) -> bool:
        """Begins with a fixed word."""
        return bool(self.words[0])


@dataclass(frozen=True, slots=True)
class Phrases:
    """All languages together: a mail program speaks the language of its owner, not of the mail."""

    attributions: tuple[Pattern, ...]
    dividers: frozenset[str]
    forwards: frozenset[str]
    ends: frozenset[str]
    """What stands below a mail that is passed on."""
    ended: frozenset[str]
    """Of `forwards`, what only programs write that mark the end too."""
    labels: Mapping[str, str]
    """Label of a header block → from, date, to, cc, bcc, subject or other."""
    reply_prefixes: frozenset[str]
    forward_prefixes: frozenset[str]
    either_prefixes: Mapping[str, frozenset[str]]
    """A forward's prefix that is an answer's in another language → the words for From in that language."""
    behalf: tuple[str, ...]
    """Between the one who has sent a mail and the one for whom he did."""
    footers: tuple[Pattern, ...]
    devices: tuple[str, ...]
    brands: tuple[str, ...]
    """Makers and programs that a footer of a mobile program names."""
    remarks: tuple[str, ...]
    disclaimers: tuple[str, ...]
    """One of them is proof."""
    disclaimer_hints: tuple[tuple[str, ...], ...]
    """Four of one language are proof."""
    registers: tuple[tuple[str, ...], ...]
    """Of company registers: two of one language are proof below a name."""
    disclaimer_titles: frozenset[str]
    banners: tuple[str, ...]
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    """Longest first."""
    pointers: tuple[str, ...]
    """Words that say: my answers stand inside the quoted mail."""
    beneath: tuple[str, ...]
    """Words that say: what you asked for stands in my signature."""
    requests: tuple[str, ...]
    """Words of somebody who wants something, as no signature does."""
    lists: tuple[str, ...]


@cache
def phrases() -> Phrases:
    """The data files, joined in the order of their names."""
    data = _read()
    return Phrases(
        attributions=_patterns(data, "attributions"),
        dividers=frozenset(_strings(data, "dividers")),
        forwards=frozenset(_strings(data, "forwards")),
        ends=frozenset(_strings(data, "ends")),
        ended=frozenset(_strings(data, "ended")),
        labels=_labels(data),
        reply_prefixes=frozenset(_strings(data, "prefixes", "reply")),
        forward_prefixes=frozenset(_strings(data, "prefixes", "forward")),
        either_prefixes=_either(data),
        behalf=_strings(data, "behalf"),
        footers=_patterns(data, "footers"),
        devices=_strings(data, "devices"),
        brands=_strings(data, "brands"),
        remarks=_strings(data, "remarks"),
        disclaimers=_strings(data, "disclaimers", "sure"),
        disclaimer_hints=_by_language(data, "disclaimers", "hints"),
        registers=_by_language(data, "disclaimers", "registers"),
        disclaimer_titles=frozenset(_strings(data, "disclaimers", "titles")),
        banners=_strings(data, "banners"),
        greetings=_strings(data, "greetings"),
        closings=tuple(sorted(_strings(data, "closings"), key=len, reverse=True)),
        pointers=_strings(data, "pointers"),
        beneath=_strings(data, "beneath"),
        requests=_strings(data, "requests"),
        lists=_strings(data, "lists"),
    )


def _read() -> Sequence[Mapping[str, Any]]:
    folder = files("mailgate.mail") / "quotes"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    yaml = YAML(typ="safe", pure=True)
    return [yaml.load((folder / name).read_text(encoding="utf-8")) for name in names]


def _strings(data: Sequence[Mapping[str, Any]], key: str, under: str | None = None) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for language in data:
        values = language.get(key) or {}
        for value in (values.get(under) or ()) if under else values:
            found[str(value).casefold()] = None
    return tuple(found)


def _by_language(data: Sequence[Mapping[str, Any]], key: str, under: str) -> tuple[tuple[str, ...], ...]:
    return tuple(filter(None, (_strings([language], key, under) for language in data)))


def _patterns(data: Sequence[Mapping[str, Any]], key: str) -> tuple[Pattern, ...]:
    """Those with a fixed beginning first: they say where the attribution starts."""
    made = [Pattern(tuple(part.strip() for part in text.split(GAP))) for text in _strings(data, key)]
    return tuple(sorted(made, key=lambda pattern: not pattern.opens))


def _labels(data: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    return {
        str(label).casefold(): field
        for language in data
        for field, labels in (language.get("labels") or {}).items()
        for label in labels
    }


def _either(data: Sequence[Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    return {
        prefix: frozenset(_strings([language], "labels", "from"))
        for language in data
        for prefix in _strings([language], "prefixes", "either")
    }
