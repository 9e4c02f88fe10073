"""`#due`, our commitment, and `#wanted`, the reporter's wish: with their history, and who learns of a later one."""

from __future__ import annotations

import pytest

from tests.stories.answering import says_anew
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS, BENS, REPORTER = "anna@example.com", "ben@example.com", "erika@customer.example"
FRIDAY, CHRISTMAS = "2026-11-27T16:00:00.000000Z", "2026-12-24T16:00:00.000000Z"


def last(desk: World, action: str) -> Json:
    found: Json = [each for each in desk.ticket()["events"] if each["action"] == action][-1]["detail"]
    return found


@pytest.mark.parametrize("command", ["#due fri", "#termin Freitag", "#frist 27.11.", "#due 2026-11-27 17:00"])
def test_the_commitment_is_told_to_whoever_works_on_it(bens: World, command: str) -> None:
    said = says_anew(bens, command)
    assert "#1001 is to be done by Friday, 27 November 2026, 17:00." in said
    assert "To undo: #due none" in said
    assert (bens.ticket()["due_at"], bens.ticket()["deadline"]) == (FRIDAY, FRIDAY)
    assert bens.new_letters() == ["command_done to anna@example.com", "status_changed to ben@example.com"]
    told = " ".join(bens.letter(BENS).text.split())
    assert "Anna Alt hat #1001 auf Freitag, 27. November 2026, 17:00 Uhr terminiert." in told


@pytest.mark.parametrize("command", ["#wanted fri", "#wunschtermin Freitag"])
def test_the_wish_is_a_date_of_its_own(bens: World, command: str) -> None:
    assert "Erika Krause wants #1001 done by Friday, 27 November 2026, 17:00." in says_anew(bens, command)
    assert (bens.ticket()["wanted_by"], bens.ticket()["due_at"]) == (FRIDAY, None)
    says_anew(bens, "#wanted none")
    assert bens.ticket()["wanted_by"] is None


def test_each_change_has_its_reason_in_the_history(bens: World) -> None:
    says_anew(bens, "#due fri")
    assert "why" not in last(bens, "due")
    says_anew(bens, "#due thu")
    assert last(bens, "due")["why"] == "no reason was given"
    says_anew(bens, "#due wed the customer is in a hurry")
    assert last(bens, "due")["why"] == "the customer is in a hurry"
    assert "the customer is in a hurry" in bens.letter(BENS).text
    says_anew(bens, "#due tue; note\nShe leaves on Wednesday.")
    assert last(bens, "due")["why"] == "She leaves on Wednesday."
    says_anew(bens, "#due none we can not know")
    assert bens.new_letters() == ["command_refused to anna@example.com"]
    says_anew(bens, "#due none")
    assert bens.ticket()["due_at"] is None


def test_a_later_commitment_tells_the_reporter(bens: World) -> None:
    says_anew(bens, "#due fri")
    assert not any(REPORTER in each for each in bens.new_letters())
    said = says_anew(bens, "#due 24.12. a part is missing")
    assert "Erika Krause is told that it takes longer" in said
    assert "To undo: #due 2026-11-27 17:00" in said
    assert "postponed to erika@customer.example" in bens.new_letters()
    letter = bens.letter(REPORTER, "postponed")
    assert letter.header("Auto-Submitted") == "auto-generated"
    text = " ".join(letter.text.split())
    assert "Your request 1001 takes longer than planned." in text
    assert "Done by Thursday, 24 December 2026, 17:00" in text
    assert "a part is missing" not in letter.text


def test_where_words_go_to_the_reporter_they_carry_the_later_date(bens: World) -> None:
    says_anew(bens, "#due fri")
    says_anew(bens, "#due 24.12.\nDear Erika, a part is missing.")
    assert bens.letters(REPORTER, "postponed") == []
    text = " ".join(bens.letter(REPORTER, "reply").text.split())
    assert "a part is missing" in text
    assert "we now expect to be done by Thursday, 24 December 2026, 17:00" in text


def test_with_a_note_beside_it_the_reporter_is_told_all_the_same(bens: World) -> None:
    says_anew(bens, "#due fri")
    says_anew(bens, "#due 24.12.; note\nThe supplier is broke.")
    text = bens.letter(REPORTER, "postponed").text
    assert "broke" not in text


@pytest.mark.parametrize(("command", "told"), [("#due thu", False), ("#due fri", False), ("#due mon", True)])
def test_a_commitment_behind_the_wish_is_told_too(bens: World, command: str, told: bool) -> None:
    says_anew(bens, "#wanted fri")
    says_anew(bens, command)
    assert bool(bens.letters(REPORTER, "postponed")) is told


def test_it_is_told_in_the_reporters_language(desk: World) -> None:
    desk.write(ERIKA, "Drucker", "Guten Tag, der Drucker auf unserem Flur brennt. Bitte kommen Sie bald.")
    says_anew(desk, "#due fri")
    says_anew(desk, "#due 24.12.")
    text = " ".join(desk.letter(REPORTER, "postponed").text.split())
    assert "Ihre Anfrage 1001 braucht mehr Zeit als geplant." in text
    assert "Erledigt bis Donnerstag, 24. Dezember 2026, 17:00 Uhr" in text


@pytest.mark.parametrize("line", ["#wanted 24.12.", "#wunschtermin 24.12.", "#Wanted: 24.12.2026 17:00"])
@pytest.mark.parametrize("stranger", [False, True])
def test_a_reporter_says_in_his_first_mail_by_when_he_wants_it(desk: World, line: str, stranger: bool) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Printer", f"{line}\n\nThe printer burns.\n\nErika"), stranger=stranger)
    assert desk.ticket()["wanted_by"] == CHRISTMAS
    assert desk.message()["new_text"] == "The printer burns.\n\nErika"
    assert last(desk, "wanted")["wanted_by"].startswith("2026-12-24T16:00")
    assert [(each["command"], each["ok"]) for each in desk.decision(number)["commands"]] == [("wanted", True)]


@pytest.mark.parametrize(
    "line", ["#wanted soon", "#wanted 1.1.2020", "#due 24.12.", "#priority high", "#wnated 24.12."]
)
def test_whatever_else_a_reporter_writes_is_an_ordinary_word(desk: World, line: str) -> None:
    desk.write(ERIKA, "Printer", f"{line}\n\nThe printer burns.")
    ticket = desk.ticket()
    assert (ticket["wanted_by"], ticket["due_at"], ticket["priority"]) == (None, None, "normal")
    assert line in desk.message()["new_text"]
    assert not any("command" in each for each in desk.new_letters())


@pytest.mark.parametrize("text", ["#wanted 24.12.\n\n{}", "{}\n\n#wanted 24.12.\n\nBest regards"])
def test_a_wish_counts_above_and_below_a_log_of_any_length(desk: World, text: str) -> None:
    log = "interface Vlan1\n!\n# shutdown\n" * 500
    desk.write(ERIKA, "Switch", text.format(f"The switch says:\n{log}"))
    assert desk.ticket()["wanted_by"] == CHRISTMAS
    said = desk.message()["new_text"]
    assert ("#wanted" in said, said.count("!\n"), said.count("# shutdown")) == (False, 500, 500)


def test_a_wish_within_a_log_is_a_word_of_it(desk: World) -> None:
    log = "#comment\n" * 500
    desk.write(ERIKA, "Switch", f"The switch says:\n{log}#wanted 24.12.\n{log}")
    assert (desk.ticket()["wanted_by"], desk.message()["new_text"].count("#wanted 24.12.")) == (None, 1)


def test_later_and_by_a_program_he_says_nothing_by_it(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "#wanted 24.12.\nBurns.", headers={"Auto-Submitted": "auto-generated"}))
    desk.write(ERIKA, "Window", "Cold.")
    desk.answer(desk.letter(REPORTER), "#wanted 24.12.", sender=ERIKA)
    assert [each["wanted_by"] for each in desk.tickets()] == [None, None]


def test_an_agent_describes_the_ticket_that_his_mail_opens(desk: World) -> None:
    desk.write(ANNA, "Printer", "#due fri; wanted tomorrow\nIt burns here.")
    assert (desk.ticket()["due_at"], desk.ticket()["wanted_by"]) == (FRIDAY, "2026-11-24T16:00:00.000000Z")
    assert "done by Friday, 27 November 2026" in " ".join(desk.letter(ANNAS, "command_done").text.split())


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("#due soon", "'soon' is no date; write 24.12., 2026-12-24 14:00, tomorrow, fri or +3d"),
        ("#due 1.1.2020 too late", "'1.1.2020' lies in the past"),
        ("#due", "#due needs a date"),
        ("#due none", "There is no date to take away"),
        ("#wanted never", "There is no date to take away"),
    ],
)
def test_what_is_no_date_is_said(bens: World, command: str, why: str) -> None:
    assert why in says_anew(bens, command)
    assert bens.new_letters() == ["command_refused to anna@example.com"]
    assert bens.ticket()["due_at"] is None


def test_agents_read_what_the_reporter_wishes(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "#wanted 10.12.\n\nIt burns.")
    letters = (desk.letter(f"{who}@example.com", "new_ticket").text for who in ("anna", "ben"))
    english, german = (" ".join(each.split()) for each in letters)
    assert "Wished by Thursday, 10 December 2026" in english
    assert "Gewünscht Donnerstag, 10. Dezember 2026" in german
