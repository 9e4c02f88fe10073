"""Where nobody stands before us, we look at the sender ourselves: his signature vouches for him, DNS or not."""

from __future__ import annotations

from email.utils import parseaddr

import pytest

from mailgate.first_hop import looking
from tests.doubles.lookups import Published
from tests.doubles.relay import Received
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, ERIKA, SUPPORT, World
from tests.trust.signing import rsa_record, signed

POLICY = "v=DMARC1; p=reject"
KEY = "s1._domainkey"


@pytest.fixture
def dns(desk: World) -> Published:
    """Zones of the customer and of the agents; the desk asks them."""
    zones = {f"{KEY}.{domain} TXT": [rsa_record()] for domain in ("customer.example", "example.com")}
    published = Published({**zones, "_dmarc.customer.example TXT": [POLICY], "_dmarc.example.com TXT": [POLICY]})
    desk.look = looking(lambda: published)
    return published


def hand_in(desk: World, mail: Mail, *, domain: str | None = None) -> int:
    """From a host that nobody has told us of, signed by his own domain or by another one."""
    by = domain or parseaddr(mail.sender)[1].partition("@")[2]
    raw = signed(mail.bytes, by)
    number = desk.hand_in_bytes(raw, mail.return_path, (parseaddr(mail.to)[1],), stranger=True)
    desk.work()
    return number


def report() -> Mail:
    return Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.")


def annas_letter(desk: World) -> Received:
    desk.mail(report())
    return desk.letters("anna@example.com", "new_ticket")[0]


@pytest.mark.usefixtures("dns")
def test_a_customers_own_signature_makes_his_mail_aligned(desk: World) -> None:
    trust = desk.decision(hand_in(desk, report()))["trust"]
    assert trust["level"] == "aligned"
    assert trust["evidence"][0] == "our own check: dmarc=pass for customer.example"


@pytest.mark.usefixtures("dns")
def test_a_signature_of_somebody_else_leaves_it_claimed(desk: World) -> None:
    trust = desk.decision(hand_in(desk, report(), domain="example.com"))["trust"]
    assert trust["level"] == "claimed"
    assert "our own check: dkim=pass for example.com" in trust["evidence"]


@pytest.mark.usefixtures("dns")
def test_an_agents_signed_answer_reaches_the_reporter(desk: World) -> None:
    hand_in(desk, answer(annas_letter(desk), "Please turn it off.", sender=ANNA))
    assert "Please turn it off." in desk.letter("erika@customer.example", "reply").text


@pytest.mark.usefixtures("dns")
def test_an_agents_answer_that_somebody_changed_stays_inside(desk: World) -> None:
    mail = answer(annas_letter(desk), "Please turn it off.", sender=ANNA)
    raw = signed(mail.bytes, "example.com")
    changed = raw.replace(b"Subject: Re", b"Subject: Urgent: Re")
    assert changed != raw
    desk.hand_in_bytes(changed, mail.return_path, (parseaddr(mail.to)[1],), stranger=True)
    desk.work()
    assert desk.letters("erika@customer.example", "reply") == []
    assert desk.letters("anna@example.com", "confirm")


def test_while_dns_is_silent_an_agents_mail_waits_and_a_reporters_does_not(desk: World, dns: Published) -> None:
    letter = annas_letter(desk)
    dns.failing = {f"{KEY}.customer.example", f"{KEY}.example.com"}
    waiting = hand_in(desk, answer(letter, "Please turn it off.", sender=ANNA))
    assert desk.mail_state(waiting)["state"] == "pending"
    reported = hand_in(desk, Mail(ERIKA, SUPPORT, "Another thing", "It smokes."))
    assert "DNS did not answer, so nothing is known" in desk.decision(reported)["trust"]["evidence"]
    dns.failing = set()
    desk.later(minutes=11)
    assert "Please turn it off." in desk.letter("erika@customer.example", "reply").text


def test_when_dns_stays_silent_the_agent_is_asked_back(desk: World, dns: Published) -> None:
    letter = annas_letter(desk)
    dns.failing = {f"{KEY}.example.com"}
    waiting = hand_in(desk, answer(letter, "Please turn it off.", sender=ANNA))
    for _ in range(4):
        desk.later(minutes=10, seconds=5)
    assert desk.mail_state(waiting)["state"] == "handled"
    assert desk.decision(waiting)["trust"]["level"] == "token"
    assert len(desk.letters("anna@example.com", "confirm")) == 1
    assert len([each for each in dns.asked if each.startswith(f"{KEY}.example.com")]) <= 5


def test_nobody_is_asked_about_what_a_trusted_relay_brings(desk: World, dns: Published) -> None:
    raw = signed(report().bytes, "customer.example")
    desk.hand_in_bytes(raw, "erika@customer.example", (SUPPORT,))
    desk.work()
    assert dns.asked == []


def test_an_unsigned_mail_from_a_host_in_the_house_asks_nobody(desk: World, dns: Published) -> None:
    desk.mail(report(), stranger=True)
    assert dns.asked == []
