"""`mailgate replay --since --against`: what another configuration would have made of the mail that came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import live
from tests.cli.terminal import Terminal
from tests.cli.test_explain import content
from tests.stories.example import CONFIG, Json, write_config
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, MALLORY, SUPPORT, World


@pytest.fixture
def lived(desk: World) -> World:
    """M-1 … M-9, #1001 … #1005."""
    live(desk)
    return desk


def other(desk: World, changes: Json | None = None) -> str:
    """Another configuration beside ours, with changes."""
    ours: Json = {"delivery": {"relays": [{"url": desk.relay.url}]}}
    return str(write_config(desk.folder / "other", ours, changes or {}))


def different(run: Terminal, against: str, *more: str) -> dict[str, dict[str, Any]]:
    found = run.json("replay", "--against", against, *more)
    return {each["mail"]: each for each in found["different"]}


def test_the_same_configuration_makes_no_difference(lived: World, run: Terminal) -> None:
    against = other(lived)
    assert run.json("replay", "--against", against) == {"total": 9, "different": []}
    assert run("replay", "--against", against).out == "No difference in 9 mails.\n"


def test_only_what_comes_out_differently_is_shown(lived: World, run: Terminal) -> None:
    rules = [dict(CONFIG["rules"][0], then={"category": "rooms", "priority": "low"}), *CONFIG["rules"][1:]]
    found = different(run, other(lived, {"rules": rules}))
    assert list(found) == ["M-3"]
    one = found["M-3"]
    assert set(one["changed"]) == {"category", "group", "kind", "priority", "letters"}
    assert (one["now"]["category"], one["against"]["category"]) == ("network/vpn", "rooms")
    assert one["now"]["letters"][1:] == ["new_ticket to anna@example.com", "new_ticket to ben@example.com"]
    assert "new_ticket to cleo@example.com" in one["against"]["letters"]
    assert (one["ticket"], one["subject"], one["from"]) == (1002, "VPN is slow", "Otto <otto@partner.example>")


def test_people_see_what_was_and_what_would_be(lived: World, run: Terminal) -> None:
    words = run("replay", "--against", other(lived, {"rules": CONFIG["rules"][1:]})).out
    assert "M-3  " in words
    assert "    category: network/vpn -> network\n" in words
    assert "    priority: high -> normal\n" in words
    assert 'because now: rule "VPN trouble" (routing.yaml:1)' in words
    assert words.endswith("1 of 9 mails would come out differently.\n")


def test_drop_hold_and_letters_are_seen(lived: World, run: Terminal) -> None:
    rules = [
        {"name": "Hold Eva", "when": {"from": "eva@*"}, "then": {"hold": "because"}},
        {
            "name": "No words to Otto",
            "when": {"from": "otto@*"},
            "then": {"category": "network/vpn", "acknowledge": False},
        },
        {"name": "Odd ones", "when": {"subject": {"is": "hold me"}}, "then": {"drop": "not wanted"}},
    ]
    found = different(run, other(lived, {"rules": rules}))
    assert (found["M-6"]["against"]["sort"], found["M-6"]["against"]["hold"]) == ("held", "because")
    assert set(found["M-6"]["changed"]) >= {"sort", "state", "hold", "letters"}
    assert (found["M-4"]["now"]["state"], found["M-4"]["against"]["state"]) == ("held", "dropped")
    assert (found["M-5"]["now"]["state"], found["M-5"]["against"]["sort"]) == ("dropped", "new_ticket")
    assert "acknowledged to otto@partner.example" not in found["M-3"]["against"]["letters"]


def test_who_is_told_of_a_reply_is_judged_with_its_ticket(lived: World, run: Terminal) -> None:
    lived.answer(lived.letter("eva@customer.example", "acknowledged"), "It is worse.", sender="eva@customer.example")
    groups = {"network": {"name": "Network team", "members": ["ben"]}}
    found = different(run, other(lived, {"groups": groups}))
    assert found["M-10"]["changed"] == ["letters"]
    assert found["M-10"]["now"]["letters"] == ["new_message to anna@example.com", "new_message to ben@example.com"]
    assert found["M-10"]["against"]["letters"] == ["new_message to ben@example.com"]


def test_trust_in_a_relay_and_addresses_of_ours_count(lived: World, run: Terminal) -> None:
    strict = {"intake": {"smtp": {"trusted_relays": []}}, "addresses": CONFIG["addresses"][:1]}
    found = different(run, other(lived, {**strict, "categories": CONFIG["categories"]}))
    assert (found["M-1"]["now"]["trust"], found["M-1"]["against"]["trust"]) == ("aligned", "claimed")
    assert found["M-3"]["against"]["refused"] == "550 5.1.1 no such address here"
    assert "M-7" not in found


def test_what_has_happened_since_makes_no_difference(lived: World, run: Terminal) -> None:
    """A budget that is used up by now would hide that a letter goes to somebody else."""
    for number in range(6):
        lived.mail(Mail(MALLORY, SUPPORT, f"Lamp {number}"), stranger=True)
    found = different(run, other(lived, {"acknowledge": {"unproven": "full"}}))
    assert set(found) >= {f"M-{number}" for number in range(10, 16)}
    assert "acknowledged to mallory@elsewhere.example" in found["M-15"]["against"]["letters"]


def test_since_says_how_far_back(lived: World, run: Terminal) -> None:
    lived.clock.at = lived.clock.at.replace(year=lived.clock.at.year - 1)
    lived.mail(Mail(ERIKA, SUPPORT, "vpn of last year"))
    against = other(lived, {"rules": CONFIG["rules"][1:]})
    assert list(different(run, against)) == ["M-3"]
    assert list(different(run, against, "--since", "900d")) == ["M-3", "M-10"]
    assert run.json("replay", "--against", against, "--since", "2100-01-01")["total"] == 0


def test_an_agent_that_is_gone_makes_his_mail_another(lived: World, run: Terminal) -> None:
    agents = {name: value for name, value in CONFIG["agents"].items() if name != "anna"}
    groups = {"network": {"name": "Network team", "members": ["ben"]}, "office": CONFIG["groups"]["office"]}
    folder = Path(other(lived))
    (folder / "people.yaml").write_text(json.dumps({"agents": agents, "groups": groups}))
    found = different(run, str(folder))
    assert (found["M-2"]["now"]["sort"], found["M-2"]["against"]["sort"]) == ("agent_reply", "reply")


def test_nothing_is_written(lived: World, run: Terminal) -> None:
    before = content(lived)
    assert run("replay", "--against", other(lived, {"rules": []})).code == 0
    assert content(lived) == before


def test_a_file_that_is_named_is_looked_for_where_it_will_be(lived: World, run: Terminal) -> None:
    (lived.folder / "state" / "secret").write_text("x")
    relays = [{"url": lived.relay.url, "user": "a", "password_file": "secret"}]
    folder = Path(other(lived, {"delivery": {"relays": relays}, "site": {**CONFIG["site"]}}))
    assert run("replay", "--against", str(folder)).code == 0, ANNA


def test_mistakes_in_the_other_configuration_are_named(lived: World, run: Terminal) -> None:
    folder = Path(other(lived))
    (folder / "routing.yaml").write_text("rules: [{name: x, when: {colour: red}, then: {}}]\n")
    said = run("replay", "--against", str(folder))
    assert (said.code, said.out) == (1, "")
    assert "routing.yaml:1" in said.err
    assert run("replay").code == 2
    assert run("replay", "--against", "/nowhere").code == 1
