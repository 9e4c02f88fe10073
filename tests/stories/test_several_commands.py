"""Several commands in a mail, commands for other tickets, and lines that only look like commands: all of it or none."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"


@pytest.fixture
def two(desk: World) -> World:
    """Two tickets of the network team and one of the office team."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.write(ERIKA, "No network", "Nothing works.")
    desk.write(ERIKA, "Window", "It is cold.")
    desk.answer(desk.letter("anna@example.com"), "#1003 category rooms", sender=ANNA)
    desk.new_letters()
    return desk


def says(desk: World, text: str) -> int:
    """Anna answers the letter about the first ticket."""
    desk.new_letters()
    return desk.answer(desk.letters(ANNAS, "new_ticket")[0], text, sender=ANNA)


def test_several_commands_on_one_line_are_all_carried_out_and_confirmed_in_one_letter(two: World) -> None:
    mail = says(two, "#take; priority high; kind incident")
    ticket = two.ticket()
    assert (ticket["assignee"], ticket["priority"], ticket["kind"]) == ("anna", "high", "incident")
    assert two.new_letters() == ["command_done to anna@example.com"]
    done = two.letter(ANNAS).text
    assert all(said in done for said in ("#1001 is yours.", "The priority of #1001 is high.", "of the kind Incident"))
    assert [each["command"] for each in two.decision(mail)["commands"]] == ["take", "priority", "kind"]


def test_one_impossible_command_undoes_the_others(two: World) -> None:
    before = two.actions()
    mail = says(two, "#take; priority high; assign bne\n\nDear Erika, we are coming.")
    ticket = two.ticket()
    assert (ticket["status"], ticket["assignee"], ticket["priority"]) == ("new", None, "normal")
    assert two.new_letters() == ["command_refused to anna@example.com"]
    assert two.actions()[len(before) :] == ["refused"]
    assert [each["ok"] for each in two.decision(mail)["commands"]] == [False, False, False]


def test_a_command_may_name_another_ticket(two: World) -> None:
    says(two, "#1002 take; priority low")
    assert (two.state(1001), two.state(1002)) == (("new", None), ("in_progress", "anna"))
    assert two.ticket(1002)["priority"] == "low"
    assert two.new_letters() == ["command_done to anna@example.com"]


def test_each_ticket_has_its_commands_carried_out_or_not_by_itself(two: World) -> None:
    says(two, "#take\n#1002 reopen")
    assert (two.state(1001), two.state(1002)) == (("in_progress", "anna"), ("new", None))
    assert two.new_letters() == ["command_done to anna@example.com", "command_refused to anna@example.com"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("#take\n#1002 reopen", "#1002 reopen"),
        ("#1002 reopen\n\nDear Erika, we are coming today.", "#1002 reopen"),
        ("#take; back", "#back"),
        ("#take\n#1009 show", "#1009 show"),
    ],
)
def test_a_letter_about_what_was_wrong_does_not_deny_what_was_done(two: World, said: str, wrong: str) -> None:
    says(two, said)
    text = " ".join(two.letter(ANNAS, "command_refused").text.split())
    assert f"None of this was done; the rest of your mail is not affected. » {wrong}" in text
    assert two.state() == ("in_progress", "anna")
    says(two, "#1002 reopen; take")
    assert "Nothing was changed, and nothing was sent to anybody." in two.letter(ANNAS, "command_refused").text


def test_one_letter_confirms_a_whole_mail_and_its_undos_name_their_tickets(two: World) -> None:
    says(two, "#priority high\n#1002 priority low")
    assert two.new_letters() == ["command_done to anna@example.com"]
    done = two.letter(ANNAS).text
    assert "To undo: #priority normal" in done
    assert "To undo: #1002 priority normal" in done


def test_commands_for_named_tickets_need_no_letter_to_answer(two: World) -> None:
    two.answer(two.letter(ANNAS, "new_ticket"), "#help", sender=ANNA)
    help_letter = two.letter(ANNAS, "help")
    two.new_letters()
    two.mail(
        Mail(
            ANNA,
            help_letter.header("Reply-To"),
            "Today",
            "#1001 take\n#1002 take",
            headers={"In-Reply-To": help_letter.header("Message-ID")},
        )
    )
    assert (two.state(1001)[1], two.state(1002)[1]) == ("anna", "anna")


def test_words_for_another_ticket_stand_behind_the_command(two: World) -> None:
    says(two, "#1002 note She called again.")
    assert (two.message(1002)["purpose"], two.message(1002)["new_text"]) == ("note", "She called again.")
    assert two.message(1001)["purpose"] == "report"


@pytest.mark.parametrize("number", [1003, 4711])
def test_a_ticket_of_others_answers_like_an_unknown_number(two: World, number: int) -> None:
    before = two.ticket(1003)
    says(two, f"#{number} take")
    refused = two.letter(ANNAS, "command_refused").text
    assert f"There is no #{number} for you." in refused
    assert "Window" not in refused
    after = two.ticket(1003)
    assert (after["status"], after["assignee"], after["letters"]) == (before["status"], None, before["letters"])


def test_who_may_read_a_ticket_but_not_act_is_told_whose_it_is(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"cleo": {"name": "Cleo Chen", "email": "cleo@example.com", "sees": "all"}}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.write(ERIKA, "[rooms]", "It is cold.", to=SUPPORT)
    desk.answer(desk.letter(ANNAS), "#category rooms", sender=ANNA)
    desk.answer(desk.letter("cleo@example.com"), "#1001 take", sender=CLEO)
    assert "it belongs to Network team" in " ".join(desk.letter("cleo@example.com").text.split())
    assert desk.state() == ("new", None)
    assert desk.actions()[-1] == "refused"


def test_more_commands_than_allowed_are_refused(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"commands_per_ticket": 2, "tickets_per_mail": 2}})
    for subject in ("A", "B", "C"):
        desk.write(ERIKA, subject, "x")
    says(desk, "#take; priority high; kind incident")
    assert (desk.state(), desk.new_letters()) == (("new", None), ["command_refused to anna@example.com"])
    says(desk, "#1001 take\n#1002 take\n#1003 take")
    assert (desk.state(), desk.new_letters()) == (("new", None), ["command_refused to anna@example.com"])


@pytest.mark.parametrize(
    "text",
    ["#take", "Hi,\n\n#take\n\nBest regards\nAnna", "#take\n\nKind regards\nAnna Alt", "Hallo,\n#übernehmen\nVG Anna"],
)
def test_a_mail_of_commands_alone_sends_no_empty_reply(two: World, text: str) -> None:
    says(two, text)
    assert two.state() == ("in_progress", "anna")
    assert "reply to erika@customer.example" not in two.new_letters()


def test_a_logo_in_a_signature_is_no_answer(two: World) -> None:
    mail = answer(two.letters(ANNAS, "new_ticket")[0], "#take\n\n-- \nAnna\n[cid:logo@x]", sender=ANNA, quoted=False)
    mail.html, mail.pictures = '<p>#take</p><p>-- <br>Anna<br><img src="cid:logo@x"></p>', {"logo@x": b"png"}
    two.mail(mail)
    assert two.state() == ("in_progress", "anna")
    assert two.letters("erika@customer.example", "reply") == []


def test_commands_may_stand_at_the_start_and_at_the_end_and_never_travel_on(two: World) -> None:
    says(two, "#take\n\nDear Erika,\nplease wait.\n\n#priority high")
    reply = two.letter("erika@customer.example", "reply")
    assert reply.text.startswith("Dear Erika,\nplease wait.\n\n-- ")
    assert two.ticket()["priority"] == "high"


@pytest.mark.parametrize(
    "line",
    ["#tkae", "# take", "@assign ben", "!close", "#close now", "#taek; priority high", "#unassign", "#1001 taek"],
)
def test_a_line_that_only_looks_like_a_command_stops_the_mail(two: World, line: str) -> None:
    mail = says(two, f"{line}\n\nDear Erika, we are coming.")
    assert two.new_letters() == ["command_refused to anna@example.com"]
    refused = two.letter(ANNAS, "command_refused").text
    assert f"» {line}" in refused
    assert "Dear Erika, we are coming." in refused
    assert two.state() == ("new", None)
    assert two.decision(mail)["commands"][0]["ok"] is False


def test_a_command_in_the_middle_of_the_text_stops_the_mail(two: World) -> None:
    says(two, "Dear Erika,\nwe are coming.\n#close\nSee you at noon.")
    assert two.new_letters() == ["command_refused to anna@example.com"]
    assert "start or the end" in two.letter(ANNAS).text


@pytest.mark.parametrize("line", [r"\#close", "#1 on the list", "#hashtag", "# Heading", "#42"])
def test_ordinary_lines_are_sent_as_they_are(two: World, line: str) -> None:
    says(two, f"Dear Erika,\n{line}\nis what you wrote.")
    assert line.removeprefix("\\") in two.letter("erika@customer.example", "reply").text.splitlines()
    assert two.state()[0] == "in_progress"


def test_words_without_a_ticket_have_no_place_and_are_kept(two: World) -> None:
    two.mail(Mail(ANNA, SUPPORT, "Today", "#help"))
    help_letter = two.letter(ANNAS, "help")
    before = len(two.tickets())
    two.new_letters()
    two.answer(help_letter, "Thank you, that is very kind of you.", sender=ANNA)
    assert two.new_letters() == ["command_refused to anna@example.com"]
    assert "Thank you, that is very kind" in two.letter(ANNAS, "command_refused").text
    assert len(two.tickets()) == before


def test_both_languages_work_in_one_mail(two: World) -> None:
    two.answer(
        two.letters("ben@example.com", "new_ticket")[0],
        "#take; priorität urgent\n#1002 übernehmen; category vpn",
        sender=BEN,
    )
    assert (two.state()[1], two.ticket()["priority"]) == ("ben", "urgent")
    assert (two.state(1002)[1], two.ticket(1002)["category"]) == ("ben", "network/vpn")
