"""An agent's words without their mail, judged once more before they leave: nothing of ours may be in them."""

from __future__ import annotations

from mailgate.mail.certainty import LINE_MISSING, judge
from mailgate.mail.layout import layout_of
from mailgate.mail.marker import find_marker
from mailgate.mail.message import Headers, Message
from mailgate.sentence import Sentence
from mailgate.settings.site import Limits


def doubt_of_words(words: str, limits: Limits, ours: str | None) -> Sentence | None:
    """Why it is not certain that these are his words alone; None where it is. `ours`: the letter he had answered."""
    layout = layout_of(Message(headers=Headers(()), sender=None, text=words), limits)
    if find_marker(layout.lines) is not None:
        return LINE_MISSING
    cut = judge(layout.lines, layout.frames, None, ours)
    return None if cut.certain else cut.why
