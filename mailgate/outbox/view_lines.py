"""Lines of which some letters show many: what is wrong with mailgate, the rows of a report, the events of a ticket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """One thing that is or was wrong with mailgate itself, sentences each; `until` only where it is over."""

    text: str
    since: str
    means: str = ""
    todo: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """`report`: one row. `figures`: in words, one for each of the heads; empty where there is nothing to measure."""

    name: str
    figures: tuple[str, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class HappenedLine:
    """`#history`: one event, in words."""

    at: str
    text: str
