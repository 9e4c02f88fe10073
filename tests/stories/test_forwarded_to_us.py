"""A mail that an agent forwards to us opens the ticket of whoever wrote it, who hears nothing until one answers."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.stories.answering import text_of
from tests.stories.asking import tap
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS = "anna@example.com", "ben@example.com"
MAXS = "max@muster.example"
MAX = f"Max Muster <{MAXS}>"
WORDS = "The printer is on fire again.\n\n#close\nMax"

OUTLOOK = (
    "\n\nFrom: Max Muster <max@muster.example>\nSent: Friday, November 20, 2026 3:05 PM\n"
    "To: Anna Alt <anna@example.com>\nSubject: Printer on fire\n\n"
)
OUTLOOK_GERMAN = (
    "\n\nVon: Max Muster <max@muster.example> \nGesendet: Freitag, 20. November 2026 15:05\n"
    "An: Anna Alt <anna@example.com>\nBetreff: Printer on fire\n\n"
)
GMAIL = (
    "\n\n---------- Forwarded message ---------\nFrom: Max Muster <max@muster.example>\n"
    "Date: Fri, Nov 20, 2026 at 3:05\u202fPM\nSubject: Printer on fire\nTo: Anna Alt <anna@example.com>\n\n\n"
)
GMAIL_GERMAN = (
    "\n\n---------- Forwarded message ---------\nVon: Max Muster <max@muster.example>\n"
    "Date: Fr., 20. Nov. 2026 um 15:05 Uhr\nSubject: Printer on fire\nTo: Anna Alt <anna@example.com>\n\n\n"
)
APPLE = (
    "\n\nBegin forwarded message:\n\nFrom: Max Muster <max@muster.example>\nSubject: Printer on fire\n"
    "Date: 20 November 2026 at 15:05:11 CET\nTo: Anna Alt <anna@example.com>\n\n"
)
APPLE_GERMAN = (
    "\n\n> Anfang der weitergeleiteten Nachricht:\n> \n> Von: Max Muster <max@muster.example>\n"
    "> Betreff: Printer on fire\n> Datum: 20. November 2026 um 15:05:11 MEZ\n> An: Anna Alt <anna@example.com>\n> \n"
)
THUNDERBIRD = (
    "\n\n-------- Forwarded Message --------\nSubject: \tPrinter on fire\nDate: \tFri, 20 Nov 2026 15:05:11 +0100\n"
    "From: \tMax Muster <max@muster.example>\nTo: \tAnna Alt <anna@example.com>\n\n\n"
)
THUNDERBIRD_GERMAN = (
    "\n\n-------- Weitergeleitete Nachricht --------\nBetreff: \tPrinter on fire\n"
    "Datum: \tFri, 20 Nov 2026 15:05:11 +0100\nVon: \tMax Muster <max@muster.example>\n"
    "An: \tAnna Alt <anna@example.com>\n\n\n"
)
YAHOO = (
    "\n\n   ----- Forwarded Message ----- From: Max Muster <max@muster.example>To: Anna Alt <anna@example.com>"
    "Sent: Friday, November 20, 2026 at 03:05:11 PM GMT+1Subject: Printer on fire\n"
)
JAPANESE = (
    "\n\n差出人: Max Muster <max@muster.example>\n送信日時: 2026年11月20日 15:05\n"
    "宛先: Anna Alt <anna@example.com>\n件名: Printer on fire\n\n"
)
BLOCKS = {
    "Outlook": ("Fwd: Printer on fire", OUTLOOK),
    "Outlook German": ("WG: Printer on fire", OUTLOOK_GERMAN),
    "Gmail": ("Fwd: Printer on fire", GMAIL),
    "Gmail German": ("Fwd: Printer on fire", GMAIL_GERMAN),
    "Apple": ("Fwd: Printer on fire", APPLE),
    "Apple German": ("Fwd: Printer on fire", APPLE_GERMAN),
    "Thunderbird": ("Fwd: Printer on fire", THUNDERBIRD),
    "Yahoo": ("Fw: Printer on fire", YAHOO),
    "Outlook Japanese": ("FW: Printer on fire", JAPANESE),
    "Outlook on the web, with a subject of its own": ("For us", OUTLOOK.replace("\n\nFrom", f"\n\n{'_' * 32}\nFrom")),
    "Thunderbird German": ("Fwd: Printer on fire", THUNDERBIRD_GERMAN),
}


def forward(desk: World, above: str = "", *, sender: str = ANNA, block: str = OUTLOOK, **how: bool) -> int:
    """Somebody forwards what Max has written, in the words of his program."""
    return desk.mail(Mail(sender, SUPPORT, "Fwd: Printer on fire", f"{above}{block}{WORDS}\n"), **how)


class Attached(Mail):
    """A mail with whole mails attached."""

    def __init__(self, *originals: Mail, text: str = "", files: dict[str, bytes] | None = None) -> None:
        super().__init__(ANNA, SUPPORT, "Fwd: Printer on fire", text, files=files or {})
        self.originals = originals

    def _write_body(self, message: EmailMessage) -> None:
        super()._write_body(message)
        for each in self.originals:
            inner = EmailMessage()
            inner["Date"] = "Fri, 20 Nov 2026 15:05:11 +0100"
            inner["From"], inner["To"], inner["Subject"] = each.sender, each.to, each.subject
            inner["Message-ID"] = each.message_id
            each._write_body(inner)
            for name, content in each.files.items():
                inner.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
            message.add_attachment(inner)


ORIGINAL = Mail(
    "Max Muster <Max@muster.example>",
    ANNA,
    "Printer on fire",
    WORDS,
    files={"photo.jpg": b"JPG"},
    message_id="<fire@muster.example>",
)


# -- from the forwarding block to the answer ---------------------------------------------------------------------------


@pytest.mark.parametrize("program", BLOCKS)
def test_the_ticket_is_that_of_whoever_wrote_it(desk: World, program: str) -> None:
    subject, block = BLOCKS[program]
    quoted = WORDS.replace("\n", "\n> ") if "> Von" in block else WORDS
    desk.mail(Mail(ANNA, SUPPORT, subject, f"{block}{'> ' if '> Von' in block else ''}{quoted}\n"))
    ticket = desk.ticket()
    assert (ticket["reporter"]["email"], ticket["reporter"]["name"]) == (MAXS, "Max Muster")
    (message,) = ticket["messages"]  # no words of hers above it: no note
    assert (message["from"], message["trust"], message["purpose"]) == (MAXS, "claimed", "report")
    assert (ticket["subject"], message["new_text"]) == ("Printer on fire", WORDS)
    assert message["at"].startswith("2026-11-20T14:05")
    assert message["remark"] == "Forwarded by Anna Alt."
    assert desk.new_letters() == ["command_done to anna@example.com", "new_ticket to ben@example.com"]


def test_the_agent_is_told_for_whom_and_how_to_change_it(desk: World) -> None:
    forward(desk)
    said = text_of(desk)
    assert (
        "#1001 was opened for Max Muster <max@muster.example>, who is not written to before one of us answers" in said
    )
    assert "If somebody else wrote it: #from other@address. To undo: #from anna@example.com" in said
    assert "Somebody else wrote it <mailto:" in said
    assert "body=%23from%20anna%40example.com" in said
    desk.answer(desk.letter(ANNAS), f"#from {ERIKA}", sender=ANNA)
    assert desk.ticket()["reporter"]["email"] == "erika@customer.example"


def test_he_hears_of_it_when_an_agent_answers(desk: World) -> None:
    forward(desk)
    assert desk.letters(MAXS) == []
    assert "suppressed" in desk.actions()
    desk.answer(desk.letter(BENS, "new_ticket"), "Dear Max, I am on my way.", sender=BEN)
    assert desk.new_letters()[-1] == "reply to max@muster.example"


def test_nobody_is_acknowledged_where_the_domain_is_the_agents(desk: World) -> None:
    forward(desk, block=OUTLOOK.replace(MAXS, "lisa@example.com"))
    assert desk.ticket()["reporter"]["email"] == "lisa@example.com"
    assert desk.new_letters() == ["command_done to anna@example.com", "new_ticket to ben@example.com"]


def test_words_of_the_agent_are_a_note_that_he_never_sees(desk: World) -> None:
    forward(desk, "He always complains, handle with care.\n")
    report, note = desk.ticket()["messages"]
    assert (note["purpose"], note["public"], note["new_text"]) == (
        "note",
        False,
        "He always complains, handle with care.",
    )
    assert "complains" not in report["text"] + report["new_text"]
    assert "Weitergeleitet von Anna Alt mit der Notiz: He always complains" in text_of(desk, BENS)
    desk.answer(desk.letter(BENS, "new_ticket"), "Dear Max, I am on my way.", sender=BEN)
    assert "complains" not in desk.letter(MAXS).raw.decode()


def test_words_below_the_end_of_what_she_forwards_are_hers_too(desk: World) -> None:
    head = f"From: {MAX}\nDate: Fri, 20 Nov 2026 15:05:11 +0100\nSubject: Printer on fire\n\n"
    block = f"\n\n----- Forwarded message from {MAX} -----\n\n{head}{WORDS}\n\n----- End forwarded message -----\n\n"
    desk.mail(Mail(ANNA, SUPPORT, "Fwd: Printer on fire", f"Above.{block}Handle with care."))
    report, note = desk.ticket()["messages"]
    assert (report["new_text"], note["new_text"]) == (WORDS, "Above.\n\nHandle with care.")


def test_commands_above_describe_the_ticket_and_those_below_do_nothing(desk: World) -> None:
    forward(desk, "#priority high\n#tag fire\n")
    ticket = desk.ticket()
    assert (ticket["priority"], ticket["tags"], ticket["status"]) == ("high", ["fire"], "new")
    assert ticket["reporter"]["email"] == MAXS
    assert text_of(desk).index("was opened for Max") < text_of(desk).index("The tags of")


def test_from_counts_more_than_what_was_read(desk: World) -> None:
    forward(desk, f"#from {ERIKA}\n")
    assert desk.ticket()["reporter"]["email"] == "erika@customer.example"
    assert desk.message()["new_text"] == WORDS
    assert desk.new_letters() == ["command_done to anna@example.com", "new_ticket to ben@example.com"]


def test_from_may_name_whom_we_read_too(desk: World) -> None:
    forward(desk, f"#from {MAX}\n")
    assert desk.ticket()["reporter"]["email"] == MAXS


def test_rules_see_who_wrote_it(desk_with: DeskWith) -> None:
    rule = {"name": "Fire", "when": {"from": "max@*", "subject": "fire"}, "then": {"priority": "urgent"}}
    desk = desk_with({"rules": [rule]})
    forward(desk)
    assert desk.ticket()["priority"] == "urgent"


def test_a_command_that_is_asked_back_hides_nothing_of_it(desk_with: DeskWith) -> None:
    desk = desk_with({"commands": {"priority": "proven"}})
    forward(desk, "#priority high\n")
    assert "was opened for Max" in " ".join(desk.letter(ANNAS, "command_done").text.split())
    assert "confirm to anna@example.com" in desk.new_letters()


# -- a mail attached ---------------------------------------------------------------------------------------------------


def test_an_attached_mail_comes_with_its_date_its_words_and_its_files(desk: World) -> None:
    mail = desk.mail(Attached(ORIGINAL, text="See below.", files={"map.pdf": b"%PDF"}))
    report, note = desk.ticket()["messages"]
    assert desk.ticket()["reporter"]["email"] == MAXS
    assert (report["new_text"].strip(), report["at"]) == (WORDS, "2026-11-20T14:05:11.000000Z")
    assert [each["name"] for each in report["attachments"]] == ["photo.jpg"]
    assert (note["new_text"], [each["name"] for each in note["attachments"]]) == ("See below.", ["map.pdf"])
    assert desk.decision(mail)["forwarded"]["from"] == MAXS
    assert desk.letters(MAXS) == []


def test_a_mail_saved_as_a_file_is_one_too(desk: World) -> None:
    saved = f"From: {MAX}\r\nSubject: Printer on fire\r\nDate: Fri, 20 Nov 2026 15:05:11 +0100\r\n\r\n{WORDS}".encode()
    desk.mail(Mail(ANNA, SUPPORT, "A printer", "See below.", files={"fire.eml": saved, "map.pdf": b"%PDF"}))
    report, note = desk.ticket()["messages"]
    assert (desk.ticket()["reporter"]["email"], report["at"]) == (MAXS, "2026-11-20T14:05:11.000000Z")
    assert (note["new_text"], [each["name"] for each in note["attachments"]]) == ("See below.", ["map.pdf"])


def test_his_own_copy_joins_the_ticket(desk: World) -> None:
    desk.mail(Attached(ORIGINAL))
    desk.mail(Mail(MAX, SUPPORT, "Printer on fire", WORDS, message_id=ORIGINAL.message_id))
    assert len(desk.tickets()) == 1


def test_the_same_id_of_somebody_else_does_not_join(desk: World) -> None:
    desk.mail(Attached(ORIGINAL))
    desk.mail(Mail(ERIKA, SUPPORT, "Chair", "It wobbles.", message_id=ORIGINAL.message_id))
    assert len(desk.tickets()) == 2


# -- who is not meant --------------------------------------------------------------------------------------------------


def test_several_attached_mails_stay_the_agents_own_request(desk: World) -> None:
    desk.mail(Attached(ORIGINAL, Mail(ERIKA, ANNA, "Chair", "It wobbles."), text="Look at these."))
    assert desk.ticket()["reporter"]["email"] == ANNAS


def test_what_nothing_proves_to_be_the_agents_opens_a_ticket_like_anybodys(desk: World) -> None:
    forward(desk, stranger=True)
    ticket = desk.ticket()
    assert ticket["reporter"]["email"] == ANNAS
    assert "command_done to anna@example.com" not in desk.new_letters()


@pytest.mark.parametrize("program", BLOCKS)
def test_a_reporter_who_forwards_is_the_reporter_and_everything_is_shown(desk: World, program: str) -> None:
    subject, block = BLOCKS[program]
    desk.mail(Mail(ERIKA, SUPPORT, subject, f"Can you help him?{block}{WORDS}"))
    assert desk.ticket()["reporter"]["email"] == "erika@customer.example"
    assert desk.message()["remark"] is None
    shown = desk.message()["new_text"]
    assert shown.startswith("Can you help him?")
    assert MAXS in shown
    assert shown.endswith(WORDS)


@pytest.mark.parametrize("whose", ["support@example.com", "ben@example.com"])
def test_what_one_of_us_wrote_stays_the_agents_own_request(desk: World, whose: str) -> None:
    forward(desk, block=OUTLOOK.replace(MAXS, whose))
    assert desk.ticket()["reporter"]["email"] == ANNAS


def test_a_name_without_address_stays_the_agents_own_request(desk: World) -> None:
    forward(desk, block=OUTLOOK.replace(f" <{MAXS}>", ""))
    assert desk.ticket()["reporter"]["email"] == ANNAS


def test_whoever_could_not_change_it_is_offered_nothing(desk: World) -> None:
    forward(desk, sender=CLEO)
    said = text_of(desk, "cleo@example.com")
    assert "#1001 was opened for Max Muster" in said
    assert "#from" not in said


# -- he wrote to us himself --------------------------------------------------------------------------------------------


@pytest.fixture
def wrote(desk: World) -> World:
    """Max has written to us himself, and Anna has taken it."""
    desk.mail(Mail(MAX, SUPPORT, "Printer on fire", WORDS, message_id="<fire@muster.example>"))
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#take", sender=ANNA)
    desk.new_letters()
    return desk


def ties(desk: World, number: int = 1002) -> list[tuple[str, int]]:
    return [(each["kind"], each["number"]) for each in desk.ticket(number)["links"]]


def test_the_agent_is_told_that_he_wrote_himself_and_one_tap_puts_both_together(wrote: World) -> None:
    forward(wrote)
    assert ties(wrote) == [("same", 1001)]
    assert "Max Muster has sent this very mail to us already: #1001. #1002 is resolved with it." in text_of(wrote)
    tap(wrote, wrote.letter(ANNAS, "command_done"), "Merge into #1001", 0, sender=ANNA)
    assert wrote.state(1002)[0] == "merged"
    assert wrote.letters(MAXS, "reply") == []


@pytest.mark.parametrize(
    "original",
    [
        Mail(MAX, SUPPORT, "Printer", "Other words.", message_id="<fire@muster.example>"),
        Mail(MAX, SUPPORT, "AW: Printer on fire", WORDS, message_id="<other@muster.example>"),
    ],
)
def test_an_attached_mail_is_known_by_its_id_or_by_its_words(wrote: World, original: Mail) -> None:
    wrote.mail(Attached(original))
    assert ties(wrote) == [("same", 1001)]


def test_where_his_own_is_settled_the_two_are_only_linked(wrote: World) -> None:
    wrote.answer(wrote.letter(ANNAS, "command_done"), "#close", sender=ANNA)
    forward(wrote)
    assert ties(wrote) == [("related", 1001)]
    assert "#1001. The two are linked. To undo: #link -1001" in text_of(wrote)


@pytest.mark.parametrize("how", ["other words", "somebody else", "long ago"])
def test_what_is_not_the_same_mail_is_not_tied(wrote: World, how: str) -> None:
    if how == "long ago":
        wrote.later(days=15)
    block = OUTLOOK.replace("Max Muster <max@", "Mia Muster <mia@") if how == "somebody else" else OUTLOOK
    words = "Something else." if how == "other words" else WORDS
    wrote.mail(Mail(ANNA, SUPPORT, "Fwd: Printer on fire", f"{block}{words}\n"))
    assert ties(wrote) == []
    assert "already" not in text_of(wrote)


def test_an_agent_hears_nothing_of_a_ticket_that_he_may_not_see(wrote: World) -> None:
    forward(wrote, sender=CLEO)
    assert ties(wrote) == []
    assert "1001" not in wrote.letter("cleo@example.com", "command_done").text
