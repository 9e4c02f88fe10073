"""Header blocks above quoted or forwarded mail: `From: … Sent: … To: … Subject: …` in any language of the data.

"From: Berlin / To: Paris" is prose: a block needs a sender with an address, or a sender, a date with its clock and a
subject. A value may go on in the lines below: long lists of recipients are wrapped, tables put it below its label.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.mail.evidence import Frame, addresses, has_clock, numbers
from mailgate.mail.lines import Line
from mailgate.mail.phrases import phrases

_MOST_LINES = 60
_WRAPPED_LINES = 3
"""So many lines below a label may belong to its value before the next label shows that they do."""
_LABEL_LENGTH = 30
_LISTS = frozenset(("from", "to", "cc", "bcc", "other"))
_NAMED = frozenset(("from", "date", "to", "cc", "subject"))


def header_block(lines: Sequence[Line], at: int, *, divided: bool) -> Frame | None:
    """The block that begins in line `at`. `divided`: below a divider with words, where less evidence does."""
    if not _label(lines[at].bare, bare_words=divided):
        return None
    block = _Block(lines, at, bare_words=divided)
    if len(block.fields) < 2:
        return None
    fields = tuple((field, value.rstrip(";* ")) for field, value in block.fields)
    named = addresses("\n".join(lines[place].bare for place in range(at, block.end)))
    return Frame("header block", at, block.end, _is_header(dict(fields), divided=divided), False, fields, named)


def is_label(bare: str) -> bool:
    """A known label with a colon begins this line."""
    head, colon, _ = (bare.replace("：", ":", 1) if "：" in bare else bare).partition(":")
    return bool(colon) and len(head) <= _LABEL_LENGTH and bool(field_of(head))


def field_of(label: str) -> str | None:
    """What a label means: from, date, to, cc, bcc, subject or other."""
    return phrases().labels.get(label.strip("*_ ").casefold())


class _Block:
    """The fields from line `at` on, in their order, and where they end."""

    def __init__(self, lines: Sequence[Line], at: int, *, bare_words: bool) -> None:
        self.lines = lines
        self.bare_words = bare_words
        self.fields: list[tuple[str, str]] = []
        self._named: set[str] = set()
        self.end = at
        self._depth = lines[at].depth
        self._adjacent = False
        self._below = False
        for place in range(at, min(at + _MOST_LINES, len(lines))):
            if not self._takes(place):
                break

    def _takes(self, place: int) -> bool:
        line = self.lines[place]
        if line.blank:
            return self._goes_on_below(place)
        if line.depth != self._depth:
            return False
        label = _label(line.bare, bare_words=self.bare_words) or (_any_field(line.bare) if self.fields else None)
        if label:
            return self._begins(label, place)
        return self._continues(line.bare, place)

    def _begins(self, label: tuple[str, str], place: int) -> bool:
        if self._has(label[0]) or (label[0] == "other" and self._is_whole() and not self._closes(label[1], place)):
            return False
        self._adjacent = self._adjacent or (bool(self.fields) and self.end == place)
        self._below = self._below or not (self.fields or label[1])
        self.fields.append(label)
        self._named.add(label[0])
        self.end = place + 1
        return True

    def _closes(self, value: str, place: int) -> bool:
        """Reply-To or When below a whole header: with an address, or as one of the last lines above the mail."""
        below = self.lines[place + 1].bare if place + 1 < len(self.lines) else ""
        if self.end != place:
            return False
        return "@" in value or not below or bool(_label(below, bare_words=False) or _any_field(below))

    def _continues(self, bare: str, place: int) -> bool:
        """This line is a part of the value above it."""
        field, value = self.fields[-1]
        is_wrapped = field in _LISTS and _is_wrapped(value, bare)
        if not (self._is_awaited() or is_wrapped or self._label_follows(place)):
            return False
        self.fields[-1] = (field, f"{value} {bare}".strip())
        self.end = place + 1
        return True

    def _is_awaited(self) -> bool:
        """The value stands below its label, as the first one did; else one that is missing is empty, and what stands
        below it is the mail."""
        return self._below and not self.fields[-1][1]

    def _label_follows(self, place: int) -> bool:
        for below in range(place + 1, min(place + 1 + _WRAPPED_LINES, len(self.lines))):
            line = self.lines[below]
            if line.blank:
                return False
            if label := _label(line.bare, bare_words=False):
                return label[0] in _NAMED and not self._has(label[0])
        return False

    def _goes_on_below(self, blank: int) -> bool:
        """A blank line ends the block, unless the program puts one between all fields."""
        below = blank + 1
        if below >= len(self.lines) or self.lines[below].blank:
            return False
        if self._adjacent and self._has("from") and len(self.fields) > 1:
            return False
        return self._is_awaited() or _label(self.lines[below].bare, bare_words=False) is not None

    def _is_whole(self) -> bool:
        return self._has("from") and self._has("subject") and (self._has("date") or self._has("to"))

    def _has(self, field: str) -> bool:
        return field != "other" and field in self._named


def _label(bare: str, *, bare_words: bool) -> tuple[str, str] | None:
    """(field, value) of a line `Label: value`, also `*Label:* value`; below a divider eM Client has no colon."""
    head, colon, value = (bare.replace("：", ":", 1) if "：" in bare else bare).partition(":")
    field = phrases().labels.get(head.strip("*_ ").casefold()) if colon and len(head) <= _LABEL_LENGTH else None
    if not field and bare_words:
        head, _, value = bare.partition(" ")
        field = phrases().labels.get(head.casefold())
    return (field, value.strip("* ")) if field else None


def _any_field(bare: str) -> tuple[str, str] | None:
    """User-Agent:, X-Mailer: … of a program that shows the whole header: fields of no meaning here."""
    head, colon, value = bare.partition(":")
    is_field = (
        colon and len(head) <= _LABEL_LENGTH and "-" in head and head.isascii() and head.replace("-", "").isalpha()
    )
    return ("other", value.strip()) if is_field else None


def _is_wrapped(value: str, bare: str) -> bool:
    """A list of addresses goes on in this line."""
    if value.endswith((",", ";", "<")) or bare.startswith("<"):
        return "@" in bare or value.endswith((",", ";"))
    last = value.replace(";", ",").rpartition(",")[2]
    return "@" in value and "@" not in last and "@" in bare


def _is_header(fields: dict[str, str], *, divided: bool) -> bool:
    others = len({"date", "to", "subject"} & fields.keys())
    if "from" not in fields or not others:
        return False
    if divided or (others > 1 and "@" in fields["from"]):
        return True
    date = fields.get("date", "")
    dated = has_clock(date) and numbers(date) > 2
    return dated and ("subject" in fields or "@" in fields.get("to", ""))
