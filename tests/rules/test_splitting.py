"""A mail with `#split` in pieces: which lines begin a part, what belongs to which, and what is kept of it."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.rules import arguments
from mailgate.rules.commands import Written, read_commands
from mailgate.rules.splitting import PartArgs, near_args, part_args, reassembled
from tests.rules.example import settings

DESK = settings()


def read(text: str) -> Written:
    return read_commands(text, (), partial(arguments.is_somebody, DESK))


def parts(text: str) -> list[tuple[str, str]]:
    return [(each.args, each.text) for each in read(text).portions]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("ben", PartArgs("ben")),
        ("Ben Beck by fri", PartArgs("Ben Beck", "fri")),
        ("ben hidden", PartArgs("ben", None, hidden=True)),
        ("ben by 24.12. 14:00 hidden", PartArgs("ben", "24.12. 14:00", hidden=True)),
        ("ben hidden by +3d", PartArgs("ben", "+3d", hidden=True)),
        ("Jürgen bis morgen verborgen", PartArgs("Jürgen", "morgen", hidden=True)),
        ("hidden", PartArgs("", None, hidden=True)),
    ],
)
def test_a_part_line_names_somebody_a_date_and_whether_it_is_hidden(written: str, means: PartArgs) -> None:
    assert part_args(written) == means


@pytest.mark.parametrize("line", ["#part ben", "#teil ben", "-- ben", "--ben", "– ben", "— ben"])
def test_these_lines_begin_a_part(line: str) -> None:
    assert parts(f"#split\nAll.\n{line}\nYours.") == [("ben", "Yours.")]


@pytest.mark.parametrize(
    "line", ["-- ", "--", "-- nobody known", "- ben", "-- see you by fri", "-- erika@x.example", "---"]
)
def test_these_lines_are_words(line: str) -> None:
    text = read(f"#split\n#part ben\nYours.\n{line}\nMore.").portions[0].text
    assert line.strip() in text


def test_a_slip_in_a_name_is_a_part_only_where_more_than_a_name_stands_there() -> None:
    assert parts("#split\n#part ben\nx\n-- annna by fri\ny") == [("ben", "x"), ("annna by fri", "y")]
    assert parts("#split\n#part ben\nx\n-- annna\ny") == [("ben", "x\n-- annna\ny")]


def test_the_note_to_all_stands_above_the_first_part_on_either_side_of_the_split() -> None:
    assert read("Hello,\n\nfor all\n#split\n#part ben\nx").text == "Hello,\n\nfor all"
    assert read("Hello,\n\n#split\n\nfor all\n\n#part ben\nx").text == "Hello,\n\nfor all"
    assert read("Hi Anna,\n#split\n#part ben\nx").text == ""


def test_commands_stand_at_the_top_and_at_the_very_end_only() -> None:
    written = read("#split; priority high\nAll.\n#part ben\nx\n#part anna\ny\n\n#close")
    assert [each.name for each in written.commands] == ["split", "priority", "part", "part", "close"]
    assert written.misread == ()
    stopped = read("#split\n#part ben\nx\n#close\n#part anna\ny").misread
    assert [each.line for each in stopped] == ["#close"]


def test_without_a_split_a_line_of_dashes_stays_what_it_is() -> None:
    assert read("#note\nHello\n-- ben\nBye").text == "Hello\n-- ben\nBye"
    assert read("Hello\n-- ben").portions == ()


def test_a_mistyped_split_still_keeps_words_with_their_parts() -> None:
    written = read("#spilt\nFor all.\n#part ben\nx")
    assert [each.near for each in written.misread] == [("#split",)]
    assert written.whole == "For all.\n\n#part ben\nx"


def test_what_is_kept_goes_to_its_parts_again_and_never_to_others() -> None:
    written = read("#split\nFor all.\n#prat ben\nx\n#part anna hidden\ny")
    corrected = read("#split\n#part ben\n#part anna hidden")
    head, portions = reassembled(corrected.commands, written.whole) or ("", ())
    assert (head, [(each.args, each.text) for each in portions]) == ("For all.", [("ben", "x"), ("anna hidden", "y")])
    assert reassembled(read("#split\n#part ben").commands, written.whole) is None


@given(
    st.lists(st.sampled_from(["#split", "#part ben", "-- anna hidden", "x", "", "#close", "> y", "#prat ben", "-- "]))
)
def test_no_word_is_lost_and_none_goes_to_two_parts(lines: list[str]) -> None:
    written = read("\n".join(lines))
    words = [*written.text.split("\n"), *(line for each in written.portions for line in each.text.split("\n"))]
    assert words.count("x") == lines.count("x") or written.text == ""
    assert words.count("x") <= lines.count("x")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dora hiden", ("dora hidden",)),
        ("dora verborgn", ("dora verborgen",)),
        ("dora bye fri", ("dora by fri",)),
        ("dora bi fr hiddn", ("dora by fr hidden", "dora bis fr hidden")),
        ("dora by fri hidden", ()),
        ("ben", ()),
        ("b", ()),
    ],
)
def test_words_behind_a_part_that_are_nearly_right(written: str, meant: tuple[str, ...]) -> None:
    assert near_args(written) == meant
