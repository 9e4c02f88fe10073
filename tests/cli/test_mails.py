"""`mailgate mails` and `mailgate mail ID`."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mailgate.desk import journal
from mailgate.store.tables import MailState, table_of
from tests.cli.terminal import Terminal
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

STATE = table_of(MailState)
MAIL = {
    *("id", "received_at", "source", "envelope_from", "recipients", "size", "sha256", "message_id", "state", "sort"),
    *("reason", "ticket", "seen", "attempts", "error", "config_version"),
}


def ids(look: Terminal, *filters: str) -> list[str]:
    document = look.json("mails", *filters)
    assert document["total"] == len(document["mails"])
    return [mail["id"] for mail in document["mails"]]


def test_every_key_of_a_mail_is_there(look: Terminal) -> None:
    document = look.json("mails")
    assert set(document) == {"total", "mails"}
    assert all(set(mail) >= MAIL for mail in document["mails"])
    assert set(look.json("mail", "1")) >= MAIL


def test_the_same_transmission_is_one_mail_that_was_seen_twice(look: Terminal) -> None:
    assert look.json("mail", "M-7")["seen"] == 2
    assert [mail["seen"] for mail in look.json("mails")["mails"]] == [1, 1, 1, 1, 1, 1, 2, 1, 1]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--state", "held"], ["M-4"]),
        (["--state", "dropped"], ["M-5"]),
        (["--state", "pending"], []),
        (["--sort", "agent_reply"], ["M-2"]),
        (["--sort", "command"], ["M-9"]),
        (["--from", "otto"], ["M-3"]),
        (["--from", "*@newsletter.example"], ["M-5"]),
        (["--from", "Mallory <"], ["M-7"]),
        (["--to", "it@example.com"], ["M-3"]),
        (["--subject", "[#1001]"], ["M-2"]),
        (["--subject", "störung"], ["M-6"]),
        (["--subject", "VPN*slow"], ["M-3"]),
        (["--message-id", "<hostile@elsewhere.example>"], ["M-7"]),
        (["--message-id", "hostile@elsewhere.example"], ["M-7"]),
        (["--since", "1h", "--state", "held"], ["M-4"]),
        (["--since", "2026-01-01", "--state", "held"], ["M-4"]),
        (["--since", "2100-01-01"], []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_filters_find_what_they_say(look: Terminal, filters: list[str], found: list[str]) -> None:
    assert ids(look, *filters) == found


def test_a_mail_that_nobody_has_touched_is_pending(desk: World, run: Terminal) -> None:
    number = desk.hand_in(Mail(ERIKA, SUPPORT))
    mail = run.json("mail", str(number))
    assert (mail["state"], mail["sort"], mail["ticket"], mail["attempts"]) == ("pending", None, None, 0)
    assert ids(run, "--state", "pending") == [f"M-{number}"]
    assert "nothing has been decided about it yet" in run("mail", str(number), "--why").out


def test_raw_is_every_byte_as_it_came(desk: World, run: Terminal) -> None:
    small = b"From: x@y.example\r\nSubject: \xff\x00\x1b[1m\r\n\r\n.dot\r\n\r\nno end"
    large = b"From: x@y.example\r\n\r\n" + b"0123456789abcdef\r\n" * 8000
    for raw in (small.replace(b"\x00", b""), large):
        number = desk.hand_in_bytes(raw, "x@y.example", (SUPPORT,))
        ended = raw if raw.endswith(b"\r\n") else raw + b"\r\n"  # what SMTP itself adds before the final dot
        assert run("mail", f"M-{number}", "--raw").raw == ended


def test_why_is_the_decision_of_that_moment_with_its_letters(look: Terminal) -> None:
    why = look.json("mail", "M-3", "--why")["why"]
    assert (why["sort"], why["ticket"]) == ("new_ticket", {"number": 1002, "matched_by": None})
    assert why["route"]["category"] == "network/vpn"
    assert [rule["matched"] for rule in why["rules"]] == [True]
    assert why["trust"]["level"] == "aligned"
    assert [letter["template"] for letter in why["letters"]] == ["new_ticket", "new_ticket", "acknowledged"]
    words = look("mail", "M-3", "--why").out
    assert "rule    yes VPN trouble (routing.yaml:1)" in words
    assert "letter  L-7 acknowledged to otto@partner.example: sent" in words


@pytest.mark.parametrize(
    ("mail", "words"), [("M-3", "Since Monday."), ("M-2", "Throw water."), ("M-4", "Look at this.")]
)
def test_words_that_stand_on_a_ticket_are_stored_there_alone(
    past: World, look: Terminal, mail: str, words: str
) -> None:
    with past.store.reading(past.settings, past.clock.now()) as tx:
        stored = tx.value(sa.select(STATE.c.decision).where(STATE.c.mail == int(mail[2:])))
    assert (words in str(stored)) is (mail == "M-4")  # it is held
    assert words in look.json("mail", mail, "--why")["why"]["new_text"]


def test_a_held_mail_is_released_and_becomes_a_ticket(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "hold me"))
    said = run("mail", str(number), "--release")
    assert (said.code, said.out) == (0, f"M-{number}: will be handled as a request.\n")
    desk.work()
    assert run.json("mail", str(number))["sort"] == "new_ticket"


def test_retry_judges_a_held_mail_anew_and_it_is_held_again(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "hold me"))
    assert run.json("mail", str(number), "--retry")["state"] == "pending"
    desk.work()
    mail = run.json("mail", str(number))
    assert (mail["state"], mail["attempts"]) == ("held", 2)


def test_a_dropped_mail_stays_visible_and_can_come_back(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "hold me"))
    assert run.json("mail", str(number), "--drop")["state"] == "dropped"
    assert ids(run, "--state", "dropped") == [f"M-{number}"]
    assert run("mail", str(number), "--retry").code == 0
    assert ids(run, "--state", "pending") == [f"M-{number}"]


@pytest.mark.parametrize("act", ["--retry", "--release", "--drop"])
def test_a_handled_mail_can_not_be_changed_and_is_told_why(look: Terminal, act: str) -> None:
    said = look("mail", "M-1", act)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("M-1 is handled: only") or said.err.startswith("M-1 is handled: failed, held")


@pytest.mark.parametrize("act", [[], ["--raw"], ["--why"], ["--retry"], ["--release"], ["--drop"]], ids=" ".join)
def test_an_unknown_id_is_one_sentence_and_exit_code_1(look: Terminal, act: list[str]) -> None:
    said = look("mail", "M-99", *act)
    assert (said.code, said.out, said.err) == (1, "", "There is no mail M-99.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ["mail"],
        ["mail", "L-1"],
        ["mail", "1", "--raw", "--why"],
        ["mail", "1", "--raw", "--json"],
        ["mails", "--state", "lost"],
        ["mails", "--sort", "spam"],
        ["mails", "--since", "yesterday"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(look: Terminal, wrong: list[str]) -> None:
    said = look(*wrong)
    assert (said.code, said.out) == (2, "")
    assert "Error: " in said.err


def test_a_long_list_shows_the_newest_and_counts_all(
    desk: World, run: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PAGE", 2)
    for subject in ("one", "two", "two", "two", "five"):
        desk.hand_in(Mail(ERIKA, SUPPORT, subject))
    desk.work()
    assert [mail["id"] for mail in run.json("mails")["mails"]] == ["M-4", "M-5"]
    assert run.json("mails")["total"] == 5
    some = run.json("mails", "--subject", "two")
    assert (some["total"], [mail["id"] for mail in some["mails"]]) == (3, ["M-3", "M-4"])
    assert "The newest 2 of 5" in run("mails").out
