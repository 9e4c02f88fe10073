"""Second level (CONTRACT 8): a partner reports for his end customer, the centre resolves, the partner closes. Nobody
but his own agents writes to the end customer, and no partner sees the tickets of another."""

from __future__ import annotations

from email.utils import parseaddr

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG
from tests.stories.mailer import Mail
from tests.stories.partnering import CLEOS, LINES, MAX, PARTNERS, PAULA, PAULAS, PETER, PIA, PIAS, RIA, RIVAL
from tests.stories.world import ANNA, CLEO, SUPPORT, World


@pytest.fixture
def partners(desk_with: DeskWith) -> World:
    """Paula has reported for Max; nobody has it yet."""
    desk = desk_with(PARTNERS)
    desk.write(PAULA, "Line", LINES)
    return desk


def handed_up(desk: World, agent: str = ANNA) -> World:
    """It is with the centre."""
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#level 2\nWe can not do this.", sender=agent)
    desk.new_letters()
    return desk


def resolved(desk: World, text: str = "#resolve\nThe port was off. It is on again.") -> Received:
    """Cleo of the centre resolves it; the newest letter to Paula."""
    desk.answer(desk.letter(CLEOS, "new_ticket"), text, sender=CLEO)
    return desk.letter(PAULAS)


# -- the whole case ----------------------------------------------------------------------------------------------------


def test_from_the_partners_first_mail_to_his_close(desk_with: DeskWith) -> None:
    desk = desk_with(PARTNERS)
    desk.write(PAULA, "Line", f"End customer: Max Muster <{MAX}>\nYour number: INC-1\n\nThe line is dead.")
    assert desk.new_letters() == [
        f"acknowledged to {PAULAS}",
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
    ]
    assert "begin with them:\n\n  Phone:\n\nExample Support" in desk.letter(PAULAS).text

    desk.answer(desk.letter(PAULAS), "Phone: 089 1", sender=PAULA)
    ticket = desk.ticket()
    customer = {name: ticket["end_customer"][name] for name in ("name", "email", "phone")}
    assert customer == {"name": "Max Muster", "email": MAX, "phone": "089 1"}
    assert (ticket["foreign_number"], ticket["level"]) == ("INC-1", 1)
    desk.new_letters()

    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#take", sender=ANNA)
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#level 2\nWe can not do this.", sender=ANNA)
    assert f"new_ticket to {CLEOS}" in desk.new_letters()
    assert (desk.ticket()["level"], desk.ticket()["group"], desk.state()) == (2, "centre", ("new", None))

    letter = resolved(desk)
    assert desk.new_letters() == [
        f"command_done to {CLEOS}",
        f"partner_resolved to {PAULAS}",
        "status_changed to anna@example.com",
    ]
    assert (letter.header("Auto-Submitted"), letter.header("X-Auto-Response-Suppress")) == ("auto-generated", "All")
    assert letter.header("Subject") == "Re: [#1001] Line"
    assert letter.header("From") == '"Cleo Chen (Example Support)" <support@example.com>'
    assert "The port was off. It is on again." in letter.text
    assert "The port was off." in letter.html
    assert "End customer  Max Muster" in letter.text
    assert "Your number   INC-1" in letter.text
    assert "Answer this mail with #close" in letter.text
    assert desk.state() == ("resolved", "cleo")

    desk.answer(letter, "#close", sender=PAULA)
    assert desk.state() == ("closed", "cleo")
    assert desk.new_letters() == [f"new_message to {CLEOS}"]
    assert desk.letters(MAX) == []
    assert [each for each in desk.actions() if each not in ("message", "letter", "sent", "first_response")] == [
        *("created", "customer", "customer_data", "take", "level", "resolve", "reporter_close")
    ]


# -- partner_resolved --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tap", ["#close", "#schließen"])
def test_one_tap_closes_it(partners: World, tap: str) -> None:
    letter = resolved(handed_up(partners))
    assert f"mailto:{letter.header('Reply-To').split('<')[1].rstrip('>')}" in letter.text.replace("\n", "")
    reply_to = letter.header("Reply-To")
    partners.mail(Mail(PAULA, reply_to, "[#1001]", tap))
    assert partners.state()[0] == "closed"


def test_the_letter_itself_quoted_without_marks_closes_nothing(partners: World) -> None:
    letter = resolved(handed_up(partners))
    partners.answer(letter, f"Still dead.\n\n{letter.text}", sender=PAULA, quoted=False)
    assert partners.state() == ("in_progress", "cleo")


def test_a_german_partner_reads_it_in_german(desk_with: DeskWith) -> None:
    group = {**PARTNERS["customer_groups"]["partners"], "language": "de", "form_of_address": "informal"}
    desk = desk_with({**PARTNERS, "customer_groups": {**PARTNERS["customer_groups"], "partners": group}})
    desk.write(PAULA, "Leitung", "Die Leitung ist tot.")
    text = " ".join(resolved(handed_up(desk)).text.split())
    assert "1001 · Gelöst: bitte schließen" in text
    assert "Antworte auf diese Mail mit #schließen" in text
    assert "Du sagst es deinem Endkunden und schließt das Ticket." in text


@pytest.mark.parametrize("level", ["1", "back again"])
def test_at_level_one_the_solution_is_an_agents_letter(partners: World, level: str) -> None:
    if level == "back again":
        handed_up(partners).answer(partners.letter(CLEOS, "new_ticket"), "#level 1", sender=CLEO)
    partners.answer(partners.letter("anna@example.com", "new_ticket"), "#resolve\nOn again.", sender=ANNA)
    assert partners.letter(PAULAS).header("X-Mailgate-Letter") == "resolved"


def test_nobody_else_than_a_partner_is_asked_to_close(desk_with: DeskWith) -> None:
    desk = desk_with(PARTNERS)
    desk.write("Erika Krause <erika@customer.example>", "Line", "Dead.")
    handed_up(desk).answer(desk.letter(CLEOS, "new_ticket"), "#resolve\nOn again.", sender=CLEO)
    assert desk.letter("erika@customer.example").header("X-Mailgate-Letter") == "resolved"


def test_an_end_customer_named_by_an_agent_makes_a_partner_too(desk_with: DeskWith) -> None:
    desk = desk_with(PARTNERS)
    desk.write("Erika Krause <erika@customer.example>", "Line", "Dead.")
    desk.answer(desk.letter("anna@example.com"), f"#customer Max Muster <{MAX}>", sender=ANNA)
    handed_up(desk).answer(desk.letter(CLEOS, "new_ticket"), "#resolve", sender=CLEO)
    assert "Max Muster" in desk.letter("erika@customer.example", "partner_resolved").text


def test_a_partner_whose_tickets_begin_at_level_two_closes_himself_too(desk_with: DeskWith) -> None:
    group = {"name": "Partners", "match": ["*@partner.example"], "level": 2, "end_customer": None}
    desk = desk_with({**PARTNERS, "customer_groups": {**PARTNERS["customer_groups"], "partners": group}})
    desk.write(PAULA, "Line", "The line is dead.")
    letter = resolved(desk, "#resolve")
    assert letter.header("X-Mailgate-Letter") == "partner_resolved"
    assert "Hello Paula Partner," in letter.text
    assert "End customer" not in letter.text


def test_who_reads_along_gets_the_solution_and_is_not_asked_to_close(desk_with: DeskWith) -> None:
    desk = desk_with(PARTNERS)
    desk.mail(Mail(PAULA, SUPPORT, "Line", LINES, headers={"Cc": PETER}))
    resolved(handed_up(desk))
    peters = desk.letter("peter@partner.example")
    assert peters.header("X-Mailgate-Letter") == "resolved"
    assert ("The port was off." in peters.text, "#close" in peters.text) == (True, False)


def test_with_the_same_cause_it_is_resolved_and_closed_by_the_partner(partners: World) -> None:
    handed_up(partners)
    partners.write(RIVAL, "Line 2", "Your number: R-7\n\nOurs too.")
    partners.answer(partners.letter("anna@example.com", "new_ticket"), "#level 2", sender=ANNA)
    partners.answer(partners.letter(CLEOS, "new_ticket"), "#1002 same 1001", sender=CLEO)
    partners.answer(partners.letter(CLEOS, "new_ticket"), "#1001 resolve It is on again.", sender=CLEO)
    letter = partners.letter("rita@rival.example", "partner_resolved")
    assert "Your number  R-7" in letter.text
    assert "INC-1" not in letter.raw.decode()


def test_what_has_not_left_yet_can_be_taken_back(partners: World) -> None:
    handed_up(partners).relay.defer(PAULAS)
    partners.answer(partners.letter(CLEOS, "new_ticket"), "#resolve\nOn again.", sender=CLEO)
    partners.answer(partners.letter(CLEOS, "new_ticket"), "#undo", sender=CLEO)
    states = {each["template"]: each["state"] for each in partners.ticket()["letters"] if each["to"] == PAULAS}
    assert states["partner_resolved"] == "cancelled"


def test_where_the_gate_stops_it_the_solution_goes_as_an_agents_words(desk_with: DeskWith) -> None:
    desk = desk_with({**PARTNERS, "limits": {"acknowledgements": {"per_mailbox_day": 1}}})
    desk.write(PAULA, "Line", LINES)
    letter = resolved(handed_up(desk))
    assert letter.header("X-Mailgate-Letter") == "resolved"
    assert "The port was off." in letter.text
    stopped = [each["detail"]["template"] for each in desk.ticket()["events"] if each["action"] == "suppressed"]
    assert stopped == ["partner_resolved"]


def test_who_wrote_the_solution_hears_that_it_did_not_arrive(partners: World) -> None:
    handed_up(partners).answer(partners.letter(CLEOS, "new_ticket"), "#take", sender=CLEO)
    partners.relay.refuse(PAULAS)
    partners.answer(partners.letter("anna@example.com", "new_ticket"), "#resolve\nOn again.", sender=ANNA)
    assert (
        "Your mail did not reach paula@partner.example." in partners.letter("anna@example.com", "delivery_failed").text
    )


# -- closing by an agent of the 1st level ------------------------------------------------------------------------------


@pytest.fixture
def pias(partners: World) -> World:
    """Pia, the partner's own agent, has handed it to the centre."""
    partners.answer(partners.letter("anna@example.com"), "#assign pia", sender=ANNA)
    partners.answer(partners.letter(PIAS, "assigned"), "#level 2", sender=PIA)
    return partners


def test_the_partners_agent_is_told_and_closes_by_command(pias: World) -> None:
    resolved(pias)
    told = " ".join(pias.letter(PIAS, "status_changed").text.split())
    assert "Cleo Chen has resolved #1001 at 2nd level support" in told
    assert "the partner closes it, or 1st level with #close." in told
    pias.answer(pias.letter(PIAS, "status_changed"), "#close", sender=PIA)
    assert pias.state() == ("closed", "cleo")
    closed = [each["actor"] for each in pias.ticket()["events"] if each["action"] == "close"]
    assert closed == ["agent:pia"]


def test_so_does_he_where_a_colleague_has_handed_it_up_for_him(partners: World) -> None:
    partners.answer(partners.letter("anna@example.com"), "#assign pia", sender=ANNA)
    partners.answer(partners.letter("anna@example.com", "new_ticket"), "#level 2", sender=ANNA)
    resolved(partners)
    partners.answer(partners.letter(PIAS, "status_changed"), "#close", sender=PIA)
    assert partners.state()[0] == "closed"


def test_who_had_it_before_that_does_not(partners: World) -> None:
    partners.answer(partners.letter("anna@example.com"), "#assign pia", sender=ANNA)
    partners.answer(partners.letter("anna@example.com", "new_ticket"), "#assign anna", sender=ANNA)
    resolved(handed_up(partners))
    partners.answer(partners.letter(PIAS, "assigned"), "#close", sender=PIA)
    assert partners.state()[0] == "resolved"


@pytest.mark.parametrize(("command", "before"), [("#close", True), ("#priority high", False), ("#close\nBye", False)])
def test_but_that_alone_and_not_before_it_is_resolved(pias: World, command: str, before: bool) -> None:
    if not before:
        resolved(pias)
    state = pias.state()
    pias.answer(pias.letter(PIAS, "assigned"), command, sender=PIA)
    assert "You may read #1001, but not act on it" in " ".join(pias.letter(PIAS, "command_refused").text.split())
    assert pias.state() == state


# -- the end customer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [f"#cc +{MAX}", f"#forward {MAX}", f"#ask {MAX}\nSince when?", f"#from {MAX}"])
def test_nobody_of_us_writes_to_the_end_customer(partners: World, command: str) -> None:
    partners.answer(partners.letter("anna@example.com"), command, sender=ANNA)
    refused = " ".join(partners.letter("anna@example.com", "command_refused").text.split())
    assert f"The address {MAX} belongs to the end customer of #1001: only Paula Partner writes there." in refused
    assert partners.letters(MAX) == []


def test_the_partners_own_agent_does(partners: World) -> None:
    partners.answer(partners.letter("anna@example.com"), "#assign pia", sender=ANNA)
    partners.answer(partners.letter(PIAS, "assigned"), f"#forward {MAX}\nFor you.", sender=PIA)
    assert [each.header("X-Mailgate-Letter") for each in partners.letters(MAX)] == ["forwarded"]


def test_in_cc_of_the_partners_mail_he_gets_only_what_their_agent_writes(desk_with: DeskWith) -> None:
    desk = desk_with(PARTNERS)
    desk.mail(Mail(PAULA, SUPPORT, "Line", LINES, headers={"Cc": MAX}))
    desk.answer(desk.letter("anna@example.com"), "Dear Paula, we look.", sender=ANNA)
    assert desk.letters(MAX) == []
    assert "suppressed" in desk.actions()
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#assign pia", sender=ANNA)
    desk.answer(desk.letter(PIAS, "assigned"), "Dear Paula, all is well.", sender=PIA)
    assert "Dear Paula, all is well." in desk.letter(MAX, "reply").text


def test_what_he_writes_himself_joins_and_is_not_answered(partners: World) -> None:
    joined = partners.write(f"Max Muster <{MAX}>", "Re: [#1001] Line", "Still dead.")
    assert joined["number"] == 1001
    assert partners.letters(MAX) == []


# -- partners do not see each other's tickets --------------------------------------------------------------------------


@pytest.fixture
def both(desk_with: DeskWith) -> World:
    """Each partner has a ticket, with his own agent."""
    desk = desk_with(PARTNERS)
    desk.write(PAULA, "Her secret", LINES)
    desk.write(RIVAL, "His secret", "Your number: INC-9\n\nDead.")
    desk.answer(desk.letter("anna@example.com"), "#1001 assign pia\n#1002 assign ria", sender=ANNA)
    desk.new_letters()
    return desk


@pytest.mark.parametrize(("agent", "own", "other"), [(PIA, 1001, 1002), (RIA, 1002, 1001)])
def test_each_partners_agent_sees_his_own_tickets_alone(both: World, agent: str, own: int, other: int) -> None:
    address = parseaddr(agent)[1]
    both.mail(Mail(agent, SUPPORT, "What is there?", "#list"))
    listed = both.letter(address, "list").text
    assert (f"{own} · " in listed, str(other) in listed, listed.count("secret")) == (True, False, 1)
    for number in (other, 4711):
        both.mail(Mail(agent, SUPPORT, "Show", f"#show {number}"))
        assert f"There is no #{number} for you." in both.letter(address).text


def test_a_partners_group_is_not_told_of_what_another_reports_in_its_category(desk_with: DeskWith) -> None:
    rules = [{"name": "Cables", "when": {"subject": "cable"}, "then": {"category": "cables"}}]
    categories = {**CONFIG["categories"], "cables": {"name": "Cables", "group": "rot"}}
    desk = desk_with({**PARTNERS, "categories": categories, "rules": rules})
    desk.write(PAULA, "Cable", LINES)
    assert [each for each in desk.new_letters() if "rival" in each] == []
    desk.mail(Mail(RIA, SUPPORT, "Show", "#show 1001"))
    assert "There is no #1001 for you." in desk.letter("ria@rival.example").text
    desk.write(RIVAL, "Cable", "Dead.")
    assert "new_ticket to ria@rival.example" in desk.new_letters()


def test_the_right_to_close_reaches_no_other_partners_ticket(both: World) -> None:
    both.answer(both.letter("ria@rival.example", "assigned"), "#level 2", sender=RIA)
    both.answer(both.letter(CLEOS, "new_ticket"), "#resolve\nDone.", sender=CLEO)
    assert both.letters("rita@rival.example", "partner_resolved")
    both.answer(both.letter(PIAS, "assigned"), "#1002 close", sender=PIA)
    assert "There is no #1002 for you." in both.letter(PIAS, "command_refused").text
    assert both.state(1002)[0] == "resolved"


def test_a_number_of_the_other_partner_opens_a_ticket_that_says_nothing_of_it(both: World) -> None:
    both.write(PAULA, "INC-9", "What is with INC-9?")
    assert both.ticket(1003)["links"] == []
    assert "His secret" not in "".join(each.raw.decode() for each in both.letters(PAULAS))
