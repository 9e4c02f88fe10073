"""What a mail quotes, as far as it is not known already."""

from __future__ import annotations

from mailgate.mail.folds import Fold
from mailgate.mail.layout import layout_of
from mailgate.mail.lines import significant
from mailgate.mail.message import Headers, Message
from mailgate.mail.quoted_words import MORE, MOST_CHARACTERS, MOST_LINES, quoted_words
from mailgate.settings.site import Limits

FRAME = "On Fri, 20 Nov 2026 at 09:12, Karl <karl@supplier.example> wrote:"
TEXT = f"See below.\n\n{FRAME}\n> We deliver on 12 December.\n>\n> It costs 480 Euro.\n> Karl Kunze of Kunze Ltd"


def quotes(text: str, start: int = 2, known: str = "", kind: str = "quote") -> str:
    layout = layout_of(Message(headers=Headers(()), sender=None, text=text), Limits())
    fold = Fold("ours" if kind == "ours" else "quote", start, text.count("\n") + 1, "quoted")
    return quoted_words(text, layout, (fold,), significant(known))


def test_it_begins_with_its_frame_and_loses_one_quote_mark() -> None:
    assert quotes(TEXT) == (f"{FRAME}\nWe deliver on 12 December.\n\nIt costs 480 Euro.\nKarl Kunze of Kunze Ltd")


def test_what_is_ours_or_known_is_left_out() -> None:
    assert quotes(TEXT, kind="ours") == ""
    assert quotes(TEXT, known="We deliver on\n12 December. It costs 480 Euro. Karl Kunze of Kunze Ltd") == ""
    assert quotes(TEXT, known="We deliver on 12 December.").endswith("It costs 480 Euro.\nKarl Kunze of Kunze Ltd")
    assert quotes(TEXT, known="Karl Kunze of Kunze Ltd").endswith("It costs 480 Euro.")


def test_a_frame_alone_says_nothing() -> None:
    assert quotes(f"See below.\n\n{FRAME}\n>") == ""


def test_it_is_bounded_in_lines_and_in_characters() -> None:
    lines = quotes(f"See below.\n\n{FRAME}\n" + "> one more of these lines\n" * 900).split("\n")
    assert (len(lines), lines[-1]) == (MOST_LINES + 1, MORE)
    assert len(quotes(f"See below.\n\n{FRAME}\n> {'word ' * 20_000}")) <= MOST_CHARACTERS + 2
