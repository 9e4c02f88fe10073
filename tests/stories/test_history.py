"""After a whole round trip the history is proven, and knows of everything that happened."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.desk import audit
from mailgate.store.tables import Event, Letter, table_of
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, MALLORY, SUPPORT, World

EVENT = table_of(Event)
LETTER = table_of(Letter)


def events(desk: World, action: str) -> list[sa.Row[Any]]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return tx.all(sa.select(EVENT).where(EVENT.c.action == action).order_by(EVENT.c.ticket, EVENT.c.seq))


def proven(desk: World) -> bool:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found = audit.verify(tx, desk.store)
    assert found == []
    return True


def round_trip(desk: World) -> None:
    """Asked, answered, asked back, closed and opened again."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#question\nWhich floor?", sender=ANNA)
    desk.answer(desk.letter("erika@customer.example", "question"), "The third.", sender=ERIKA)
    desk.answer(desk.letter("anna@example.com", "new_message"), "#resolve\nReplaced.", sender=ANNA)
    desk.answer(desk.letter("erika@customer.example", "resolved"), "It burns again.", sender=ERIKA)


def test_after_a_round_trip_the_history_is_proven(desk: World) -> None:
    round_trip(desk)
    assert proven(desk)


def test_every_letter_is_an_event_when_it_is_queued_and_when_it_is_sent(desk: World) -> None:
    round_trip(desk)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        letters = {row.id: row.to for row in tx.all(sa.select(LETTER))}
    assert {each.detail["letter"]: each.detail["to"] for each in events(desk, "letter")} == letters
    assert {each.detail["letter"] for each in events(desk, "sent")} == set(letters)


def test_every_event_of_a_mail_names_its_bytes(desk: World) -> None:
    round_trip(desk)
    digests = {each["id"]: each["sha256"] for each in desk.mails()}
    for action in ("created", "message", "letter", "question", "resolve"):
        assert events(desk, action)
        assert all(each.raw == digests[f"M-{each.mail}"] for each in events(desk, action))


@pytest.mark.parametrize(
    "mail",
    [
        Mail(ERIKA, SUPPORT, "hold me", "Look at this."),
        Mail("news@newsletter.example", SUPPORT, "Ten offers", "Buy."),
        Mail(MALLORY, SUPPORT, "Away", "I am away.", headers={"Auto-Submitted": "auto-replied"}),
        Mail(SUPPORT, SUPPORT, "To myself", "Hello."),
        Mail(ANNA, SUPPORT, "", "#close"),
        Mail(ANNA, SUPPORT, "", "#nonsens"),
    ],
    ids=["held", "dropped", "absence", "from ourselves", "command without a ticket", "misread"],
)
def test_a_mail_that_becomes_no_ticket_is_an_event_too(desk: World, mail: Mail) -> None:
    number = desk.mail(mail)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert tx.all(sa.select(EVENT).where(EVENT.c.mail == number))
    assert proven(desk)


def test_a_refused_command_and_a_refused_correction_are_events(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#assign nobody-here", sender=ANNA)
    assert len(events(desk, "refused")) == 1
    desk.answer(desk.letter("anna@example.com", "command_refused"), "What now?", sender=ANNA)
    assert len(events(desk, "refused")) == 2
    desk.answer(desk.letter("anna@example.com", "command_refused"), "#drop", sender=ANNA)
    assert len(events(desk, "dropped")) == 1
    assert proven(desk)


def test_a_letter_that_was_not_sent_is_an_event_with_its_reason(desk: World) -> None:
    for subject in ("One", "Two"):
        desk.write(MALLORY, subject, "Hello.", stranger=True)
    [stopped] = events(desk, "suppressed")
    assert (stopped.ticket, stopped.detail["template"]) == (1002, "acknowledged_minimal")
    assert stopped.detail["why"]


def test_an_empty_answer_of_an_agent_leaves_its_mark(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    number = desk.answer(desk.letter("anna@example.com", "new_ticket"), "", sender=ANNA)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert {each.ticket for each in tx.all(sa.select(EVENT).where(EVENT.c.mail == number))} == {1001}
    assert proven(desk)
