"""Lines at the start of a partner's mail that say for whom he writes: `End customer:`, `Phone:`, `Your number:`, and
the same in German (CONTRACT 8, second level). They stay where they are in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from mailgate.mail.identity import mailboxes
from mailgate.mail.words import clean_line
from mailgate.rules.vocabulary import fold

_MOST_LINES = 30
_LONGEST = 120

_LABELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("name", ("end customer", "endcustomer", "customer", "endkunde", "endkundin", "kunde", "kundin")),
    ("email", ("e-mail", "email", "mail")),
    ("phone", ("phone", "telephone", "tel", "tel.", "telefon", "rufnummer")),
    ("company", ("company", "firma")),
    ("department", ("department", "abteilung")),
    ("number", ("your number", "your reference", "ihre nummer", "deine nummer", "ihr zeichen", "ihre referenz")),
)
_FIELDS = {label: field for field, labels in _LABELS for label in labels}
_LINE = re.compile(r"[\s>*•-]{0,6}(?P<label>[^:*]{2,30}?)\s*\*?\s*:\s*\*?\s*(?P<value>.*?)\s*\*?")
# "Hello," and "Guten Tag Frau Alt," may stand above the lines.
_GREETING = re.compile(r"[^:]{2,60}[,!]")


@dataclass(frozen=True, slots=True)
class EndCustomer:
    """What the lines say; None where they say nothing."""

    name: str | None = None
    email: str | None = None
    """In lower case."""
    phone: str | None = None
    company: str | None = None
    department: str | None = None
    number: str | None = None
    """The partner's own number of the case."""

    @property
    def is_somebody(self) -> bool:
        """Do they say anything about a person?"""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "number")


def read_end_customer(text: str) -> EndCustomer | None:
    """What the first lines say; None where the text does not begin with such lines."""
    said: dict[str, str] = {}
    for field, value in _lines(text):
        if value:
            said.setdefault(field, clean_line(value, _LONGEST))
    if not said:
        return None
    named = mailboxes([said.get("name", ""), said.get("email", "")], 1)
    email = named[0].email.lower() if named else None
    name = re.sub(r"<.*|\S+@\S+", "", said.get("name", "")).strip(" ,;\"'") or (named[0].name if named else "")
    others = {field: said.get(field) for field in ("phone", "company", "department", "number")}
    return EndCustomer(name=name or None, email=email, **others)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Field and value of each line that has a label, until the first that has none."""
    begun = greeted = False
    for line in text.strip().split("\n")[:_MOST_LINES]:
        match = _LINE.fullmatch(line.rstrip())
        field = _FIELDS.get(fold(" ".join(match["label"].split()))) if match else None
        if match and field:
            begun = True
            yield field, match["value"]
        elif line.strip() and not (not begun and not greeted and _GREETING.fullmatch(line.strip())):
            return
        elif line.strip():
            greeted = True
