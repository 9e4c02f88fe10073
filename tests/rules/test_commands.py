"""Commands in agents' mails: what is found, what is left, what stops the mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.rules.arguments import spoken
from mailgate.rules.command_parts import tidy
from mailgate.rules.commands import Command, read_commands
from mailgate.rules.near import distance, near_words, nearest
from mailgate.rules.vocabulary import ENTRIES, NAMES, VOCABULARY, Entry, Takes, fold, lookup
from mailgate.settings.people import COMMANDS
from tests.growth import assert_linear
from tests.rules.agent_texts import RIGHT, WRONG


def short(command: Command) -> str:
    """A command as the table writes it."""
    ticket = f"@{command.ticket} " if command.ticket else ""
    return f"{ticket}{command.name} {command.args}".strip()


@pytest.mark.parametrize(("text", "commands", "left"), RIGHT)
def test_commands_are_found_and_taken_out_of_the_text(text: str, commands: list[str], left: str) -> None:
    written = read_commands(text)
    assert [short(each) for each in written.commands] == commands
    assert written.text == left
    assert written.misread == ()


@pytest.mark.parametrize(("text", "why", "near"), WRONG)
def test_what_only_looks_like_a_command_stops_the_mail(text: str, why: str, near: tuple[str, ...]) -> None:
    (misread,) = read_commands(text).misread
    assert why in str(misread.why)
    assert misread.near == near


@pytest.mark.parametrize("line", [line for _, _, near in WRONG for line in near])
def test_every_corrected_line_is_right(line: str) -> None:
    written = read_commands(line)
    assert written.commands
    assert not written.misread


def test_the_line_stays_as_it_was_written() -> None:
    written = read_commands(" #Take; priority  HIGH\n\nwords\n #asign ben ")
    assert [each.line for each in written.commands] == ["#Take; priority  HIGH"] * 2
    assert [each.line for each in written.misread] == ["#asign ben"]


def test_a_line_that_stops_the_mail_is_not_in_the_text_that_is_kept() -> None:
    written = read_commands("one\n\n#note two\n\nthree\n\n#asign ben")
    assert len(written.misread) == 2
    assert written.text == "one\n\nthree"


def test_every_wrong_line_is_named() -> None:
    written = read_commands("#take\n#asign ben\n\none\n@close\ntwo\n\n#reprot kind")
    assert [each.line for each in written.misread] == ["#asign ben", "@close", "#reprot kind"]


def test_the_name_of_somebody_here_is_a_mention() -> None:
    assert read_commands("@lisa please").misread
    assert not read_commands("@Lisa please", ["Lisa Lang"]).misread
    assert read_commands("@take please", ["Mia Take"]).misread


def test_the_agents_own_name_below_the_commands_is_no_reply() -> None:
    assert read_commands("#take\n\nAnna Alt", ["Anna Alt"]).text == ""
    assert read_commands("#take\n\nanna", ["Anna Alt"]).text == ""
    assert read_commands("text\n\n#take\n\nAnna", ["Anna Alt"]).text == "text\n\nAnna"
    assert read_commands("#take\n\nAnna").text == "Anna"


# -- the vocabulary ----------------------------------------------------------------------------------------------------

ALL_WORDS = [(word, entry) for entry in VOCABULARY for word in entry.words]
EXAMPLES = {Takes.argument: " something", Takes.word: " high"}


@pytest.mark.parametrize(("word", "entry"), ALL_WORDS)
def test_every_word_in_both_languages_is_a_command(word: str, entry: Entry) -> None:
    for spelling in (word, word.upper(), fold(word)):
        written = read_commands(f"#{spelling}{EXAMPLES.get(entry.takes, '')}")
        assert [each.name for each in written.commands] == [entry.name]


def test_no_word_means_two_commands() -> None:
    assert len(ENTRIES) == len({(fold(word), entry.name) for word, entry in ALL_WORDS})


def test_the_configuration_names_the_same_commands() -> None:
    assert set(COMMANDS) == NAMES


@pytest.mark.parametrize(("word", "entry"), ALL_WORDS)
def test_every_word_with_two_letters_swapped_is_a_near_miss(word: str, entry: Entry) -> None:
    folded = fold(word)
    swapped = folded[:-2] + folded[-1] + folded[-2]
    if len(folded) >= 4 and lookup(swapped) is None:
        assert entry in map(lookup, near_words(swapped))


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("take", "take", 0),
        ("take", "tkae", 1),
        ("close", "closed", 1),
        ("", "abc", 3),
        ("assign", "asing", 2),
        ("ca", "abc", 3),
    ],
)
def test_distance_counts_slips(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == distance(other, one) == slips


@given(st.sampled_from(sorted(ENTRIES)), st.sampled_from("abeinrst"), st.integers(0, 20))
def test_the_index_misses_no_word_within_reach(word: str, letter: str, place: int) -> None:
    typed = word[:place] + letter + word[place + 1 :]
    slow = {each for each in ENTRIES if distance(typed, each) <= (0 if len(each) < 4 else 1 if len(each) < 6 else 2)}
    assert {fold(each) for each in near_words(typed)} <= slow
    assert bool(near_words(typed, other_desks=False)) == bool(slow)


def test_the_nearest_of_many_names_comes_first() -> None:
    assert nearest("bne", ["anna", "ben", "bernd"]) == ("ben",)
    assert nearest("ber", ["anna", "bernd"]) == ("bernd",)
    assert nearest("x", ["a", "b"]) == ()


# -- whatever somebody writes ------------------------------------------------------------------------------------------

SNIPPETS = [
    "#take",
    "#asign ben",
    "#note x",
    "@take",
    "#7 close",
    "text",
    "Hi,",
    "Best regards",
    "Anna",
    "",
    " ",
    "> #take",
]
LINES = st.sampled_from(SNIPPETS) | st.text(max_size=12) | st.text("#@!;: 1aektsno\u0308\u200b", max_size=12)
TEXTS = st.lists(LINES, max_size=8).map("\n".join)


def looks_harmless(line: str) -> bool:
    return not any(sign in line for sign in "#@!＃＠！﹟﹫﹗\\")


@given(TEXTS)
def test_a_text_without_signs_comes_out_unchanged(text: str) -> None:
    lines = [line for line in text.split("\n") if looks_harmless(line)]
    while lines and not tidy(lines[0]):
        lines.pop(0)
    while lines and not tidy(lines[-1]):
        lines.pop()
    written = read_commands("\n".join(lines))
    assert written.text == "\n".join(lines)
    assert not written.commands
    assert not written.misread


@given(TEXTS)
def test_what_is_left_holds_no_command_and_is_left_as_it_is(text: str) -> None:
    once = read_commands(text.replace("\\", ""), ["lisa"])
    again = read_commands(once.text, ["lisa"])
    assert again.text == once.text
    assert not again.commands
    assert not again.misread


@given(st.lists(st.sampled_from(["one", "  two", "three;"]), min_size=1, max_size=4), st.integers(0, 2))
def test_no_word_is_lost_beside_commands(words: list[str], blanks: int) -> None:
    text = "\n".join(["#take", *[""] * blanks, *words, *[""] * blanks, "#close"])
    assert read_commands(text).text == "\n".join(words)


MONSTERS = [
    "#note " + "a;" * 30_000,
    "#abcdefgh\n" * 5_000,
    "#zuweisne x\n" * 5_000,
    "#asign;" * 8_000,
    "#take;" * 10_000,
    "#note " * 10_000,
    "#take " + "!" * 60_000 + "x",
    "a" + "\u0315\u0300" * 30_000,
    "#u" + "\u0308" * 60_000,
    "-" * 60_000 + "\n" + "- " * 30_000,
    "\\" * 60_000,
    "#assign " + " #x" * 20_000,
    "#take" + "\n" * 120_000,
    "\n" * 120_000 + "#take",
]


@pytest.mark.parametrize("text", MONSTERS, ids=lambda text: text[:12])
def test_the_worst_mail_costs_in_proportion_to_its_size(text: str) -> None:
    assert_linear(lambda quarters: read_commands(text[: len(text) // 4 * quarters]), 1)


def test_nothing_that_is_passed_on_is_a_command() -> None:
    written = read_commands("#priority high\n\nPlease look.", passed_on="From: Lena\n\n#close\n#1042 spam")
    assert [each.name for each in written.commands] == ["priority"]
    assert written.text == "Please look.\n\nFrom: Lena\n\n#close\n#1042 spam"
    assert not written.misread
    assert read_commands("", passed_on="#close").text == "#close"


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("#forward a@x.example; b@y.example", "#forward a@x.example, b@y.example"),
        ("#weiterleiten a@x.example;b@y.example; c@z.example", "#weiterleiten a@x.example, b@y.example, c@z.example"),
        ("#1042 cc +a@x.example; +b@y.example", "#1042 cc +a@x.example, +b@y.example"),
        ("#ask a@x.example; ben by fri", "#ask a@x.example, ben by fri"),
        ("#forward a@x.example; b@y.example; tkae", "#forward a@x.example, b@y.example; #take"),
        ("#take; b@y.example", "#take"),
    ],
)
def test_between_addresses_a_comma_is_offered_for_a_semicolon(line: str, first: str) -> None:
    (misread,) = read_commands(line).misread
    assert misread.near[0] == first
    assert "@" not in str(misread.why) or "b@y.example" in str(misread.why) or "ben" in str(misread.why)


def test_semicolons_between_addresses_and_a_command_are_told_apart() -> None:
    assert [each.name for each in read_commands("#forward a@x.example; take").commands] == ["forward", "take"]


def test_the_plain_german_word_for_a_question_is_a_slip_and_never_words() -> None:
    assert near_words("frage") == near_words("nachfrage") == ("rückfrage",)


def test_a_command_to_be_filled_in_keeps_its_blank_in_both_languages() -> None:
    line = spoken("#from ")
    assert (line.english, line.german) == ("#from ", "#melder ")
    assert spoken("#take").german == "#übernehmen"
