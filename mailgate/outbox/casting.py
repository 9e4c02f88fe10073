"""A letter as a mould: rendered once with marks where values will stand, then filled for each letter of its shape.

Moulds are stored (`moulds.py`), and so are their letters' values: a mark or a step that was ever in one stays as it is.

What the templates' filters do to a value depends on it: where a line breaks, whether it is cut. In a cast such a step
is written down, and done when the mould is filled. A filter that can not put its work off raises NotCast.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from markupsafe import Markup, escape

from mailgate.outbox import typeset
from mailgate.outbox.view import FileLine

Values = Sequence[str]
"""What stands in each place, as text."""
_Do = Callable[[Values], str]
_Part = str | int | _Do
"""What is fixed, the number of a value, or a step."""

_FIRST: Final = 0xE100
MOST_PLACES: Final = 250
_BEGIN, _NEXT, _END = "\ue1fd", "\ue1fe", "\ue1ff"
# For private use, so nothing of ours holds one; what people wrote never stands in a cast.
_MARK: Final = re.compile("([\ue100-\ue1ff])")


class NotCast(Exception):
    """What this letter does to a value can not be put off"""


def place(number: int) -> str:
    """Where the value of that number stands in a cast; there are `MOST_PLACES`."""
    return chr(_FIRST + number)


def is_marked(text: object) -> bool:
    """Whether a value may stand in this text, or a step is put off."""
    return _MARK.search(str(text)) is not None


# -- the filters of a cast ---------------------------------------------------------------------------------------------


def wrap(text: object, indent: str = "", first: str | None = None) -> str:
    return typeset.wrap(_without_marks(text), indent, first)


def tidy(text: str) -> str:
    return typeset.tidy(text, _tidied)


def fit(line: str) -> str:
    return _later("fit", line) if is_marked(line) else typeset.fit(line)


def dotted(values: Iterable[object]) -> str:
    return typeset.dotted(values, lambda value: _later("bare", value) if is_marked(value) else typeset.bare(value))


def columns(pairs: Iterable[tuple[str, object]], indent: str = "") -> str:
    return typeset.columns(pairs, indent, _row)


def quoted(words: str) -> str:
    return typeset.quoted(_without_marks(words))


def with_names(words: str, files: Sequence[FileLine]) -> str:
    return typeset.with_names(_without_marks(words) if _has_pictures(files) else words, files)


def with_pictures(words: str, files: Sequence[FileLine]) -> Markup:
    return typeset.with_pictures(_without_marks(words), files) if _has_pictures(files) else in_lines(words)


def in_lines(words: str) -> Markup:
    return Markup(_later("lines", words)) if is_marked(words) else typeset.in_lines(words)  # noqa: S704  # escaped then


FILTERS: Final = (wrap, tidy, fit, dotted, columns, quoted, with_names, with_pictures, in_lines)


def _has_pictures(files: Sequence[FileLine]) -> bool:
    return any(each.content_id for each in files)


def _without_marks(text: object) -> str:
    if is_marked(text):
        raise NotCast
    return str(text)


def _tidied(line: str) -> str:
    if not is_marked(line):
        return typeset.tidied(line)
    # A line that is kept as it is needs no second look, unless it may turn into several.
    return line if line[0] in " >" and _BEGIN not in line else _later("tidy", line)


def _row(label: str, value: str, width: int) -> str:
    fixed = _without_marks(label)
    return _later("row", value, fixed, width) if is_marked(value) else typeset.row(fixed, value, width)


def _later(step: str, body: object, *given: object) -> str:
    return f"{_BEGIN}{_NEXT.join(map(str, (step, *given, body)))}{_END}"


_STEPS: Final[dict[str, Callable[..., str]]] = {
    "fit": typeset.fit,
    "bare": typeset.bare,
    "lines": typeset.in_lines,
    "row": lambda value, label, width: typeset.row(label, value, int(width)),
    "tidy": lambda lines: "\n".join(map(typeset.tidied, lines.split("\n"))),
}
"""What is put off: each takes its text filled, then what else was given."""


# -- the mould ---------------------------------------------------------------------------------------------------------


class _Form:
    """What is fixed of a text, and the places between: taken apart once, filled for every letter."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        places = [(at, each) for at, each in enumerate(parts) if not isinstance(each, str)]
        self._fixed = [each if isinstance(each, str) else "" for each in parts]
        self._values = [(at, each) for at, each in places if isinstance(each, int)]
        self._steps = [(at, each) for at, each in places if not isinstance(each, int)]
        self.shows = tuple({each for _, each in self._values})
        """The numbers of the values that stand in it as they are."""

    def filled(self, shown: Values | Mapping[int, str], values: Values) -> str:
        """`shown`: the values as they stand there; `values`: as a step takes them."""
        text = self._fixed.copy()
        for at, number in self._values:
            text[at] = shown[number]
        for at, do in self._steps:
            text[at] = do(values)
        return "".join(text)


class Mould:
    """Text and HTML of one letter, but for its values: made of the cast letter, which is also how it is stored. Raises
    NotCast where a step in its HTML has more in it than a value."""

    def __init__(self, text: str, html: str) -> None:
        self.cast = text, html
        self.digest = hashlib.sha256("\0".join(self.cast).encode()).hexdigest()
        """Its name: no other cast has it."""
        self._text, self._html = _Form(_parts(text, in_html=False)), _Form(_parts(html, in_html=True))
        self._places = {ord(each) - _FIRST for each in _MARK.findall(text + html)}

    def needed(self, values: Values) -> Values:
        """What it shows of these, or makes something of; the others are empty."""
        return [value if number in self._places else "" for number, value in enumerate(values)]

    def text(self, values: Values) -> str:
        """With these values, which are harmless lines or words (`safe.py`)."""
        return self._text.filled(values, values)

    def html(self, values: Values) -> str:
        """With the same."""
        return self._html.filled({each: escape(values[each]) for each in self._html.shows}, values)


class Poured:
    """A letter out of a mould: filled when somebody reads it, and the same whenever that is."""

    subject: Final = None
    """No mould sets one."""

    def __init__(self, mould: Mould, values: Values) -> None:
        self.mould = mould
        self.values = mould.needed(values)

    @cached_property
    def text(self) -> str:
        """Plain text, with LF line ends."""
        return self.mould.text(self.values)

    @cached_property
    def html(self) -> str:
        """The same in HTML."""
        return self.mould.html(self.values)


def _parts(cast: str, *, in_html: bool) -> tuple[_Part, ...]:
    (whole,) = _groups(iter(_MARK.split(cast)), in_html=in_html)
    return whole


def _groups(pieces: Iterator[str], *, in_html: bool) -> tuple[tuple[_Part, ...], ...]:
    """What stands up to the end, or to the end of this step: its name, what it is given, its text."""
    groups: list[list[_Part]] = [[]]
    for each in pieces:
        if each == _END:
            break
        if each == _NEXT:
            groups.append([])
        elif each == _BEGIN:
            groups[-1].append(_step(*_groups(pieces, in_html=False), in_html=in_html))
        elif _MARK.fullmatch(each):
            groups[-1].append(ord(each) - _FIRST)
        elif each:
            groups[-1].append(each)
    return tuple(map(tuple, groups))


def _step(name: tuple[_Part, ...], *rest: tuple[_Part, ...], in_html: bool) -> _Do:
    (step,), (*given, body) = name, rest
    do, words = _STEPS[str(step)], ["".join(map(str, each)) for each in given]
    if in_html and step != "lines" and any(isinstance(each, str) for each in body):
        raise NotCast  # that text is escaped already, and would be once more
    form = _Form(body)
    if in_html:  # what is markup stays as it is
        return lambda values: escape(do(form.filled(values, values), *words))
    return lambda values: do(form.filled(values, values), *words)
