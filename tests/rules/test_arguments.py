"""Arguments of commands: the right person, category, kind and priority, or a plain refusal with what is near."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.errors import RefusedCommand
from mailgate.rules import arguments
from mailgate.rules.arguments import Unclear, Who
from mailgate.settings.model import Settings
from tests.rules.example import settings

DESK = settings()

PEOPLE = [
    ("ben", "agent", "ben"),
    ("BEN", "agent", "ben"),
    ("@ben", "agent", "ben"),
    ("Ben Beck", "agent", "ben"),
    ("Beck, Ben", "agent", "ben"),
    ("Ben.", "agent", "ben"),
    ("„Ben Beck“", "agent", "ben"),
    ("anna@example.com", "agent", "anna"),
    ("ANNA@Example.COM", "agent", "anna"),
    ("a.alt@example.org", "agent", "anna"),
    ("anna@example.com<mailto:anna@example.com>", "agent", "anna"),
    ("<anna@example.com>", "agent", "anna"),
    ("mailto:anna@example.com", "agent", "anna"),
    ("Anna Alt <anna@example.com>", "agent", "anna"),
    ("Jürgen", "agent", "juergen"),
    ("Juergen", "agent", "juergen"),
    ("Ju\u0308rgen Mu\u0308ller", "agent", "juergen"),
    ("MÜLLER", "agent", "juergen"),
    ("Rene", "agent", "rene"),
    ("jm", "agent", "juergen"),
    ("network", "group", "network"),
    ("Network team", "group", "network"),
    ("netzwerkteam", "group", "network"),
    ("Service  centre", "group", "centre"),
    ("erika@customer.example", "address", "erika@customer.example"),
    ("Erika Krause <Erika@Customer.example>", "address", "erika@customer.example"),
    ("root@localhost", "address", "root@localhost"),
    ("ben <https://people.example/ben>", "agent", "ben"),
]


@pytest.mark.parametrize(("text", "kind", "value"), PEOPLE)
def test_somebody_is_found_by_id_address_group_or_unique_name(text: str, kind: str, value: str) -> None:
    assert arguments.who(DESK, text) == Who(kind, value)  # type: ignore[arg-type]  # kinds come from the table


def test_a_name_of_two_people_is_refused_with_both() -> None:
    with pytest.raises(Unclear, match=r"'Beck' can mean Ben Beck \(ben\), René Beck \(rene\)") as refused:
        arguments.who(DESK, "Beck")
    assert refused.value.near == ("ben", "rene")
    assert isinstance(refused.value, RefusedCommand)


@pytest.mark.parametrize(
    ("text", "near"),
    [("bne", "ben"), ("anan", "anna"), ("Jurgen", "juergen"), ("Netwrok team", "network"), ("Annna Alt", "anna")],
)
def test_a_mistyped_name_is_refused_with_the_near_one_first(text: str, near: str) -> None:
    with pytest.raises(Unclear, match="nobody here is called") as refused:
        arguments.who(DESK, text)
    assert refused.value.near[0] == near


@pytest.mark.parametrize("text", ["gone", "Gustav", "Gustav Gone", "old", "Old team"])
def test_who_has_left_and_what_was_dissolved_is_nobody(text: str) -> None:
    with pytest.raises(Unclear):
        arguments.who(DESK, text)


def test_the_address_of_somebody_who_left_is_an_address_like_any() -> None:
    assert arguments.who(DESK, "gone@example.com") == Who("address", "gone@example.com")


def test_an_id_that_is_agent_and_group_is_refused_with_words_that_are_clear() -> None:
    desk = settings(groups={"ben": {"name": "Bens", "members": ["ben"]}})
    with pytest.raises(Unclear) as refused:
        arguments.who(desk, "ben")
    meant = [arguments.who(desk, near) for near in refused.value.near]
    assert meant == [Who("agent", "ben"), Who("group", "ben")]


CATEGORIES = [
    ("network/vpn", "network/vpn"),
    ("Network/VPN", "network/vpn"),
    ("Netzwerk / WLAN", "network/wifi"),
    ("vpn", "network/vpn"),
    ("WLAN", "network/wifi"),
    ("wi-fi", "network/wifi"),
    ("netzwerk", "network"),
    ("personnel", "hr"),
    ("hr/other", "hr/other"),
    ("Allgemein", "general"),
    ("general", "general"),
    ("personnel <https://wiki.example/personnel>", "hr"),
]


@pytest.mark.parametrize(("text", "path"), CATEGORIES)
def test_a_category_is_found_by_path_last_part_or_name(text: str, path: str) -> None:
    assert arguments.category(DESK, text) == path


def test_a_last_part_of_two_categories_is_refused_with_both_paths() -> None:
    with pytest.raises(Unclear, match="network/other or hr/other") as refused:
        arguments.category(DESK, "other")
    assert refused.value.near == ("network/other", "hr/other")


def test_a_path_goes_before_a_last_part() -> None:
    desk = settings(categories={"vpn": "VPN", "network": {"subcategories": {"vpn": "Tunnel"}}})
    assert arguments.category(desk, "vpn") == "vpn"


@pytest.mark.parametrize(("text", "near"), [("vnp", "network/vpn"), ("netwerk", "network"), ("Personel", "hr")])
def test_a_mistyped_category_is_refused_with_the_near_one(text: str, near: str) -> None:
    with pytest.raises(Unclear, match="there is no category") as refused:
        arguments.category(DESK, text)
    assert refused.value.near[0] == near


def test_a_retired_category_is_none() -> None:
    with pytest.raises(Unclear):
        arguments.category(DESK, "fax")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("incident", "incident"), ("Störung", "incident"), ("stoerung", "incident"), ("Anfrage", "request")],
)
def test_a_kind_is_found_by_id_or_name(text: str, kind: str) -> None:
    assert arguments.kind(DESK, text) == kind


@pytest.mark.parametrize(("text", "near"), [("incidnet", ("incident",)), ("fax", ()), ("zebra", ())])
def test_an_unknown_kind_is_refused(text: str, near: tuple[str, ...]) -> None:
    with pytest.raises(Unclear, match="there is no kind") as refused:
        arguments.kind(DESK, text)
    assert refused.value.near == near


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("low", "low"),
        ("Niedrig", "low"),
        ("normal", "normal"),
        ("HIGH!", "high"),
        ("hoch", "high"),
        ("dringend", "urgent"),
    ],
)
def test_a_priority_is_english_or_german(text: str, priority: str) -> None:
    assert arguments.priority(text) == priority


def test_an_unknown_priority_is_refused_with_the_near_one_first() -> None:
    with pytest.raises(Unclear, match="there is no priority 'hihg'") as refused:
        arguments.priority("hihg")
    assert refused.value.near[0] == "high"
    assert set(refused.value.near) == {"low", "normal", "high", "urgent"}


def near_of(read: Callable[[Settings, str], object], text: str) -> tuple[str, ...]:
    """What an argument may have meant; nothing where it is understood."""
    try:
        read(DESK, text)
    except Unclear as refused:
        return refused.near
    return ()


@given(st.text(max_size=60) | st.sampled_from(["beck", "bnn", "othr", "other", "netzwork", "anna alt alt"]))
def test_any_argument_is_understood_or_refused_with_words_that_are_understood(text: str) -> None:
    for read in (arguments.who, arguments.category, arguments.kind):
        near = near_of(read, text)
        assert len(near) <= arguments.MOST_NEAR
        assert not any(near_of(read, each) for each in near)
