"""`#report`: an agent has the tickets counted that he may see, and is answered alone. Nothing changes by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailgate.desk import overview, rights, tickets
from mailgate.desk.audience import of_agent
from mailgate.desk.report_letters import report_letter
from mailgate.rules.arguments import Unclear
from mailgate.rules.report import Inquiry, read_report
from mailgate.store.db import Tx
from tests.stories.conftest import DeskWith
from tests.stories.crowd import CUSTOMERS, STALE, TICKET, One, crowd, move_in, naive
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, MALLORY, MONDAY, SUPPORT, World

OF_THE_YEAR = Inquiry(("status",), since=MONDAY - timedelta(days=365))
TICKETS = crowd(150)


@pytest.fixture
def busy(desk: World) -> World:
    """Three tickets of the network, answered after fifty minutes, and one of the office."""
    for subject in ("Printer on fire", "VPN drops", "Lamp"):
        desk.write(ERIKA, subject, "Please help.")
    desk.later(minutes=50)
    desk.answer(desk.letter("anna@example.com"), "Throw water.\n\nAnna", sender=ANNA)
    desk.answer(desk.letters("anna@example.com", "new_ticket")[0], "#1001 category rooms; assign office", sender=ANNA)
    desk.new_letters()
    return desk


def asks(desk: World, text: str, sender: str = ANNA) -> str:
    """A fresh mail with these words; returns the text of the one letter that answers it."""
    address = sender.partition("<")[2].rstrip(">")
    desk.mail(Mail(sender, SUPPORT, "please", text))
    assert desk.new_letters() == [f"report to {address}"]
    return desk.letter(address, "report").text


def rows(text: str) -> dict[str, list[str]]:
    """Name → figures, of the rows below the heads."""
    lines = text.split("\n\n")[2].splitlines()[1:]
    return {name.strip(): figures for name, *figures in (line.split("  ") for line in lines if line)}


def test_a_report_counts_by_group_and_names_what_it_counts(busy: World) -> None:
    text = asks(busy, "#report")
    assert "Tickets by group · of the last 365 days" in text
    assert "              tickets  open  answer     90%" in text
    assert "Network team        2     2  50 min  50 min" in text
    assert "half of them came within the first time, nine of ten within the second" in " ".join(text.split())


def test_the_same_in_german_with_two_fields_and_a_filter(busy: World) -> None:
    text = asks(busy, "#bericht nach Kategorie und Monat, offen 30 Tage", BEN)
    assert "Tickets nach Kategorie und Monat · offen · der letzten 30 Tage" in text
    assert "Allgemein · November 2026" in text
    assert "Es zählen nur Tickets, die Sie sehen dürfen" in " ".join(text.split())


def test_the_html_has_the_same_rows_in_a_table(busy: World) -> None:
    asks(busy, "#report priority,status")
    html = busy.letter("anna@example.com", "report").html
    assert '<th style="padding:3px 0;text-align:left' in html
    assert html.count("all together") == 1
    assert "normal · in progress" in html


def test_everybody_counts_only_what_he_may_see(busy: World) -> None:
    assert "Office team" not in asks(busy, "#report group", ANNA)
    assert "Network team" not in asks(busy, "#report group", CLEO)
    assert "Office team" in busy.letter("cleo@example.com", "report").text


def test_a_category_with_readers_of_its_own_does_not_count_for_others(desk_with: DeskWith) -> None:
    desk = desk_with({"categories": {"general": {"name": "General", "group": "network", "readers": ["office"]}}})
    desk.write(ERIKA, "My salary", "It is wrong.")
    desk.write(ERIKA, "vpn drops", "Again.")
    desk.new_letters()
    assert "VPN " in asks(desk, "#report category")
    assert "General" not in desk.letter("anna@example.com", "report").text


@pytest.mark.parametrize(
    "people",
    [
        {},
        {"agents": {"anna": {"sees": "own"}}},
        {"agents": {"anna": {"sees": "all"}}},
        {"agents": {"anna": {"admin": True}}},
        {"agents": {"anna": {"sees": "all"}}, "groups": {"network": {"customer_groups": ["partners"]}}},
        {"categories": {"network": {"readers": ["office"]}}},
    ],
    ids=str,
)
def test_it_counts_exactly_what_a_list_would_show(desk_with: DeskWith, people: dict[str, object]) -> None:
    desk = desk_with({"customer_groups": CUSTOMERS, **people})
    move_in(desk, TICKETS, STALE)
    with desk.store.reading(desk.settings, MONDAY) as tx:
        seen = [each for each in TICKETS if rights_of(tx, each)]
        view = report_letter(tx, of_agent(desk.settings, "anna"), "anna", OF_THE_YEAR)
    counted = naive(seen, OF_THE_YEAR, MONDAY)
    assert len(seen) > 0
    assert len(view.figures) - 1 == len(counted) > 0
    assert sorted(int(each.figures[0]) for each in view.figures[:-1]) == sorted(
        each["count"] for each in counted.values()
    )


def rights_of(tx: Tx, ticket: One) -> bool:
    """As `#list` decides it, ticket by ticket."""
    found = tickets.select(tx, TICKET.c.number == ticket.number, *overview.likely(tx, "anna"))
    return bool(found) and rights.sees(tx, "anna", found[0])


def test_a_deputy_counts_what_he_stands_in_for_in_his_own_groups(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"anna": {"sees": "own"}}})
    desk.write(ERIKA, "Lamp", "Dark.")
    desk.answer(desk.letter("ben@example.com"), "#take", sender=BEN)
    desk.new_letters()
    assert "There is no such ticket." in asks(desk, "#report")
    desk.answer(desk.letter("ben@example.com"), "#away today..+3d anna", sender=BEN)
    desk.new_letters()
    assert "Network team" in asks(desk, "#report")


def test_a_word_that_means_nothing_comes_back_with_a_link_for_the_nearest(busy: World) -> None:
    busy.mail(Mail(ANNA, SUPPORT, "please", "#report grup 7d"))
    assert busy.new_letters() == ["command_refused to anna@example.com"]
    text = busy.letter("anna@example.com", "command_refused").text
    assert "Nothing can be counted by 'grup'" in text
    assert "body=%23report%20group%207d" in text


def test_more_tickets_than_a_letter_counts_are_refused_with_fewer_days(busy: World) -> None:
    with busy.store.reading(busy.settings, busy.clock.now()) as tx:
        asked = read_report(busy.settings, "category", tx.now)
        assert report_letter(tx, of_agent(busy.settings, "anna"), "anna", asked, most=2)
        with pytest.raises(Unclear, match="more than 1 tickets") as unclear:
            report_letter(tx, of_agent(busy.settings, "anna"), "anna", asked, most=1)
    assert unclear.value.near == ("category 90d", "category 30d")


def test_many_rows_are_cut_and_the_letter_says_how_many(desk_with: DeskWith) -> None:
    categories = {f"c{number}": {"name": f"Category {number}", "group": "network"} for number in range(60)}
    desk = desk_with({"categories": categories})
    row = {**TICKETS[0].row, "status": "new", "parent": None}
    move_in(desk, [One({**row, "number": 2000 + number, "category": f"c{number}"}) for number in range(60)])
    text = asks(desk, "#report category")
    assert "10 more rows are left out here" in text
    assert "all together" in text
    assert max(map(len, text.split("\n"))) <= 78


def test_a_long_name_has_a_line_of_its_own(desk_with: DeskWith) -> None:
    name = "Service centre for customers and partners abroad and whoever else may come by one day"
    desk = desk_with({"groups": {"network": {"name": name}}})
    desk.write(ERIKA, "Lamp", "Dark.")
    desk.new_letters()
    text = asks(desk, "#report")
    assert max(map(len, text.split("\n"))) <= 78
    assert "Service centre for customers" in text


def test_asking_changes_nothing_and_a_stranger_gets_nothing(busy: World) -> None:
    before = busy.ticket(1001)["events"]
    asks(busy, "#report")
    busy.mail(Mail(ANNA, SUPPORT, "please", "#report"), stranger=True)
    busy.mail(Mail(MALLORY, SUPPORT, "please", "#report"))
    assert not [each for each in busy.new_letters() if each.startswith("report")]
    assert busy.ticket(1001)["events"] == before
