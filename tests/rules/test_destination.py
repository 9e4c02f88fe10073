"""Where an agent's words go: every letter he may answer × every command that says something about it."""

from __future__ import annotations

import pytest

from mailgate.rules.commands import Command, Destination, Written, destination, read_commands
from mailgate.rules.destination import FOR_WHOEVER_IS_NEXT, LETTER_DESTINATION, RELEASE, TO_NOTE, TO_REPORTER, answering
from mailgate.rules.vocabulary import VOCABULARY

TO_THE_REPORTER = {"new_ticket", "assigned", "new_message", "reminder", "escalated", "status_changed"}


def written(*names: str, ticket: int | None = None) -> Written:
    return Written(tuple(Command(name, "", f"#{name}", ticket) for name in names), "text", ())


@pytest.mark.parametrize("template", sorted(LETTER_DESTINATION))
def test_plain_words_go_where_the_letter_says(template: str) -> None:
    expected = "reporter" if template in TO_THE_REPORTER else "note" if template == "merged_draft" else "nobody"
    assert destination(written(), answering(template)) == expected


def test_a_letter_about_a_note_is_answered_by_a_note() -> None:
    assert answering("new_message", about="note") is Destination.note
    assert answering("new_message", about="statement") is Destination.note
    assert answering("new_message", about="forward") is Destination.note
    assert answering("new_message", about="reply") is Destination.reporter


def test_on_a_part_words_and_answers_go_to_the_coordinator() -> None:
    part = answering("assigned", part=True)
    assert destination(written(), part) is Destination.coordinator
    assert destination(written("answer"), part) is Destination.coordinator
    assert destination(written("resolve"), part) is Destination.coordinator
    assert destination(written("question"), part) is Destination.reporter


def test_a_part_named_by_its_number_answers_the_coordinator_too() -> None:
    named = written("answer", ticket=1042)
    assert destination(named, Destination.nobody, tickets=(1042,), part=True) is Destination.coordinator
    assert destination(named, Destination.nobody, tickets=(1042,)) is Destination.reporter


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        ("#release", True),
        ("#release\n#resolve", True),
        ("#answer\n#release", True),
        ("#release\n#answer\n#question", False),
        ("#release\n#note", False),
        ("#ask a@b.example\n#release", False),
    ],
)
def test_what_is_released_may_be_any_letter_to_the_reporter_and_nothing_else(lines: str, fits: bool) -> None:
    assert (read_commands(f"{lines}\n\nWell.").misread == ()) is fits


def test_a_letter_that_takes_commands_only_stays_so_on_a_part() -> None:
    assert answering("digest", part=True) is Destination.nobody
    assert answering("something else") is Destination.nobody


@pytest.mark.parametrize("default", [Destination.reporter, Destination.note, Destination.nobody])
@pytest.mark.parametrize("command", [entry.name for entry in VOCABULARY])
def test_a_command_overrules_the_letter_where_the_contract_says_so(command: str, default: Destination) -> None:
    expected = default
    if command in (*TO_REPORTER, RELEASE):
        expected = Destination.reporter
    elif command in (*TO_NOTE, *FOR_WHOEVER_IS_NEXT):
        expected = Destination.note
    assert destination(written(command), default) is expected


@pytest.mark.parametrize("command", FOR_WHOEVER_IS_NEXT)
def test_handing_on_makes_a_note_unless_answer_stands_there_too(command: str) -> None:
    assert destination(written(command), Destination.reporter) is Destination.note
    assert destination(written(command, "answer"), Destination.reporter) is Destination.reporter


def test_commands_for_another_ticket_do_not_move_the_text() -> None:
    assert destination(written("note", "assign", ticket=1042), Destination.reporter) is Destination.reporter


def test_words_for_another_ticket_have_a_destination_of_their_own() -> None:
    read = read_commands("#1042 note call him\n#1043 answer yes\n\nHello")
    assert destination(read, Destination.reporter) is Destination.reporter
    assert destination(read, Destination.reporter, tickets=(1042,)) is Destination.note
    assert destination(read, Destination.note, tickets=(1043,)) is Destination.reporter


def test_an_assignment_with_words_is_a_note_from_text_to_destination() -> None:
    read = read_commands("#assign ben\n\nPlease call her.")
    assert destination(read, answering("new_ticket")) is Destination.note
    assert read.text == "Please call her."
