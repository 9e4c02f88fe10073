"""The gate stops every automatic letter that should not go: table by table, budget by budget, robot against robot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.mail.message import Address
from mailgate.outbox import breaker
from mailgate.outbox.budgets import BUDGETS, domain_of, mailbox_of
from mailgate.outbox.forgetting import forget_old_counts
from mailgate.outbox.gate import Gate, may_send, where_to
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx, in_memory, open_store
from mailgate.store.tables import Letter, MessageRow, Person, Sent, Suppressed, table_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SENT, SUPPRESSED, PERSON = table_of(Sent), table_of(Suppressed), table_of(Person)
MESSAGE, LETTER = table_of(MessageRow), table_of(Letter)


def settings(folder: Path | None = None, **limits: int) -> Settings:
    return Settings(
        site={"admins": ["ops@example.com"], "state": str(folder or "")},
        addresses=[{"address": "support@example.com", "subaddress": True, "aliases": ["help@example.com"]}],
        limits={"acknowledgements": limits},
    )


class Desk:
    """A gate with its tables; `ask` is one mail that wants an acknowledgement."""

    def __init__(self, **limits: int) -> None:
        self.settings = settings(None, **limits)
        self.store = in_memory()
        self.now = NOON
        self.ticket = 1000

    def ask(self, to: str | None = "erika@x.example", template: str = "acknowledged_minimal", **more: Any) -> Gate:
        self.ticket += 1
        given: dict[str, Any] = {"no_response": None, "proven": False, "ticket": self.ticket, **more}
        with self.store.transaction(self.settings, self.now) as tx:
            return may_send(tx, template, to, **given)

    def let_through(self, count: int, **more: Any) -> int:
        """How many of so many mails are acknowledged."""
        return sum(self.ask(**more).ok for _ in range(count))

    def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        with self.store.reading(self.settings, self.now) as tx:
            return tx.all(sa.select(table).order_by(table.c.id))


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.store.close()


def test_an_ordinary_mail_is_acknowledged_and_counted(desk: Desk) -> None:
    assert desk.ask("Erika+Shop@X.example").ok
    [row] = desk.rows(SENT)
    assert (row.mailbox, row.domain, row.at, row.proven) == ("erika@x.example", "x.example", NOON, False)
    assert (row.template, row.ticket) == ("acknowledged_minimal", 1001)
    assert desk.rows(SUPPRESSED) == []


def test_words_of_a_person_and_letters_to_agents_pass_uncounted(desk: Desk) -> None:
    for template in ("reply", "resolved", "new_ticket", "command_done"):
        assert desk.ask("no-reply@x.example", template, no_response="Precedence: bulk").ok
    assert desk.rows(SENT) == desk.rows(SUPPRESSED) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"no_response": "Precedence: bulk"}, "no automatic answer to this mail: Precedence: bulk"),
        ({"no_response": "List-Id: <x>"}, "no automatic answer to this mail: List-Id: <x>"),
        ({"null_sender": "Return-Path: <>"}, "no answer to the null sender: Return-Path: <>"),
        ({"to": None}, "there is no address that it may be sent to"),
        ({"to": ""}, "there is no address that it may be sent to"),
        ({"to": "erika"}, "there is no address that it may be sent to"),
        ({"to": "support@example.com"}, "the mail came from an address of ours"),
        ({"to": "help+abc@Example.com"}, "the mail came from an address of ours"),
        ({"to": "postmaster@example.com"}, "the mail came from an address of ours"),
        ({"sender_is_ours": True}, "the mail came from an address of ours"),
        ({"answers_automatic": True}, "the mail answers an automatic letter of ours"),
    ],
)  # fmt: skip
def test_what_must_not_be_answered_is_stopped_with_its_reason(desk: Desk, given: dict[str, Any], why: str) -> None:
    gate = desk.ask(**given)
    assert gate == Gate(False, why)
    [row] = desk.rows(SUPPRESSED)
    assert (row.reason, row.budget, row.ticket, row.at) == (why, False, 1001, NOON)
    assert desk.rows(SENT) == []


ROBOTS = """
    MAILER-DAEMON mailerdaemon daemon no-reply noreply NoReply no.reply no_reply noreply-orders donotreply do-not-reply
    orders-noreply nicht-antworten bitte-nicht-antworten noreply+abc listserv majordomo mailman users-request
    owner-users users-owner users-bounces bounce bounces bounce-123=x bounces+77-erika=x.example shop-bounce postmaster
    abuse root nobody auto-reply autoresponder prvs=1234abcd=erika null
"""
PEOPLE = "erika info office jo.daemonson norbert replyman rooted listener bounceback-club-fan o'owner"


def test_nobody_reads_mail_to_robots(desk: Desk) -> None:
    answered = [local for local in ROBOTS.split() if desk.ask(f"{local}@x.example", proven=True).ok]
    assert answered == []
    assert desk.rows(SUPPRESSED)[0].reason == "nobody reads mail to MAILER-DAEMON@x.example"


def test_people_with_odd_names_are_answered(desk: Desk) -> None:
    assert all(desk.ask(f"{local}@x.example").ok for local in PEOPLE.split())


def test_a_ticket_is_acknowledged_once(desk: Desk) -> None:
    assert desk.ask(ticket=7, template="acknowledged_minimal").ok
    later = desk.ask(ticket=7, template="acknowledged", proven=True)
    assert later == Gate(False, "this ticket is acknowledged already")
    assert desk.ask(ticket=7, template="closed", proven=True).ok


# -- budgets -----------------------------------------------------------------------------------------------------------


def test_a_mailbox_that_proves_nothing_gets_one_in_a_day_however_it_is_spelled() -> None:
    desk = Desk()
    assert desk.ask("first.last+a@gmail.com").ok
    second = desk.ask("FirstLast@googlemail.com")
    assert second == Gate(False, "budget used up: 1 unproven, to this mailbox in a day", budget=True)
    desk.now += timedelta(days=1, seconds=1)
    assert desk.ask("first.last@gmail.com").ok
    assert desk.rows(SUPPRESSED)[0].budget
    assert len(desk.rows(SENT)) == 2


def test_a_domain_gets_twenty_unproven_in_an_hour_with_all_its_subdomains(desk: Desk) -> None:
    passed = [desk.ask(f"u{each}@host{each}.victim.example").ok for each in range(25)]
    assert passed == [True] * 20 + [False] * 5
    assert desk.ask("erika@other.example").ok
    desk.now += timedelta(hours=1, seconds=1)
    assert desk.ask("u99@victim.example").ok


def test_all_unproven_together_stop_at_their_total() -> None:
    desk = Desk(total_per_hour_unproven=30)
    passed = [desk.ask(f"u@site{each}.example").ok for each in range(40)]
    assert passed.count(True) == 30
    assert desk.ask("anna@partner.example", proven=True).ok


def test_the_proven_have_no_domain_budget_but_one_a_minute_and_a_day() -> None:
    desk = Desk(per_mailbox_minute=3, per_mailbox_day=5)
    assert sum(desk.ask(f"u{each}@partner.example", proven=True).ok for each in range(60)) == 60
    assert desk.let_through(5, to="erika@x.example", proven=True) == 3
    desk.now += timedelta(minutes=2)
    assert desk.let_through(5, to="erika@x.example", proven=True) == 2
    desk.now += timedelta(minutes=2)
    assert desk.ask(proven=True).why == "budget used up: 5 to this mailbox in a day"


def test_the_last_total_binds_everybody() -> None:
    desk = Desk(total_per_hour=10)
    assert sum(desk.ask(f"u@site{each}.example", proven=True).ok for each in range(15)) == 10


def test_what_was_stopped_uses_no_budget() -> None:
    desk = Desk(per_domain_hour_unproven=2)
    for _ in range(5):
        desk.ask("erika@x.example", no_response="Precedence: bulk")
    assert [desk.ask(f"u{each}@x.example").ok for each in range(3)] == [True, True, False]


def test_a_rolled_back_mail_uses_no_budget(desk: Desk) -> None:
    with desk.store.transaction(desk.settings, desk.now) as tx:
        with suppress(ZeroDivisionError), tx.savepoint():
            assert may_send(tx, "acknowledged_minimal", "erika@x.example", no_response=None, proven=False, ticket=1).ok
            _ = 1 / 0
        assert may_send(tx, "acknowledged_minimal", "erika@x.example", no_response=None, proven=False, ticket=1).ok


def test_two_workers_at_once_can_not_both_pass(tmp_path: Path) -> None:
    given = settings(tmp_path)
    store: Store = open_store(given, create=True)
    passed: list[bool] = []
    both = threading.Barrier(8)

    def worker(number: int) -> None:
        both.wait()
        with store.transaction(given, NOON) as tx:
            passed.append(_asked(tx, number).ok)

    workers = [threading.Thread(target=worker, args=(number,)) for number in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    store.close()
    assert sorted(passed) == [False] * 7 + [True]


def _asked(tx: Tx, ticket: int) -> Gate:
    return may_send(tx, "acknowledged_minimal", "erika@x.example", no_response=None, proven=False, ticket=ticket)


def test_every_limit_of_the_configuration_is_a_budget() -> None:
    limits = settings().limits.acknowledgements
    assert {budget.most(limits) for budget in BUDGETS} == set(limits.model_dump().values())


def test_mailboxes_and_domains_are_normalised() -> None:
    assert mailbox_of("A.B+c@GoogleMail.com") == "ab@gmail.com"
    assert mailbox_of("A.B+c@x.example.") == "a.b@x.example"
    assert domain_of("u@a.b.shop.co.uk") == "shop.co.uk"
    assert domain_of("u@localhost") == "localhost"


# -- addresses that fail, robots -------------------------------------------------------------------------------------


def test_an_address_that_letters_come_back_from_is_spared_for_thirty_days(desk: Desk) -> None:
    with desk.store.transaction(desk.settings, desk.now) as tx:
        tx.execute(sa.insert(PERSON).values(email="erika@x.example", internal=False, failing_since=NOON))
    desk.now += timedelta(days=29)
    gate = desk.ask("Erika@x.example", proven=True)
    assert gate == Gate(False, "letters to Erika@x.example come back since 2026-11-23, and it has not answered")
    desk.now += timedelta(days=1)
    assert desk.ask("Erika@x.example", proven=True).ok


class Pair(Desk):
    """We and a robot: each of its mails opens a ticket, and our letter about it leaves at once."""

    def hear(self, text: str = "Thank you for your mail, we will answer it soon.", **more: Any) -> Gate:
        self.now += timedelta(seconds=40)
        row = {"ticket": self.ticket + 1, "direction": "in", "purpose": "report", "sender": "r@x.example"}
        said = {
            "subject": "Your mail",
            "at": self.now,
            "text": text,
            "new_text": text,
            "public": True,
            "trust": "aligned",
        }
        with self.store.transaction(self.settings, self.now) as tx:
            tx.execute(sa.insert(MESSAGE).values(**row, **said, to=[], cc=[], author="reporter", attachments=[]))
        gate = self.ask("r@x.example", "acknowledged", proven=True, **more)
        if gate.ok:
            self._leaves()
        return gate

    def _leaves(self) -> None:
        values = {"ticket": self.ticket, "template": "acknowledged", "to": "r@x.example", "state": "sent", "files": []}
        rest = dict.fromkeys(("envelope_from", "subject", "message_id", "text", "html"), "") | {"header": b""}
        at = self.now + timedelta(seconds=1)
        with self.store.transaction(self.settings, self.now) as tx:
            tx.execute(sa.insert(LETTER).values(**values, **rest, language="en", created_at=self.now, sent_at=at))


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair(per_mailbox_minute=100)
    yield pair
    pair.store.close()


def test_a_robot_that_answers_each_letter_is_left_alone_after_two(pair: Pair) -> None:
    gates = [pair.hear() for _ in range(4)]
    assert [gate.ok for gate in gates] == [True, True, False, False]
    assert [gate.begun is not None for gate in gates] == [False, False, True, False]
    assert gates[2].why == (
        "a robot answers our letters: 3 mails that say the same, each at once after a letter of ours; "
        "silent until 2026-11-23 13:02 UTC"
    )
    assert gates[2].budget
    assert not pair.ask("R+x@x.example", "closed", proven=True).ok


def test_the_breaker_closes_by_itself_and_opens_sooner_and_longer_again(pair: Pair) -> None:
    for _ in range(3):
        pair.hear()
    pair.now += timedelta(hours=1)
    assert pair.hear().ok
    again = pair.hear()
    assert (again.ok, again.begun) == (False, None)
    assert "silent until 2026-11-23 15:0" in again.why
    pair.now += timedelta(days=3)
    assert [pair.hear().ok for _ in range(3)] == [True, True, False]


def test_a_quick_writer_with_different_words_is_no_robot(pair: Pair) -> None:
    texts = ("The printer burns.", "The lift is stuck between two floors.", "Who has the key of room twelve?", "Thanks")
    assert all(pair.hear(text).ok for text in texts)


def test_forgotten_pauses_leave_the_table(pair: Pair) -> None:
    for _ in range(3):
        pair.hear()
    pair.now += timedelta(days=3)
    with pair.store.transaction(pair.settings, pair.now) as tx:
        assert forget_old_counts(tx) == 1
        assert breaker.paused(tx) == []


# -- where to ----------------------------------------------------------------------------------------------------------

ERIKA = Address("Erika", "Erika@x.example")


@pytest.mark.parametrize(
    ("envelope", "sender", "aligned", "to"),
    [
        ("erika@x.example", ERIKA, False, "Erika@x.example"),
        ("erika@mail.x.example", ERIKA, False, "erika@mail.x.example"),
        ("someone@victim.example", ERIKA, False, None),
        ("srs0=x=erika@forwarder.example", ERIKA, True, "Erika@x.example"),
        ("", ERIKA, True, None),
        ("erika@x.example", None, True, None),
        ("erika@localhost", Address("", "otto@localhost"), False, None),
    ],
)
def test_only_a_return_path_or_a_sender_that_is_proved_gets_a_letter(
    envelope: str, sender: Address | None, aligned: bool, to: str | None
) -> None:
    assert where_to(envelope, sender, aligned) == to


# -- two mailgates --------------------------------------------------------------------------------------------------


def test_two_desks_facing_each_other_fall_silent() -> None:
    """Even where every mark of automatic mail is lost on the way and each answer opens a new ticket."""
    ours, theirs = Desk(), Desk()
    letters = 0
    for _ in range(10):
        letters += ours.ask("help@their.example").ok
        letters += theirs.ask("support@our.example").ok
    assert letters <= 2


def test_proven_desks_fall_silent_because_an_answer_to_an_acknowledgement_gets_none() -> None:
    ours, theirs = Desk(), Desk()
    assert ours.ask("help@their.example", proven=True).ok
    assert not theirs.ask("support@our.example", proven=True, no_response="Auto-Submitted: auto-replied").ok
    # Their side marks nothing and answers: its mail names our acknowledgement.
    assert not ours.ask("help@their.example", proven=True, answers_automatic=True).ok
