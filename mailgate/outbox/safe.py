"""Makes every value of a view harmless text before a template sees it.

One-line values lose line breaks, control characters and bidirectional overrides; people's words keep their lines;
tokens of others become "[link removed]"; links are `mailto:` or nothing; a letter to somebody unproven gets no word of
the mail at all.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final

from mailgate.mail.words import clean_body, clean_line
from mailgate.outbox.letters import LETTERS, WORDLESS
from mailgate.outbox.view import LetterView
from mailgate.trust.token import strip

PEOPLES_WORDS: Final = frozenset({"words", "earlier", "quoted", "solution", "notice"})
"""Fields with lines of their own. All others are one line."""

_FIELDS: Final = tuple(field.name for field in fields(LetterView))
_LINE_STARTS: Final = PEOPLES_WORDS | {"remark", "event", "change", "why"}
"""Fields that a letter to an agent may put at the beginning of a line."""
_SENTENCES: Final = frozenset(
    {"progress", "remark", "event", "change", "why", "text", "acts", "line", "means", "todo", "beside"}
)
_LONGEST_LINE: Final = 200
_LONGEST_SENTENCE: Final = 1000

_MAILTO: Final = re.compile(r"mailto:[!-~]+")
_COMMAND_LINE: Final = re.compile(r"^([ \t]*)(?=#\w)", re.MULTILINE)


def safe_values(view: LetterView, template: str) -> dict[str, Any]:
    """The fields of the view as that letter may show them; a mapping because that is what templates take."""
    if template in WORDLESS:
        view = _without_words(view)
    values = {name: getattr(view, name) for name in _FIELDS}
    values |= {name: _safe(name, value) for name, value in values.items() if value}
    if LETTERS[template].to == "agent":
        values |= {name: _no_command(values[name]) for name in _LINE_STARTS}
        for name in ("asked", "conversation"):
            values[name] = tuple(replace(each, words=_no_command(each.words)) for each in values[name])
    return values


def _without_words(view: LetterView) -> LetterView:
    """Only what is ours: nothing of the mail comes back to somebody who may not have sent it."""
    return LetterView(
        site=view.site,
        formal=view.formal,
        number=view.number,
        group=view.group,
        expected=view.expected,
        notice=view.notice,
        missing=view.missing,
        asks_answer=view.asks_answer,
    )


def _safe(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _safe_text(name, value)
    if isinstance(value, tuple):
        return tuple(_safe(name, each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _safe(field.name, getattr(value, field.name)) for field in fields(value)})
    return value


def _safe_text(name: str, value: str) -> str:
    if not value:
        return value
    if name == "href":
        return value if _MAILTO.fullmatch(value) else ""
    if name in PEOPLES_WORDS:
        return _peoples_words(value)
    return safe_line(value, _LONGEST_SENTENCE if name in _SENTENCES else _LONGEST_LINE)


@lru_cache(maxsize=256)  # a letter says most things to each reader, and to many readers the same
def safe_line(value: str, most: int = _LONGEST_LINE) -> str:
    """A value of one line as every letter may show it."""
    return clean_line(strip(value), most)


def safe_words(value: str, template: str) -> str:
    """The writer's words as this letter may show them."""
    words = _peoples_words(value)
    return _no_command(words) if LETTERS[template].to == "agent" else words


@lru_cache(maxsize=8)  # the same words go to each agent that is told of them
def _peoples_words(value: str) -> str:
    return strip(clean_body(value)).strip("\n")


def _no_command(words: str) -> str:
    """A reporter's line `#close` must not look like a command in an agent's mail program (CONTRACT 6: `\\#`)."""
    if "#" not in words:
        return words
    return _COMMAND_LINE.sub(r"\1\\", words)
