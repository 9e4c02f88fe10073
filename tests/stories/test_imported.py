"""Old mail of a mailbox becomes tickets, and nobody hears of it."""

from __future__ import annotations

from datetime import timedelta

from mailgate.store.journal import Transmission
from tests.stories.mailer import Mail, answer
from tests.stories.world import ERIKA, SUPPORT, World


def imported(desk: World, mail: Mail) -> int:
    """As the reader of a mailbox hands it in."""
    receipt = desk.journal.receive(
        Transmission(
            received_at=desk.clock.now(),
            source="import",
            peer=None,
            helo=None,
            trusted=True,
            submitted_by=None,
            envelope_from=mail.return_path,
            recipients=(SUPPORT,),
            raw=mail.bytes,
        )
    )
    desk.work()
    return receipt.id


def test_imported_mail_opens_a_ticket_and_writes_to_nobody(desk: World) -> None:
    number = imported(desk, Mail(ERIKA, SUPPORT, "Printer on fire", "It burns."))
    assert desk.mail_state(number)["sort"] == "new_ticket"
    assert desk.new_letters() == []
    states = {letter["state"] for letter in desk.ticket()["letters"]}
    assert states == {"cancelled"}


def test_the_next_mail_is_answered_as_ever(desk: World) -> None:
    imported(desk, Mail(ERIKA, SUPPORT, "Printer on fire", "It burns."))
    desk.write(ERIKA, "Another thing", "It smokes.")
    assert "acknowledged to erika@customer.example" in desk.new_letters()


def test_old_mail_of_an_agent_commands_nothing(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    letter = desk.letter("anna@example.com", "new_ticket")
    desk.clock.advance(timedelta(hours=1))
    imported(desk, answer(letter, "#close", sender="Anna Alt <anna@example.com>"))
    assert desk.ticket()["status"] == "new"
