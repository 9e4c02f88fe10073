"""`#list`, `#show` and `#history`: an agent asks, and the answer goes to him alone. Nothing changes by it."""

from __future__ import annotations

import re

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, MALLORY, SUPPORT, World

PAUL = "Paul Pohl <paul@other.example>"


@pytest.fixture
def busy(desk: World) -> World:
    """Three tickets: Anna has the first one, nobody the second, the third is with Cleo's group."""
    desk.write(ERIKA, "Printer on fire", "It burns since Monday.")
    desk.write(PAUL, "VPN drops", "Every five minutes.")
    desk.write(PAUL, "Room 12 is cold", "Brrr.")
    desk.answer(desk.letter("anna@example.com"), "#1001 take; \n#1003 assign office", sender=ANNA)
    desk.new_letters()
    return desk


def asks(desk: World, text: str, sender: str = ANNA) -> str:
    """A fresh mail with these words; returns the text of the one letter that answers it."""
    address = sender.partition("<")[2].rstrip(">")
    desk.mail(Mail(sender, SUPPORT, "please", text))
    assert desk.new_letters() == [f"list to {address}"]
    return desk.letter(address, "list").text


def numbers(text: str) -> list[int]:
    """The tickets of a list, as it shows them."""
    lines = (line.strip().partition(" · ") for line in text.split("\n"))
    return [int(head) for head, dot, _ in lines if dot and head.isdigit()]


def without_links(text: str) -> str:
    return re.sub("<mailto:[^>]*>", "", text)


def test_a_list_names_each_open_ticket_with_who_has_it(busy: World) -> None:
    text = asks(busy, "#list")
    assert "Open tickets" in text
    assert "1001 · Printer on fire\n      Erika Krause · in progress · Anna Alt" in text
    assert "#1002 take" not in text.split("Answer with")[0]
    assert not any(line.lstrip().startswith("#") for line in text.split("\n"))


@pytest.mark.parametrize(
    ("asked", "found", "heading"),
    [
        ("#list mine", [1001], "Open tickets · mine"),
        ("#liste meine", [1001], "Open tickets · mine"),
        ("#list unassigned", [1002, 1003], "nobody has them"),
        ("#list anna", [1001], "Anna Alt"),
        ("#list Anna Alt", [1001], "Anna Alt"),
        ("#list network", [1001, 1002], "Network team"),
        ("#list vpn", [1002], "VPN"),
        ("#list network/vpn", [1002], "VPN"),
        ("#list office", [1003], "Office team"),
        ("#list paul@other.example", [1002, 1003], "paul@other.example"),
        ("#list five minutes", [1002], "with the words five minutes"),
        ("#list unassigned minutes", [1002], "nobody has them · with the words minutes"),
        ("#list waiting", [], "waiting"),
        ("#list overdue", [], "overdue"),
        ("#list due", [], "with a date"),
        ("#list due fri", [], "due until fri"),
        ("#list due today", [], "due until today"),
        ("#list red", [], "red"),
        ("#list 7d", [1001, 1002, 1003], "changed in the last 7 days"),
        ("#liste 7 Tage", [1001, 1002, 1003], "changed in the last 7 days"),
        ("#list all open tickets", [1001, 1002, 1003], "Open tickets"),
    ],
)
def test_words_behind_list_narrow_it(busy: World, asked: str, found: list[int], heading: str) -> None:
    text = asks(busy, asked)
    assert sorted(numbers(text)) == found
    assert heading in text
    assert found or "There is nothing of this kind." in text


def test_what_changed_long_ago_is_no_longer_of_the_last_days(busy: World) -> None:
    busy.later(days=8)
    busy.new_letters()
    assert numbers(asks(busy, "#list 7d")) == []
    assert numbers(asks(busy, "#list 9d")) != []


def test_nobody_is_shown_what_he_may_not_see(busy: World) -> None:
    assert numbers(asks(busy, "#list", CLEO)) == [1003]
    busy.mail(Mail(CLEO, SUPPORT, "please", "#show 1001"))
    unseen = without_links(busy.letter("cleo@example.com", "command_refused").text)
    busy.mail(Mail(CLEO, SUPPORT, "please", "#show 7777"))
    assert without_links(busy.letter("cleo@example.com", "command_refused").text) == unseen.replace("1001", "7777")
    assert "There is no #1001 for you." in unseen


def test_a_category_with_readers_of_its_own_is_left_out_for_others(desk_with: DeskWith) -> None:
    desk = desk_with({"categories": {"general": {"name": "General", "group": "network", "readers": ["office"]}}})
    desk.write(ERIKA, "My salary", "It is wrong.")
    desk.write(ERIKA, "vpn drops", "Again.")
    desk.new_letters()
    assert numbers(asks(desk, "#list")) == [1002]


def test_show_tells_what_was_said_the_newest_first_and_marks_what_is_internal(busy: World) -> None:
    busy.answer(busy.letter("anna@example.com", "new_ticket"), "#1001 note look at the fuse", sender=ANNA)
    busy.new_letters()
    text = asks(busy, "#show 1001")
    assert text.index("look at the fuse") < text.index("It burns since Monday.")
    assert "note, internal" in text
    assert "Status       in progress" in text or "Status" in text
    letter = busy.letter("anna@example.com", "list")
    assert letter.header("Subject") == "Re: [#1001] Printer on fire"


def test_an_answer_to_what_was_shown_acts_on_that_ticket(busy: World) -> None:
    asks(busy, "#1002 show", BEN)
    busy.answer(busy.letter("ben@example.com", "list"), "#übernehmen", sender=BEN)
    assert busy.state(1002) == ("in_progress", "ben")


def test_an_answered_list_works_line_by_line(busy: World) -> None:
    asks(busy, "#list network")
    busy.answer(busy.letter("anna@example.com", "list"), "#1002 take\n#1001 priority high", sender=ANNA)
    assert busy.state(1002) == ("in_progress", "anna")
    assert busy.ticket(1001)["priority"] == "high"
    assert busy.new_letters() == ["command_done to anna@example.com"]


def test_an_answered_list_in_which_nothing_is_found_comes_back_with_how_to_write_commands(busy: World) -> None:
    asks(busy, "#list network")
    busy.answer(busy.letter("anna@example.com", "list"), "", sender=ANNA)
    assert busy.new_letters() == ["command_refused to anna@example.com"]
    text = " ".join(busy.letter("anna@example.com", "command_refused").text.split())
    assert "or each below the line of its ticket in the quoted mail" in text


def test_history_tells_each_step_with_its_time_and_person(busy: World) -> None:
    text = asks(busy, "#verlauf 1001", BEN)
    assert "Montag, 23. November 2026, 10:00 Uhr" in text
    assert "übernommen · Anna Alt: Status: neu → in Bearbeitung; Bearbeitung: – → Anna Alt" in " ".join(text.split())


def test_the_number_in_a_list_is_a_link_that_asks_for_the_ticket(busy: World) -> None:
    asks(busy, "#list mine")
    html = busy.letter("anna@example.com", "list").html
    assert "?subject=&amp;body=%23show%201001" in html


def test_asking_beside_doing_answers_both(busy: World) -> None:
    busy.answer(busy.letter("anna@example.com"), "#list mine\n#1002 take", sender=ANNA)
    assert busy.new_letters() == ["command_done to anna@example.com", "list to anna@example.com"]
    assert busy.state(1002) == ("in_progress", "anna")


def test_asking_beside_a_mistake_does_nothing(busy: World) -> None:
    busy.mail(Mail(ANNA, SUPPORT, "please", "#list mine\n#tkae"))
    assert busy.new_letters() == ["command_refused to anna@example.com"]


def test_a_stranger_who_asks_in_an_agents_name_gets_nothing(busy: World) -> None:
    busy.mail(Mail(ANNA, SUPPORT, "please", "#list"), stranger=True)
    busy.mail(Mail(MALLORY, SUPPORT, "please", "#list"))
    assert not [each for each in busy.new_letters() if each.startswith("list")]


def test_a_name_that_means_several_is_asked_back_with_a_link_for_each(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"tom": {"name": "Tom Beck", "email": "tom@example.com"}}})
    desk.mail(Mail(ANNA, SUPPORT, "please", "#list Beck"))
    assert desk.new_letters() == ["command_refused to anna@example.com"]
    letter = desk.letter("anna@example.com", "command_refused")
    assert "body=%23list%20ben" in letter.text
    assert "body=%23list%20tom" in letter.text


def test_a_mail_of_commands_alone_adds_no_words_to_what_is_shown(busy: World) -> None:
    busy.answer(busy.letter("anna@example.com"), "#1001 resolve", sender=ANNA)
    busy.new_letters()
    assert "write above this line" not in asks(busy, "#show 1001").split("\n", 1)[1]


def test_asking_changes_nothing(busy: World) -> None:
    before = busy.ticket(1001)
    asks(busy, "#show 1001")
    asks(busy, "#history 1001")
    after = busy.ticket(1001)
    kept = ("status", "updated_at", "assignee", "messages")
    assert [after[name] for name in kept] == [before[name] for name in kept]
