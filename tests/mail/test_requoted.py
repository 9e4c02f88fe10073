"""Is our letter quoted as we wrote it? As mail programs quote it, and as people change it."""

from __future__ import annotations

import pytest

from mailgate.mail.marker import MARKER
from mailgate.mail.requoted import is_unchanged

LETTER = f"""{MARKER}

1001 · One answer from all parts · The office moves

This is the draft of one answer.

────────────────────────────────────────
The cable is long enough, see https://lab.example/cable.

The rooms are free.

────────────────────────────────────────
1002 · Ben Beck · answered
Your answer becomes an internal note.

One tap opens a mail that does it; just send it:
  Send it as it stands  <mailto:support+token@example.com?subject=x&body=%23release>
"""
HTML = (
    f"<p>{MARKER}</p><p><strong>1001</strong> · One answer from all parts<br>The office moves</p>"
    "<p>This is the draft of one answer.</p><hr><div>The cable is long enough, see https://lab.example/cable.<br><br>"
    "The rooms are free.</div><hr><p>1002 · Ben Beck · answered</p><p>Your answer becomes an internal note.</p>"
    "<p>One tap opens a mail that does it; just send it:</p><a href='mailto:support@example.com'>Send it</a>"
)


def quoted(text: str) -> str:
    return "On Mon, 23 Nov 2026 Support wrote:\n" + "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def narrow(text: str) -> str:
    """Every line broken after two words, as a narrow program does."""
    words = text.split()
    return "\n".join(" ".join(words[at : at + 2]) for at in range(0, len(words), 2))


@pytest.mark.parametrize(
    "quote",
    [
        quoted(LETTER),
        quoted(narrow(LETTER)),
        LETTER.replace("https://lab.example/cable", "https://lab.example/cable <https://lab.example/cable>"),
        quoted(LETTER) + "\n\n-- \nAnna Alt\nThis mail is confidential.",
        quoted(LETTER.replace("────────────────────────────────────────", "")),
        "-----Original Message-----\nFrom: Support\n\n" + LETTER.replace("=== ", "").replace(" ===", ""),
        "",
        "On Mon, 23 Nov 2026 Support wrote:",
    ],
)
def test_what_programs_do_to_a_quote_is_no_change(quote: str) -> None:
    assert is_unchanged(quote, LETTER, HTML)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("long enough", "too short"),
        ("free.", "free. Not all of them."),
        ("The rooms are free.", ""),
        ("The cable", "Dear Erika, the cable"),
        ("free.\n", "free.\n\nRegards, Anna\n"),
        ("is long", "is not long"),
        ("The cable is long enough, see https://lab.example/cable.\n\nThe rooms are free.", "Nothing is well."),
    ],
)
def test_what_a_person_changes_is(before: str, after: str) -> None:
    assert before in LETTER
    assert not is_unchanged(quoted(LETTER.replace(before, after)), LETTER, HTML)


def test_a_quote_of_the_html_is_compared_with_that() -> None:
    shown = HTML.replace("<br>", "\n").replace("</p>", "\n").replace("<hr>", "\n")
    text = "".join(part.partition(">")[2] for part in shown.split("<"))
    assert is_unchanged(text, LETTER, HTML)
    assert not is_unchanged(text.replace("free", "taken"), LETTER, HTML)


def test_a_quote_of_a_part_only_is_not_taken_for_the_whole() -> None:
    assert not is_unchanged(quoted("The cable is long enough, see"), LETTER, HTML)
