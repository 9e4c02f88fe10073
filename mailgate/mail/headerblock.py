"""Header blocks above quoted or forwarded mail: `From: … Sent: … To: … Subject: …` in any language of the data.

"From: Berlin / To: Paris" is prose: a block needs a sender with an address, or a sender, a date with its clock and a
subject.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.mail.evidence import Frame, addresses, has_clock, numbers
from mailgate.mail.lines import Line
from mailgate.mail.phrases import phrases

_MOST_LINES = 40
_CONTINUED_LINES = 8
_LABEL_LENGTH = 30


def header_block(lines: Sequence[Line], at: int, *, divided: bool) -> Frame | None:
    """The block that begins in line `at`. `divided`: below a divider with words, where less evidence does."""
    if not _label(lines[at].bare, bare_words=divided):
        return None
    fields: list[tuple[str, str]] = []
    end = at
    for place in range(at, min(at + _MOST_LINES, len(lines))):
        line = lines[place]
        label = None if line.blank else _label(line.bare, bare_words=divided)
        if label and not _is_again(label[0], fields):
            fields.append(label)
            end = place + 1
        elif label or (line.blank and _ends_at(lines, place)) or place - end >= _CONTINUED_LINES:
            break
    if len(fields) < 2:
        return None
    named = addresses("\n".join(lines[place].bare for place in range(at, end)))
    return Frame("header block", at, end, _is_header(dict(fields), divided=divided), False, tuple(fields), named)


def may_be_label(bare: str) -> bool:
    """A colon stands where that of a label would."""
    return ":" in bare.replace("：", ":", 1)[: _LABEL_LENGTH + 1]


def _label(bare: str, *, bare_words: bool) -> tuple[str, str] | None:
    """(field, value) of a line `Label: value`, also `*Label:* value`; below a divider eM Client has no colon."""
    head, colon, value = bare.replace("：", ":", 1).partition(":")
    field = phrases().labels.get(head.strip("*_ ").casefold()) if colon and len(head) <= _LABEL_LENGTH else None
    if not field and bare_words:
        head, _, value = bare.partition(" ")
        field = phrases().labels.get(head.casefold())
    return (field, value.strip("* ")) if field else None


def _is_again(field: str, fields: Sequence[tuple[str, str]]) -> bool:
    return field != "other" and any(field == known for known, _ in fields)


def _ends_at(lines: Sequence[Line], blank: int) -> bool:
    """A blank line ends the block, unless the program puts one between all fields."""
    below = blank + 1
    return below >= len(lines) or lines[below].blank or not _label(lines[below].bare, bare_words=False)


def _is_header(fields: dict[str, str], *, divided: bool) -> bool:
    others = len({"date", "to", "subject"} & fields.keys())
    if "from" not in fields or not others:
        return False
    if divided or (others > 1 and "@" in fields["from"]):
        return True
    date = fields.get("date", "")
    dated = has_clock(date) and numbers(date) > 2
    return dated and ("subject" in fields or "@" in fields.get("to", ""))
