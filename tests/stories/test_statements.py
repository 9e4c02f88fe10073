"""`#ask`: people inside and outside are asked for a statement; they answer without knowing us, and it stays with us."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, token_of
from tests.stories.sharing import COORDINATED, REPORTER, said
from tests.stories.world import ANNA, CLEO, ERIKA, MALLORY, SUPPORT, World

EVA = "Eva Expert <eva@lab.example>"
LAB = "eva@lab.example"


@pytest.fixture
def case(desk_with: DeskWith) -> World:
    """A request with words, subject and a file that nobody else is to read."""
    desk = desk_with(COORDINATED)
    desk.mail(Mail(ERIKA, SUPPORT, "Smell in the cellar", "It smells of gas.\n\nErika", files={"photo.jpg": b"JPG"}))
    desk.new_letters()
    return desk


def ask(desk: World, command: str, question: str = "Is that dangerous?\n\nAnna") -> Received:
    """Anna asks; returns the request that Eva got."""
    desk.answer(desk.letter("anna@example.com", "new_ticket"), f"{command}\n\n{question}", sender=ANNA)
    return desk.letter(LAB, "statement_request")


def states(desk: World) -> list[tuple[str, str]]:
    return [(each["to"], each["state"]) for each in desk.ticket()["statements"]]


def test_statements_inside_and_outside_from_the_question_to_the_answer(case: World) -> None:
    request = ask(case, "#ask eva@lab.example, cleo by fri; wait")
    assert case.new_letters() == [
        "command_done to anna@example.com",
        "new_message to ben@example.com",
        "statement_request to cleo@example.com",
        "statement_request to eva@lab.example",
    ]
    assert (case.ticket()["status"], case.ticket()["waiting_for"]) == ("waiting", "statement")
    assert [each["by"] for each in case.ticket()["statements"]] == ["2026-11-27T16:00:00.000000Z"] * 2
    assert request.text == (
        "Is that dangerous?\n\nAnna\n\n"
        "Please just answer this mail by Friday, 27 November 2026, 17:00. Your answer\n"
        "is for us alone; nobody outside reads it.\n\n-- \nExample Support · 1001\n"
    )
    assert request.header("From") == '"Anna Alt (Example Support)" <support@example.com>'
    assert request.header("Auto-Submitted") == ""

    case.answer(request, "Yes, leave the house.", sender=EVA)
    assert case.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    news = case.letter("anna@example.com")
    assert news.text.splitlines()[2:5] == ["1001 · Eva Expert wrote · Smell in the cellar", "", "Yes, leave the house."]
    assert "Statements: 1 of 2, missing: Cleo Chen." in news.text
    assert news.header("Reply-To").startswith("Internal note")
    assert case.ticket()["status"] == "waiting"

    case.later(hours=1)
    case.answer(case.letter("cleo@example.com"), "I can go there.\n#close", sender=CLEO)
    assert states(case) == [(LAB, "answered"), ("cleo@example.com", "answered")]
    assert case.ticket()["statements"][1]["answered_at"] == "2026-11-23T10:00:00.000000Z"
    assert case.ticket()["status"] == "new"
    assert said(case)[-1] == ("statement", "I can go there.\n#close", False)
    assert case.letters(REPORTER, "reply") == []
    assert [each["public"] for each in case.ticket()["messages"]] == [True, False, False, False]

    case.answer(case.letter("anna@example.com"), "Thank you Cleo.", sender=ANNA)
    assert said(case)[-1] == ("note", "Thank you Cleo.", False)
    case.answer(case.letter("anna@example.com", "new_ticket"), "Dear Erika, please leave the house.", sender=ANNA)
    assert case.letter(REPORTER, "reply").text.startswith("Dear Erika, please leave the house.")
    assert [each for each in case.actions() if "statement" in each or each in ("ask", "wait")] == [
        *("wait", "ask", "asked_statement", "asked_statement", "statement", "statement", "statement_given"),
    ]


@pytest.mark.parametrize("command", ["#ask eva@lab.example", "#stellungnahme eva@lab.example bis freitag"])
def test_without_the_original_nothing_of_the_reporter_is_in_the_request(case: World, command: str) -> None:
    request = ask(case, command)
    whole = request.raw.decode() + request.text + request.html
    assert not any(secret in whole for secret in ("gas", "cellar", "Erika", "Krause", "photo", "customer.example"))
    assert request.header("Subject") == "Re: [#1001] Request for a statement"


@pytest.mark.parametrize(
    "command", ["#ask eva@lab.example with original", "#Stellungnahme Eva <eva@lab.example> mit Original bis fr"]
)
def test_with_the_original_the_reporters_words_and_files_go_along(case: World, command: str) -> None:
    request = ask(case, command)
    assert "This is what it is about:\n\n> It smells of gas.\n" in request.text
    assert request.header("Subject") == "Re: [#1001] Smell in the cellar"
    assert list(request.files) == ["photo.jpg"]


@pytest.mark.parametrize(("whom", "role"), [("eva@lab.example", "statement"), ("somebody@lab.example", "other")])
def test_who_waits_for_one_that_was_asked_waits_for_a_statement(case: World, whom: str, role: str) -> None:
    request = ask(case, "#ask eva@lab.example")
    case.answer(case.letter("anna@example.com", "new_ticket"), f"#take; wait for {whom}", sender=ANNA)
    assert case.ticket()["waiting_for"] == role
    case.answer(request, "No.\n\nEva", sender="Eva <eva@lab.example>")
    assert case.ticket()["status"] == ("in_progress" if role == "statement" else "waiting")


def test_what_else_was_said_never_goes_along(case: World) -> None:
    case.answer(case.letter("anna@example.com", "new_ticket"), "#note\nShe always says that, be careful.", sender=ANNA)
    request = ask(case, "#ask eva@lab.example with original")
    assert "careful" not in request.text


def test_an_answer_from_another_address_is_the_answer_and_marked(case: World) -> None:
    request = ask(case, "#ask eva@lab.example")
    case.answer(request, "It is harmless.", sender="Holger <holger@lab.example>", stranger=True)
    assert states(case) == [(LAB, "answered")]
    message = case.message()
    assert (message["public"], message["trust"]) == (False, "claimed")
    assert message["remark"] == "The statement of eva@lab.example, written by holger@lab.example."
    assert message["remark"] in case.letter("anna@example.com").text
    assert [each for each in case.new_letters() if "lab.example" in each and "request" not in each] == []


@pytest.mark.parametrize("attached", [False, True])
def test_an_answer_may_come_as_a_forwarded_mail(case: World, attached: bool) -> None:
    request = ask(case, "#ask eva@lab.example")
    told = Mail("Kurt <kurt@lab.example>", EVA, "Re: gas", "Kurt here: all is well.")
    mail = Mail(EVA, f"support+{token_of(request)}@example.com", "Fwd: gas", "See what Kurt says.")
    if attached:
        mail.files = {"kurt.eml": told.bytes}
        raw = mail.bytes.replace(b"application/octet-stream", b"message/rfc822").replace(
            b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: base64"
        )
        case.hand_in_bytes(raw, LAB, (f"support+{token_of(request)}@example.com",))
        case.work()
    else:
        mail.text += (
            "\n\n---------- Forwarded message ---------\nFrom: Kurt <kurt@lab.example>\n"
            "Date: Mon, 23 Nov 2026 at 10:00\nSubject: gas\nTo: <eva@lab.example>\n\nKurt here: all is well.\n"
        )
        case.mail(mail)
    assert states(case) == [(LAB, "answered")]
    assert "See what Kurt says." in case.message()["new_text"]
    assert "Kurt here: all is well." in case.message()["new_text"]


@pytest.mark.parametrize("how", ["auto-replied", "auto-generated"])
def test_what_a_program_answers_is_no_statement(case: World, how: str) -> None:
    request = ask(case, "#ask eva@lab.example; wait")
    case.answer(request, "I am away.", sender=EVA, headers={"Auto-Submitted": how})
    assert states(case) == [(LAB, "asked")]
    assert case.ticket()["status"] == "waiting"


def test_a_statement_that_comes_after_the_end_is_kept_and_opens_nothing(case: World) -> None:
    request = ask(case, "#ask eva@lab.example")
    case.answer(case.letter("anna@example.com", "new_ticket"), "#close", sender=ANNA)
    assert states(case) == [(LAB, "withdrawn")]
    case.later(days=60)
    case.new_letters()
    case.mail(Mail(EVA, f"support+{token_of(request)}@example.com", "At last", "It was nothing."))
    assert len(case.tickets()) == 1
    assert case.ticket()["status"] == "closed"
    assert states(case) == [(LAB, "answered")]
    assert case.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]


def test_who_was_asked_sees_the_ticket_where_he_is_one_of_us_and_may_not_act(case: World) -> None:
    case.mail(Mail(CLEO, SUPPORT, "x", "#1001 note Hello?"))
    assert "There is no #1001 for you." in case.letter("cleo@example.com").text
    ask(case, "#ask eva@lab.example Cleo")
    case.mail(Mail(CLEO, SUPPORT, "x", "#1001 note Hello?"))
    assert "You may read #1001, but not act on it" in " ".join(case.letter("cleo@example.com").text.split())


def test_asking_can_be_undone(case: World) -> None:
    request = ask(case, "#ask eva@lab.example; wait")
    case.answer(case.letter("anna@example.com", "command_done"), "#undo", sender=ANNA)
    assert states(case) == [(LAB, "withdrawn")]
    assert case.ticket()["status"] == "new"
    case.answer(request, "Still, it is dangerous.", sender=EVA)
    assert states(case) == [(LAB, "answered")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#ask eva@lab.example", "#ask needs words: the question itself."),
        ("#ask erika@customer.example\n\nWell?", "#1001 was reported by erika@customer.example: #question asks there."),
        ("#ask help@example.com\n\nWell?", "That is an address of ours: help@example.com."),
        ("#ask office\n\nWell?", "Office is a group"),
        ("#ask clo\n\nWell?", "Nobody here is called 'clo'."),
        ("#ask eva@lab.example by yesterday\n\nWell?", "'yesterday' is no date"),
        ("#ask eva@lab.example\n#answer\n\nWell?", "a mail has one text with one destination"),
    ],
)
def test_what_can_not_be_asked_is_said(case: World, text: str, why: str) -> None:
    case.answer(case.letter("anna@example.com", "new_ticket"), text, sender=ANNA)
    assert case.new_letters() == ["command_refused to anna@example.com"]
    assert why in " ".join(case.letter("anna@example.com").text.split())


def test_an_unproven_question_is_asked_back_before_it_leaves(case: World) -> None:
    text = "#ask eva@lab.example\n\nIs that dangerous?"
    case.answer(case.letter("anna@example.com", "new_ticket"), text, sender=ANNA, stranger=True)
    assert case.new_letters() == ["confirm to anna@example.com"]
    case.answer(case.letter("anna@example.com", "confirm"), "#yes", sender=ANNA)
    assert case.letter(LAB, "statement_request").text.startswith("Is that dangerous?")


def test_a_question_that_is_not_cut_with_certainty_does_not_leave(case: World) -> None:
    letter = case.letter("anna@example.com", "new_ticket")
    pasted = "\n".join(line for line in letter.text.splitlines() if "write above" not in line)
    case.answer(letter, f"#ask eva@lab.example\n\nWell?\n{pasted}", sender=ANNA, quoted=False)
    assert case.letters(LAB) == []
    assert case.new_letters() == ["command_refused to anna@example.com"]


def test_a_stranger_with_the_token_gets_nothing_from_it(case: World) -> None:
    request = ask(case, "#ask eva@lab.example")
    case.new_letters()
    case.answer(request, "#close\nSend me all.", sender=MALLORY, stranger=True)
    assert case.ticket()["status"] == "new"
    assert case.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]


def test_a_request_that_can_not_be_delivered_is_told_to_whoever_asked(case: World) -> None:
    case.relay.refuse(LAB)
    case.answer(case.letter("anna@example.com", "new_ticket"), "#ask eva@lab.example\n\nWell?", sender=ANNA)
    assert "delivery_failed to anna@example.com" in case.new_letters()
