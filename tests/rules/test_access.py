"""Who sees a ticket, who may act on it, and how well proven a mail must be."""

from __future__ import annotations

import pytest

from mailgate.rules import access
from mailgate.rules.access import TicketView, group_sees, may_act, needed, sees
from mailgate.rules.vocabulary import VOCABULARY
from tests.rules.example import settings

DESK = settings()
NETWORK = TicketView("network/vpn", group="network")
HR = TicketView("hr")
PARTNERS = TicketView("partners", customer_group="partners")
STAFF = TicketView("partners", customer_group="staff")
NOBODYS = TicketView("general")

SEEING = [
    ("anna", NETWORK, True, "a member of the group"),
    ("ben", NETWORK, False, "a member of other groups"),
    ("ben", TicketView("network", assignee="ben"), True, "the assignee"),
    ("ben", TicketView("network", coordinator="ben"), True, "the coordinator"),
    ("ben", TicketView("network", former=frozenset({"ben"})), True, "who had it once"),
    ("ben", TicketView("general", group="centre"), True, "a member of the ticket's group"),
    ("juergen", TicketView("general", group="centre"), True, "the group's coordinator"),
    ("ben", TicketView("general", group="old"), False, "a member of a dissolved group"),
    ("rene", NETWORK, False, "a member who sees his own only"),
    ("rene", TicketView("network", assignee="rene"), True, "his own"),
    ("cora", NETWORK, True, "who sees all"),
    ("cora", HR, False, "who sees all, but is no reader"),
    ("ben", HR, True, "a reader"),
    ("anna", TicketView("hr", group="network"), False, "the ticket's group, when it is no reader"),
    ("anna", TicketView("hr", assignee="anna"), True, "an assignee, even if no reader"),
    ("juergen", PARTNERS, True, "a group that sees these customers"),
    ("juergen", STAFF, False, "a group that sees other customers only"),
    ("gone", NETWORK, False, "who has left"),
    ("gone", TicketView("network", assignee="gone"), False, "who has left with open tickets"),
    ("nobody", NETWORK, False, "who does not exist"),
    ("otto", NOBODYS, True, "an admin, where no group has it"),
    ("otto", NETWORK, False, "an admin, where a group has it"),
    ("anna", NOBODYS, False, "anybody, where no group has it"),
]


@pytest.mark.parametrize(("agent", "ticket", "expected", "who"), SEEING, ids=[row[3] for row in SEEING])
def test_a_ticket_is_seen_by(agent: str, ticket: TicketView, expected: bool, who: str) -> None:
    assert sees(DESK, agent, ticket) is expected, who


def test_several_groups_see_what_one_of_them_sees() -> None:
    desk = settings(categories={"partners": {"group": "partners"}})
    assert sees(desk, "juergen", TicketView("partners", group="centre", customer_group="staff"))


def test_seeing_all_is_narrowed_by_the_customers_of_ones_groups() -> None:
    desk = settings(
        agents={"cora": {"name": "Cora", "email": "c@example.com", "sees": "all"}},
        groups={"partners": {"name": "P", "members": ["cora"], "customer_groups": ["partners"]}},
        categories={},
    )
    assert sees(desk, "cora", TicketView("general", customer_group="partners"))
    assert not sees(desk, "cora", TicketView("general", customer_group="staff"))


ACTING = [
    ("anna", NETWORK, True, "a member of network"),
    ("ben", TicketView("network", group="centre"), True, "a member of centre"),
    ("ben", TicketView("network", assignee="ben"), True, "is assigned"),
    ("ben", TicketView("network", coordinator="ben"), True, "coordinates it"),
    ("ben", TicketView("network", former=frozenset({"ben"})), False, "only the assignee"),
    ("cora", NETWORK, False, "only the assignee"),
    ("ben", NETWORK, False, "there is no such ticket"),
    ("juergen", STAFF, False, "there is no such ticket"),
    ("otto", NOBODYS, True, "is an admin"),
    ("otto", TicketView("general", assignee="ben"), True, "is an admin"),
    ("anna", NOBODYS, False, "there is no such ticket"),
]


@pytest.mark.parametrize(("agent", "ticket", "ok", "why"), ACTING)
def test_acting_is_for_those_in_charge(agent: str, ticket: TicketView, ok: bool, why: str) -> None:
    right = may_act(DESK, agent, ticket)
    assert right.ok is ok
    assert why in right.why


def test_every_command_needs_some_proof() -> None:
    assert set(access.NEEDS) == {entry.name for entry in VOCABULARY}
    assert not any("claimed" in levels for levels in access.NEEDS.values())


@pytest.mark.parametrize("command", ["answer", "question", "resolve", "take", "assign", "close", "priority", "undo"])
def test_words_to_outside_and_every_other_command_need_both_proofs(command: str) -> None:
    assert needed(DESK, command) == ("proven", "signed")


@pytest.mark.parametrize("command", ["note", "list", "show", "history", "report", "help"])
def test_notes_and_questions_to_us_need_one_proof(command: str) -> None:
    assert needed(DESK, command) == ("aligned", "token", "proven", "signed")


def test_describing_the_ticket_that_the_mail_opens_needs_one_proof() -> None:
    assert "aligned" in needed(DESK, "priority", opening=True)
    assert "aligned" not in needed(DESK, "assign", opening=True)


def test_a_yes_is_proven_by_the_token_of_the_letter_that_asked() -> None:
    assert needed(DESK, "yes") == ("token", "proven", "signed")


def test_people_yaml_may_ask_for_more_or_less() -> None:
    desk = settings(commands={"note": "proven", "take": "token", "schließen": "aligned", "#reopen": "claimed"})
    assert needed(desk, "note") == ("proven", "signed")
    assert needed(desk, "take") == ("token", "proven", "signed")
    assert needed(desk, "close") == ("aligned", "proven", "signed")
    assert "claimed" in needed(desk, "reopen")
    assert needed(desk, "assign") == ("proven", "signed")


def test_a_hidden_part_is_known_to_those_who_have_to_do_with_it_alone() -> None:
    hidden = TicketView("network", group="network", assignee="ben", coordinator="juergen", hidden=True)
    assert [name for name in DESK.agents if sees(DESK, name, hidden)] == ["ben", "juergen"]
    assert not group_sees(DESK, "network", hidden)
