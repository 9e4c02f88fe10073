"""Deciding before one's turn: the same comes of it as in the turn, whoever else has his turn in between."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.desk import audit, change, reserving, seals, silences, tickets
from mailgate.shift import Done, Shift
from mailgate.store import claim
from mailgate.store.reserve import Reserve
from mailgate.store.tables import Arrival, Event, Letter, table_of
from mailgate.store.witness import NotItsTurn, Overtaken
from tests.stories.mailer import Mail
from tests.stories.mailer import answer as answer_to
from tests.stories.world import ANNA, ERIKA, SUPPORT, World, named
from tests.test_shift import batch, wrong_with

ARRIVAL, EVENT, LETTER = table_of(Arrival), table_of(Event), table_of(Letter)
A_RUSH = 10
LOT = re.compile("[a-z2-7]{24}")
"""A token."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as desk:
        yield desk


def a_rush(desk: World, most: int = A_RUSH, *, of: str = "printer") -> None:
    """Many people write at once."""
    for number in range(most):
        desk.hand_in(Mail(f"Person {number} <{of}{number}@{of}{number}.example>", SUPPORT, f"{of} {number}", "Help!"))


def reserved(desk: World, most: int = 2 * A_RUSH) -> Reserve:
    """What a worker has got for the mails he has claimed."""
    with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        reserving.refill(tx, most)
        return tx.reserved


def worker(desk: World, name: str, meanwhile: Callable[[], object] = lambda: None, **how: Any) -> Shift:
    """One who has claimed mails before and goes on; `meanwhile` happens after what he decides, before he writes it."""
    turns = iter((lambda: None, meanwhile))

    @contextlib.contextmanager
    def turn() -> Iterator[None]:
        next(turns, lambda: None)()
        with desk.turns.turn():
            yield

    how.setdefault("on", lambda claimed: None)
    if "_reserved" not in how:
        how["_reserved"] = reserved(desk)
    return Shift(desk.store, desk.settings, desk.clock, name, turn, alongside=True, **how)


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many mails were decided ahead each time that somebody was faster."""
    real, seen = Shift._in_turn, list[int]()

    def in_turn(self: Shift, rest: Any, before: Any, **how: Any) -> Any:
        try:
            return real(self, rest, before, **how)
        except Overtaken:
            seen.append(len(before.done))
            raise

    monkeypatch.setattr(Shift, "_in_turn", in_turn)
    return seen


def as_told(desk: World) -> list[tuple[str, ...]]:
    """All that is said to anybody, but for what is drawn by lot."""
    desk.work()
    history = [(str(each["number"]), each["subject"], *desk.actions(each["number"])) for each in desk.tickets()]
    letters = [(named(each), each.header("Subject"), LOT.sub("…", each.text)) for each in desk.relay.letters]
    return [*history, *sorted(letters)]


def acknowledged(desk: World) -> int:
    """How many reporters were told."""
    return sum(each.header("X-Mailgate-Letter").startswith("acknowledged") for each in desk.relay.letters)


def test_the_same_comes_of_a_rush_whether_it_is_decided_before_the_turn_or_in_it(tmp_path: Path) -> None:
    told = []
    for name in ("in turn", "ahead"):
        with World(tmp_path / name) as desk:
            desk.write(ERIKA, "VPN drops", "since monday")
            a_rush(desk)
            desk.hand_in(Mail(ERIKA, SUPPORT, "Also the fax", "Dead"))
            desk.hand_in(answer_to(desk.letter("erika@customer.example"), "Hurry!", sender=ERIKA))
            done = worker(desk, "a").batch() if name == "ahead" else batch(desk)
            assert done.mails == A_RUSH + 2
            told.append(as_told(desk))
    assert told[0] == told[1]
    assert len(told[0]) > 4 * A_RUSH


def test_two_workers_in_a_rush_never_mean_the_same_number(desk: World, overtaken: list[int]) -> None:
    a_rush(desk)

    def another_rush() -> None:
        a_rush(desk, of="fax")
        assert worker(desk, "b").batch() == Done(A_RUSH, 3 * A_RUSH)

    assert worker(desk, "a", another_rush).batch() == Done(A_RUSH, 3 * A_RUSH)
    assert not overtaken, "new tickets of other people are in nobody's way"
    assert len({each["number"] for each in desk.tickets()}) == 2 * A_RUSH
    desk.work()
    for number in range(A_RUSH):
        assert len(desk.letters(f"printer{number}@printer{number}.example")) == 1


def test_who_was_overtaken_by_a_mail_of_the_same_person_decides_anew(desk: World, overtaken: list[int]) -> None:
    a_rush(desk)

    def he_writes_again() -> None:
        desk.hand_in(Mail("printer3@printer3.example", SUPPORT, "And the lamp"))
        batch(desk, "b")

    worker(desk, "a", he_writes_again).batch()
    assert overtaken == [A_RUSH]
    assert len(desk.tickets()) == A_RUSH + 1
    desk.work()
    about = [each.text for each in desk.letters("anna@example.com") if "printer 3" in each.header("Subject")]
    assert len(about) == 1
    assert "And the lamp" in about[0], "his other open ticket is named"


def test_a_budget_holds_for_two_workers_together(tmp_path: Path, overtaken: list[int]) -> None:
    scarce = {"limits": {"acknowledgements": {"total_per_hour": A_RUSH + 5}}}
    with World(tmp_path, scarce) as desk:
        a_rush(desk)
        desk.hand_in(Mail("printer3@printer3.example", SUPPORT, "One that has to wait, and is undone"))

        def another_rush() -> None:
            a_rush(desk, of="fax")
            worker(desk, "b").batch()

        worker(desk, "a", another_rush).batch()
        assert overtaken == [A_RUSH]
        desk.work()
        assert acknowledged(desk) == A_RUSH + 5


def test_a_budget_that_somebody_else_has_used_up_holds_for_what_follows_in_the_turn(
    tmp_path: Path, overtaken: list[int]
) -> None:
    scarce = {"limits": {"acknowledgements": {"total_per_hour": 5, "per_domain_hour_unproven": 1}}}
    with World(tmp_path, scarce) as desk:
        desk.mail(Mail("x@evil.example", SUPPORT, "Flood"), stranger=True)
        for number in range(A_RUSH):
            desk.hand_in(Mail(f"x{number}@evil.example", SUPPORT, f"Flood {number}"), stranger=True)
        answers = [
            Mail("c@customer.example", SUPPORT, f"Re: {number}", headers={"References": "<a@b>"}) for number in "123"
        ]
        for each in answers:
            desk.hand_in(each)

        def somebody_spends_the_rest() -> None:
            a_rush(desk, 4)
            batch(desk, "b")

        worker(desk, "a", somebody_spends_the_rest).batch()
        assert not overtaken, "nothing was spent ahead"
        desk.work()
        assert acknowledged(desk) == 5


def test_a_reply_waits_for_the_turn_and_comes_behind_what_was_said_before(desk: World) -> None:
    desk.write(ERIKA, "VPN drops", "since monday")
    desk.hand_in(answer_to(desk.letter("erika@customer.example"), "Hurry!", sender=ERIKA))
    a_rush(desk)
    order: list[int] = []
    by = worker(desk, "a", on=lambda claimed: order.append(claimed.arrival.id))
    by.batch()
    assert order[-2:] == [1 + A_RUSH + 1, 2], "the last of the rush, then the reply"
    assert desk.message(1001)["text"].startswith("Hurry!")


def test_what_proves_to_be_a_reply_waits_too_and_stands_behind_what_was_said_meanwhile(desk: World) -> None:
    desk.write(ERIKA, "VPN drops", "since monday")
    letter = desk.letter("erika@customer.example")
    by = worker(desk, "a")
    desk.answer(letter, "It is urgent.", sender=ERIKA)
    a_rush(desk)
    desk.hand_in(Mail(ERIKA, letter.header("Reply-To"), "Something new?", "No: the VPN."))
    by.batch()
    assert len(desk.tickets()) == 1 + A_RUSH
    assert desk.message(1001)["text"].startswith("No: the VPN.")


def test_what_waited_for_the_turn_happens_behind_what_was_said_meanwhile(desk: World) -> None:
    desk.write(ERIKA, "VPN drops", "since monday")
    letter = desk.letter("anna@example.com")
    desk.answer(letter, "#take", sender=ANNA)
    a_rush(desk)
    desk.hand_in(answer_to(letter, "Please restart it.", sender=ANNA))
    reply = answer_to(desk.letter("erika@customer.example"), "Hurry!", sender=ERIKA)

    def she_writes_again() -> None:
        desk.clock.advance(timedelta(seconds=1))
        desk.hand_in(reply)
        batch(desk, "b")
        desk.clock.advance(timedelta(seconds=1))

    worker(desk, "a", she_writes_again).batch()
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        times = [row.at for row in tx.all(sa.select(EVENT.c.at).where(EVENT.c.ticket == 1001).order_by(EVENT.c.seq))]
    assert times == sorted(times)
    assert times[-1] == desk.clock.now()


def test_what_is_sealed_before_it_is_written_is_examined_the_next_day(desk: World) -> None:
    desk.write(ERIKA, "VPN drops", "since monday")
    a_rush(desk)

    def examine() -> int:
        with desk.store.reading(desk.settings, desk.clock.now()) as tx:
            remember = audit.look(desk.store, tx)
        with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
            return remember(tx)

    def the_seal_is_set() -> None:
        desk.clock.advance(timedelta(seconds=1))
        with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
            assert seals.seal(tx) == 1
        assert examine() == 0

    worker(desk, "a", the_seal_is_set).batch()
    with desk.store.journal.begin() as journal:
        journal.execute(sa.update(ARRIVAL).where(ARRIVAL.c.id == 2).values(raw=b"forged"))
    assert examine() == 1


def test_colleagues_in_cc_make_no_mail_wait(desk: World) -> None:
    for number in range(A_RUSH):
        cc = {"Cc": f"colleague{number}@printer{number}.example, boss@printer{number}.example"}
        desk.hand_in(Mail(f"printer{number}@printer{number}.example", SUPPORT, f"printer {number}", headers=cc))
    order: list[int] = []
    worker(desk, "a", lambda: order.clear(), on=lambda claimed: order.append(claimed.arrival.id)).batch()
    assert order == [A_RUSH], "all were decided before the turn, and the last stands for them"
    reading_along = {each["email"] for each in desk.ticket(1001)["cc"]}
    assert reading_along == {"boss@printer0.example", "colleague0@printer0.example"}


def test_a_mail_with_a_picture_waits_and_keeps_nobody_waiting(desk: World) -> None:
    html = "<p>Look:</p><img src='cid:a'>"
    desk.hand_in(
        Mail(ERIKA, SUPPORT, "Screen", "Look:", html=html, pictures={"a": b"\x89PNG\r\n\x1a\n" + bytes(30_000)})
    )
    a_rush(desk)
    order: list[int] = []
    worker(desk, "a", lambda: order.clear(), on=lambda claimed: order.append(claimed.arrival.id)).batch()
    assert order == [1 + A_RUSH, 1]


def test_who_writes_twice_in_a_rush_has_two_tickets_that_know_each_other(desk: World) -> None:
    a_rush(desk)
    desk.hand_in(Mail("printer3@printer3.example", SUPPORT, "And the lamp"))
    assert worker(desk, "a").batch().mails == A_RUSH + 1
    desk.work()
    (about,) = [each for each in desk.letters("anna@example.com") if "And the lamp" in each.header("Subject")]
    assert "printer 3" in about.text, "his other open ticket is named"
    assert acknowledged(desk) == A_RUSH + 1


def test_the_history_of_what_exists_goes_on_in_the_turn_alone(desk: World) -> None:
    with desk.store.ahead(desk.settings, desk.clock.now(), Reserve()) as tx, pytest.raises(NotItsTurn):
        change.record(tx, change.WITHOUT_TICKET, "rule:held", "held")


def test_nobody_else_is_given_what_is_reserved(desk: World) -> None:
    ours = reserved(desk)
    with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        assert tx.new_id(LETTER) == ours.left("letter")[-1] + 1
        assert tickets.next_number(tx) == ours.left("ticket")[-1] + 1


def test_who_waits_for_the_desk_is_on_no_mail(desk: World) -> None:
    a_rush(desk)
    happened: list[object] = []
    sa.event.listen(desk.store.desk, "begin", lambda connection: happened.append("begins to write"))
    worker(desk, "a", happened.clear, on=lambda claimed: happened.append(claimed.arrival.id)).batch()
    assert happened == ["begins to write", A_RUSH]


def test_a_mail_that_fails_before_the_turn_fails_in_it_and_alone(desk: World) -> None:
    a_rush(desk)
    with wrong_with("printer 4", KeyError("a bug")):
        worker(desk, "a").batch()
    assert [mail["state"] for mail in desk.mails()].count("failed") == 1
    assert sorted(each["number"] for each in desk.tickets()) == list(range(1001, 1000 + A_RUSH)), "no number is lost"


def test_who_has_lost_his_mails_meanwhile_writes_nothing(desk: World) -> None:
    a_rush(desk)

    def somebody_else_gets_them() -> None:
        with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
            claim.release(tx)
        assert batch(desk, "b").mails == A_RUSH

    worker(desk, "a", somebody_else_gets_them).batch()
    assert len(desk.tickets()) == A_RUSH
    desk.work()
    assert acknowledged(desk) == A_RUSH


@pytest.mark.parametrize("how", ["nothing more comes", "the daemon stops"])
def test_numbers_that_nobody_has_used_are_given_back(desk: World, how: str) -> None:
    idle = worker(desk, "a")
    (idle.end if how == "the daemon stops" else idle.batch)()
    assert idle._reserved.is_empty
    assert desk.write(ERIKA, "A day later", "Hello")["number"] == 1001


def test_who_was_unreachable_before_the_rush_is_reached_in_it_though_its_letters_have_lower_numbers(
    desk: World,
) -> None:
    by = worker(desk, "a")
    desk.relay.say("RCPT anna@example.com", "550 5.1.1 No such user", times=1)
    desk.write(ERIKA, "VPN drops", "since monday")
    desk.clock.advance(timedelta(minutes=1))
    a_rush(desk)
    by.batch()
    desk.work()
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert silences.unreached(tx) == {}


def test_after_a_rush_the_numbers_go_on_where_it_ended(desk: World) -> None:
    late = worker(desk, "a")
    desk.hand_in(Mail(ERIKA, SUPPORT, "The rush is over"))
    late.batch(goes_on=True)
    assert desk.write(ERIKA, "A day later", "Hello")["number"] == 1002


@pytest.mark.sqlite  # on PostgreSQL nobody knows how many come next: it is as many as came last
def test_numbers_are_taken_for_as_many_mails_as_come_next(desk: World) -> None:
    a_rush(desk, claim.BATCH + A_RUSH)
    by = worker(desk, "a", _reserved=Reserve())
    while len(desk.tickets()) < claim.BATCH:
        by.batch(goes_on=True)
    assert list(by._reserved.left("ticket")) == list(range(1051, 1051 + A_RUSH))
