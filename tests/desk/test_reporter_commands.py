"""What a reporter may command, at the ends of a text of any length; what lies between them costs nothing."""

from __future__ import annotations

import pytest

from mailgate.desk.reporter_commands import AT_EACH_END, LONGEST, first, without

WORDS = "It burns."


@pytest.mark.parametrize("line", ["#close", "  #Close.", "\u200b#close", "#schließen"])
def test_it_is_found_as_people_and_their_programs_write_it(line: str) -> None:
    for text in (f"{line}\n\n{WORDS}", f"{WORDS}\n\n{line}", f"{WORDS}\n\n{line}\n\nBest regards\nErika"):
        assert first(text, ["Erika"], "close")
        assert without(text, "close").startswith(WORDS)


@pytest.mark.parametrize("lines", [1, AT_EACH_END - 1, AT_EACH_END, AT_EACH_END + 1, 2 * AT_EACH_END, 7 * AT_EACH_END])
@pytest.mark.parametrize("log", ["! {}", "#rule {}", "{}: up"])
def test_a_log_of_any_length_keeps_each_of_its_lines(lines: int, log: str) -> None:
    words = "\n".join(log.format(number) for number in range(lines))
    for text in (f"#close\n{WORDS}\n{words}\n{WORDS}", f"{WORDS}\n{words}\n{WORDS}\n#close"):
        assert first(text, (), "close")
        assert without(text, "close") == f"{WORDS}\n{words}\n{WORDS}"


@pytest.mark.parametrize("above", [1, AT_EACH_END])
def test_in_the_middle_it_is_a_word(above: int) -> None:
    lines = [*[WORDS] * above, "#close", *[WORDS] * 3 * AT_EACH_END]
    assert first("\n".join(lines), (), "close") is None


def test_commands_below_a_long_text_are_not_those_above_it() -> None:
    text = f"{WORDS}\n" + "#close\n" * AT_EACH_END + "up\n" * 5 + "#wanted 24.12.\n" * AT_EACH_END
    assert (first(text, (), "close"), bool(first(text, (), "wanted"))) == (None, True)


@pytest.mark.parametrize("more", ["x" * LONGEST, "x" * 2**20, " #" * LONGEST])
def test_a_line_without_end_is_no_command_and_hides_none(more: str) -> None:
    assert first(f"#close {more}\n{WORDS}", (), "close") is None
    assert without(f"#close\n{more}\n{WORDS}", "close") == f"{more}\n{WORDS}"


@pytest.mark.parametrize("text", ["#12 #close", "#due fri", "close", "#closed-loop", "", "C# close"])
def test_whatever_else_there_is_stays_a_word(text: str) -> None:
    assert first(text, (), "close") is None
