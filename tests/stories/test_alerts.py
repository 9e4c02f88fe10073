"""`alert`: the admins are told that mailgate is ill, what it means, what to do, and that it is over."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.desk import change, condition, troubles
from mailgate.sentence import verbatim
from mailgate.store.tables import Letter, MailState, Proof, table_of
from tests.stories.clockwork import strike
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

LETTER, PROOF, STATE = table_of(Letter), table_of(Proof), table_of(MailState)
OPS, BENS = "ops@example.com", "ben@example.com"


def plain(desk: World, to: str = OPS) -> str:
    return " ".join(desk.letter(to, "alert").text.split())


def breaks(desk: World, number: int, **values: Any) -> None:
    """Something happens to a mail that no story can make happen."""
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        tx.execute(sa.update(STATE).where(STATE.c.mail == number).values(finished_at=tx.now, **values))


def relay_fails(desk: World) -> None:
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        troubles.begins(tx, "relay", "smtp://192.0.2.1", verbatim("the relay smtp://192.0.2.1 takes no letters"))


def test_a_failed_mail_is_told_with_the_command_that_shows_it(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT))
    breaks(desk, number, state="failed", reason="KeyError: 'x' in http://evil.example")
    desk.new_letters()
    assert strike(desk, seconds=20) == [f"alert to {OPS}"]
    text = plain(desk)
    assert f"M-{number} could not be handled: KeyError: 'x' in hxxp://evil[.]example." in text
    assert "Since Monday, 23 November 2026, 10:00." in text
    assert f"What to do: See `mailgate mail M-{number}`" in text
    assert desk.letter(OPS, "alert").header("Reply-To").startswith("Commands only")


def test_names_of_the_configuration_are_said_as_they_are(desk_with: DeskWith) -> None:
    desk = desk_with({"delivery": {"relays": [{"url": "smtp://mail.example.com", "from": []}]}})
    number = desk.mail(Mail(ERIKA, SUPPORT))
    why = "reading it ended the worker 3 times: it took more CPU time than limits.mail_cpu"
    breaks(desk, number, state="held", strikes=3, reason=f"{why}, no connection to mail.example.com")
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        said = condition.status(desk.store, tx, {"problems": []}, running=True)["problems"]
    assert any(
        each.startswith(f"M-{number} is held: {why}, no connection to mail.example.com (since ") for each in said
    )


def test_it_is_over_when_somebody_has_decided(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT))
    breaks(desk, number, state="failed", reason="a fault")
    strike(desk, seconds=20)
    breaks(desk, number, state="dropped")
    assert strike(desk, seconds=20) == []
    assert strike(desk, minutes=1) == [f"alert to {OPS}"]
    subject = desk.letter(OPS, "alert").header("Subject")
    assert subject == "Example Support: all clear, this is over: a mail could not be handled"
    assert "This is over, and nothing else is wrong:" in plain(desk)
    assert "until Monday, 23 November 2026, 10:00." in plain(desk)


def test_an_admin_who_is_an_agent_reads_his_language(desk_with: DeskWith) -> None:
    desk = desk_with({"site": {"admins": [OPS, BENS]}})
    relay_fails(desk)
    assert strike(desk, seconds=20) == [f"alert to {BENS}", f"alert to {OPS}"]
    text = plain(desk, BENS)
    assert "mailgate braucht Aufmerksamkeit" in text
    assert "Was zu tun ist: Diesen Server und `delivery.relays` prüfen" in text


def test_a_poisonous_mail_is_told_and_shown(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT))
    breaks(desk, number, state="held", strikes=3, reason="reading it ended the worker 3 times: signal SIGSEGV")
    desk.new_letters()
    assert strike(desk, seconds=20) == [f"alert to {OPS}", f"held to {OPS}"]
    assert "ended the worker 3 times: signal SIGSEGV" in plain(desk)


def test_a_history_that_is_not_whole_is_told(desk: World) -> None:
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        tx.execute(sa.insert(PROOF).values(id=1, at=tx.now, findings=3, first="Event 2 of #1001 was changed.", seal=0))
    assert strike(desk, seconds=20) == [f"alert to {OPS}"]
    assert "The history is not whole: Event 2 of #1001 was changed, and 2 more." in plain(desk)


def test_a_letter_that_does_not_leave_for_an_hour_is_told_with_the_relays_words(desk: World) -> None:
    desk.relay.defer("erika@customer.example")
    desk.mail(Mail(ERIKA, SUPPORT))
    desk.new_letters()
    assert strike(desk, minutes=59) == []
    assert strike(desk, minutes=2) == [f"alert to {OPS}"]
    assert "to erika@customer.example; last answer: 451 4.7.1 Try again later." in plain(desk)


def test_an_alert_that_does_not_leave_is_no_trouble_of_its_own(desk: World) -> None:
    desk.relay.defer(OPS)
    relay_fails(desk)
    strike(desk, seconds=20)
    strike(desk, hours=2)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert [row.kind for row in troubles.standing(tx)] == ["relay"]


def test_a_newer_alert_takes_the_place_of_one_that_could_not_leave(desk: World) -> None:
    desk.relay.go_away()
    relay_fails(desk)
    for _ in range(5):
        strike(desk, hours=4)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        states = [row.state for row in tx.all(sa.select(LETTER.c.state).where(LETTER.c.template == "alert"))]
    assert sorted(states) == ["cancelled"] * 4 + ["pending"]
    desk.relay.come_back()
    strike(desk, minutes=10)
    assert len(desk.letters(OPS, "alert")) == 1


def test_an_alert_that_comes_back_is_no_reason_for_another(desk: World) -> None:
    desk.relay.refuse(OPS)
    relay_fails(desk)
    for _ in range(3):
        strike(desk, minutes=20)
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        alerts = tx.all(sa.select(LETTER.c.id).where(LETTER.c.template == "alert"))
        standing = {row.kind for row in troubles.standing(tx)}
    assert len(alerts) == 2  # the relay, and that ops can not be reached
    assert standing == {"relay", "unreached"}


def test_an_answer_to_an_alert_takes_commands_only(desk_with: DeskWith) -> None:
    desk = desk_with({"site": {"admins": ["anna@example.com"]}})
    relay_fails(desk)
    strike(desk, seconds=20)
    desk.answer(desk.letter("anna@example.com", "alert"), "I am on it.", sender=ANNA)
    assert desk.new_letters() == ["command_refused to anna@example.com"]
    assert desk.tickets() == []


def test_nobody_is_told_of_what_is_well(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.new_letters()
    for _ in range(5):
        assert strike(desk, hours=12) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_letter_is_in_the_history(desk_with: DeskWith, language: str) -> None:
    desk = desk_with({"site": {"language": language}})
    relay_fails(desk)
    strike(desk, seconds=20)
    event = sa.table("event", sa.column("ticket"), sa.column("action"), sa.column("detail", sa.JSON))
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        rows = tx.all(sa.select(event.c.action, event.c.detail).where(event.c.ticket == change.WITHOUT_TICKET))
    assert [row.action for row in rows if row.detail.get("to") == OPS] == ["letter", "sent"]
