"""Cutting is linear, also in what hangs other parsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailgate.mail.body import MARKER, agent_words, new_words
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits
from tests.growth import assert_linear

WIDE = Limits(reply_size=8 * 2**20, reply_lines=200_000)
# Sizes in quarters: four of them are what hung other parsers for seconds.
HOSTILE: dict[str, Callable[[int], str]] = {
    "one endless attribution": lambda n: "On " + "x " * (1_500 * n),
    "1,500 beginnings of attributions": lambda n: "On foo bar\n" * (375 * n),
    "30,000 blank lines": lambda n: "\n" * (7_500 * n),
    "20,000 dividers": lambda n: "-----Original Message-----\n" * (5_000 * n),
    "200,000 quote marks": lambda n: ">" * (50_000 * n),
    "alternating quotation and answer": lambda n: "> a\nb\n" * (1_000 * n),
    "attribution after attribution": lambda n: "On 1.1.2026 at 10:00 B <b@x.de> wrote:\n> x\ny\n" * (500 * n),
    "words of a pattern over and over": lambda n: ("am " + "schrieb " * 50 + ":\n") * (300 * n),
    "headers without end": lambda n: "From: a\nTo: b\nFrom: c\n" * (800 * n),
    "signature after signature": lambda n: "-- \nfoo\n" * (1_500 * n),
    "half of our line": lambda n: "write above\n" * (1_500 * n),
    "our line": lambda n: f"{MARKER}\n" * (1_500 * n),
}


def mail(text: str) -> Message:
    return Message(headers=Headers(()), sender=None, subject="Re: Printer", text=text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_mail_costs_in_proportion_to_its_size(hostile: str) -> None:
    def cut(quarters: int) -> None:
        text = HOSTILE[hostile](quarters)
        new_words(mail(text), WIDE)
        agent_words(mail(text), WIDE, text)

    assert_linear(cut, 1)
