"""Whom rules believe, and why our letters are believed: one domain in From, return path, Message-ID and signature."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgate.clock import Clock
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World
from tests.trust.signing import rsa, rsa_record

DeskWith = Callable[[Json], World]
PASS = "mx.example.com; dmarc=pass header.from=customer.example"
RULE = {
    "name": "Proven ones",
    "when": {"header": {"Authentication-Results": "*dmarc=pass*"}},
    "then": {"category": "rooms"},
}


@pytest.fixture
def by_results(desk_with: DeskWith) -> World:
    """A desk where a rule looks at Authentication-Results."""
    return desk_with({"rules": [RULE]})


def report(*results: str) -> Mail:
    mail = Mail(ERIKA, SUPPORT, "Lamp", "It is dark.")
    return (
        Mail(ERIKA, SUPPORT, "Lamp", "It is dark.", headers={"Authentication-Results": results[0]}) if results else mail
    )


def category(desk: World, mail: int) -> str:
    found: str = desk.ticket(desk.mail_state(mail)["ticket"])["category"]
    return found


def test_a_rule_sees_what_our_relay_says_of_a_sender(by_results: World) -> None:
    assert category(by_results, by_results.mail(report())) == "rooms"


@pytest.mark.parametrize("stranger", [True, False])
def test_a_rule_does_not_see_what_anybody_else_says(by_results: World, stranger: bool) -> None:
    forged = PASS if stranger else "mx.evil.example; dmarc=pass header.from=customer.example"
    number = by_results.mail(report(forged), stranger=stranger, vouched=False)
    assert category(by_results, number) == "general"
    [rule, *_] = by_results.decision(number)["rules"]
    assert rule["matched"] is False


def test_a_rule_does_not_see_what_came_below_another_server(by_results: World) -> None:
    received = b"Received: from a by mx.there.example; Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    number = by_results.hand_in_bytes(received + report(PASS).bytes, "erika@customer.example", (SUPPORT,))
    by_results.work()
    assert category(by_results, number) == "general"


def test_a_rule_does_not_see_what_stands_in_a_mail_that_an_agent_passes_on(by_results: World) -> None:
    date = "Fri, 20 Nov 2026 15:05:11 +0100"
    saved = f"Authentication-Results: {PASS}\r\nFrom: {ERIKA}\r\nSubject: Lamp\r\nDate: {date}\r\n\r\nIt is dark."
    number = by_results.mail(Mail(ANNA, SUPPORT, "A lamp", "See below.", files={"lamp.eml": saved.encode()}))
    assert by_results.ticket()["reporter"]["email"] == "erika@customer.example"
    assert category(by_results, number) == "general"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("bounce", "support+b-"), ("plain", "support@example.com"), ("null", ""), (None, "")],
)
def test_an_automatic_letter_leaves_signed_and_aligned_by_each_sender(
    tmp_path: Path, chosen: str | None, expected: str
) -> None:
    pem = rsa(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "s1.pem").write_bytes(pem)
    keys = [{"domain": "example.com", "selector": "s1", "key_file": str(tmp_path / "s1.pem")}]
    sender = {} if chosen is None else {"automatic_sender": chosen}
    with World(tmp_path, {"delivery": {"dkim": keys, **sender}}) as desk:
        desk.clock.at = Clock().now()  # verifiers believe nothing that was signed later
        desk.mail(Mail(ERIKA, SUPPORT, "Lamp", "It is dark."))
        letter = desk.letter("erika@customer.example", "acknowledged")
    assert letter.envelope_from.startswith(expected)
    assert bool(letter.envelope_from) is bool(expected)
    assert letter.envelope_from.endswith("@example.com" if expected else "")
    assert letter.header("From").endswith("<support@example.com>")
    assert letter.header("Message-ID").endswith("@example.com>")
    assert "d=example.com;" in letter.header("DKIM-Signature").replace("\r\n", "")
    assert letter.header("Auto-Submitted") == "auto-replied"
    assert letter.header("List-Unsubscribe") == ""
    assert dkim.verify(letter.raw, dnsfunc=lambda name, timeout=5: rsa_record().encode())
