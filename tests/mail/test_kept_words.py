"""Kept words are judged once more before they leave, without the mail they came in."""

from __future__ import annotations

import pytest

from mailgate.mail.kept_words import doubt_of_words
from mailgate.mail.marker import MARKER
from mailgate.settings.site import Limits

OURS = f"{MARKER}\n\n1001 · New from Erika Krause · Printer on fire\n\nIt burns.\n\nYour answer goes to Erika Krause."


def test_his_own_words_may_leave() -> None:
    assert doubt_of_words("Dear Erika,\n\nuse water, please.\n\nAnna", Limits(), OURS) is None


@pytest.mark.parametrize(
    "words",
    [
        f"Dear Erika.\n\n{MARKER}\n\nIt burns.",
        "Dear Erika.\n\n1001 · New from Erika Krause · Printer on fire",
        "Dear Erika.\n\nOn Mon, 23 Nov 2026 at 10:00, Karl <karl@other.example> wrote:\n> No.",
        "Dear Erika.\n\n> No.",
    ],
)
def test_nothing_of_ours_and_nothing_quoted_leaves(words: str) -> None:
    assert doubt_of_words(words, Limits(), OURS) is not None
