"""`was: [old-name]`: who and what is called otherwise now keeps its tickets, its rights and its past."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mailgate.desk import audit, rights, succession, tickets
from mailgate.store.tables import Kept, Participant, Token, table_of
from tests.stories.example import Json
from tests.stories.follows import Edit, follow, renamed
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, World

PARTICIPANT, TOKEN, KEPT = table_of(Participant), table_of(Token), table_of(Kept)


def anna_is_alma(content: Json) -> None:
    renamed("agents", "anna", "alma")(content)
    content["groups"]["network"]["members"] = ["alma", "ben"]


def net_is_called_net(content: Json) -> None:
    renamed("categories", "network", "net")(content)


def to_net(content: Json) -> None:
    content["rules"][0]["then"]["category"] = "net/vpn"


def it_to_net(content: Json) -> None:
    content["addresses"][1]["category"] = "net"


CATEGORIES: dict[str, Edit] = {"categories": net_is_called_net, "routing": to_net, "mailgate": it_to_net}


@pytest.fixture
def asked(desk: World) -> World:
    """Erika's VPN is slow, and Anna has it."""
    desk.write(ERIKA, "vpn is slow", "Since Monday.")
    desk.answer(desk.letter("anna@example.com"), "#take", sender=ANNA)
    desk.new_letters()
    return desk


def test_a_category_takes_the_tickets_below_it_along(asked: World) -> None:
    follow(asked, **CATEGORIES)
    assert asked.ticket()["category"] == "net/vpn"
    [event] = [each for each in asked.ticket()["events"] if each["action"] == "renamed"]
    assert (event["actor"], event["detail"]) == (
        "admin",
        {"category": "net/vpn", "category_before": "network/vpn"},
    )
    assert asked.new_letters() == [], "nobody is told of what happened to no ticket"


def test_a_renamed_ticket_is_as_old_as_it_was(asked: World) -> None:
    before = asked.ticket()["updated_at"]
    asked.later(days=3)
    follow(asked, **CATEGORIES)
    assert asked.ticket()["updated_at"] == before


def test_an_agent_keeps_tickets_tokens_and_rights(asked: World) -> None:
    follow(asked, people=anna_is_alma)
    assert asked.state() == ("in_progress", "alma")
    asked.answer(asked.letter("anna@example.com", "command_done"), "#resolve\nA new cable.", sender=ANNA)
    assert asked.state() == ("resolved", "alma")
    assert asked.letter("erika@customer.example", "resolved")


def test_who_had_it_once_sees_it_still_under_his_new_name(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("anna@example.com"), "#take", sender=ANNA)
    desk.answer(desk.letter("anna@example.com", "command_done"), "#assign ben", sender=ANNA)

    def alma_on_her_own(content: Json) -> None:
        anna_is_alma(content)
        content["agents"]["alma"]["sees"] = "own"
        content["groups"]["network"]["members"] = ["ben"]

    follow(desk, people=alma_on_her_own)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert rights.sees(tx, "alma", tickets.loaded(tx, 1001))


def test_groups_kinds_and_channels_follow_too(asked: World) -> None:
    def other_group(content: Json) -> None:
        renamed("groups", "network", "networkers")(content)

    def other_kind(content: Json) -> None:
        renamed("kinds", "incident", "outage")(content)
        for name in ("general", "network"):
            content["categories"][name]["group"] = "networkers"

    def other_rule(content: Json) -> None:
        content["rules"][0]["then"]["kind"] = "outage"

    follow(asked, people=other_group, categories=other_kind, routing=other_rule)
    assert (asked.ticket()["group"], asked.ticket()["kind"]) == ("networkers", "outage")


def test_a_mail_that_waits_for_a_yes_is_still_the_agents(asked: World) -> None:
    letter = asked.letter("anna@example.com", "new_ticket")
    asked.answer(letter, "It is the cable.", sender=ANNA, stranger=True)
    follow(asked, people=anna_is_alma)
    asked.answer(asked.letter("anna@example.com", "confirm"), "#yes", sender=ANNA)
    assert "It is the cable." in asked.letter("erika@customer.example", "reply").text


def test_who_watches_twice_watches_once(asked: World) -> None:
    with asked.store.transaction(asked.settings, asked.clock.now()) as tx:
        rows = [{"ticket": 1001, "role": "watcher", "who": who, "proven": False} for who in ("anna", "alma", "ben")]
        tx.execute(sa.insert(PARTICIPANT), rows)
    follow(asked, people=anna_is_alma)
    with asked.store.reading(asked.settings, asked.clock.now()) as tx:
        assert {row.who for row in tx.all(sa.select(PARTICIPANT))} == {"alma", "ben"}
        persons = {row.person for row in tx.all(sa.select(TOKEN.c.person).where(TOKEN.c.role == "agent"))}
    assert persons == {"alma", "ben"}


def test_the_history_is_whole_and_says_what_was(asked: World) -> None:
    follow(asked, people=anna_is_alma, **CATEGORIES)
    actors = {event["actor"] for event in asked.ticket()["events"]}
    assert "agent:anna" in actors
    with asked.store.reading(asked.settings, asked.clock.now()) as tx:
        assert audit.verify(tx, asked.store) == []


def test_a_second_time_nothing_happens(asked: World) -> None:
    follow(asked, people=anna_is_alma, **CATEGORIES)
    before = asked.ticket()
    with asked.store.transaction(asked.settings, asked.clock.now()) as tx:
        succession.take_over(tx, None)
    assert asked.ticket() == before


def test_more_tickets_than_are_taken_at_once_follow_all(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(succession, "AT_ONCE", 2)
    for subject in ("vpn is down", "vpn is gone", "vpn is new", "Lamp"):
        asked.write(BEN, subject, "Please.")
    follow(asked, **CATEGORIES)
    assert sorted(each["category"] for each in asked.tickets()) == ["general", *["net/vpn"] * 4]


def test_a_refused_mail_that_is_corrected_later_opens_its_ticket_where_that_is_now(desk: World) -> None:
    desk.mail(Mail(ANNA, "it@example.com", "Cable", "#priority hihg\n\nIt is torn."))
    follow(desk, **CATEGORIES)
    desk.answer(desk.letter("anna@example.com", "command_refused"), "#priority high", sender=ANNA)
    assert (desk.ticket()["category"], desk.ticket()["priority"]) == ("net", "high")
