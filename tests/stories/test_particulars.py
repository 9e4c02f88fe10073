"""`#tag #channel #time #phone #company #department`: what a ticket is about, in a word each; nobody else is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.answering import reported, says
from tests.stories.conftest import DeskWith
from tests.stories.mailer import answer
from tests.stories.world import ANNA, BEN, World

ANNAS = "anna@example.com"
CHANNELS = {"channels": {"phone": {"name": {"en": "Phone", "de": "Telefon"}}}}


@pytest.fixture
def new(desk_with: DeskWith) -> World:
    """Erika has written; the group knows of it."""
    return reported(desk_with(CHANNELS))


def says_it(desk: World, text: str) -> str:
    """Anna answers the letter about the ticket; returns what she is told, and nobody else is."""
    said = says(desk, text)
    assert {each.partition(" ")[0] for each in desk.new_letters()} <= {"command_done", "command_refused"}
    return said


def data(desk: World, name: str) -> Any:
    return desk.ticket()["reporter"][name]


@pytest.mark.parametrize("command", ["#tag +vpn wifi", "#stichwort vpn, wifi", "#Tag +vpn; tag +wifi"])
def test_tags_come_one_after_the_other(new: World, command: str) -> None:
    assert "#1001: vpn, wifi." in says_it(new, command)
    assert new.ticket()["tags"] == ["vpn", "wifi"]


def test_the_undo_of_tags_brings_back_those_that_went(new: World) -> None:
    says_it(new, "#tag vpn wifi")
    assert "To undo: #tag -old +vpn" in says_it(new, "#tag –VPN +old")  # a dash is how Outlook writes a minus
    assert new.ticket()["tags"] == ["wifi", "old"]
    new.answer(new.letter(ANNAS), "#tag -old +vpn", sender=ANNA)
    assert new.ticket()["tags"] == ["wifi", "vpn"]


def test_a_tag_that_is_not_there_is_refused_with_those_that_are(new: World) -> None:
    says_it(new, '#tag vpn "two words"')
    refused = says_it(new, "#tag -wifi")
    assert "#1001 has no tag 'wifi'; it has vpn, two words." in refused
    assert "body=%23tag%20-vpn" in refused
    assert "body=%23tag%20-%22two%20words%22" in refused


@pytest.mark.parametrize("command", ["#channel phone", "#meldeweg Telefon", "#channel PHONE"])
def test_how_it_was_reported(new: World, command: str) -> None:
    done = says_it(new, command)
    assert "by this channel: Phone. To undo: #channel email" in done
    assert new.ticket()["channel"] == "phone"


def test_a_channel_that_there_is_not_is_refused_with_what_is_near(new: World) -> None:
    refused = says_it(new, "#channel phnoe")
    assert "There is no channel 'phnoe'; email and phone exist." in refused
    assert "body=%23channel%20phone" in refused


def test_handling_time_adds_up_and_can_be_taken_off(new: World) -> None:
    says_it(new, "#time 45m")
    assert "Time spent on #1001: 2 h 15 min. To undo: #time -90m" in says_it(new, "#zeit 1,5 Std")
    new.answer(new.letter(ANNAS), "#time -90m", sender=ANNA)
    assert new.ticket()["handling_minutes"] == 45
    assert "so much can not be taken off" in says_it(new, "#time -1h")
    assert new.ticket()["handling_minutes"] == 45


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("#phone +49 (89) 123-45", "phone", "+49 (89) 123-45"),
        ("#telefon 089 12345<tel:08912345>", "phone", "089 12345"),
        ("#company Krause & Söhne GmbH", "company", "Krause & Söhne GmbH"),
        ("#firma Krause", "company", "Krause"),
        ("#department Purchasing", "department", "Purchasing"),
        ("#abteilung Einkauf", "department", "Einkauf"),
    ],
)
def test_what_we_know_of_the_reporter(new: World, command: str, name: str, value: str) -> None:
    done = says_it(new, command)
    assert f"of Erika Krause: {value}. To undo: #undo" in done
    assert data(new, name) == value
    new.answer(new.letter(ANNAS), "#undo", sender=ANNA)
    assert data(new, name) is None


def test_what_was_known_before_is_named_as_the_undo(new: World) -> None:
    says_it(new, "#phone 110")
    assert "To undo: #phone 110" in says_it(new, "#phone 112")
    assert new.ticket()["events"][-3]["detail"]["row"]["before"] == {"phone": "110"}


def test_all_of_it_at_once_in_german(new: World) -> None:
    new.answer(new.letter("ben@example.com"), "#stichwort vpn; zeit 10m\n#telefon 110; meldeweg Telefon", sender=BEN)
    assert new.new_letters() == ["command_done to ben@example.com"]
    done = " ".join(new.letter("ben@example.com").text.split())
    assert "Stichwörter von #1001: vpn. Rückgängig mit: #stichwort -vpn" in done
    assert "Bearbeitungszeit von #1001: 10 min. Rückgängig mit: #zeit -10m" in done
    assert "Telefonnummer von Erika Krause: 110. Rückgängig mit: #rückgängig" in done
    assert "Der Meldeweg von #1001: Telefon. Rückgängig mit: #meldeweg email" in done


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("#time soon", "'soon' is no time; write 45m, 1h 30m or 1:30."),
        ("#phone by letter", "'by letter' is no phone number."),
        ("#time", "#time needs a time, such as 45m"),
        (f"#tag {' '.join(map(str, range(31)))}", "#1001 would have more than 30 tags."),
    ],
)
def test_what_means_nothing_changes_nothing(new: World, command: str, why: str) -> None:
    before = new.ticket()
    assert why in says_it(new, f"{command}; priority high")
    after = new.ticket()
    assert [after[name] for name in ("tags", "handling_minutes", "priority")] == [[], 0, before["priority"]]


def test_one_that_nothing_proves_is_asked_back_and_changes_nothing_before_the_yes(new: World) -> None:
    new.mail(answer(new.letter(ANNAS), "#tag vpn", sender=ANNA), stranger=True)
    assert new.ticket()["tags"] == []
    new.answer(new.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert new.ticket()["tags"] == ["vpn"]
