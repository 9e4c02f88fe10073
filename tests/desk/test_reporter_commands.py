"""What a reporter may command, at the ends of a text of any length."""

from __future__ import annotations

import pytest

from mailgate.desk.reporter_commands import AT_EACH_END, LONGEST, first, without

WORDS = "It burns."
CLOSING = "Best regards\nErika"
LENGTHS = sorted({1, 999, 1000, 1001, 2001, 5000, *(n * AT_EACH_END + d for n in (1, 2) for d in (-2, -1, 0, 1, 2))})


@pytest.mark.parametrize("line", ["#close", "  #Close.", "\u200b#close", "#schließen"])
def test_it_is_found_as_people_and_their_programs_write_it(line: str) -> None:
    for text in (f"{line}\n\n{WORDS}", f"{WORDS}\n\n{line}", f"{WORDS}\n\n{line}\n\n{CLOSING}"):
        assert first(text, ["Erika"], "close")
        assert without(text, "close").startswith(WORDS)


@pytest.mark.parametrize("lines", LENGTHS)
@pytest.mark.parametrize("log", ["! {}", "#rule {}", "{}: up"])
def test_a_log_of_any_length_keeps_each_of_its_lines(lines: int, log: str) -> None:
    words = "\n".join(log.format(number) for number in range(lines))
    for text in (f"#close\n{WORDS}\n{words}\n{WORDS}", f"{WORDS}\n{words}\n{WORDS}\n#close"):
        assert first(text, (), "close")
        assert without(text, "close") == f"{WORDS}\n{words}\n{WORDS}"


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\xa0"])
@pytest.mark.parametrize("log", [1, 150, 3000])
def test_lines_without_words_are_not_counted(blank: str, log: int) -> None:
    far, words = f"{blank}\n" * 130, f"{WORDS}\n" * log
    for text in (f"{words}#close\n{far}{CLOSING}", f"{words}#close\n{far}", f"Hello,\n{far}#close\n{words}"):
        assert first(text, ["Erika"], "close")
        assert "#close" not in without(text, "close")


def test_gaps_are_closed_where_commands_stood_and_not_in_a_log() -> None:
    log = "up\n\n\n\ndown\n" * AT_EACH_END * 3
    text = f"{WORDS}\n\n#close\n\n{WORDS}\n{log}"
    assert without(text, "close").startswith(f"{WORDS}\n\n{WORDS}\nup")
    assert without(text, "close").count("\n\n\n") > AT_EACH_END


@pytest.mark.parametrize("above", [1, AT_EACH_END])
def test_in_the_middle_it_is_a_word(above: int) -> None:
    lines = [*[WORDS] * above, "#close", *[WORDS] * 3 * AT_EACH_END]
    assert first("\n".join(lines), (), "close") is None


def test_it_is_found_below_a_dozen_others() -> None:
    commands = "#due fri\n" * 12 + "#close\n"
    assert first(f"Hello,\n{commands}{WORDS}\n" + "up\n" * 500, (), "close")


def test_commands_below_a_long_text_are_not_those_above_it() -> None:
    text = f"{WORDS}\n" + "#close\n" * AT_EACH_END + "up\n" * 5 + "#wanted 24.12.\n" * AT_EACH_END
    assert (first(text, (), "close"), bool(first(text, (), "wanted"))) == (None, True)


@pytest.mark.parametrize(("more", "found"), [(0, True), (1, False)])
def test_a_line_without_end_is_no_command(more: int, found: bool) -> None:
    line = "#close" + " " * (LONGEST + more - 6)
    assert bool(first(f"{line}\n{WORDS}", (), "close")) is found
    assert (without(f"{line}\n{WORDS}", "close") == WORDS) is found


@pytest.mark.parametrize("long", ["x" * 2**20, " #" * LONGEST])
def test_a_line_without_end_hides_none(long: str) -> None:
    assert first(f"#close\n{long}", (), "close")
    assert without(f"#close\n{long}\n{WORDS}", "close") == f"{long}\n{WORDS}"


@pytest.mark.parametrize("text", ["#12 #close", "#due fri", "close", "#closed-loop", "", "C# close"])
def test_whatever_else_there_is_stays_a_word(text: str) -> None:
    assert first(text, (), "close") is None
