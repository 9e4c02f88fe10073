"""One batch: what a mail does wrong is its own affair, what the database or the memory does ends the batch."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from mailgate.errors import StoreUnavailable, Temporary
from mailgate.handlers import HANDLERS
from mailgate.incoming import Incoming, Outcome
from mailgate.rules.sort import Sort
from mailgate.shift import Done, Shift
from mailgate.store import claim
from mailgate.store.claim import Claimed
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Letter, table_of
from tests.stories.mailer import Mail
from tests.stories.mailer import answer as answer_to
from tests.stories.world import ERIKA, SUPPORT, World

Handler = Callable[[Tx, Incoming], Outcome]
_NAMELESS = Prepared(sa.insert(table_of(Letter)), with_id=True)
"""Needs much more than it gets."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as desk:
        yield desk


def batch(desk: World, worker: str = "a", on: Callable[[Claimed], None] = lambda claimed: None) -> Done:
    return Shift(desk.store, desk.settings, desk.clock, worker, desk.turns.turn, on).batch()


def three_mails(desk: World) -> None:
    for subject in ("one", "two", "three"):
        desk.hand_in(Mail(ERIKA, SUPPORT, subject))


def states(desk: World) -> list[str]:
    return [mail["state"] for mail in desk.mails()]


@contextlib.contextmanager
def wrong_with(subject: str, wrong: Exception) -> Iterator[None]:
    """The handler of new tickets fails for mails of that subject, in the middle of its work."""
    real = HANDLERS[Sort.new_ticket]

    def handle(tx: Tx, mail: Incoming) -> Outcome:
        outcome = real(tx, mail)
        if mail.message.subject == subject:
            raise wrong
        return outcome

    with instead_of(real, handle):
        yield


@contextlib.contextmanager
def instead_of(real: Handler, handle: Handler) -> Iterator[None]:
    """New tickets are handled in another way."""
    HANDLERS[Sort.new_ticket] = handle
    try:
        yield
    finally:
        HANDLERS[Sort.new_ticket] = real


def test_a_mail_that_fails_is_visible_and_leaves_nothing_half_done(desk: World) -> None:
    three_mails(desk)
    with wrong_with("two", KeyError("a bug")):
        assert batch(desk).mails == 3
    assert states(desk) == ["handled", "failed", "handled"]
    failed = desk.mail_state(2)
    assert (failed["reason"], failed["subject"], failed["from"]) == ("KeyError: 'a bug'", "two", ERIKA)
    assert "Traceback" in failed["error"]
    assert [ticket["subject"] for ticket in desk.tickets()] == ["three", "one"]


def test_a_mail_whose_rows_can_not_be_written_fails_alone(desk: World) -> None:
    """All of a batch is written together; which one was to blame shows when each is written by itself."""
    three_mails(desk)
    real = HANDLERS[Sort.new_ticket]

    def handle(tx: Tx, mail: Incoming) -> Outcome:
        if mail.message.subject == "two":
            tx.later(_NAMELESS, {"id": 77, "to": None})
        return real(tx, mail)

    with instead_of(real, handle):
        assert batch(desk) == Done(3, 6)
    assert states(desk) == ["handled", "failed", "handled"]
    assert "IntegrityError" in desk.mail_state(2)["reason"]
    assert [ticket["number"] for ticket in desk.tickets()] == [1002, 1001]


def overtaken(desk: World, mails: int, seconds: float = 0) -> Callable[[Claimed], None]:
    """When the slow worker is at its third mail, after so long, others have the next ones behind its first."""
    taken: list[Claimed] = []

    def at(claimed: Claimed) -> None:
        if claimed.arrival.id == 3 and not taken:
            desk.clock.advance(timedelta(seconds=seconds))
            with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
                claim.release(tx, "slow", but=1)
                taken.extend(claim.take(desk.store, tx, "quick", mails))

    return at


def test_what_another_worker_has_meanwhile_is_left_to_it_and_the_others_are_handled(desk: World) -> None:
    three_mails(desk)
    assert batch(desk, "slow", overtaken(desk, 1)).mails == 3
    assert states(desk) == ["handled", "pending", "handled"]
    assert [ticket["subject"] for ticket in desk.tickets()] == ["three", "one"]
    desk.later(minutes=10)
    assert states(desk) == ["handled"] * 3
    assert sorted(ticket["subject"] for ticket in desk.tickets()) == ["one", "three", "two"]


def test_a_worker_that_took_long_does_not_begin_with_what_another_has_by_now(desk: World) -> None:
    three_mails(desk)
    real, begun = HANDLERS[Sort.new_ticket], list[str]()

    def handle(tx: Tx, mail: Incoming) -> Outcome:
        begun.append(mail.message.subject)
        return real(tx, mail)

    with instead_of(real, handle):
        batch(desk, "slow", overtaken(desk, 2, seconds=1))
    assert (begun, states(desk)) == (["one"], ["handled", "pending", "pending"])


def test_that_another_has_a_mail_is_said_once_however_often_the_others_are_tried(desk: World) -> None:
    three_mails(desk)
    with wrong_with("one", KeyError("a bug")), capture_logs() as said:
        batch(desk, "slow", overtaken(desk, 2, seconds=1))
    assert sorted(each["mail"] for each in said if each["event"] == "another worker has it") == [2, 3]


def test_a_failed_mail_is_handled_once_the_fault_is_mended(desk: World) -> None:
    three_mails(desk)
    with wrong_with("two", KeyError("a bug")):
        batch(desk)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        assert claim.retry(tx, 2)
    batch(desk)
    assert states(desk) == ["handled"] * 3
    assert desk.mail_state(2)["error"] is None


def test_a_mail_that_can_not_be_handled_now_is_tried_again_soon(desk: World) -> None:
    three_mails(desk)
    with wrong_with("two", Temporary("the moon is wrong")):
        batch(desk)
        assert states(desk) == ["handled", "pending", "handled"]
        assert desk.mail_state(2)["error"] == "the moon is wrong"
        assert batch(desk).mails == 0
    desk.later(seconds=3)
    assert states(desk) == ["handled"] * 3


@pytest.mark.parametrize("wrong", [MemoryError(), StoreUnavailable("the disk is full")])
def test_what_is_no_mails_fault_ends_the_batch_and_every_mail_stays(desk: World, wrong: Exception) -> None:
    three_mails(desk)
    with wrong_with("two", wrong), pytest.raises(type(wrong)):
        batch(desk)
    assert states(desk) == ["pending"] * 3
    assert desk.tickets() == []
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        assert claim.release(tx, "a") == 3
    desk.work()
    assert states(desk) == ["handled"] * 3
    assert [mail["attempts"] for mail in desk.mails()] == [1, 1, 1]


def test_a_disk_that_is_full_in_the_middle_of_a_mail_fails_no_mail(desk: World) -> None:
    three_mails(desk)
    full = sa.exc.OperationalError("INSERT", {}, _sqlite_error("SQLITE_FULL"))
    with wrong_with("two", full), pytest.raises(StoreUnavailable):
        batch(desk)
    assert states(desk) == ["pending"] * 3


def _sqlite_error(name: str) -> Any:
    wrong = sqlite3.OperationalError("database or disk is full")
    wrong.sqlite_errorname = name
    return wrong


def test_the_suspect_is_named_before_it_is_read_and_before_it_is_handled(desk: World) -> None:
    three_mails(desk)
    named: list[int] = []
    batch(desk, on=lambda claimed: named.append(claimed.arrival.id))
    assert named == [1, 2, 3, 1, 2, 3]


def test_large_mails_are_read_one_after_the_other_and_never_a_whole_batch_of_them(desk: World) -> None:
    for subject in ("small", "small too"):
        desk.hand_in(Mail(ERIKA, SUPPORT, subject))
    for subject in ("large", "large too"):
        desk.hand_in(Mail(ERIKA, SUPPORT, subject, files={"x.bin": bytes(3 * 2**20)}))
    named: list[int] = []
    assert batch(desk, on=lambda claimed: named.append(claimed.arrival.id)).mails == 4
    assert sorted(named[:-2]) == [1, 1, 2, 2, 3, 3]
    assert named[-2:] == [4, 4]
    assert states(desk) == ["handled"] * 4


def test_a_worker_whose_claim_was_taken_over_changes_nothing(desk: World) -> None:
    three_mails(desk)

    def takes_too_long(claimed: Claimed) -> None:
        if claimed.arrival.id == 3 and "quick" not in done:
            done.append("quick")
            with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
                claim.release(tx, "slow")
            assert batch(desk, "quick").mails == 3

    done: list[str] = []
    batch(desk, "slow", takes_too_long)
    assert states(desk) == ["handled"] * 3
    assert len(desk.tickets()) == 3


def test_a_reply_waits_for_the_mail_it_answers_while_another_worker_has_that(desk: World) -> None:
    first = Mail(ERIKA, SUPPORT, "Printer on fire")
    desk.hand_in(first)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        assert len(claim.take(desk.store, tx, "slow")) == 1
    desk.hand_in(Mail(ERIKA, SUPPORT, "Re: Printer on fire", headers={"In-Reply-To": str(first.message_id)}))
    batch(desk, "quick")
    waiting = desk.mail_state(2)
    assert waiting["state"] == "pending"
    assert waiting["error"].startswith("waits for M-1")
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        claim.release(tx, "slow")
    desk.later(seconds=3)
    assert [(mail["sort"], mail["ticket"]) for mail in desk.mails()] == [("new_ticket", 1001), ("reply", 1001)]


def test_a_reply_waits_at_most_ten_minutes(desk: World) -> None:
    first = Mail(ERIKA, SUPPORT, "Printer on fire")
    desk.hand_in(first)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        [slow] = claim.take(desk.store, tx, "slow")
        claim.finish(tx, slow, not_before=desk.clock.now().replace(year=2099))
    desk.hand_in(Mail(ERIKA, SUPPORT, "Re: Printer on fire", headers={"In-Reply-To": str(first.message_id)}))
    desk.later(minutes=9)
    assert desk.mail_state(2)["state"] == "pending"
    desk.later(minutes=2)
    assert desk.mail_state(2)["state"] == "handled"


def test_a_mail_and_the_reply_to_it_in_one_batch_go_in_order(desk: World) -> None:
    first = Mail(ERIKA, SUPPORT, "Printer on fire")
    desk.hand_in(first)
    desk.hand_in(Mail(ERIKA, SUPPORT, "Re: Printer on fire", headers={"In-Reply-To": str(first.message_id)}))
    batch(desk)
    assert [mail["ticket"] for mail in desk.mails()] == [1001, 1001]


def test_a_batch_brings_letters_and_an_empty_one_none(desk: World) -> None:
    assert batch(desk) == Done(0, 0)
    three_mails(desk)
    assert batch(desk) == Done(3, 9)
    desk.work()
    acknowledged = desk.letter("erika@customer.example", "acknowledged")
    desk.hand_in(answer_to(acknowledged, "Thanks", sender=ERIKA))
    assert batch(desk).mails == 1


@pytest.mark.sqlite  # on PostgreSQL a claim waits for nobody anyhow
def test_the_next_mails_are_claimed_with_the_commit_of_those_before(desk: World) -> None:
    desk.hand_in(Mail(ERIKA, SUPPORT, "one"))

    def meanwhile(claimed: Claimed) -> None:
        if len(desk.mails()) == 1:
            desk.hand_in(Mail(ERIKA, SUPPORT, "two"))

    shift = Shift(desk.store, desk.settings, desk.clock, "a", desk.turns.turn, meanwhile)
    assert shift.batch(goes_on=True).mails == 1
    assert batch(desk, "another").mails == 0
    assert shift.batch(goes_on=True).mails == 1
    assert states(desk) == ["handled", "handled"]


def test_what_was_claimed_for_later_goes_back_with_a_batch_that_one_mail_spoils(desk: World) -> None:
    three_mails(desk)

    def meanwhile(claimed: Claimed) -> None:
        if len(desk.mails()) == 3:
            desk.hand_in(Mail(ERIKA, SUPPORT, "four"))

    shift = Shift(desk.store, desk.settings, desk.clock, "a", desk.turns.turn, meanwhile)
    with wrong_with("two", ValueError("oh")):
        assert shift.batch(goes_on=True).mails == 3
    assert batch(desk, "another").mails == 1
    assert states(desk) == ["handled", "failed", "handled", "handled"]
