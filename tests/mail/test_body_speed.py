"""Cutting is linear: what hangs other parsers (needs.md P6), and twice as much in twice the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mailgate.mail.body import MARKER, agent_words, new_words
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits

LIMITS = Limits()
WIDE = Limits(reply_size=8 * 2**20, reply_lines=200_000)
# Sizes in quarters: four of them are what needs.md P6 measured.
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


def seconds(text: str, limits: Limits) -> float:
    """The best of three: what else runs on the machine is not what is measured."""
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        new_words(mail(text), limits)
        agent_words(mail(text), limits, text)
        taken.append(time.perf_counter() - begun)
    return min(taken)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_mail_takes_less_than_a_second(hostile: str) -> None:
    assert seconds(HOSTILE[hostile](4), LIMITS) < 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_twice_the_mail_takes_about_twice_the_time(hostile: str) -> None:
    for _ in range(3):
        growth = seconds(HOSTILE[hostile](2), WIDE) / max(seconds(HOSTILE[hostile](1), WIDE), 0.005)
        if growth < 2.3:
            return
    pytest.fail(f"grew {growth:.1f} times")
