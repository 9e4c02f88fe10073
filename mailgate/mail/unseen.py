"""What mail programs do not show of an HTML body: lines meant for the list of mails alone, padding, words of no size.

Only what its own element says is looked at, never a style sheet. A colour hides nothing here: white words on white are
words. `mso-hide` hides from one program only, so what says no more than that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TAGS = frozenset(("script", "style", "head", "title", "template", "xml", "svg", "noembed", "noframes", "datalist"))
"""Elements whose words are for programs."""

_MAY_HIDE = ("none", "hidden", "collapse", "opacity", "height", "font-size")
_ZERO = re.compile(r"0*(?:\.0*)?(?:px|pt|em|rem|ex|%|cm|mm|in)?")
_LONGEST = 4000
# Zero-width signs, soft hyphens and joiners of graphemes, with which programs push the next words out of a preview.
_FILLERS = "\u200b\u200c\u200d\u2060\u034f\u00ad\ufeff\u180e"
_PADDING = re.compile(rf"(?:[{_FILLERS}][ \u00a0\u2007]*+){{3,}}+")


def is_hidden(style: str) -> bool:
    """Whether an element with this style attribute, in lower case, is not shown with all that is in it."""
    if not style or not any(word in style for word in _MAY_HIDE):
        return False
    said = dict(_declared(style))
    if said.get("display") == "none" or said.get("visibility") in ("hidden", "collapse") or _is_zero(said, "opacity"):
        return True
    flat = _is_zero(said, "max-height") or _is_zero(said, "height")
    return flat and said.get("overflow") == "hidden"


def shrinks(style: str) -> bool | None:
    """Whether the words of an element are of no size; None where this style, in lower case, leaves that as it is.
    Programs that build newsletters shrink the cell and give the words in it their size again."""
    if "font-size" not in style:
        return None
    said = dict(_declared(style))
    return _is_zero(said, "font-size") if "font-size" in said else None


def without_padding(line: str) -> str:
    """A line of text without signs that nobody sees at its end, and without runs of them; those inside words stay."""
    if line.isascii():
        return line.rstrip()
    return _PADDING.sub(" ", line).rstrip(f"{_FILLERS} \t\u00a0\u2007\r\f\v")


def _declared(style: str) -> Iterator[tuple[str, str]]:
    for each in style[:_LONGEST].split(";"):
        name, _, value = each.partition(":")
        yield name.strip(), value.replace("!important", "").strip()


def _is_zero(said: dict[str, str], name: str) -> bool:
    value = said.get(name, "")
    return bool(value) and _ZERO.fullmatch(value) is not None and "0" in value
