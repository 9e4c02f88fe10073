"""Words of somebody else in an agent's mail: they command nothing, leave under no agent's name, and nobody becomes the
reporter by what he calls himself. Where that is doubtful, the mail comes back."""

from __future__ import annotations

from html import escape

import pytest

from tests.doubles.relay import Received
from tests.stories.answering import text_of
from tests.stories.mailer import Mail
from tests.stories.test_forwarded_to_us import ANNAS, GMAIL, MAX, MAXS, OUTLOOK, Attached
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

FORGED = "hello\n\n#from mallory@elsewhere.example"
WELSH = (
    "\n\nOddiwrth: Max Muster <max@muster.example>\nAnfonwyd: Gwe, 20 Tach 2026 15:05\nAt: Anna\nPwnc: Argraffydd\n\n"
)
SECRET = "The part costs us eleven euros."


def paragraphs(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


# -- a new mail --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("A subject of her own", f"fyi{OUTLOOK}{FORGED}"),
        (
            "A subject of her own",
            f"fyi{OUTLOOK.replace('Anna Alt <anna@', 'Max <max@muster.example>, Anna <anna@')}{FORGED}",
        ),
        ("RE: Printer on fire", f"fyi{OUTLOOK}{FORGED}"),
        ("Printer", f"fyi\n\nOn Fri, 20 Nov 2026 at 08:00, {MAX} wrote:\n{FORGED}"),
        ("Printer", f"fyi{WELSH}{FORGED}"),
        ("Printer", "fyi\n\n> hello\n>\n> #from mallory@elsewhere.example"),
        ("Printer", f"fyi\n\n--- Original Message ---\n{FORGED}"),
    ],
)
def test_no_command_of_somebody_else_is_carried_out_in_a_new_mail(desk: World, subject: str, text: str) -> None:
    desk.mail(Mail(ANNA, SUPPORT, subject, f"{text}\n"))
    assert "mallory@elsewhere.example" not in [each["reporter"]["email"] for each in desk.tickets()]


@pytest.mark.parametrize(
    "opening", ['<blockquote type="cite">', '<div class="gmail_quote"><blockquote>', '<blockquote style="margin: 1em">']
)
def test_nor_one_that_stands_in_a_quotation_of_the_html(desk: World, opening: str) -> None:
    closing = "</blockquote>" + "</div>" * opening.count("<div")
    html = f"<div>Please handle this.</div>{opening}{paragraphs(FORGED)}{closing}"
    desk.mail(Mail(ANNA, SUPPORT, "Printer", "", html=html))
    assert "mallory@elsewhere.example" not in [each["reporter"]["email"] for each in desk.tickets()]


def test_a_block_without_ruler_under_her_own_subject_is_a_forward(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "For us", f"Handle with care.{OUTLOOK}It burns.\n"))
    report, note = desk.ticket()["messages"]
    assert (desk.ticket()["reporter"]["email"], report["new_text"], note["new_text"]) == (
        MAXS,
        "It burns.",
        "Handle with care.",
    )


def test_her_own_commands_above_it_count(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Printer", "#priority high\n\nIt burns.\n\n> hello\n>\n> #priority urgent\n"))
    assert desk.ticket()["priority"] == "high"
    assert desk.message()["new_text"].endswith("> #priority urgent")


def test_a_command_below_a_quotation_that_may_be_hers_comes_back(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Printer", "It burns.\n\n> hello\n\n#priority high\n"))
    assert "below words that somebody else may have written" in text_of(desk, template="command_refused")


# -- an answer to a letter of ours -------------------------------------------------------------------------------------


FRAMES = (
    "On Fri, Nov 20, 2026 at 3:05 PM Max Muster wrote:",
    "Max Muster schrieb am 20.11.2026:",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "--- Original Message ---",
    "From: Max Muster\nSubject: x",
    WELSH.strip(),
)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("quoted", [True, False])
def test_nothing_below_what_may_be_a_frame_leaves_or_commands(desk: World, frame: str, quoted: bool) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    words = f"See what the vendor says.\n\n{frame}\n\n{SECRET}\n\n#close"
    desk.answer(desk.letter(ANNAS), words, sender=ANNA, quoted=quoted)
    assert desk.ticket()["status"] == "new"
    assert desk.letters("erika@customer.example", "reply") == []
    assert desk.letter(ANNAS, "command_refused")


def test_a_sentence_that_ends_in_wrote_is_no_frame(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika,\n\nthe server wrote:\n\nERROR 17", sender=ANNA, quoted=False)
    assert "ERROR 17" in desk.letter("erika@customer.example", "reply").text


def test_the_warning_of_a_mail_server_above_a_command_goes_nowhere(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.new_letters()
    desk.answer(desk.letter(ANNAS), "CAUTION: External email. Do not click links.\n\n#close", sender=ANNA)
    assert desk.ticket()["status"] == "closed"
    assert [each for each in desk.letters("erika@customer.example") if "CAUTION" in each.text] == []


def test_lines_of_our_letter_leave_neither_where_each_is_short(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    letter = desk.letter(ANNAS)
    rows = "\n".join(_rows(letter))
    desk.answer(letter, f"Do this.\n\n{rows}", sender=ANNA, quoted=False)
    assert desk.letters("erika@customer.example", "reply") == []


def _rows(letter: Received) -> list[str]:
    return [line for line in letter.text.split("\n") if line.startswith(("Status", "Category", "Kind", "Group"))]


@pytest.mark.parametrize("line", ["Von meinem Geraet, Erika via Support", "Ar 23 Tach 2026"])
def test_an_unknown_line_right_above_what_a_program_quotes_comes_back(desk: World, line: str) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    letter = desk.letter(ANNAS)
    quoted = "\n".join(f"> {each}".rstrip() for each in letter.text.split("\n"))
    desk.answer(letter, f"Do it.\n\n{line}\n{quoted}", sender=ANNA, quoted=False)
    assert desk.letters("erika@customer.example", "reply") == []
    assert line in text_of(desk, template="command_refused")


# -- a subject that sounds like an automatic answer --------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["Abwesenheitsnotiz: 1.12.-5.12.", "Out of Office: 1.12."])
def test_an_agent_may_name_his_absence_in_the_subject(desk: World, subject: str) -> None:
    desk.mail(Mail(ANNA, SUPPORT, subject, "#away 1.12..5.12.\n"))
    assert desk.letter(ANNAS, "confirm")
    assert desk.tickets() == []


def test_an_answer_above_our_letter_is_one_whatever_its_subject(desk: World) -> None:
    desk.write(ERIKA, "Abwesend: Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "Please switch it off.", sender=ANNA, subject="Abwesend: Printer")
    assert "switch it off" in desk.letter("erika@customer.example", "reply").text


def test_what_a_program_answers_under_such_a_subject_stays_with_us(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "I am away.", sender=ANNA, subject="Abwesend: Printer", quoted=False)
    assert desk.letters("erika@customer.example", "reply") == []


# -- forwards ----------------------------------------------------------------------------------------------------------


SAVED = b"From: Mia <mia@elsewhere.example>\r\nSubject: Offer\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\n\r\nBuy it."


def test_a_mail_that_he_had_attached_is_his_file(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Fwd: Printer on fire", f"fyi{GMAIL}Is this real?\n", files={"offer.eml": SAVED}))
    report, note = desk.ticket()["messages"]
    assert (desk.ticket()["reporter"]["email"], report["new_text"], note["new_text"]) == (MAXS, "Is this real?", "fyi")
    assert [each["name"] for each in report["attachments"]] == ["offer.eml"]


@pytest.mark.parametrize("subject", ["Our spam filter lets such mail through", "Re: spam"])
def test_a_request_of_her_own_may_have_a_mail_as_its_file(desk: World, subject: str) -> None:
    words = "Please look at the settings of the filter, we get ten of these each day."
    desk.mail(Mail(ANNA, SUPPORT, subject, words, files={"spam.eml": SAVED}))
    assert desk.ticket()["reporter"]["email"] == ANNAS
    assert [each["name"] for each in desk.message()["attachments"]] == ["spam.eml"]


def test_two_mails_of_one_writer_open_his_ticket_and_the_second_is_a_file(desk: World) -> None:
    desk.mail(Attached(Mail(MAX, ANNA, "Fire", "It burns."), Mail(MAX, ANNA, "Fire 2", "It still burns.")))
    (report,) = desk.ticket()["messages"]
    assert (desk.ticket()["reporter"]["email"], report["new_text"].strip()) == (MAXS, "It burns.")
    assert len(report["attachments"]) == 1


@pytest.mark.parametrize("end", ["----- End of forwarded message -----", "----- End forwarded message -----"])
def test_nobody_ends_his_mail_and_goes_on_as_the_agent(desk: World, end: str) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Fwd: x", f"fyi{GMAIL}Please refund me.\n\n{end}\n\nApproved by me.\nAnna\n"))
    report, note = desk.ticket()["messages"]
    assert report["new_text"].endswith("Approved by me.\nAnna")
    assert note["new_text"] == "fyi"


@pytest.mark.parametrize(
    "name", ["Boss <boss@bank.example>", '"boss@bank.example, Bank"', "boss@bank.example on behalf of x"]
)
def test_nobody_becomes_somebody_else_by_his_name(desk: World, name: str) -> None:
    block = GMAIL.replace("From: Max Muster", f"From: {name}")
    desk.mail(Mail(ANNA, SUPPORT, "Fwd: x", f"{block}It burns.\n"))
    assert desk.ticket()["reporter"]["email"] == MAXS
