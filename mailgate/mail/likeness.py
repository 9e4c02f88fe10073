"""How much two mails say the same: a program repeats itself, apart from numbers, dates and what it quotes."""

from __future__ import annotations

import re
from itertools import pairwise

from mailgate.mail.references import base_subject

_READ = 4_000
_ADDRESS = re.compile(r"\S{1,320}@\S{1,320}")
_TAG = re.compile(r"\[[^\]\n]{0,40}#[^\]\n]{0,40}\]")
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.8
_CONTAINED = 0.9
_ALONE = 8
"""Pairs of words: what is shorter is contained in many mails by chance."""

Prints = frozenset[tuple[str, str]]


def prints(subject: str, text: str) -> Prints:
    """The pairs of neighbouring words of a mail, without numbers, tags, addresses and case."""
    said = f"{base_subject(_TAG.sub(' ', subject))}\n{text[:_READ]}"
    if "@" in said:
        said = _ADDRESS.sub(" ", said)
    words = ["", *_WORD.findall(said.casefold()), ""]
    return frozenset(pairwise(words))


def alike(one: Prints, other: Prints) -> bool:
    """The same words for the most part; or one repeats the other whole, as a reply that grows by what it quotes."""
    common, smaller = len(one & other), min(len(one), len(other))
    if common >= _ENOUGH * len(one | other):
        return True
    return smaller >= _ALONE and common >= _CONTAINED * smaller
