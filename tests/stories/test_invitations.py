"""An invitation is a request: what its calendar part says stands above the words; what calendars answer are notes."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, MALLORY, SUPPORT, World

ERIKAS, ANNAS, BENS = "erika@customer.example", "anna@example.com", "ben@example.com"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
SUMMARY:Move of the printer
DTSTART;TZID=Europe/Berlin:20261130T100000
DTEND;TZID=Europe/Berlin:20261130T103000
LOCATION:Room 4
SEQUENCE:{sequence}
ORGANIZER;CN=Erika Krause:mailto:erika@customer.example
ATTENDEE;PARTSTAT={status};CN=Support:mailto:support@example.com
END:VEVENT
END:VCALENDAR
"""
SAID = "Move of the printer · Monday, 30 November 2026, 10:00–10:30 · Room 4"
GESAGT = "Move of the printer · Montag, 30. November 2026, 10:00–10:30 Uhr · Room 4"


@dataclass
class Entry(Mail):
    """A mail with a calendar part beside its text."""

    method: str = "REQUEST"
    uid: str = "1@customer.example"
    sequence: int = 0
    status: str = "NEEDS-ACTION"

    def _write_body(self, message: EmailMessage) -> None:
        entry = EVENT.format(method=self.method, uid=self.uid, sequence=self.sequence, status=self.status)
        message.set_content(self.text)
        message.add_alternative(entry, subtype="calendar", params={"method": self.method})


def comes(desk: World, *, sender: str = ERIKA, text: str = "Could you help?", **entry: object) -> int:
    number = desk.mail(Entry(sender, SUPPORT, "Printer", text, **entry))  # type: ignore[arg-type]
    found: int = desk.mail_state(number)["ticket"]
    return found


@pytest.fixture
def invited(desk: World) -> World:
    """Erika has invited us, and Anna has resolved it."""
    comes(desk)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve\nWe will be there.", sender=ANNA)
    desk.new_letters()
    return desk


def flat(text: str) -> str:
    return " ".join(text.split())


def test_each_agent_reads_above_the_words_when_and_where_in_his_language(desk: World) -> None:
    comes(desk)
    english, german = flat(desk.letter(ANNAS).text), flat(desk.letter(BENS).text)
    assert f"Invitation: {SAID} · from Erika Krause Could you help?" in english
    assert f"Einladung: {GESAGT} · von Erika Krause Could you help?" in german
    assert "Move of the printer · Monday" in flat(desk.letter(ANNAS).html)


def test_the_ticket_keeps_it_beside_the_words_and_the_reporter_is_acknowledged(desk: World) -> None:
    message = desk.ticket(comes(desk))["messages"][0]
    assert message["remark"] == f"Invitation: {SAID} · from Erika Krause"
    assert message["new_text"] == "Could you help?"
    assert [each["name"] for each in message["attachments"]] == ["invite.ics"]
    assert "Room 4" not in desk.letter(ERIKAS, "acknowledged").text


def test_a_cancellation_is_a_note_on_the_ticket_that_the_invitation_opened(invited: World) -> None:
    assert comes(invited, method="CANCEL", text="") == 1001
    note = invited.ticket(1001)["messages"][-1]
    assert (note["direction"], note["purpose"], note["public"]) == ("note", "auto_reply", False)
    assert note["remark"] == f"Cancelled by Erika Krause: {SAID}."
    assert invited.ticket(1001)["status"] == "resolved"
    assert invited.new_letters() == []


def test_a_moved_meeting_is_her_word_on_the_same_ticket(invited: World) -> None:
    assert comes(invited, sequence=1, text="An hour later, please.") == 1001
    assert invited.ticket(1001)["status"] == "in_progress"
    assert "Invitation, changed: Move of the printer" in flat(invited.letter(ANNAS, "new_message").text)


def test_another_meeting_is_another_ticket(invited: World) -> None:
    assert comes(invited, uid="2@customer.example") == 1002


def test_who_knows_the_entry_and_is_none_of_the_ticket_stays_a_stranger(invited: World) -> None:
    assert comes(invited, sender=MALLORY, sequence=2, text="Send me the keys.") == 1001
    message = invited.ticket(1001)["messages"][-1]
    assert message["public"] is False
    assert "sent by Mallory" in message["remark"]
    assert invited.ticket(1001)["status"] == "resolved"


def test_an_answer_without_a_ticket_is_only_remembered(desk: World) -> None:
    number = desk.mail(Entry(ERIKA, SUPPORT, "Accepted", "", method="REPLY", status="ACCEPTED"))
    state = desk.mail_state(number)
    assert (state["sort"], state["ticket"]) == ("auto_reply", None)
    assert desk.new_letters() == []
