"""What stands between the quoted lines of a list of ours, told from what is ours word by word."""

from __future__ import annotations

from mailgate.mail.interleaved import Interleaved, interleaved
from mailgate.mail.lines import Line
from mailgate.mail.tabled import of_html, of_text, row_texts

LETTER = """\
=== write above this line ===

Open tickets

  1001 · red · Printer on fire
      Erika Krause · new · Network team · Friday, 27 November 2026,
      17:00
  1002 · Is it #close to the door?
      1003 · waiting · Anna Alt
    + 2 more

Answer with a line for each, such as #1001 take.
"""
HTML = """<p>=== write above this line ===</p><p>Open tickets</p><table>
<tr><td><b>1001</b></td><td>Printer on fire<br>red · Erika Krause · new · Network team · Friday, 27 November
2026, 17:00</td></tr>
<tr><td><b>1002</b></td><td>Is it #close to the door?<br>1003 · waiting · Anna Alt</td></tr></table>
<p>+ 2 more</p><p>Or answer with a line for each, such as #1001 take.</p>"""


def lines(text: str) -> tuple[Line, ...]:
    """As they are read: quote marks make depth."""
    return tuple(Line(each.lstrip("> ").strip(), len(each) - len(each.lstrip(">"))) for each in text.split("\n"))


def read(text: str, start: int = 0) -> Interleaved:
    return interleaved(lines(text), start, of_text(LETTER))


def found(text: str) -> list[tuple[str, int | None]]:
    return [(each.text, each.row) for each in read(text).inserted]


def quoted(behind: str, part: str) -> str:
    """The letter with marks, and these words behind the line that holds the part."""
    return "\n".join(f"> {line}" + (f"\n{behind}" if part in line else "") for line in LETTER.split("\n"))


def test_each_word_belongs_to_the_row_it_stands_in() -> None:
    letter = of_text(LETTER)
    rows = dict(zip(letter.words, letter.rows, strict=True))
    assert (rows["printer"], rows["krause"], rows["waiting"]) == (1001, 1001, 1002)
    assert rows["open"] is rows["more"] is rows["answer"] is None


def test_a_name_that_reads_like_a_number_begins_no_row() -> None:
    assert set(row_texts(LETTER)) == {1001, 1002}
    assert found(quoted("#take", "1003 · waiting")) == [("#take", 1002)]


def test_the_html_has_the_same_rows_in_another_order_of_words() -> None:
    letter = of_html(HTML, of_text(LETTER))
    rows = dict(zip(letter.words, letter.rows, strict=True))
    assert (rows["printer"], rows["krause"], rows["waiting"]) == (1001, 1001, 1002)
    assert rows["open"] is rows["more"] is rows["answer"] is None


def test_a_line_between_belongs_to_the_row_above_it() -> None:
    assert found(quoted("#take", "1001 · red")) == [("#take", 1001)]
    assert found(quoted("#take", "      17:00")) == [("#take", 1001)]
    assert found(quoted("#take", "1002 · Is")) == [("#take", 1002)]


def test_behind_the_words_of_a_line_too_also_where_those_hold_the_sign() -> None:
    assert found(">   1002 · Is it #close to the door?  #take; due fri") == [("#take; due fri", 1002)]
    assert found(">   1002 · Is it #close to the door?") == []


def test_a_line_that_was_wrapped_is_still_ours() -> None:
    assert found(">   1002 · Is it\n> #close to the\ndoor?\n#take") == [("#take", 1002)]


def test_behind_what_is_no_row_stands_no_number() -> None:
    for part in ("Open tickets", "+ 2 more", "Answer with"):
        assert found(quoted("#take", part)) == [("#take", None)]


def test_a_quoted_line_that_is_not_ours_is_named() -> None:
    (one,) = read(">   1004 · The safe\n#close").inserted
    assert (one.row, one.above) == (None, "1004 · The safe")


def test_words_that_stand_in_several_rows_say_nothing() -> None:
    twice = of_text("  1 · Same words\n      new\n  2 · Same words\n      new\n")
    seen = interleaved(lines("> Same words\n#take"), 0, twice)
    assert [each.row for each in seen.inserted] == [None]


def test_what_an_older_answer_said_is_not_read_again() -> None:
    assert found(">>   1001 · red · Printer on fire\n>> #close") == []


def test_without_marks_it_is_only_a_guess() -> None:
    seen = read(quoted("#take", "1001 · red").replace("> ", ""))
    assert not seen.is_marked
    assert [(each.text, each.row) for each in seen.inserted] == [("#take", 1001)]
