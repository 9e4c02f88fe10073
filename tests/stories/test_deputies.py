"""Somebody is away: his letters go to his deputy too, whose answers count as his, and nothing new is given to him."""

from __future__ import annotations

import pytest

from tests.stories.answering import text_of
from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG, Json
from tests.stories.mailer import Mail, answer
from tests.stories.reports import delivery_report
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS, CLEOS, REPORTER = "anna@example.com", "ben@example.com", "cleo@example.com", "erika@customer.example"
COORDINATED: Json = {
    "groups": {"network": {"name": "Network team", "members": ["anna", "ben"], "coordinator": "cleo"}},
    "categories": {"network": {"name": "Network", "group": "network", "coordinated": True}},
}


def is_away(desk: World, line: str, *, sender: str = BEN) -> None:
    """He says so in an answer to the last letter that he got."""
    desk.answer(desk.letter(sender.partition("<")[2].rstrip(">")), line, sender=sender)


@pytest.mark.parametrize("line", ["#away today..fri cleo", "#abwesend heute bis Freitag Vertretung: Cleo Chen"])
def test_the_deputy_is_told_with_the_tickets_it_is_about(bens: World, line: str) -> None:
    is_away(bens, line)
    assert bens.new_letters() == ["command_done to ben@example.com", "entrusted to cleo@example.com"]
    done = text_of(bens, BENS)
    assert "Abwesend von Montag, 23. November 2026 bis Freitag, 27. November 2026, dieser Tag eingeschlossen" in done
    assert "Rückgängig mit: #zurück" in done
    told = text_of(bens, CLEOS)
    assert "Ben Beck is away from Monday, 23 November 2026 until Friday, 27 November 2026, and you stand in" in told
    assert "1001 · Printer on fire" in told
    assert bens.state() == ("in_progress", "ben")


def test_letters_of_the_absent_go_to_the_deputy_too_and_say_why(bens: World) -> None:
    is_away(bens, "#away today..fri cleo")
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert bens.new_letters() == ["new_message to ben@example.com", "new_message to cleo@example.com"]
    told = text_of(bens, CLEOS)
    assert "Still burning." in told
    assert "Ben Beck is away until Friday, 27 November 2026, and you stand in" in told
    assert "Vertretung" not in text_of(bens, BENS, "new_message")


def test_the_deputys_answer_counts_as_one_of_the_absent(bens: World) -> None:
    bens.answer(bens.letter(ANNAS), "#assign ben", sender=ANNA)
    bens.write(ERIKA, "Window", "Cold.")
    bens.answer(bens.letter(ANNAS), "#1002 assign ben", sender=ANNA)
    is_away(bens, "#away today..fri cleo")
    bens.answer(bens.letter(REPORTER), "Is anybody there?", sender=ERIKA)
    letter = bens.letter(CLEOS, "new_message")
    bens.answer(letter, "Dear Erika,\nI am here for Ben.", sender=CLEO)
    assert bens.state(1002) == ("in_progress", "ben")
    reply = bens.letter(REPORTER, "reply")
    assert "I am here for Ben." in reply.text
    assert reply.header("From").startswith('"Cleo Chen (Example Support)"')
    event = next(each for each in bens.ticket(1002)["events"] if each["action"] == "answer")
    assert (event["actor"], event["detail"]["stands_in_for"]) == ("agent:cleo", "ben")


def test_the_deputy_may_use_the_token_of_the_absent(bens: World) -> None:
    is_away(bens, "#away today..fri cleo")
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    mail = bens.answer(bens.letter(BENS, "new_message"), "Dear Erika, water.", sender=CLEO)
    assert "Dear Erika, water." in bens.letter(REPORTER, "reply").text
    assert bens.decision(mail)["trust"]["level"] == "proven"


@pytest.mark.parametrize("line", [None, "#away tomorrow..fri cleo", "#away today..fri anna"])
def test_nobody_else_may(bens: World, line: str | None) -> None:
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    letter = bens.letter(BENS, "new_message")
    if line:
        is_away(bens, line)
    bens.answer(letter, "Dear Erika, water.", sender=CLEO)
    assert bens.letters(REPORTER, "reply") == []
    assert bens.message()["remark"].startswith("Written by cleo@example.com, not by Ben Beck")


def test_the_deputy_accepts_and_declines_what_waits_for_the_absent(bens: World) -> None:
    is_away(bens, "#away tomorrow..fri cleo")
    bens.answer(bens.letter(ANNAS), "#1001 unassign", sender=ANNA)
    bens.answer(bens.letter(ANNAS), "#1001 assign ben", sender=ANNA)
    bens.later(days=1)
    bens.answer(bens.letter(REPORTER), "Well?", sender=ERIKA)
    bens.answer(bens.letter(CLEOS, "new_message"), "#accept", sender=CLEO)
    assert bens.state() == ("in_progress", "ben")
    bens.answer(bens.letter(CLEOS, "new_message"), "#decline nobody of us can", sender=CLEO)
    assert bens.state() == ("new", None)


def test_the_last_day_is_included_where_the_agent_is(desk_with: DeskWith) -> None:
    abroad = {**CONFIG["agents"]["ben"], "timezone": "America/New_York"}
    desk = desk_with({"agents": {"ben": abroad}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(BENS), "#take; away today..fri cleo", sender=BEN)
    desk.later(days=4, hours=19.9)  # Saturday 5:54 in Berlin, Friday 23:54 in New York
    desk.answer(desk.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert len(desk.letters(CLEOS, "new_message")) == 1
    desk.later(hours=0.2)
    desk.answer(desk.letter(REPORTER), "And now?", sender=ERIKA)
    assert len(desk.letters(CLEOS, "new_message")) == 1
    assert len(desk.letters(BENS, "new_message")) == 2


def test_who_is_assigned_something_new_while_away_is_replaced_by_the_deputy(bens: World) -> None:
    is_away(bens, "#away today..fri cleo")
    bens.write(ERIKA, "Window", "Cold.")
    bens.new_letters()
    bens.answer(bens.letter(ANNAS), "#1002 assign ben", sender=ANNA)
    assert bens.state(1002) == ("assigned", "cleo")
    told = bens.new_letters()
    assert "assigned to cleo@example.com" in told
    assert "assigned to ben@example.com" not in told
    assert "Ben Beck is away until Friday, 27 November 2026; Cleo Chen stands in, and gets #1002." in text_of(
        bens, ANNAS
    )
    event = next(each for each in bens.ticket(1002)["events"] if each["action"] == "assign")
    assert event["detail"]["instead_of"] == "ben"


def test_without_a_deputy_the_group_gets_it(bens: World) -> None:
    is_away(bens, "#away today..fri")
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert bens.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    assert "nobody stands in: that is why this goes to the group too" in text_of(bens, ANNAS)
    bens.write(ERIKA, "Window", "Cold.")
    bens.answer(bens.letter(ANNAS), "#1002 assign ben", sender=ANNA)
    assert (bens.state(1002), bens.ticket(1002)["group"]) == (("new", None), "network")
    assert "Ben Beck is away until" in text_of(bens, ANNAS, "command_done")


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("#away today..fri cleo", ("assigned", "cleo")),
        ("#away fri", ("assigned", "ben")),
        ("#away today", ("new", None)),
    ],
)
def test_a_rule_gives_nothing_to_somebody_who_is_away(
    desk_with: DeskWith, line: str, who: tuple[str, str | None]
) -> None:
    desk = desk_with({"rules": [{"name": "Bens", "when": {"subject": "keys"}, "then": {"assignee": "ben"}}]})
    desk.write(ERIKA, "Printer", "It burns.")
    is_away(desk, line)
    ticket = desk.write(ERIKA, "Keys", "Lost.")
    assert (ticket["status"], ticket["assignee"]) == who
    assert ticket["group"] == "network"


def test_the_deputy_of_a_coordinator_coordinates(desk_with: DeskWith) -> None:
    desk = desk_with(COORDINATED)
    desk.write(ERIKA, "No network", "Nothing works.", to="it@example.com")
    is_away(desk, "#away today..fri ben", sender=CLEO)
    desk.answer(desk.letter(REPORTER), "Hello?", sender=ERIKA)
    desk.answer(desk.letter(BENS, "new_message"), "#accept", sender=BEN)
    assert (desk.state()[0], desk.ticket()["coordinator"]) == ("accepted", "cleo")
    second = desk.write(ERIKA, "No phone", "Silence.", to="it@example.com")
    assert second["coordinator"] == "ben"


def test_the_deputy_of_a_deputy_stands_in_for_both_and_never_in_a_circle(bens: World) -> None:
    is_away(bens, "#away today..fri anna")
    bens.answer(bens.letter(ANNAS), "#away today..fri cleo", sender=ANNA)
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert bens.new_letters() == ["new_message to ben@example.com", "new_message to cleo@example.com"]
    bens.answer(bens.letter(CLEOS), "#away today..fri ben", sender=CLEO)
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Anybody?", sender=ERIKA)
    assert bens.new_letters() == ["new_message to ben@example.com"]


def test_whoever_may_not_read_a_category_does_not_by_standing_in(desk_with: DeskWith) -> None:
    categories = {**CONFIG["categories"], "general": {"name": "General", "group": "network", "readers": ["network"]}}
    desk = desk_with({"categories": categories})
    desk.write(ERIKA, "Printer", "A secret.")
    desk.answer(desk.letter(BENS), "#take", sender=BEN)
    is_away(desk, "#away today..fri cleo")
    assert "Printer" not in text_of(desk, CLEOS, "entrusted")
    desk.new_letters()
    desk.answer(desk.letter(REPORTER), "Still secret.", sender=ERIKA)
    assert desk.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    desk.answer(desk.letter(CLEOS), "#1001 note I am curious.", sender=CLEO)
    assert "There is no #1001 for you." in text_of(desk, CLEOS, "command_refused")


@pytest.mark.parametrize("command", ["#back", "#zurück", "#zurueck"])
def test_who_is_back_gets_his_letters_alone_again(bens: World, command: str) -> None:
    is_away(bens, "#away today..fri cleo")
    bens.later(hours=1)
    is_away(bens, command)
    assert bens.new_letters()[-1] == "entrusted to cleo@example.com"
    assert "Ben Beck is back: nobody has to stand in any more." in text_of(bens, CLEOS)
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert bens.new_letters() == ["new_message to ben@example.com"]


def test_the_undo_of_each_is_a_command_that_works(bens: World) -> None:
    is_away(bens, "#away 24.12..31.12. cleo")
    is_away(bens, "#back")
    assert "Rückgängig mit: #abwesend 2026-12-24..2026-12-31 cleo" in text_of(bens, BENS)
    is_away(bens, "#abwesend 2026-12-24..2026-12-31 cleo")
    is_away(bens, "#away 28.12..2.1. anna")
    said = text_of(bens, BENS)
    assert "Das ersetzt die Abwesenheit von Donnerstag, 24. Dezember 2026 bis Donnerstag, 31. Dezember 2026." in said
    assert "Rückgängig mit: #abwesend 2026-12-24..2026-12-31 cleo" in said
    assert "somebody else stands in then" in text_of(bens, CLEOS)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#away soon", "sagt nicht, von wann bis wann"),
        ("#away", "braucht von wann bis wann"),
        ("#away today..fri bne", "#abwesend today..fri ben"),
        ("#away today..fri clio", "#abwesend today..fri cleo"),
        ("#away today..fri ben", "kann sich selbst vertreten"),
        ("#away today..fri network", "Das kann nur eine Person von uns sein"),
        ("#back", "keine Abwesenheit eingetragen"),
        ("#1001 away today..fri cleo", "ohne Nummer schreiben"),
    ],
)
def test_what_can_not_be_is_said_and_changes_nothing(bens: World, line: str, why: str) -> None:
    is_away(bens, line)
    assert bens.new_letters() == ["command_refused to ben@example.com"]
    text = text_of(bens, BENS).replace("away", "abwesend")
    assert why in text


def test_it_may_stand_in_a_mail_of_its_own_and_is_asked_back_there(desk: World) -> None:
    desk.mail(Mail(BEN, SUPPORT, "Holidays", "#away today..fri cleo\n\nThe key is in the drawer."))
    assert desk.new_letters() == ["confirm to ben@example.com"]
    assert "Ausführen: #away today..fri cleo" in text_of(desk, BENS)
    desk.answer(desk.letter(BENS), "#ja", sender=BEN)
    assert desk.new_letters() == ["command_done to ben@example.com", "entrusted to cleo@example.com"]
    assert "The key is in the drawer." in text_of(desk, CLEOS)
    assert desk.tickets() == []


def test_words_and_other_commands_beside_it_go_their_own_way(bens: World) -> None:
    is_away(bens, "#away fri cleo")
    letter = bens.letter(BENS, "new_ticket")
    bens.new_letters()
    bens.answer(letter, "#away 1.12..4.12. cleo; priority high\nDear Erika, I am away next week.", sender=BEN)
    assert bens.ticket()["priority"] == "high"
    assert bens.new_letters() == [
        "command_done to ben@example.com",
        "entrusted to cleo@example.com",
        "reply to erika@customer.example",
    ]


def test_an_automatic_answer_says_nothing_of_it(bens: World) -> None:
    robot = answer(bens.letter(BENS), "#away today..fri cleo", sender=BEN, headers={"Auto-Submitted": "auto-replied"})
    bens.mail(robot)
    assert bens.new_letters() == []


def test_who_has_to_know_that_an_answer_did_not_arrive_is_replaced_too(bens: World) -> None:
    bens.answer(bens.letter(BENS, "new_ticket"), "Dear Erika, water.", sender=BEN)
    reply = bens.letter(REPORTER, "reply")
    is_away(bens, "#away today..fri cleo")
    bens.new_letters()
    bens.hand_in_bytes(delivery_report(reply), "", (reply.envelope_from,))
    bens.work()
    assert bens.new_letters() == ["delivery_failed to ben@example.com", "delivery_failed to cleo@example.com"]


@pytest.mark.parametrize("subject", ["Urlaub", "Abwesenheit", "Vacation", "Holidays", "Out of office"])
def test_who_tells_us_of_his_absence_may_say_so_in_the_subject(desk: World, subject: str) -> None:
    desk.mail(Mail(BEN, SUPPORT, subject, "#away today..fri cleo"))
    assert desk.new_letters() == ["confirm to ben@example.com"]
