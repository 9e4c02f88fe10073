"""`mailgate tickets` and `mailgate ticket N`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cli.terminal import Terminal
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

TICKET = {
    *("number", "old_number", "subject", "kind", "status", "waiting_for", "priority", "category", "channel"),
    *("source_address", "reporter", "end_customer", "foreign_number", "group", "assignee", "coordinator", "level"),
    *("visible", "cc", "watchers", "parent", "children", "links", "tags", "created_at", "accepted_at"),
    *("first_response_at", "resolved_at", "closed_at", "updated_at", "wanted_by", "due_at", "deadline", "light"),
    *("snoozed_until", "handling_minutes", "solution", "rating"),
}
IN_FULL = {*TICKET, "messages", "events", "letters", "mails", "statements", "parts", "deadline_steps", "times"}
PERSON = {"email", "name", "phone", "company", "department", "customer_group", "internal", "language"}
MESSAGE = {
    *("id", "direction", "purpose", "from", "to", "cc", "subject", "at", "text", "new_text", "public", "trust", "mail"),
    *("letter", "message_id", "attachments"),
}
EVENT = {"seq", "at", "actor", "action", "detail", "mail", "hash"}


def test_every_key_of_a_ticket_is_there_in_the_overview(look: Terminal) -> None:
    document = look.json("tickets")
    assert set(document) == {"total", "tickets"}
    for ticket in document["tickets"]:
        assert set(ticket) >= TICKET
        assert set(ticket["reporter"]) == PERSON


def test_one_ticket_has_all_that_belongs_to_it(look: Terminal) -> None:
    ticket = look.json("ticket", "1001")
    assert set(ticket) >= IN_FULL
    assert all(set(message) >= MESSAGE for message in ticket["messages"])
    assert all(set(event) == EVENT for event in ticket["events"])
    assert (ticket["mails"], ticket["letters"][0]["id"]) == (["M-1", "M-2"], "L-1")
    answer = ticket["messages"][1]
    assert (answer["mail"], answer["letter"], answer["trust"]) == ("M-2", "L-4", "proven")
    assert answer["message_id"] == look.json("mail", "M-2")["message_id"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ([], [1001, 1002, 1003, 1004]),
        (["--open"], [1001, 1002, 1003, 1004]),
        (["--closed"], [1005]),
        (["--all"], [1001, 1002, 1003, 1004, 1005]),
        (["--status", "in_progress"], [1001]),
        (["--status", "closed"], [1005]),
        (["--group", "network", "--all"], [1001, 1002, 1003, 1004, 1005]),
        (["--group", "office"], []),
        (["--assignee", "anna"], [1001]),
        (["--reporter", "Erika@Customer.example", "--all"], [1001, 1005]),
        (["--category", "network"], [1002]),
        (["--category", "network/vpn"], [1002]),
        (["--category", "net"], []),
        (["--kind", "incident"], [1002]),
        (["--light", "red"], []),
        (["--light", "off", "--kind", "incident"], [1002]),
        (["--search", "störung büro"], [1003]),
        (["--search", "WATER"], [1001]),
        (["--search", "wlan fehlt"], [1003]),
        (["--search", "100%"], []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_filters_find_what_they_say(look: Terminal, filters: list[str], numbers: list[int]) -> None:
    document = look.json("tickets", *filters)
    assert sorted(ticket["number"] for ticket in document["tickets"]) == numbers
    assert document["total"] == len(numbers)


def test_a_page_is_a_part_and_the_total_is_all(look: Terminal) -> None:
    first, second = (look.json("tickets", "--all", "--limit", "2", "--offset", at) for at in ("0", "2"))
    assert (first["total"], len(first["tickets"]), len(second["tickets"])) == (5, 2, 2)
    assert not {one["number"] for one in first["tickets"]} & {one["number"] for one in second["tickets"]}
    assert "2 of 5; see --limit and --offset." in look("tickets", "--all", "--limit", "2").out


def test_people_get_a_table_and_one_ticket_in_words(look: Terminal) -> None:
    table = look("tickets").out.splitlines()
    named = ["number", "status", "light", "subject", "reporter", "group", "assignee", "deadline", "updated"]
    assert table[0].split() == named
    assert any(line.startswith("1001") and "Printer on fire" in line and "anna" in line for line in table)
    words = look("ticket", "1001").out
    assert "deadline\n  opened on " in words
    assert "times\n  less than a minute so far\n" in words
    for part in ("#1001 Printer on fire", "status: in_progress", "Throw water.", "L-4  reply", "agent:anna"):
        assert part in words


def test_people_read_the_time_of_the_site_and_programs_read_utc(look: Terminal) -> None:
    one = look.json("ticket", "1001")
    assert one["created_at"].endswith("Z")
    created, answered, updated = (
        datetime.fromisoformat(one[name]).astimezone(ZoneInfo("Europe/Berlin"))
        for name in ("created_at", "first_response_at", "updated_at")
    )
    words = look("ticket", "1001").out
    assert f"--- {created:%Y-%m-%dT%H:%M}  report of" in words
    assert f"first_response_at {answered:%Y-%m-%dT%H:%M:%S}\n" in words
    row = next(line for line in look("tickets").out.splitlines() if line.startswith("1001"))
    assert row.endswith(f"{updated:%Y-%m-%d %H:%M}")


def test_nothing_found_is_a_sentence(look: Terminal) -> None:
    said = look("tickets", "--group", "nobody")
    assert (said.code, said.out) == (0, "No tickets.\n")


@pytest.mark.parametrize("number", ["9", "999999999999999999"])
def test_an_unknown_number_is_one_sentence_and_exit_code_1(look: Terminal, number: str) -> None:
    said = look("ticket", number, "--json")
    assert (said.code, said.out, said.err) == (1, "", f"There is no ticket {number}.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ["ticket", "printer"],
        ["ticket", "99999999999999999999"],
        ["ticket"],
        ["tickets", "--open", "--closed"],
        ["tickets", "--status", "sleeping"],
        ["tickets", "--light", "blue"],
        ["tickets", "--limit", "-1"],
        ["tickets", "--limit", "99999999999999999999"],
        ["tickets", "--colour"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_wrong(look: Terminal, wrong: list[str]) -> None:
    said = look(*wrong)
    assert (said.code, said.out) == (2, "")
    assert "Usage: mailgate" in said.err


def test_one_ticket_says_who_else_has_to_do_with_it_and_what_it_waits_for(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    assert "coordinator" not in run("ticket", "1001").out.partition("history")[0]
    lines = "#coordinator cleo; watch; wait for ben until +30d; due +20d"
    desk.answer(desk.letter("anna@example.com"), lines, sender=ANNA)
    said = run("ticket", "1001").out
    assert "coordinator: cleo  waiting for: other" in said
    assert "waiting until: 20" in said
    assert "due at: 20" in said
    assert "watched by: anna" in said
    assert "agent:anna  watch" in said


def test_one_ticket_says_what_parts_statements_and_ties_it_has(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    desk.write(ERIKA, "Move", "Cable and rooms?")
    letter = desk.letter("anna@example.com", "new_ticket")
    desk.answer(letter, "#split\n#part ben by +20d\nCable?\n#part cleo hidden\nRooms?", sender=ANNA)
    desk.answer(desk.letter("ben@example.com", "assigned"), "#decline No time.", sender=BEN)
    desk.answer(desk.letter("cleo@example.com", "assigned"), "Two rooms.", sender=CLEO)
    desk.answer(letter, "#ask eva@elsewhere.example by +9d\nWhy?", sender=ANNA)
    desk.answer(letter, "#link 1001; same 1001", sender=ANNA)
    said = run("ticket", "1002").out.partition("deadline")[0]
    assert "parts\n  #1003  network  declined" in said
    assert "declined by ben: No time" in said
    assert "  #1004  cleo  answered  answered 20" in said
    assert "hidden\n" in said
    assert "statements\n  eva@elsewhere.example  asked  asked 20" in said
    assert "other tickets\n  linked with #1001\n  the same cause as #1001" in said
    assert "other tickets\n  part of #1002" in run("ticket", "1003").out


def test_a_ticket_that_stands_alone_says_nothing_of_others(look: Terminal) -> None:
    said = look("ticket", "1001").out
    assert not any(each in said for each in ("parts\n", "statements\n", "other tickets"))
