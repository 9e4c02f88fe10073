"""Divider and header block in one line, as Yahoo writes them into its plain text:

----- Forwarded Message ----- From: Karl <karl@x.example>To: erika@x.example <erika@x.example>Sent: …Subject: Printer
"""

from __future__ import annotations

from mailgate.mail.evidence import Frame, addresses
from mailgate.mail.headerblock import field_of
from mailgate.mail.phrases import phrases

_DASHES = "---"
_SIGNS = "-‐‑‒–— "
_LONGEST = 20_000
_LABEL_LENGTH = 30


def one_line_frame(bare: str, at: int) -> Frame | None:
    """The frame in this one line, number `at`; None for every other line."""
    if not bare.startswith(_DASHES) or ":" not in bare or "@" not in bare:
        return None
    words, closed, rest = bare[:_LONGEST].lstrip(_SIGNS).partition(_DASHES)
    named = words.strip(_SIGNS).casefold()
    forward = named in phrases().forwards
    if not closed or not (forward or named in phrases().dividers):
        return None
    fields = _fields(rest.lstrip(_SIGNS))
    if len(fields) < 3 or fields[0][0] != "from":
        return None
    return Frame("header block", at, at + 1, True, forward, fields, addresses(rest))


def _fields(text: str) -> tuple[tuple[str, str], ...]:
    """Label by label; the subject stands last, and what looks like a label in it is none."""
    found: list[tuple[str, str]] = []
    field, begins, colon = "", 0, text.find(":")
    while colon >= 0 and field != "subject":
        label = _label_before(text[max(begins, colon - _LABEL_LENGTH) : colon], {known for known, _ in found} | {field})
        if label:
            length, known = label
            if field:
                found.append((field, text[begins : colon - length].strip(" ;,")))
            field, begins = known, colon + 1
        colon = text.find(":", colon + 1)
    if not field:
        return ()
    return (*found, *_with_subject(field, text[begins:].strip()))


def _with_subject(field: str, value: str) -> tuple[tuple[str, str], ...]:
    """In Portuguese Yahoo leaves out the colon of the last label: `09:26:50 CETAssunto Printer`."""
    folded = value.casefold()
    if field == "subject" or len(folded) != len(value):
        return ((field, value),)
    for label in (each for each, meant in phrases().labels.items() if meant == "subject"):
        at = folded.find(f"{label} ")
        if at > 0 and not value[at - 1].isspace() and value[at].isupper():
            return (field, value[:at].strip()), ("subject", value[at + len(label) :].strip())
    return ((field, value),)


def _label_before(text: str, taken: set[str]) -> tuple[int, str] | None:
    """The longest label that ends here, and what it means. It may follow a figure or a word without a space."""
    for start in range(len(text)):
        before, label = text[start - 1 : start], text[start:]
        if label[0].isspace() or (before.isalpha() and label[0].islower()):
            continue
        field = field_of(label)
        if field and field not in taken:
            return len(label), field
    return None
