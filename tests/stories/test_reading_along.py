"""`#cc`, and people in Cc: they get what an agent says to the reporter, each with a token of his own; nothing else."""

from __future__ import annotations

import pytest

from tests.stories.answering import says
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import BEN, ERIKA, SUPPORT, World

ANNAS, BENS, ERIKAS = "anna@example.com", "ben@example.com", "erika@customer.example"
MAX = "max@reader.example"


def readers(desk: World) -> list[str]:
    return [each["email"] for each in desk.ticket()["cc"]]


# -- #cc ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [f"#cc {MAX}", f"#kopie +Max Muster <{MAX}<mailto:{MAX}>>", f"#cc +{MAX}; note ok"])
def test_somebody_outside_reads_along(new: World, command: str) -> None:
    assert f"Who reads along on #1001: {MAX}. To undo: #cc -{MAX}" in says(new, command)
    assert readers(new) == [MAX]
    assert MAX not in "".join(new.new_letters())


def test_he_gets_an_agents_words_in_a_letter_of_his_own_and_never_a_note(new: World) -> None:
    says(new, f"#cc Max Muster <{MAX}>")
    says(new, "#note She is a friend of the director.")
    new.new_letters()
    says(new, "Dear Erika, we are coming.")
    assert new.new_letters() == [f"reply to {ERIKAS}", f"reply to {MAX}"]
    his, hers = new.letter(MAX), new.letter(ERIKAS, "reply")
    assert "we are coming" in his.text
    assert "director" not in his.text + his.html
    assert his.header("Reply-To") != hers.header("Reply-To")
    assert his.header("Subject") == hers.header("Subject")
    assert [(each["to"], each["cc"]) for each in new.ticket()["messages"][1:]] == [([], []), ([ERIKAS], [MAX])]


def test_agents_read_who_else_gets_their_words(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", headers={"Cc": "mia@else.example"}))
    assert "Reads along  mia@else.example" in desk.letter(ANNAS, "new_ticket").text
    says(desk, f"#cc {MAX}; note A friend of hers.")
    assert f"Liest mit    {MAX}, mia@else.example" in desk.letter(BENS, "new_message").text
    desk.write(ERIKA, "Window", "It is cold.")
    assert "Reads along" not in desk.letter(ANNAS, "new_ticket").text


@pytest.mark.parametrize(
    ("words", "letter"), [("#question\nWhich one?", "question"), ("#resolve\nIt is out.", "resolved")]
)
def test_questions_and_solutions_reach_him_too(new: World, words: str, letter: str) -> None:
    says(new, f"#cc {MAX}")
    says(new, words)
    assert {f"{letter} to {ERIKAS}", f"{letter} to {MAX}"} <= set(new.new_letters())


def test_what_he_answers_is_public_and_changes_no_state(new: World) -> None:
    says(new, f"#cc Max Muster <{MAX}>")
    says(new, "#question\nWhich printer?")
    mail = new.answer(new.letter(MAX), "The red one. #close", sender=f"Max Muster <{MAX}>")
    assert f"its own token: reading {MAX}" in " ".join(new.decision(mail)["trust"]["evidence"])
    message = new.message()
    assert (message["from"], message["public"], message["trust"]) == (MAX, True, "proven")
    assert new.ticket()["status"] == "waiting"
    new.answer(new.letter(MAX), "#close", sender=f"Max Muster <{MAX}>")
    assert new.ticket()["status"] == "waiting"


def test_who_does_not_read_along_any_more_gets_nothing(new: World) -> None:
    says(new, f"#cc {MAX} mia@else.example")
    assert "Who reads along on #1001: mia@else.example. To undo: #cc +max@" in says(new, f"#cc –{MAX}")
    new.new_letters()
    says(new, "Dear Erika, we are coming.")
    assert new.new_letters() == [f"reply to {ERIKAS}", "reply to mia@else.example"]


def test_who_does_not_read_along_any_more_is_heard_by_us_alone(new: World) -> None:
    says(new, f"#cc {MAX}")
    says(new, "Dear Erika, we are coming.")
    letter = new.letter(MAX)
    says(new, f"#cc -{MAX}")
    new.answer(letter, "And me?", sender=f"Max Muster <{MAX}>")
    assert (new.message()["new_text"], new.message()["public"]) == ("And me?", False)
    assert "who is no participant of this ticket" in " ".join(new.letter(ANNAS, "new_message").text.split())
    says(new, f"#cc {MAX}")
    new.answer(letter, "Thank you.", sender=f"Max Muster <{MAX}>")
    assert new.message()["public"]


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        ("support@example.com", "That is an address of ours: support@example.com."),
        (BENS, "The address ben@example.com belongs to one of us; who of us wants to be told writes #watch."),
        (ERIKAS, "The reporter of #1001 writes as erika@customer.example and gets every answer anyway."),
        (f"-{MAX}", "Nobody reads along on #1001."),
        (" ".join(f"a{n}@x.example" for n in range(11)), "More than 10 people can not read along on #1001."),
        ("Max", "'Max' is no address."),
    ],
)
def test_who_can_not_read_along_is_said_in_words(new: World, argument: str, why: str) -> None:
    assert why in says(new, f"#cc {argument}")
    assert readers(new) == []


def test_a_wrong_address_that_should_go_is_refused_with_those_that_are_there(new: World) -> None:
    says(new, f"#cc {MAX}")
    refused = says(new, "#cc -mxa@reader.example")
    assert "The address mxa@reader.example does not read along on #1001; who does: max@reader.example." in refused
    assert "body=%23cc%20-max%40reader.example" in refused


# -- Cc ----------------------------------------------------------------------------------------------------------------

COPIED = f"Max Muster <{MAX}>, it@example.com, {ERIKAS}, ben@example.com, no-reply@shop.example, mailman@lists.example"


def test_people_in_cc_of_an_aligned_mail_that_opens_a_ticket_read_along(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "It burns.", headers={"Cc": COPIED}))
    assert readers(desk) == [MAX]
    assert MAX not in "".join(desk.new_letters())
    desk.answer(desk.letter(BENS, "new_ticket"), "Liebe Erika, ich komme.", sender=BEN)
    assert f"reply to {MAX}" in desk.new_letters()


def test_of_a_mail_that_is_only_claimed_they_are_proposed(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "It burns.", headers={"Cc": COPIED}), stranger=True)
    assert readers(desk) == []
    told = " ".join(desk.letter(BENS).text.split())
    assert f"In Kopie: Max Muster. Mitgelesen wird dort erst nach #kopie +{MAX}." in told
    desk.answer(desk.letter(BENS), f"#kopie +{MAX}", sender=BEN)
    assert readers(desk) == [MAX]


def test_people_in_cc_of_the_reporters_proven_answer_read_along_and_of_others_are_proposed(new: World) -> None:
    letter, headers = new.letter(ERIKAS), {"Cc": f"Max Muster <{MAX}>"}
    new.answer(letter, "Max should know.", sender=ERIKA, headers=headers, stranger=True)
    assert readers(new) == []
    assert f"They read along only after #cc +{MAX}." in " ".join(new.letter(ANNAS).text.split())
    new.answer(letter, "Max should know.", sender=ERIKA, headers=headers)
    assert readers(new) == [MAX]
    assert "In copy" not in new.letter(ANNAS).text


def test_at_most_ten_read_along(desk: World) -> None:
    many = ", ".join(f"a{number}@x.example" for number in range(20))
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "It burns.", headers={"Cc": many}))
    assert len(readers(desk)) == 10


def test_nobody_reads_along_because_of_automatic_mail(desk: World) -> None:
    headers = {"Cc": f"Max Muster <{MAX}>", "Auto-Submitted": "auto-generated"}
    desk.mail(Mail(ERIKA, SUPPORT, "Disk full", "99 %", headers=headers))
    assert readers(desk) == []


# -- conceal and reveal ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hide", "show"), [("#conceal", "#reveal"), ("#verbergen", "#offenlegen")])
def test_the_handling_is_hidden_and_opened_again(new: World, hide: str, show: str) -> None:
    assert "hidden from Erika Krause. To undo: #reveal" in says(new, hide)
    assert new.ticket()["visible"] is False
    assert "open to Erika Krause; notes and statements stay with us. To undo: #conceal" in says(new, show)
    assert new.ticket()["visible"] is True
    assert new.new_letters() == ["command_done to anna@example.com"] * 2


def test_a_letter_about_a_concealed_ticket_does_not_say_who_works_on_it(desk_with: DeskWith) -> None:
    desk = desk_with({"rules": []})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    says(desk, "#close")
    says(desk, "#reopen")
    assert "Network team" in desk.letter(ERIKAS, "reopened").text
    says(desk, "#close")
    says(desk, "#conceal")
    says(desk, "#reopen")
    assert "Network team" not in desk.letter(ERIKAS, "reopened").text


def test_revealing_shows_no_notes(new: World) -> None:
    says(new, "#note She is a friend of the director.")
    says(new, "#reveal")
    assert [each["public"] for each in new.ticket()["messages"]] == [True, False]
