"""Attacks on what an agent's mail may carry out: his words in every frame, with our letter cut, wrapped, turned round,
marked by nobody or twice, and our own line lost, translated or broken. Nothing of it ever leaves for certain.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.body import MARKER, NewWords, agent_words
from mailgate.mail.html import to_text
from mailgate.mail.lines import significant
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits
from tests.mail.framing import Framed, frames

LIMITS = Limits()
BODY = """1042 · New from Erika Krause · Printer

Good morning everybody, the printer on the second floor has stopped.
Between you and me: the customer has not paid for two years now.
We do not tell him that the spare part costs only eleven euros.

The lamp under the lid
Kind regards
Erika Krause

Status      in progress
Handled by  the team of the second level support"""
LETTER = f"{MARKER}\n\n{BODY}"
ANSWER = "Please switch it off and on.\n\nAnna Alt"
OF_OURS = 20
"""Letters in a row that are no accident."""


def _narrow(text: str, width: int) -> list[str]:
    return [part for line in text.split("\n") for part in textwrap.wrap(line, width) or [""]]


MARKERS: dict[str, Callable[[str], str]] = {
    "kept": lambda text: text,
    "lost": lambda text: text.replace(MARKER, ""),
    "translated": lambda text: text.replace(MARKER, "=== oberhalb dieser Zeile schreiben ==="),
    "without signs": lambda text: text.replace(MARKER, MARKER.strip("= ")),
    "wrapped": lambda text: text.replace(MARKER, "=== write above\nthis line ==="),
    "in dashes": lambda text: text.replace(MARKER, "--- write above this line ---"),
    "cut": lambda text: text.replace(MARKER, "=== write above this"),
    "doubled": lambda text: text.replace(MARKER, f"{MARKER}\n{MARKER}"),
    "at the end": lambda text: f"{text.replace(MARKER, '')}\n{MARKER}",
    "in the middle": lambda text: text.replace(MARKER, "").replace("\nThe lamp", f"\n{MARKER}\nThe lamp"),
}
LETTERS: dict[str, Callable[[str], str]] = {
    "whole": lambda text: text,
    "first half": lambda text: "\n".join(text.split("\n")[:6]),
    "second half": lambda text: "\n".join(text.split("\n")[5:]),
    "one line": lambda text: text.split("\n")[5],
    "two lines": lambda text: "\n".join((MARKER, *text.split("\n")[4:6])),
    "reversed": lambda text: "\n".join(reversed(text.split("\n"))),
    "shuffled": lambda text: "\n".join((*text.split("\n")[6:], *text.split("\n")[:6])),
    "without blank lines": lambda text: "\n".join(line for line in text.split("\n") if line),
    "one paragraph": lambda text: " ".join(text.split()),
}
SHAPES: dict[str, Callable[[str, str], str]] = {
    "marked": lambda text, mark: "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n")),
    "unmarked": lambda text, mark: text,
    "twice": lambda text, mark: "\n".join(f"> {mark}{line}".rstrip() for line in text.split("\n")),
    "bars": lambda text, mark: "\n".join(f"| {line}".rstrip() for line in text.split("\n")),
    "indented": lambda text, mark: textwrap.indent(text, "    "),
    "narrow": lambda text, mark: "\n".join(f"{mark}{line}".rstrip() for line in _narrow(text, 30)),
    "numbered": lambda text, mark: "\n".join(f"{at} {line}" for at, line in enumerate(_narrow(text, 34), 1)),
    "hyphenated": lambda text, mark: "\n".join(f"{line}-" for line in _narrow(text.replace(" ", "\u00a0"), 44)),
    "shouted": lambda text, mark: text.upper(),
    "undecoded": lambda text, mark: "=\n".join(text[at : at + 60] for at in range(0, len(text), 60)),
    "bold": lambda text, mark: "\n".join(f"*{line}*" if line else "" for line in text.split("\n")),
}
HEADS: dict[str, Callable[[str], str]] = {
    "as it is": lambda head: head,
    "lost": lambda head: "",
    "first line only": lambda head: head.split("\n")[0],
    "last line only": lambda head: head.rstrip("\n").split("\n")[-1],
    "without address": lambda head: "\n".join(line for line in head.split("\n") if "@" not in line),
    "unknown words": lambda head: "Skrifað: 23.11.2026 10:00, Example <support@example.com>:",
}
PLACES: dict[str, Callable[[str], str]] = {
    "above": lambda quoted: f"{ANSWER}\n\n{quoted}\n",
    "below": lambda quoted: f"{quoted}\n\n{ANSWER}\n",
    "between": lambda quoted: "\n".join((*quoted.split("\n")[:5], "", ANSWER, "", *quoted.split("\n")[5:])),
    "twice": lambda quoted: f"{quoted}\n\n{ANSWER}\n\n{quoted}\n",
    "above a forwarded one": lambda quoted: f"{ANSWER}\n\n---------- Forwarded message ---------\n{quoted}\n",
}
FORMS = ("plain", "html", "both", "other html", "page", "page and text")


def attacked(frame: Framed, marker: str, letter: str, shape: str, head: str, place: str) -> str:
    """The text of the mail."""
    quoted = SHAPES[shape](_letter(marker, letter), frame.mark)
    return PLACES[place](f"{HEADS[head](frame.head)}\n{quoted}")


def _letter(marker: str, letter: str) -> str:
    return LETTERS[letter](MARKERS[marker](LETTER))


def as_mail(text: str, form: str, page: str | None) -> Message:
    """`page`: the HTML of the program around that letter, where it writes any."""
    lines = "".join(f"<div>{escape(line, quote=False) or '<br>'}</div>" for line in text.split("\n"))
    html = {"plain": None, "other html": "<div>Please see the text.</div>"}.get(form, lines)
    html = page if form.startswith("page") else html
    said = to_text(html) if form in ("html", "page") and html else text
    return Message(headers=Headers(()), sender=None, subject="Re: [#1042] Printer", text=said, html=html)


def attack(frame: Framed, how: tuple[str, str, str, str, str, str]) -> NewWords:
    """What is read in one of these mails."""
    marker, letter, shape, head, place, form = how
    page = frame.html(ANSWER, _letter(marker, letter)) if frame.page else None
    return agent_words(as_mail(attacked(frame, marker, letter, shape, head, place), form, page), LIMITS, LETTER)


def leaks(found: NewWords) -> str | None:
    """What of our letter leaves, if anything."""
    said = significant(found.text)
    pieces = (
        letters[at : at + OF_OURS]
        for letters in map(significant, BODY.split("\n"))
        for at in range(len(letters) - OF_OURS + 1)
    )
    return next((piece for piece in pieces if piece in said), None) if found.certain else None


@settings(max_examples=1500, deadline=None)
@given(
    frame=st.sampled_from(frames()),
    how=st.tuples(*(st.sampled_from(list(each)) for each in (MARKERS, LETTERS, SHAPES, HEADS, PLACES, FORMS))),
)
def test_nothing_of_our_letter_leaves_for_certain(frame: Framed, how: tuple[str, str, str, str, str, str]) -> None:
    found = attack(frame, how)
    assert leaks(found) is None, found.text
