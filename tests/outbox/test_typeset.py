"""Our words in 76 columns, people's words as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.html import to_text
from mailgate.outbox.typeset import (
    columns,
    dotted,
    fit,
    in_columns,
    in_lines,
    quoted,
    tidy,
    with_names,
    with_pictures,
    wrap,
)
from mailgate.outbox.view import FileLine
from mailgate.outbox.view_lines import FigureLine

PICTURE = FileLine("plan.png", "3 kB", content_id="p1@x")


@given(st.lists(st.sampled_from(["word", "#take", "longer-words", "@assign", "!close", "a"]), min_size=1))
def test_a_wrapped_line_of_ours_never_begins_with_a_command(words: list[str]) -> None:
    lines = wrap("so " + " ".join(words)).split("\n")
    assert not any(line[0] in "#@!" for line in lines)
    assert " ".join(lines) == "so " + " ".join(words)


def test_tidy_leaves_one_blank_line_and_no_line_too_long() -> None:
    long = "word " * 30
    text = tidy(f"\n\none\n\n\n  \ntwo {long}\n  kept {long}\n\n")
    assert text.startswith("one\n\ntwo word")
    assert all(len(line) <= 76 for line in text.split("\n") if not line.startswith("  "))
    assert f"  kept {long}".rstrip() in text


def test_columns_leave_out_what_is_empty_and_hang_what_is_long() -> None:
    table = columns([("Status", "new"), ("Light", ""), ("Category", "x " * 50)])
    lines = table.split("\n")
    assert lines[0] == "Status    new"
    assert lines[1].startswith("Category  x x")
    assert lines[2].startswith("          x")
    assert columns([("Light", "")]) == ""


def test_a_long_label_has_a_line_of_its_own() -> None:
    assert columns([("#take", "mine"), ("#priority low|normal|high|urgent", "speed")]) == (
        "#take  mine\n#priority low|normal|high|urgent\n       speed"
    )


def test_a_list_line_begins_with_its_number_and_fits() -> None:
    assert dotted([1042, "", None, "#close it", "new"]) == "1042 · close it · new"
    assert len(fit("x" * 100)) == 76


def test_html_keeps_lines_and_indents_of_words() -> None:
    words = "a < b & c\n\n    indented\n\ttab  two"
    html = str(in_lines(words))
    assert "<br>" in html
    assert "a &lt; b &amp; c" in html
    assert to_text(html).replace("\u00a0", " ").split() == words.split()


def test_a_pasted_picture_stands_where_it_stood_else_below() -> None:
    inside = str(with_pictures("see [cid:p1@x] here", (PICTURE,)))
    assert inside.startswith('see <img src="cid:p1@x" alt="plan.png"')
    below = str(with_pictures("see <this>", (PICTURE,)))
    assert below.startswith('see &lt;this&gt;<br><img src="cid:p1@x"')
    assert with_names("see [cid:p1@x] [cid:other]", (PICTURE,)) == "see [plan.png] [cid:other]"


def test_quoted_lines_begin_with_the_sign() -> None:
    assert quoted("a\n\n> b") == "> a\n>\n> > b"


def test_figures_stand_below_their_heads_and_long_names_above_their_figures() -> None:
    long = "Service centre for customers and partners abroad and whoever else may come by one day"
    lines = [
        FigureLine("Network team", ("1,204", "45 min")),
        FigureLine("#close", ("7", "")),
        FigureLine(long, ("84", "3.5 h")),
        FigureLine("all together", ("1,295", "1 h"), is_total=True),
    ]
    table = in_columns(lines, ("tickets", "answer")).split("\n")
    room = 76 - len("  tickets  answer")
    assert table[0] == " " * room + "  tickets  answer"
    assert table[1] == "Network team".ljust(room) + "    1,204  45 min"
    assert table[2] == "close".ljust(room) + "        7"
    assert table[3:5] == [long[:75].rstrip() + "…", " " * room + "       84   3.5 h"]
    assert table[5:] == ["", "all together".ljust(room) + "    1,295     1 h"]
    assert max(map(len, table)) == 76
