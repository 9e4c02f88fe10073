"""Filters of the letter templates: our own words in lines of 76 columns, people's words as they wrote them.

What `casting.py` puts off is done here each time a stored letter is read: it may not come out otherwise one day.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

import re2
from markupsafe import Markup, escape

from mailgate.outbox.view import FileLine
from mailgate.outbox.view_lines import FigureLine

COLUMNS: Final = 76
_WIDEST_LABEL: Final = 24
_KEPT: Final = re.compile("[ >]")
_BLANK_LINES: Final = re.compile(r"\n[ \n]*\n")
_NO_BREAK: Final = "\ue000"
_BEFORE_COMMAND: Final = re.compile(r" (?=[#@!])")
_HARD_SPACE: Final = "\u00a0"
# RE2 sees both at once, and most words have neither.
_ANY_SPACES: Final = re2.compile(rb"  |\n ")
_SPACES: Final = re.compile(r"^( +)| {2,}", re.MULTILINE)
_PICTURE: Final = re.compile(r"\[cid:([^\]\s]+)\]", re.IGNORECASE)


def wrap(text: object, indent: str = "", first: str | None = None) -> str:
    """Our own sentences, broken at 76 columns. No line ever begins with a command: `#yes` stays on the line before."""
    words = " ".join(str(text).split())
    start = indent if first is None else first
    if words and len(start) + len(words) <= COLUMNS:
        return start + words
    held = _BEFORE_COMMAND.sub(_NO_BREAK, words)
    lines = textwrap.fill(
        held,
        COLUMNS,
        initial_indent=start,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace(_NO_BREAK, " ")


def tidied(line: str) -> str:
    """One line of ours: wrapped where it is long, but for indented and quoted ones."""
    return line if len(line) <= COLUMNS or _KEPT.match(line) else wrap(line)


def tidy(text: str, line: Callable[[str], str] = tidied) -> str:
    """Our own part of a letter: one blank line where templates leave several, and each line tidied."""
    joined = _BLANK_LINES.sub("\n\n", "\n".join(map(line, text.strip("\n").split("\n"))))
    return f"{joined}\n" if joined else ""


def fit(line: str) -> str:
    """One line of ours, cut with … where it is too long."""
    return line if len(line) <= COLUMNS else line[: COLUMNS - 1].rstrip(" ·,") + "…"


def bare(value: object) -> str:
    """A value that begins with no command."""
    return str(value).lstrip("#@! ")


def dotted(values: Iterable[object], each: Callable[[object], str] = bare) -> str:
    """`1042 · new · VPN is down`; empty values are left out. Never begins with a command."""
    return " · ".join(each(value) for value in values if value not in (None, ""))


def row(label: str, value: str, width: int) -> str:
    """A label, and its value in the second column, which begins at `width`."""
    if len(label) + 2 > width:
        return f"{label}\n{wrap(value, ' ' * width)}"
    return wrap(value, " " * width, label.ljust(width))


def columns(pairs: Iterable[tuple[str, object]], indent: str = "", each: Callable[[str, str, int], str] = row) -> str:
    """Labels and values in two columns; pairs without a value are left out."""
    rows = [(label, str(value)) for label, value in pairs if value not in (None, "")]
    width = max((len(label) for label, _ in rows if len(label) <= _WIDEST_LABEL), default=0) + 2
    return "\n".join(each(indent + label, value, len(indent) + width) for label, value in rows)


def in_columns(lines: Sequence[FigureLine], heads: Sequence[str]) -> str:
    """A table of figures, right-aligned behind names; where a name is too long for that, it has a line of its own."""
    widths = [max(map(len, column)) + 2 for column in zip(heads, *(each.figures for each in lines), strict=True)]
    room = min(max(len(each.name) for each in lines), COLUMNS - sum(widths))
    rows = [" " * room + _aligned(heads, widths)]
    for each in lines:
        name, figures = bare(each.name), _aligned(each.figures, widths)
        rows += [""] if each.is_total else []
        rows += [name.ljust(room) + figures] if len(name) <= room else [fit(name), " " * room + figures]
    return "\n".join(row.rstrip() for row in rows)


def _aligned(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def quoted(words: str) -> str:
    """Somebody's earlier words, each line marked as quotes are."""
    return "\n".join(f"> {line}".rstrip() for line in words.split("\n"))


def with_names(words: str, files: Sequence[FileLine]) -> str:
    """Plain words: `[cid:…]` of a pasted picture reads `[picture: plan.png]`."""
    names = {each.content_id: each.stand_in or each.name for each in files if each.content_id}
    if not names:
        return words
    return _PICTURE.sub(lambda match: f"[{names[match[1]]}]" if match[1] in names else match[0], words)


def with_pictures(words: str, files: Sequence[FileLine]) -> Markup:
    """People's words as HTML: escaped, their lines and indents kept, pasted pictures where they stood, else below."""
    pictures = {each.content_id: each for each in files if each.content_id and each.attached and each.travels}
    words = with_names(words, [each for each in files if each.content_id not in pictures])
    if not pictures:
        return in_lines(words)
    shown: set[str] = set()

    def picture(match: re.Match[str]) -> str:
        if match[1] not in pictures:
            return match[0]
        shown.add(match[1])
        return _picture(pictures[match[1]])

    body = _PICTURE.sub(picture, _lines(words))
    rest = "".join(f"<br>{_picture(each)}" for cid, each in pictures.items() if cid not in shown)
    return Markup(body + rest)  # noqa: S704  # every part was escaped above


def in_lines(words: str) -> Markup:
    """Text as HTML: escaped, its lines and indents kept."""
    return Markup(_lines(words))  # noqa: S704  # escaped by _lines


@lru_cache(maxsize=8)  # the same words go to each agent that is told of them
def _lines(words: str) -> str:
    text = str(escape(words)).replace("\t", "    ")
    if text.startswith(" ") or _ANY_SPACES.search(text.encode("utf-8", "surrogatepass")):
        # Mail programs know no `white-space: pre`; hard spaces keep indents in each of them.
        text = _SPACES.sub(_hard_spaces, text)
    return text.replace("\n", "<br>\n")


def _hard_spaces(run: re.Match[str]) -> str:
    return _HARD_SPACE * len(run[0]) if run[1] else _HARD_SPACE * (len(run[0]) - 1) + " "


def _picture(file: FileLine) -> str:
    return (
        f'<img src="cid:{escape(file.content_id)}" alt="{escape(file.name)}" '
        'style="max-width:100%;height:auto;border:0">'
    )


FILTERS: Final = (wrap, tidy, fit, dotted, columns, in_columns, quoted, with_names, with_pictures, in_lines)
