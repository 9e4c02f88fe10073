"""What gives a text away that was to be German: English words that no German text has."""

from __future__ import annotations

import re

_WORDS = """
    a about above again already and answer answers any are at be been below between but by can command commands
    does else every for from has have here holds if is it its kept letter letters line lines mailbox may must my need
    needs new no nobody not nothing of on one only open or other our out please priority refused reopen reporter
    sent somebody such than that the their them then there these they this those to too unknown written we were
    what when where which who whole with without words write wrote you your
"""
ENGLISH = frozenset(_WORDS.split())
"""Not `an`, `in`, `so` and `was`, which are German as well."""

NAMES = re.compile(r"`[^`]*`|\(From\)|Authentication-Results|#\w+|<[^>]*>|\{\w+\}|=== write above this line ===")
"""Names that are the same in every language: header fields, commands, links, places to be filled, our line."""

_ADDRESSED = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?|du|dir|dich|dein(?:e[mnrs]?)?)\b")


def english_in(german: str) -> set[str]:
    """The English words of a text that should have none."""
    return set(re.findall(r"[^\W\d_]+", NAMES.sub(" ", german).casefold())) & ENGLISH


def addresses_in(german: str) -> list[str]:
    """`Sie`, `Ihre`, `du`, `dein`: a text without them fits both forms of address."""
    return _ADDRESSED.findall(german)
