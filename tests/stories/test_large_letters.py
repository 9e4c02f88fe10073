"""A letter that no relay takes with its files: it goes without them, says so, and the history knows it."""

from __future__ import annotations

import pytest

from tests.cli.terminal import terminal_of
from tests.stories.clockwork import strike
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS, OPS, REPORTER = "anna@example.com", "ops@example.com", "erika@customer.example"
PLAN = {"plan.pdf": b"x" * 300_000}


@pytest.fixture
def narrow(desk: World) -> World:
    """The relay takes letters of 200 kB."""
    desk.relay.size = 200_000
    return desk


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_an_agent_gets_the_report_without_the_file_that_no_relay_takes(narrow: World) -> None:
    narrow.mail(Mail(ERIKA, SUPPORT, "Printer", "See the plan.", files=PLAN))
    [letter] = narrow.letters(ANNAS)
    assert letter.files == {}
    assert "See the plan." in letter.text
    said = "plan.pdf (300 kB). The files are kept with the ticket; an admin can take them out of its mails"
    assert said in words_of(letter.text)
    assert said in words_of(letter.html)
    assert narrow.ticket()["messages"][0]["attachments"][0]["name"] == "plan.pdf"
    narrow.answer(letter, "Dear Erika, thanks.", sender=ANNA)
    assert narrow.letter(REPORTER, "reply").text.startswith("Dear Erika, thanks.\n\n-- \n")


def test_a_reporter_gets_an_agents_words_once_and_the_history_says_what_stayed_here(narrow: World) -> None:
    narrow.write(ERIKA, "Printer", "It burns.")
    mail = answer(narrow.letter(ANNAS), "Dear Erika, see the plan.", sender=ANNA)
    mail.files = PLAN
    narrow.mail(mail)
    [letter] = narrow.letters(REPORTER, "reply")
    assert letter.files == {}
    assert "an answer to this mail is enough" in words_of(letter.text)
    [event] = [each for each in narrow.ticket()["events"] if each["action"] == "files_left_out"]
    assert event["detail"]["files"] == ["plan.pdf"]
    assert event["detail"]["why"].endswith("takes at most 0.20 MB")
    assert [each["state"] for each in narrow.ticket()["letters"] if each["template"] == "reply"] == ["sent"]


def test_the_stored_letter_is_the_one_that_left(narrow: World) -> None:
    narrow.mail(Mail(ERIKA, SUPPORT, "Printer", "See the plan.", files=PLAN))
    sent = narrow.letter(ANNAS)
    [number] = [each["id"] for each in narrow.ticket()["letters"] if each["to"] == ANNAS]
    run = terminal_of(narrow)
    assert run("letter", str(number), "--raw").raw == sent.raw
    assert "files left out by rule:delivery" in run("trace", "1001").out
    assert "M-1 arrived" in run("trace", "1001").out, "where the letter sends an admin"


def test_an_agent_who_asks_for_the_history_reads_it_in_words(narrow: World) -> None:
    narrow.mail(Mail(ERIKA, SUPPORT, "Printer", "See the plan.", files=PLAN))
    narrow.answer(narrow.letter(ANNAS), "#history", sender=ANNA)
    said = words_of(narrow.letter(ANNAS).text)
    assert "a letter went without its files · by itself: the letter has" in said
    assert "plan.pdf" in said


def test_what_is_too_large_all_the_same_is_told_to_its_writer_and_to_the_admins(narrow: World) -> None:
    narrow.write(ERIKA, "Printer", "It burns.")
    mail = answer(narrow.letter(ANNAS), "\n".join(["Dear Erika, it is a long story."] * 3_000), sender=ANNA)
    mail.files = PLAN
    narrow.mail(mail)
    assert narrow.letters(REPORTER, "reply") == []
    assert narrow.actions()[-2:] == ["files_left_out", "failed"]
    assert "too large for every relay" in words_of(narrow.letter(ANNAS, "delivery_failed").text)
    narrow.new_letters()
    assert strike(narrow, seconds=30) == [f"alert to {OPS}"]
    assert f"to {REPORTER} has not left: too large for every relay" in words_of(narrow.letter(OPS, "alert").text)
