"""Where mail goes: rules from top to bottom, then address, keywords and defaults, each decision with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.mail.message import Address, Envelope, Headers, Message
from mailgate.rules.match import Mail
from mailgate.rules.routing import Asked, Route, route
from mailgate.settings.model import Settings

DESK: dict[str, Any] = {
    "site": {"admins": ["ops@example.com"]},
    "addresses": [
        {"address": "support@example.com", "subaddress": True},
        {
            "address": "it@example.com",
            "aliases": ["edv@example.com"],
            "category": "network",
            "group": "network",
            "priority": "high",
            "kind": "incident",
            "channel": "phone",
            "language": "de",
        },
        {"address": "lost@example.com", "category": "gone", "group": "gone"},
    ],
    "agents": {
        "anna": {"name": "Anna Alt", "email": "anna@example.com"},
        "ben": {"name": "Ben Beck", "email": "ben@example.com"},
        "otto": {"name": "Otto", "email": "otto@example.com", "active": False},
    },
    "groups": {
        "network": {"name": "Network team", "members": ["anna"], "coordinator": "ben"},
        "centre": {"name": "Service centre", "members": ["anna"], "coordinator": "otto"},
        "old": {"name": "Old", "active": False},
    },
    "kinds": {"incident": {}, "fault": {"active": False}},
    "channels": {"monitoring": {}, "phone": {}},
    "categories": {
        "network": {
            "group": "network",
            "notify": "network-team@example.com",
            "keywords": ["router", "tunnel*"],
            "subcategories": {"vpn": {"name": "VPN", "keywords": ["VPN"]}},
        },
        "building": {"group": "network", "coordinated": True, "keywords": ["heating"]},
        "canteen": {"group": "centre", "coordinated": True},
        "attic": {"active": False, "keywords": ["attic"], "group": "network"},
        "orphan": {"group": "old"},
    },
}


def desk(*rules: dict[str, Any], **changed: Any) -> Settings:
    return Settings.model_validate({**DESK, **changed, "rules": rules})


def mail(subject: str = "Hello", sender: str = "erika@partner.example", text: str = "") -> Mail:
    message = Message(headers=Headers(()), sender=Address("", sender), subject=subject)
    return Mail(message, Envelope(sender, ("support@example.com",), datetime(2026, 11, 20, tzinfo=UTC)), text)


def routed(settings: Settings, subject_of: Mail, to: str = "support@example.com") -> Route:
    return route(settings, subject_of, settings.target(to))[0]


def rule(name: str, when: dict[str, Any], **then: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "then": then}


def test_without_rule_address_or_keyword_a_mail_takes_the_defaults() -> None:
    found = routed(desk(), mail())
    assert (found.category, found.group, found.priority, found.kind) == ("general", None, "normal", "request")
    assert (found.channel, found.language, found.tags, found.acknowledge) == ("email", None, (), None)
    assert (found.rule, found.rule_place, found.drop, found.hold) == (None, "", None, None)
    assert found.why == "no rule, address or keyword names a category: default category general"


def test_defaults_are_as_configured_and_unknown_ones_fall_back() -> None:
    configured = desk(default_category="network/vpn", default_kind="incident")
    assert routed(configured, mail()).category == "network/vpn"
    assert routed(configured, mail()).kind == "incident"
    unknown = desk(default_category="nowhere", default_kind="nothing")
    assert (routed(unknown, mail()).category, routed(unknown, mail()).kind) == ("general", "request")


def test_a_rule_that_matches_sets_what_it_says_and_is_named_with_its_place() -> None:
    trouble = rule("VPN trouble", {"subject": "vpn"}, category="network/vpn", priority="urgent", kind="incident",
                   channel="monitoring", language="de", assignee="ben", tags=["vpn", "night"])  # fmt: skip
    settings = desk(trouble)
    settings._lines["VPN trouble"] = ("routing.yaml", 4)
    found = routed(settings, mail("VPN down"))
    assert (found.category, found.priority, found.kind, found.channel) == (
        "network/vpn",
        "urgent",
        "incident",
        "monitoring",
    )
    assert (found.language, found.assignee, found.tags, found.group) == ("de", "ben", ("vpn", "night"), "network")
    assert (found.rule, found.rule_place) == ("VPN trouble", "routing.yaml:4")
    assert found.why == ('rule "VPN trouble" (routing.yaml:4): subject has the word vpn; category network/vpn by rule')
    assert found.remarks == ()


def test_the_first_match_ends_the_asking_and_every_asked_rule_says_why() -> None:
    settings = desk(
        rule("printers", {"subject": "printer"}, category="building"),
        {**rule("asleep", {}, category="building"), "active": False},
        rule("vpn", {"subject": "vpn"}, category="network"),
        rule("all", {}, category="canteen"),
    )
    found, asked = route(settings, mail("vpn"), None)
    assert found.category == "network"
    assert asked == (
        Asked("printers", "routing.yaml", 0, False, "subject has not the word printer"),
        Asked("asleep", "routing.yaml", 0, False, "it is switched off (active: false) and not asked"),
        Asked("vpn", "routing.yaml", 0, True, "subject has the word vpn"),
    )


def test_continue_lets_later_rules_fill_and_override_and_the_reason_says_which() -> None:
    settings = desk(
        rule("first", {"subject": "vpn"}, category="network", priority="low", tags=["a"], **{"continue": True}),
        rule("second", {"subject": "down"}, priority="urgent", tags=["b", "a"]),
        rule("third", {}, category="canteen"),
    )
    found, asked = route(settings, mail("vpn down"), None)
    assert (found.category, found.priority, found.tags, found.rule) == ("network", "urgent", ("a", "b"), "second")
    assert [each.name for each in asked] == ["first", "second"]
    assert 'rule "first" (routing.yaml:0): subject has the word vpn and sets category priority tags' in found.why
    assert 'rule "second" (routing.yaml:0): subject has the word down and sets priority tags' in found.why


def test_a_rule_that_only_continues_leaves_the_rest_to_address_keywords_and_defaults() -> None:
    settings = desk(rule("mark", {}, tags=["x"], acknowledge=False, **{"continue": True}))
    found = routed(settings, mail("broken router"))
    assert (found.tags, found.acknowledge, found.category, found.rule) == (("x",), False, "network", "mark")


def test_the_address_says_what_no_rule_says() -> None:
    settings = desk(rule("urgent", {"subject": "urgent"}, priority="urgent"))
    for to in ("it@example.com", "EDV+x@example.com"):
        found = routed(settings, mail("urgent vpn"), to)
        assert (found.category, found.group, found.priority) == ("network", "network", "urgent")
        assert (found.kind, found.channel, found.language) == ("incident", "phone", "de")
        assert found.why.endswith("address it@example.com has category network")


def test_a_rule_goes_before_the_address_key_by_key() -> None:
    settings = desk(rule("canteen", {}, category="canteen"))
    found = routed(settings, mail(), "it@example.com")
    assert (found.category, found.group, found.priority) == ("canteen", "network", "high")


def test_an_address_that_names_what_is_gone_is_remarked_and_routed_on() -> None:
    found = routed(desk(), mail(), "lost@example.com")
    assert (found.category, found.group) == ("general", None)
    assert found.remarks == (
        "address lost@example.com: there is no category 'gone'",
        "address lost@example.com: there is no group 'gone'",
    )


def test_mail_to_postmaster_takes_nothing_of_an_address_and_goes_to_the_default_category() -> None:
    first = {"address": "it@example.com", "category": "network", "group": "network"}
    settings = desk(addresses=[first])
    found = routed(settings, mail("router"), "postmaster@example.com")
    assert (found.category, found.group) == ("general", None)
    assert found.why == "mail to postmaster@example.com goes to the default category general"


@pytest.mark.parametrize(
    ("subject", "category"),
    [
        ("Re: my Router!", "network"),
        ("tunnels", "network"),
        ("vpn", "network/vpn"),
        ("routers", "general"),
        ("vpn router", "general"),
        ("attic", "general"),
        ("", "general"),
    ],
)
def test_a_keyword_counts_only_where_exactly_one_category_has_one_in_the_subject(subject: str, category: str) -> None:
    assert routed(desk(), mail(subject, text="heating")).category == category


def test_keywords_that_contradict_each_other_are_named() -> None:
    assert "keywords of network and network/vpn contradict each other" in routed(desk(), mail("vpn router")).why
    assert routed(desk(), mail("vpn")).why == "the subject has the keyword VPN of category network/vpn"


@pytest.mark.parametrize(
    ("category", "assign", "group", "coordinator"),
    [
        ("network", True, "network", None),
        ("network/vpn", True, "network", None),
        ("network", False, None, None),
        ("building", True, None, "ben"),
        ("building", False, None, "ben"),
        ("canteen", True, "centre", None),  # its coordinator has retired, so the group gets it
        ("orphan", True, None, None),
        ("general", True, None, None),
    ],
)
def test_the_group_of_the_category_gets_the_ticket_unless_told_otherwise(
    category: str, assign: bool, group: str | None, coordinator: str | None
) -> None:
    settings = desk(rule("any", {}, category=category), assign_group_of_category=assign)
    found = routed(settings, mail())
    assert (found.group, found.coordinator) == (group, coordinator)


def test_a_group_named_by_a_rule_goes_before_everything() -> None:
    settings = desk(rule("any", {}, category="building", group="centre"), assign_group_of_category=False)
    found = routed(settings, mail(), "it@example.com")
    assert (found.group, found.coordinator) == ("centre", "ben")


def test_the_category_brings_its_notify_address() -> None:
    assert routed(desk(), mail("vpn")).notify == ("network-team@example.com",)
    assert routed(desk(), mail()).notify == ()


def test_captures_fill_what_follows_whatever_their_case() -> None:
    settings = desk(
        rule("host", {"subject": {"regex": r"(?P<team>\w+)/(\w+) (\S+)"}},
             category="{team}/{2}", group="{team}", assignee="{3}", tags=["host-{3}"], hold="{1} is checked")
    )  # fmt: skip
    found = routed(settings, mail("Network/VPN anna@example.com"))
    assert (found.category, found.group, found.assignee) == ("network/vpn", "network", "anna")
    assert (found.tags, found.hold, found.remarks) == (("host-anna@example.com",), "Network is checked", ())


def test_a_capture_that_names_nothing_known_leaves_its_key_unset_and_says_so() -> None:
    settings = desk(
        rule("host", {"subject": {"regex": r"(\w+)( \w+)?"}}, category="{1}", priority="{1}", kind="{1}",
             channel="{1}", language="{1}", assignee="{2}", group="{2}", tags=["{2}", "{1}"])
    )  # fmt: skip
    found = routed(settings, mail("Fault"), "it@example.com")
    assert (found.category, found.priority, found.kind, found.channel) == ("network", "high", "incident", "phone")
    assert (found.assignee, found.group, found.tags) == (None, "network", ("Fault",))
    assert set(found.remarks) == {
        *(
            f"rule \"host\" (routing.yaml:0): {key} is left unset: there is no {key} 'Fault'"
            for key in ("category", "priority", "kind", "channel", "language")
        ),
        'rule "host" (routing.yaml:0): assignee is left unset: nothing was captured for {2}',
        'rule "host" (routing.yaml:0): group is left unset: nothing was captured for {2}',
    }


def test_who_or_what_has_retired_is_unknown() -> None:
    settings = desk(rule("any", {}, assignee="otto", group="old", category="attic", kind="fault"))
    found = routed(settings, mail())
    assert (found.assignee, found.group, found.category, found.kind) == (None, None, "general", "request")
    assert len(found.remarks) == 4


@pytest.mark.parametrize("key", ["drop", "hold"])
def test_a_mail_is_dropped_or_held_with_its_reason_even_where_a_capture_caught_nothing(key: str) -> None:
    settings = desk(rule("news", {"subject": {"regex": "sale(!)?"}}, **{key: "{1}"}))
    found = routed(settings, mail("sale"))
    assert getattr(found, key) == 'rule "news" (routing.yaml:0)'
    said = routed(desk(rule("news", {}, **{key: "advertising"})), mail())
    assert getattr(said, key) == "advertising"


def test_a_rule_may_forbid_the_acknowledgement_or_choose_its_letter() -> None:
    assert routed(desk(rule("a", {}, acknowledge=False)), mail()).acknowledge is False
    assert routed(desk(rule("a", {}, acknowledge="acknowledged_minimal")), mail()).acknowledge == "acknowledged_minimal"


def test_rules_are_compiled_once_for_a_configuration_and_anew_for_another() -> None:
    one, other = desk(rule("a", {}, category="network")), desk(rule("a", {}, category="canteen"))
    for _ in range(3):
        assert routed(one, mail()).category == "network"
        assert routed(other, mail()).category == "canteen"


@pytest.mark.timeout(10)
def test_a_thousand_rules_are_asked_quickly() -> None:
    many = desk(*(rule(f"r{n}", {"subject": f"word{n}", "from": f"a{n}@*"}, category="network") for n in range(1000)))
    for _ in range(50):
        assert len(route(many, mail("nothing of these"), None)[1]) == 1000
