"""Customer groups: who of us serves whom, on which level their tickets begin, and how they are spoken to."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

PARTNER = "Paula Partner <paula@partner.example>"
PAULA, ERIKAS, ANNAS = "paula@partner.example", "erika@customer.example", "anna@example.com"
GROUPS: Json = {
    "customer_groups": {
        "partners": {"name": "Partners", "match": ["*@partner.example"]},
        "all": {"name": "All others", "match": ["*"], "internal": True},
    },
    "groups": {
        "network": {"name": "Network team", "members": ["anna", "ben"]},
        "office": {"name": "Partner team", "members": ["cleo"], "customer_groups": ["partners"]},
    },
    "site": {"admins": ["ops@example.com"]},
}
"""Cleo serves partners alone."""
ROOMS = {"rules": [{"name": "Rooms", "when": {"subject": "room"}, "then": {"category": "rooms"}}]}


@pytest.fixture
def separated(desk_with: DeskWith) -> World:
    """Cleo's group has the rooms, and may know of partners alone; nobody reads `rooms@`."""
    return desk_with({**GROUPS, **ROOMS, "categories": {"rooms": {"notify": None}}})


# -- who is told -------------------------------------------------------------------------------------------------------


def test_a_group_is_told_of_its_own_customers_alone(separated: World) -> None:
    separated.write(PARTNER, "Room 12", "It is locked.")
    assert "new_ticket to cleo@example.com" in separated.new_letters()
    separated.write(ERIKA, "Room 13", "It is locked.")
    assert separated.new_letters() == [f"acknowledged to {ERIKAS}", "new_ticket to ops@example.com"]


def test_nor_of_what_they_add(separated: World) -> None:
    separated.write(ERIKA, "Room 13", "It is locked.")
    separated.new_letters()
    separated.answer(separated.letter(ERIKAS), "It is still locked.", sender=ERIKA)
    assert [each for each in separated.new_letters() if "cleo" in each] == []


@pytest.mark.parametrize("command", ["#assign office", "#assign office\nFor you.", "#category rooms"])
def test_nor_of_what_a_colleague_hands_them(desk_with: DeskWith, command: str) -> None:
    desk = desk_with({**GROUPS, "categories": {"rooms": {"notify": None}}})
    desk.write(ERIKA, "Lamp", "Dark.")
    desk.new_letters()
    desk.answer(desk.letter(ANNAS, "new_ticket"), command, sender=ANNA)
    assert [each for each in desk.new_letters() if "cleo" in each] == []
    desk.write(PARTNER, "Lamp", "Dark.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), command, sender=ANNA)
    assert [each for each in desk.new_letters() if "cleo" in each]


def test_the_mailbox_of_a_group_that_serves_others_is_not_told_either(desk_with: DeskWith) -> None:
    desk = desk_with({**GROUPS, **ROOMS, "letters": {"new_ticket": ["notify", "admins"]}})
    desk.write(ERIKA, "Room 13", "It is locked.")
    assert "new_ticket to ops@example.com" in desk.new_letters()
    desk.write(PARTNER, "Room 12", "It is locked.")
    assert "new_ticket to rooms@example.com" in desk.new_letters()


def test_a_rule_that_names_an_agent_does_not_lift_the_wall(desk_with: DeskWith) -> None:
    notify = ["cleo@example.com", "boss@example.com"]
    desk = desk_with({**GROUPS, "rules": [{"name": "R", "when": {}, "then": {"notify": notify}}]})
    desk.write(ERIKA, "Printer", "It burns.")
    assert "new_ticket to boss@example.com" in (new := desk.new_letters())
    assert "new_ticket to cleo@example.com" not in new
    desk.write(PARTNER, "Printer", "It burns.")
    assert "new_ticket to cleo@example.com" in desk.new_letters()


@pytest.mark.parametrize(
    ("readers", "told"),
    [([], ["anna", "cleo"]), (["office"], ["anna", "cleo"]), (["network"], ["anna"]), (["empty"], ["ops"])],
    ids=["all", "its group", "another group", "nobody"],
)
def test_readers_of_a_category_are_the_only_ones_told_of_it(
    desk_with: DeskWith, readers: list[str], told: list[str]
) -> None:
    groups = {"office": {"name": "Office", "members": ["cleo", "anna"]}, "empty": {"name": "Empty", "members": ["ben"]}}
    rooms = {"rooms": {"group": "office", "readers": readers, "notify": None}}
    desk = desk_with({**ROOMS, "groups": groups, "categories": rooms, "site": {"admins": ["ops@example.com"]}})
    desk.write(ERIKA, "Room 13", "It is locked.")
    named = [each for each in desk.new_letters() if each.startswith("new_ticket")]
    assert named == [f"new_ticket to {each}@example.com" for each in told]


def test_a_letter_names_no_other_ticket_that_its_reader_may_not_see(desk_with: DeskWith) -> None:
    groups = {"network": {"members": ["anna"]}, "office": {"name": "Office", "members": ["cleo"]}}
    rooms = {"rooms": {"group": "office", "readers": ["office"], "notify": None}}
    desk = desk_with({**ROOMS, "groups": groups, "categories": rooms})
    desk.write(ERIKA, "Room 13 and my salary", "It is small.")
    desk.write(ERIKA, "Printer", "It burns.")
    desk.write(ERIKA, "Lamp", "Dark.")
    letter = desk.letter(ANNAS, "new_ticket")
    assert "1002 · Printer · new" in letter.text
    assert "salary" not in letter.raw.decode()
    desk.write(ERIKA, "Room 14", "Cold.")
    letter = desk.letter("cleo@example.com", "new_ticket")
    assert ("salary" in letter.text, "Printer" in letter.text) == (True, False)


# -- who sees and acts -------------------------------------------------------------------------------------------------


def test_who_is_kept_from_a_ticket_can_not_act_on_it_nor_hear_that_it_exists(separated: World) -> None:
    separated.write(ERIKA, "Room 13", "It is locked.")
    for number in (1001, 4711):
        separated.mail(Mail(CLEO, SUPPORT, "Commands", f"#{number} take"))
        refused = separated.letter("cleo@example.com", "command_refused")
        assert f"There is no #{number} for you." in refused.text
        assert "Room" not in refused.raw.decode()
    assert separated.state() == ("new", None)


def test_nor_join_it_by_its_number(separated: World) -> None:
    separated.write(ERIKA, "Room 13", "It is locked.")
    number = separated.mail(Mail(CLEO, SUPPORT, "Re: [#1001] Room 13", "What is it about?"))
    assert separated.mail_state(number)["ticket"] == 1002


def test_nor_with_the_letter_of_somebody_else(separated: World) -> None:
    separated.write(ERIKA, "Printer", "It burns.")
    separated.answer(separated.letter(ANNAS, "new_ticket"), "#take", sender=CLEO)
    assert separated.state() == ("new", None)
    separated.answer(separated.letter(ANNAS, "new_ticket"), "Dear Erika, water.", sender=CLEO)
    assert separated.letters(ERIKAS, "reply") == []


def test_who_serves_them_acts_as_ever(separated: World) -> None:
    separated.write(PARTNER, "Room 12", "It is locked.")
    separated.answer(separated.letter("cleo@example.com", "new_ticket"), "#take", sender=CLEO)
    assert separated.state() == ("in_progress", "cleo")


def test_a_ticket_that_nobody_of_its_group_may_see_is_the_admins(desk_with: DeskWith) -> None:
    changes = {**GROUPS, **ROOMS, "categories": {"rooms": {"notify": None}}, "site": {"admins": ["ben@example.com"]}}
    desk = desk_with({**changes, "agents": {"ben": {"admin": True}}})
    desk.write(ERIKA, "Room 13", "It is locked.")
    desk.answer(desk.letter("ben@example.com", "new_ticket"), "#assign anna", sender=BEN)
    assert desk.state() == ("assigned", "anna")
    desk.answer(desk.letter(ANNAS, "assigned"), "Dear Erika, here is the key.", sender=ANNA)
    assert desk.letters(ERIKAS, "reply")


def test_a_change_of_the_groups_holds_for_people_we_knew_before(desk_with: DeskWith) -> None:
    desk = desk_with({**GROUPS, **ROOMS, "categories": {"rooms": {"notify": None}}})
    ticket = desk.write(PARTNER, "Room 12", "It is locked.")
    assert (ticket["reporter"]["customer_group"], ticket["reporter"]["internal"]) == ("partners", False)
    desk.settings.customer_groups["partners"] = desk.settings.customer_groups["partners"].model_copy(
        update={"match": ("*@other.example",)}
    )
    reporter = desk.ticket()["reporter"]
    assert (reporter["customer_group"], reporter["internal"]) == ("all", True)
    desk.new_letters()
    desk.answer(desk.letter(PAULA), "It is still locked.", sender=PARTNER)
    assert [each for each in desk.new_letters() if "cleo" in each] == []


# -- level, promise ----------------------------------------------------------------------------------------------------


def on_level_two(desk_with: DeskWith, then: Json) -> World:
    group = {"name": "Partners", "match": ["*@partner.example"], "level": 2}
    rules = [{"name": "R", "when": {}, "then": then}]
    return desk_with({"second_level": {"group": "office"}, "customer_groups": {"partners": group}, "rules": rules})


@pytest.mark.parametrize(
    ("then", "level", "group"),
    [({}, 2, "office"), ({"level": 1}, 1, "network"), ({"group": "network"}, 2, "network")],
    ids=["as the customer group says", "a rule says another level", "a rule says another group"],
)
def test_tickets_begin_on_the_level_of_the_customer_group(
    desk_with: DeskWith, then: Json, level: int, group: str
) -> None:
    desk = on_level_two(desk_with, then)
    ticket = desk.write(PARTNER, "Printer", "It burns.")
    assert (ticket["level"], ticket["group"]) == (level, group)
    assert desk.write(ERIKA, "Printer", "It burns.")["level"] == 1


def test_it_is_the_reporter_that_counts_and_not_the_form_he_used(desk_with: DeskWith) -> None:
    desk = on_level_two(desk_with, {"reporter": "reply_to"})
    desk.mail(Mail("form@web.example", SUPPORT, "Printer", "It burns.", headers={"Reply-To": PARTNER}))
    assert desk.ticket()["level"] == 2


@pytest.mark.parametrize(
    ("subject", "promises", "words"),
    [
        ("VPN", {"response": "1h"}, "Answer by  Monday, 23 November 2026, 11:00"),
        ("VPN", {"response": "3h"}, "Answer by  Monday, 23 November 2026, 12:00"),
        ("VPN", {}, "Answer by  Monday, 23 November 2026, 12:00"),
        ("Lamp", {"response": "3h"}, "Answer by  Monday, 23 November 2026, 13:00"),
    ],
    ids=["their own", "that of the kind, which is shorter", "that of the kind", "of a kind without calendar"],
)
def test_the_acknowledgement_names_the_promise_to_the_customer_group(
    desk_with: DeskWith, subject: str, promises: Json, words: str
) -> None:
    group = {"name": "Partners", "match": ["*@partner.example"], "promises": promises}
    desk = desk_with({"customer_groups": {"partners": group}})
    desk.write(PARTNER, subject, "It burns.")
    assert words in desk.letter(PAULA, "acknowledged").text
