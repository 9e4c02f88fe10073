"""What the typed settings answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from mailgate.rules.vocabulary import VOCABULARY
from mailgate.settings.model import Settings
from mailgate.settings.people import COMMANDS
from mailgate.settings.scalars import Duration, in_language
from mailgate.settings.service import AutoClose, Unanswered
from mailgate.settings.site import Delivery, Limits


def settings(**parts: object) -> Settings:
    data: dict[str, object] = {
        "site": {"admins": ["ops@example.com"]},
        "addresses": [
            {"address": "Support@example.com", "aliases": ["help@example.com"]},
            {"address": "a+b@example.org"},
        ],
        "agents": {"anna": {"name": "Anna", "email": "Anna@example.com", "aliases": ["a@example.org"]}},
    }
    return Settings.model_validate(data | parts)


@pytest.mark.parametrize(
    ("written", "spelling", "tag"),
    [
        ("support@example.com", "support@example.com", ""),
        ("SUPPORT+Tok@Example.com", "support@example.com", "tok"),
        ("help+x+y@example.com", "help@example.com", "x+y"),
        ("a+b@example.org", "a+b@example.org", ""),
        ("postmaster@example.org", "postmaster@example.org", ""),
    ],
)
def test_an_address_of_ours_is_known_by_every_spelling(written: str, spelling: str, tag: str) -> None:
    target = settings().target(written)
    assert target
    assert (target.spelling, target.tag) == (spelling, tag)


@pytest.mark.parametrize("written", ["support@example.net", "other@example.com", "a@example.org", ""])
def test_other_addresses_are_not_ours(written: str) -> None:
    assert settings().target(written) is None


def test_an_agent_is_known_by_every_address_while_active() -> None:
    assert settings().agent_at("A@example.org") == "anna"
    assert settings().agent_at("b@example.org") is None
    retired = {"anna": {"name": "Anna", "email": "anna@example.com", "active": False}}
    assert settings(agents=retired).agent_at("anna@example.com") is None


def test_a_category_inherits_what_it_does_not_set() -> None:
    below = {"vpn": "VPN", "wifi": {"group": "radio", "public": True}}
    tree = {"network": {"group": "network", "public": False, "keywords": ["router"], "subcategories": below}}
    nodes = settings(categories=tree).category_nodes
    assert list(nodes) == ["network", "network/vpn", "network/wifi", "general"]
    assert (nodes["network/vpn"].group, nodes["network/vpn"].public, nodes["network/vpn"].keywords) == (
        "network",
        False,
        (),
    )
    assert (nodes["network/wifi"].group, nodes["network/wifi"].public) == ("radio", True)


def test_general_and_request_always_exist() -> None:
    assert settings().category_nodes["general"].title("de") == "Allgemein"
    assert list(settings().all_kinds) == ["request"]
    assert settings(kinds={"request": {"response": "4h"}}).all_kinds["request"].response == Duration(4, "h")


@pytest.mark.parametrize(("text", "plain"), [("30m", 1800), ("4h", 14400), ("2 d", 172800), ("0s", 0)])
def test_durations_are_a_number_and_a_unit(text: str, plain: int) -> None:
    assert AutoClose.model_validate({"resolved": text}).resolved == Duration(int(text[:-1]), text[-1])
    assert Duration(int(text[:-1]), text[-1]).plain == timedelta(seconds=plain)


@pytest.mark.parametrize("off", ["never", "none", None, False])
def test_closing_by_itself_can_be_off(off: object) -> None:
    assert AutoClose.model_validate({"resolved": off}).resolved is None
    assert AutoClose.model_validate({"resolved": off}).waiting_for_reporter == Duration(14, "d")


@pytest.mark.parametrize("off", ["never", "none", False])
def test_closing_by_itself_can_be_off_as_a_whole(off: object) -> None:
    assert settings(auto_close=off).auto_close == AutoClose(resolved=None, waiting_for_reporter=None)


@pytest.mark.parametrize("off", ["never", "none", None, {"deputy": "none", "coordinator": None}])
def test_nobody_is_asked_about_an_assignment_where_that_is_off(off: object) -> None:
    assert settings(unanswered=off).unanswered == Unanswered(deputy=None, coordinator=None)
    assert settings().unanswered == Unanswered(deputy=Duration(4, "h"), coordinator=Duration(8, "h"))


@pytest.mark.parametrize("text", ["30", "h", "-1h", "1w", "1.5h", "9999999d", "٣h"])
def test_nothing_else_is_a_duration(text: str) -> None:
    with pytest.raises(ValidationError, match="is no duration"):
        AutoClose.model_validate({"resolved": text})


@pytest.mark.parametrize(("text", "size"), [("25MiB", 25 * 2**20), ("500", 500), ("10 kB", 10_000), ("1GiB", 2**30)])
def test_sizes_are_bytes(text: str, size: int) -> None:
    assert Limits.model_validate({"message_size": text}).message_size == size


def test_a_text_is_given_in_the_language_or_the_nearest_there_is() -> None:
    assert in_language({"en": "Network", "de": "Netzwerk"}, "de") == "Netzwerk"
    assert in_language({"en": "Network", "de": "Netzwerk"}, "fr") == "Network"
    assert in_language({"de": "Netzwerk"}, "fr") == "Netzwerk"


def test_the_commands_that_may_be_given_a_trust_are_those_that_exist() -> None:
    assert set(COMMANDS) == {entry.name for entry in VOCABULARY}


@pytest.mark.parametrize(
    ("written", "sender"), [({}, "auto"), ({"automatic_sender": None}, "null"), ({"automatic_sender": "null"}, "null")]
)
def test_an_unquoted_null_is_the_null_sender(written: dict[str, str | None], sender: str | None) -> None:
    assert Delivery(**written).automatic_sender == sender
