"""Writes a letter's words: from a mould where one of its shape was written before, else from the templates.

Of a mould all is fixed but the values of `_PLACES`, of other tickets and of files. Two letters share one only where
everything else they show is the same, and the same of their values are empty: our templates can tell no more of a
value than that (`casting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

from mailgate.outbox.casting import MOST_PLACES, Mould, Poured, Values, is_marked, place
from mailgate.outbox.draft import Draft
from mailgate.outbox.letters import WORDLESS
from mailgate.outbox.links import Link, link_of, with_links
from mailgate.outbox.render import Renderer, Words
from mailgate.outbox.safe import safe_line, safe_words
from mailgate.outbox.view import FileLine, LetterView, Tap
from mailgate.settings.model import Settings

_LINES: Final = ("subject", "reader", "writer", "writer_address", "answer_goes_to", "expected", "closes", "deadline")
_PLACES: Final = (*_LINES, "words", "number", "tag", "address of links", "subject of links")
"""Values that are new in nearly every letter; behind them, number and subject of other tickets, name and size of
files."""
_LISTS: Final = ("others", "files")
_SETTLED: Final = (
    *("site", "formal", "status", "category", "group", "assignee", "priority", "kind", "light", "rule", "notice"),
    *("missing", "taps", "answer_is_note", "owes_number", "asks_answer"),
)
"""Values of which there are no more than the configuration has."""
_REST: Final = tuple(each.name for each in fields(LetterView) if each.name not in (*_PLACES, *_LISTS, *_SETTLED))
"""Where a letter shows any of these, it is written by its templates."""
_lines, _settled, _rest = (attrgetter(*names) for names in (_LINES, _SETTLED, _REST))

_MOST_MOULDS: Final = 512


@dataclass(frozen=True, slots=True)
class _Other:
    """Another ticket in a cast."""

    number: str
    subject: str
    status: str


class Scribe:
    """Writes all letters of one configuration."""

    def __init__(self, settings: Settings, renderer: Renderer) -> None:
        self._settings = settings
        self._renderer = renderer
        self._moulds: dict[object, Mould | None] = {}

    def write(self, draft: Draft, token: str, own: Sequence[str] = ()) -> Words:
        """The words of the letter that carries this token. `own`: the token of each of `draft.parts`. Raises as
        `Renderer.render`."""
        if _may_have_a_mould(draft):
            values = self._values(draft, token)
            if mould := self._mould(draft, values):
                return Poured(mould, values)
        view = with_links(self._settings, draft, token, own)
        return self._renderer.render(draft.template, draft.language, view)

    def _values(self, draft: Draft, token: str) -> Values:
        """What stands in each place, harmless as `safe.py` makes it."""
        view, number = draft.view, draft.view.number
        link = link_of(self._settings, draft.from_address, draft.ticket, token)
        words = safe_words(view.words, draft.template)
        tag = self._settings.tickets.tag.format(number=number) if number else ""
        always = (*map(safe_line, _lines(view)), words, str(number or ""), tag, link.address, link.subject)
        return (*always, *_listed(view)) if view.others or view.files else always

    def _mould(self, draft: Draft, values: Values) -> Mould | None:
        view = draft.view
        lists = (*(each.status for each in view.others), *(each.attached for each in view.files))
        shape = (draft.template, draft.language, _settled(view), lists, *map(bool, values))
        if shape not in self._moulds:
            if len(self._moulds) >= _MOST_MOULDS:
                self._moulds.clear()
            self._moulds[shape] = self._cast(draft, values)
        return self._moulds[shape]

    def _cast(self, draft: Draft, values: Values) -> Mould | None:
        view = draft.view
        if len(values) > MOST_PLACES or any(map(is_marked, _texts(_settled(view)))):
            return None
        marks = [place(number) if value else "" for number, value in enumerate(values)]
        *named, address, subject = marks[: len(_PLACES)]
        shown = {name: mark for name, mark in zip(_PLACES, named, strict=False) if mark}
        link, rest = Link(address, subject), iter(marks[len(_PLACES) :])
        others = tuple(_Other(next(rest), next(rest), safe_line(each.status)) for each in view.others)
        files = tuple(FileLine(next(rest), next(rest), each.attached) for each in view.files)
        taps = tuple(Tap(safe_line(each.label), link(each).href) for each in view.taps)
        marked = {**shown, "taps": taps, "others": others, "files": files}
        return self._renderer.cast(draft.template, draft.language, view, marked)


def _may_have_a_mould(draft: Draft) -> bool:
    if draft.template in WORDLESS or any(_rest(draft.view)):
        return False
    return not any(each.content_id for each in draft.view.files)


def _listed(view: LetterView) -> Iterator[str]:
    for other in view.others:
        yield from (str(other.number), safe_line(other.subject))
    for file in view.files:
        yield from (safe_line(file.name), safe_line(file.size))


def _texts(values: Iterable[object]) -> Iterator[str]:
    """Every text that would be fixed in a mould."""
    for value in values:
        if isinstance(value, tuple):
            yield from _texts(value)
        elif isinstance(value, Tap):
            yield from (value.label, value.href)
        elif isinstance(value, str):
            yield value
