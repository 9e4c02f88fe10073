"""`was: [old-name]`: who goes by an old name now, and what can not be taken over."""

from __future__ import annotations

import pytest

from mailgate.settings.former import successors, successors_of_categories
from tests.settings.conftest import Desk, lines


def test_an_old_name_leads_to_the_new_one() -> None:
    assert successors({"alma": ["anna", "ann"], "ben": []}) == {"anna": "alma", "ann": "alma"}
    assert successors({"alma": ["ben"], "ben": []}) == {}, "ben is still there"


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ({"net": ["network"], "net/vpn": []}, {"network": "net", "network/vpn": "net/vpn"}),
        ({"net": [], "net/vpn": ["tunnel"]}, {"net/tunnel": "net/vpn", "tunnel": "net/vpn"}),
        ({"net": ["network"], "net/vpn": ["tunnel"]}, {"network/tunnel": "net/vpn", "network/vpn": "net/vpn"}),
        ({"net": [], "net/vpn": ["vpn"]}, {"vpn": "net/vpn"}),
        ({"net": [], "net/vpn": ["rooms/vpn"]}, {"rooms/vpn": "net/vpn"}),
        ({"a": [], "a/x": ["old"], "b": [], "b/x": ["old"]}, {"a/old": "a/x", "b/old": "b/x"}),
        ({"vpn": ["network/vpn"], "network": []}, {"network/vpn": "vpn"}),
        ({"net": ["network"], "net/vpn": [], "vpn": ["network/vpn"]}, {"network": "net", "network/vpn": "vpn"}),
        ({"a": ["b"], "a/c": [], "a/c/d": []}, {"b": "a", "b/c": "a/c", "b/c/d": "a/c/d"}),
    ],
)
def test_a_category_takes_over_by_its_path(entries: dict[str, list[str]], found: dict[str, str]) -> None:
    assert {**successors_of_categories(entries), **found} == successors_of_categories(entries)
    assert all(new in entries for new in successors_of_categories(entries).values())


def test_what_two_may_have_meant_is_nobodys() -> None:
    assert "old" not in successors_of_categories({"a": [], "a/x": ["old"], "b": [], "b/x": ["old"]})


def test_settings_know_who_goes_by_an_old_name(desk: Desk) -> None:
    categories = """\
        categories: {net: {was: [network], group: network, subcategories: {vpn: {was: [tunnel]}}}}
        kinds: {outage: {was: [incident]}}
        channels: {call: {was: [phone]}}
        """
    people = """\
        agents: {alma: {name: Alma, email: alma@example.com, was: [anna]}}
        groups: {network: {name: Network, members: [alma], was: [it]}}
        """
    settings = desk({"people.yaml": people, "categories.yaml": categories}).settings
    assert settings is not None
    asked = {"category": "network/tunnel", "kind": "incident", "channel": "phone", "agent": "anna", "group": "it"}
    found = {what: settings.now_called(what, name) for what, name in asked.items()}
    assert found == {"category": "net/vpn", "kind": "outage", "channel": "call", "agent": "alma", "group": "network"}
    assert settings.now_called("agent", "nobody") == "nobody"


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        (
            "people.yaml",
            "agents:\n  anna: {name: A, email: a@example.com}\n  alma: {name: B, email: b@example.com, was: [anna]}\n"
            "groups: {network: {name: N, members: [anna]}}\n",
            "people.yaml:3:47: agents.alma.was.0: 'anna' still exists, it stands at people.yaml:2:3;"
            " `was` is for names that are gone",
        ),
        (
            "people.yaml",
            "groups:\n  network: {name: N, was: [it]}\n  office: {name: O, was: it}\n",
            "people.yaml:3:26: groups.office.was: 'it' is claimed already by 'network' at people.yaml:2:28;"
            " one alone can take it over",
        ),
        (
            "categories.yaml",
            "categories:\n  network: {group: network, was: [general]}\nchannels: {phone: {}}\n",
            "categories.yaml:2:35: categories.network.was.0: 'general' still exists, it is built in;"
            " `was` is for names that are gone",
        ),
        (
            "categories.yaml",
            "categories:\n  network:\n    subcategories: {vpn: VPN, wifi: {was: [vpn]}}\n",
            "categories.yaml:3:44: categories.network.subcategories.wifi.was.0: 'network/vpn' still exists, it stands"
            " at categories.yaml:3:21; `was` is for names that are gone",
        ),
        (
            "categories.yaml",
            "kinds: {outage: {was: [request]}}\ncategories: {network: {}}\n",
            "categories.yaml:1:24: kinds.outage.was.0: 'request' still exists, it is built in;"
            " `was` is for names that are gone",
        ),
    ],
    ids=["exists", "twice", "built in", "sibling", "kind"],
)
def test_what_can_not_be_taken_over_is_said(desk: Desk, file: str, content: str, problem: str) -> None:
    assert problem in lines(desk({file: content}).problems)
