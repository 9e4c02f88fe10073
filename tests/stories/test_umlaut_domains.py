"""Domains with letters beyond ASCII: written in the configuration as people write them, and on the wire as A-labels
(RFC 5890, 2.3.2.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.outbox.dkim import Signer
from mailgate.outbox.relays import read_relays
from mailgate.settings.hosts import in_a_labels
from mailgate.settings.model import Settings
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA

OURS = [{"address": "support@bücher.example", "name": "Bücher", "subaddress": True, "aliases": ["help@bücher.example"]}]
ON_THE_WIRE = "support@xn--bcher-kva.example"


@pytest.mark.parametrize("to", [ON_THE_WIRE, "help@XN--bcher-kva.example"])
def test_a_desk_at_such_a_domain_is_written_to_and_answers(desk_with: DeskWith, to: str) -> None:
    desk = desk_with({"addresses": OURS})
    desk.mail(Mail(ERIKA, to, "Printer", "It burns."))
    letter = desk.letter("erika@customer.example", "acknowledged")
    assert letter.header("From") == f"Bücher <{to.lower()}>"
    assert letter.header("Message-ID").endswith("@xn--bcher-kva.example>")
    assert letter.envelope_from.endswith("@xn--bcher-kva.example")
    desk.answer(letter, "Still burning.", sender=ERIKA)
    assert [each["new_text"] for each in desk.ticket()["messages"]] == ["It burns.", "Still burning."]


def test_such_an_address_is_ours_in_both_spellings() -> None:
    settings = Settings(site={"admins": ["ops@example.com"]}, addresses=OURS)
    for spelling in (ON_THE_WIRE, "Support+x@bücher.example", "help@bücher.example"):
        assert settings.target(spelling), spelling
    assert settings.target("support@b\u00fccher.example.org") is None


def test_keys_and_relays_of_such_a_domain_carry_its_letters(tmp_path: Path) -> None:
    dkim = {"domain": "bücher.example", "selector": "s1", "key_file": "k.pem"}
    relay = {"url": "smtp://127.0.0.1", "from": ["*@bücher.example", "*@*.straße.example"]}
    delivery = {"relays": [relay], "dkim": [dkim]}
    settings = Settings(site={"admins": ["ops@example.com"], "state": str(tmp_path)}, addresses=OURS, delivery=delivery)
    [way] = read_relays(settings)
    assert way.carries(ON_THE_WIRE)
    assert way.carries("a@it.xn--strae-oqa.example")
    assert Signer(settings.delivery.dkim[0].domain, "s1", "", "", bytes).covers(ON_THE_WIRE)


def test_an_agent_at_such_a_domain_is_known_by_the_address_he_writes_from() -> None:
    agents = {"jörg": {"name": "Jörg", "email": "joerg@bücher.example"}}
    settings = Settings(site={"admins": ["ops@example.com"]}, addresses=[{"address": "s@example.com"}], agents=agents)
    assert settings.agent_at("joerg@xn--bcher-kva.example") == "jörg"


@pytest.mark.parametrize("text", ["a@\u212aelvin.example", "a@exa\uff4dple.com", "a@b\u00fc_.example", "a@"])
def test_what_is_only_folded_into_a_domain_stays_as_it_is(text: str) -> None:
    assert in_a_labels(text) == text
