"""What an agent most likely wants next, for the one-tap links of a letter: a row a letter, and never what is impossible
with the ticket as it is."""

from __future__ import annotations

from mailgate.outbox.sentences import say
from mailgate.rules import lifecycle
from mailgate.rules.arguments import spoken

_OVER = (("close", "#close"), ("reopen", "#reopen"))
_NEXT = {
    "confirm": (("yes", "#yes"), ("drop", "#drop")),
    "confirm.several": (("yes_all", "#yes"), ("drop_all", "#drop")),
    "command_refused": (("drop", "#drop"), ("help", "#help")),
    "uncertain": (("note", "#note"), ("drop", "#drop"), ("help", "#help")),
    "new_ticket": (("accept", "#accept"), ("take", "#take"), *_OVER, ("help", "#help")),
    "assigned": (("accept", "#accept"), ("take", "#take"), ("resolve", "#resolve"), *_OVER, ("help", "#help")),
    "new_message": (("accept", "#accept"), ("take", "#take"), ("resolve", "#resolve"), *_OVER, ("help", "#help")),
    "status_changed": (("accept", "#accept"), ("take", "#take"), *_OVER, ("help", "#help")),
    "reminder": (("accept", "#accept"), ("take", "#take"), ("resolve", "#resolve"), *_OVER, ("help", "#help")),
    "escalated": (("accept", "#accept"), ("take", "#take"), ("resolve", "#resolve"), *_OVER, ("help", "#help")),
    "delivery_failed": (("help", "#help"),),
    "merged_draft": (("release", "#release"), ("help", "#help")),
    "list": (("take", "#take"), *_OVER, ("show", "#show"), ("history", "#history"), ("help", "#help")),
}
_UNSETTLED_ONLY = ("accept", "take", "resolve", "release")
"""Nobody wants these of what is solved, though some would open it again."""
_SETTLED_ONLY = ("close", "reopen")


def next_steps(
    letter: str, language: str, *, taken: bool = False, asked: bool = False, status: str = "new", keeps: bool = True
) -> tuple[tuple[str, str], ...]:
    """(label, command) for each. `asked`: the ticket waits for him to accept it; `status`: of the ticket. What is
    merged is shown where it lives on. `keeps`: there are words or files to be thrown away."""
    if status in lifecycle.MERGED:
        steps: tuple[tuple[str, str], ...] = (("show", "#show"), ("help", "#help"))
    else:
        left_out = {"take" if taken or asked else "", "" if asked else "accept", "" if keeps else "drop"}
        steps = tuple(each for each in _NEXT.get(letter, ()) if each[0] not in left_out and _fits(each[0], status))
    return tuple((say(f"tap.{name}", language), spoken(command).in_language(language)) for name, command in steps)


def _fits(step: str, status: str) -> bool:
    if step in _UNSETTLED_ONLY:
        return status in lifecycle.UNSETTLED
    return step not in _SETTLED_ONLY or (status not in lifecycle.UNSETTLED and lifecycle.is_possible(step, status))
