"""Which agents can ever be proven, by what their domains publish and by which ways their mail comes in."""

from __future__ import annotations

from typing import Any

import pytest

from mailgate.online import agents
from mailgate.settings.model import Settings
from tests.doubles.lookups import Published

TRUSTED = {"smtp": {"trusted_relays": ["10.0.0.9"], "authserv_id": "mx.example.com"}}
ZONES = {
    "example.com MX": ["10 mx.example.com."],
    "example.com TXT": ["v=spf1 mx -all"],
    "_dmarc.example.com TXT": ["v=DMARC1; p=none"],
    "home.example A": ["198.51.100.1"],
}


def settings_with(**intake: Any) -> Settings:
    return Settings(
        site={"admins": ["ops@example.com"]},
        addresses=[{"address": "support@example.com"}],
        agents={
            "anna": {"name": "Anna Alt", "email": "anna@example.com", "aliases": ["a@home.example", "a@gone.example"]},
            "ben": {"name": "Ben Beck", "email": "ben@example.com"},
            "otto": {"name": "Otto Old", "email": "otto@old.example", "active": False},
        },
        intake=intake,
    )


def said(settings: Settings) -> dict[str, str]:
    """Of each domain of agents: how heavy it is, and what is said."""
    lookups = Published(ZONES)
    return {
        domain: f"{one.weight} at {'.'.join(map(str, one.path))}: {one.words}"
        for path, domain, names in agents.domains(settings)
        for one in agents.provable(path, domain, names, settings, lookups)
    }


def test_each_domain_of_an_active_agent_is_looked_at_once() -> None:
    lines = said(settings_with(**TRUSTED))
    assert list(lines) == ["example.com", "home.example", "gone.example"]
    assert lines["example.com"] == (
        "good at agents.anna.email: mail of anna, ben from example.com can be proven by its DMARC policy with SPF or"
        " DKIM (a trusted relay)"
    )
    assert lines["home.example"].startswith("warning at agents.anna.aliases.0: home.example publishes no DMARC policy")
    assert lines["gone.example"] == (
        "warning at agents.anna.aliases.1: gone.example is not in DNS, so only the submission listener can prove mail"
        " of anna"
    )


@pytest.mark.parametrize(
    ("intake", "ways"),
    [
        ({}, ()),
        (TRUSTED, ("a trusted relay",)),
        ({"smtp": {"trusted_relays": ["10.0.0.9"]}}, ()),
        ({"lmtp": {"listen": "unix:x.sock", "authserv_id": "mx.example.com"}}, ("LMTP",)),
        ({"submission": {"listen": "127.0.0.1:2587", "trusted_peers": ["10.2.2.2"]}}, ("the submission listener",)),
    ],
)
def test_the_ways_in_by_which_somebody_can_be_proven(intake: Any, ways: tuple[str, ...]) -> None:
    assert agents.ways_in(settings_with(**intake)) == ways


def test_where_nobody_vouches_our_own_check_is_named() -> None:
    assert "(our own check of strangers)" in said(settings_with())["example.com"]


def test_where_nothing_can_prove_anybody_dns_is_not_to_blame() -> None:
    assert said(settings_with(smtp={"listen": None})) == {}
