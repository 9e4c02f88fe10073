"""`mailgate outbox` and `mailgate letter ID`."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mailgate.store.tables import Letter, table_of
from tests.cli.terminal import Terminal
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

LETTER = {
    *("id", "ticket", "template", "to", "envelope_from", "subject", "state", "attempts", "next_at", "sent_at"),
    *("answer", "message_id"),
}
TO_ERIKA = "erika@customer.example"


def test_every_key_of_a_letter_is_there(look: Terminal) -> None:
    document = look.json("outbox")
    assert set(document) == {"total", "letters"}
    assert document["total"] == len(document["letters"]) == 18
    assert all(set(letter) >= LETTER for letter in document["letters"])
    assert set(look.json("letter", "1")) >= LETTER


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--state", "pending"], []),
        (["--to", "otto@partner.example"], ["L-7"]),
        (["--to", "OTTO"], ["L-7"]),
        (["--ticket", "1002"], ["L-5", "L-6", "L-7"]),
        (["--ticket", "1002", "--since", "1h", "--state", "sent"], ["L-5", "L-6", "L-7"]),
        (["--since", "2100-01-01"], []),
        (["--ticket", "7"], []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_filters_find_what_they_say(look: Terminal, filters: list[str], found: list[str]) -> None:
    document = look.json("outbox", *filters)
    assert [letter["id"] for letter in document["letters"]] == found
    assert document["total"] == len(found)


def test_raw_is_the_mail_that_left(past: World, look: Terminal) -> None:
    raw = look("letter", "L-4", "--raw").raw
    assert raw == past.letter(TO_ERIKA, "reply").raw
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Message-ID"] == look.json("letter", "4")["message_id"]
    assert message["X-Mailgate-Letter"] == "reply"


def test_one_letter_in_words(look: Terminal) -> None:
    words = look("letter", "L-3").out
    assert "template: acknowledged\n" in words
    assert f"to: {TO_ERIKA}\n" in words
    assert "Your message has arrived" in " ".join(words.split())


def test_a_refused_letter_is_failed_and_goes_again_when_asked(desk: World, run: Terminal) -> None:
    desk.relay.refuse(TO_ERIKA)
    desk.write(ERIKA, "Lamp", "Dark.")
    [failed] = run.json("outbox", "--state", "failed")["letters"]
    assert (failed["to"], failed["next_at"]) == (TO_ERIKA, None)
    assert failed["answer"].startswith("550 5.1.1")
    desk.relay.say(f"RCPT {TO_ERIKA}", "250 2.1.5 OK")
    said = run("letter", failed["id"], "--retry")
    assert (said.code, said.out) == (0, f"{failed['id']}: is sent again now.\n")
    desk.later(minutes=1)
    assert run.json("letter", failed["id"])["state"] == "sent"
    assert desk.letter(TO_ERIKA).header("Message-ID") == failed["message_id"]
    assert "letter_retry" in desk.actions()


def test_a_letter_that_waits_is_cancelled_and_never_leaves(desk: World, run: Terminal) -> None:
    desk.relay.defer(TO_ERIKA, times=1)
    desk.write(ERIKA, "Lamp", "Dark.")
    [waiting] = run.json("outbox", "--state", "pending")["letters"]
    assert waiting["next_at"] > waiting["created_at"]
    assert run.json("letter", waiting["id"], "--cancel")["state"] == "cancelled"
    desk.later(hours=3)
    assert desk.letters(TO_ERIKA) == []


def test_a_letter_in_the_senders_hand_can_neither_be_stopped_nor_doubled(desk: World, run: Terminal) -> None:
    desk.relay.defer(TO_ERIKA, times=1)
    desk.write(ERIKA, "Lamp", "Dark.")
    [waiting] = run.json("outbox", "--state", "pending")["letters"]
    table = table_of(Letter)
    taken = sa.update(table).where(table.c.id == int(waiting["id"][2:]))
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        tx.execute(taken.values(worker="sender", claimed_until=desk.clock.now() + timedelta(minutes=2)))
    for act in ("--retry", "--cancel"):
        said = run("letter", waiting["id"], act)
        assert (said.code, said.err) == (1, f"{waiting['id']} is being sent right now; look again in a minute.\n")


@pytest.mark.parametrize("act", ["--retry", "--cancel"])
def test_what_has_left_can_not_be_changed(look: Terminal, act: str) -> None:
    said = look("letter", "L-1", act)
    assert (said.code, said.err) == (1, "L-1 is sent; that can not be changed.\n")


@pytest.mark.parametrize("act", [[], ["--raw"], ["--retry"], ["--cancel"]], ids=" ".join)
def test_an_unknown_id_is_one_sentence_and_exit_code_1(look: Terminal, act: list[str]) -> None:
    said = look("letter", "99", *act)
    assert (said.code, said.out, said.err) == (1, "", "There is no letter L-99.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ["letter", "M-1"],
        ["letter", "1", "--raw", "--cancel"],
        ["outbox", "--state", "lost"],
        ["outbox", "--ticket", "x"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(look: Terminal, wrong: list[str]) -> None:
    said = look(*wrong)
    assert (said.code, said.out) == (2, "")


def test_the_letters_of_two_recipients_are_two_rows(desk: World, run: Terminal) -> None:
    desk.mail(Mail(ERIKA, SUPPORT))
    letters = run.json("outbox")["letters"]
    assert len({letter["to"] for letter in letters}) == len(letters) == 3
