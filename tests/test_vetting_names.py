"""Names that tickets use may not vanish from the configuration: `check` and a reload ask the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.vetting import vet, vet_in_place
from tests.stories.example import Json
from tests.stories.follows import Edit, follow, renamed, retired, write
from tests.stories.world import ANNA, ERIKA, World


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    """Two tickets about the VPN; Anna has closed one of them."""
    with World(tmp_path) as desk:
        for subject in ("vpn is slow", "vpn is down"):
            desk.write(ERIKA, subject, "Since Monday.")
        desk.answer(desk.letter("anna@example.com"), "#take; close", sender=ANNA)
        yield desk


def problems(desk: World, **edits: Edit) -> list[str]:
    """What is wrong with its configuration after these edits, which it has not followed yet."""
    write(desk, **edits)
    return [str(each) for each in vet(desk.folder / "config", os.environ, desk.store).problems]


def without(what: str, name: str) -> Edit:
    return lambda content: content[what].pop(name)


def no_anna(content: Json) -> None:
    content["agents"].pop("anna")
    content["groups"]["network"]["members"] = ["ben"]


def no_vpn(content: Json) -> None:
    content["categories"]["network"].pop("subcategories")


def no_vpn_rule(content: Json) -> None:
    content["rules"].pop(0)


def test_a_configuration_that_keeps_its_names_is_fine(desk: World) -> None:
    assert problems(desk) == []


def test_an_agent_with_tickets_may_not_vanish(desk: World) -> None:
    assert problems(desk, people=no_anna) == [
        "people.yaml:2:2: agents: there is no agent 'anna' any more, but 2 tickets (1 of them open) have to do with"
        " him: write `was: [anna]` at the agent that takes over, or keep him with `active: false`"
    ]


def test_nor_a_category_a_group_or_a_kind(desk: World) -> None:
    def no_network(content: Json) -> None:
        content["groups"]["nets"] = content["groups"].pop("network")

    def no_kind(content: Json) -> None:
        no_vpn(content)
        content.pop("kinds")
        for name in ("general", "network"):
            content["categories"][name]["group"] = "nets"

    said = problems(desk, people=no_network, categories=no_kind, routing=no_vpn_rule)
    assert [each.partition(", but")[0] for each in said] == [
        "people.yaml:21:2: groups: there is no group 'network' any more",
        "categories.yaml:1:1: kinds: there is no kind 'incident' any more",
        "categories.yaml:10:3: categories.network: there is no category 'network/vpn' any more",
    ]
    assert "2 tickets (1 of them open) have to do with it" in said[0]


def test_a_channel_may_not_vanish_either_but_for_the_one_that_is_built_in(desk: World) -> None:
    def by_phone(content: Json) -> None:
        content["channels"] = {"phone": {}}

    def rule(content: Json) -> None:
        content["rules"].insert(0, {"name": "Phone", "when": {"subject": "call"}, "then": {"channel": "phone"}})

    follow(desk, categories=by_phone, routing=rule)
    desk.write(ERIKA, "call me", "Please.")
    [said] = problems(desk, categories=lambda content: content.pop("channels"), routing=no_vpn_rule)
    assert said.startswith(
        "categories.yaml:1:1: channels: there is no channel 'phone' any more, but 1 ticket (open) has"
    )


def test_nobody_misses_a_name_without_tickets(desk: World) -> None:
    def no_cleo(content: Json) -> None:
        content["agents"].pop("cleo")
        content["groups"]["office"]["members"] = ["anna"]

    assert problems(desk, people=no_cleo) == []


def test_who_takes_over_or_stays_retired_is_enough(desk: World) -> None:
    def alma(content: Json) -> None:
        renamed("agents", "anna", "alma")(content)
        content["groups"]["network"]["members"] = ["alma", "ben"]

    def tunnel(content: Json) -> None:
        content["categories"]["network"]["subcategories"] = {"tunnel": {"was": ["vpn"]}}

    assert problems(desk, people=alma, categories=tunnel, routing=no_vpn_rule) == []
    assert problems(desk, people=retired("agents", "ben")) == []


def test_the_name_that_was_probably_meant_is_named(desk: World) -> None:
    def annna(content: Json) -> None:
        content["agents"]["annna"] = content["agents"].pop("anna")
        content["groups"]["network"]["members"] = ["annna", "ben"]

    [said] = problems(desk, people=annna)
    assert "at the agent that takes over (is it 'annna'?), or keep him" in said


def test_of_subcategories_the_only_new_one_is_named(desk: World) -> None:
    def tunnel(content: Json) -> None:
        content["categories"]["network"]["subcategories"] = {"tunnel": {}}

    [said] = problems(desk, categories=tunnel, routing=no_vpn_rule)
    assert "write `was: [network/vpn]` at the category that takes over (is it 'network/tunnel'?)" in said


def test_what_was_taken_over_is_no_longer_needed(desk: World) -> None:
    def ben_has_all(content: Json) -> None:
        no_anna(content)
        content["agents"]["ben"]["was"] = ["anna"]

    follow(desk, people=ben_has_all)
    assert problems(desk, people=lambda content: content["agents"]["ben"].pop("was")) == []


def test_the_database_of_the_configuration_is_found(desk: World) -> None:
    write(desk, people=no_anna)
    folder = desk.folder / "config"
    assert len(vet_in_place(folder, os.environ).problems) == 1
    write(desk, mailgate=lambda content: content["site"].update(state=str(desk.folder / "elsewhere")))
    assert vet_in_place(folder, os.environ).problems == ()


def test_a_database_that_can_not_be_read_is_a_warning(desk: World) -> None:
    (desk.folder / "broken").mkdir()
    for name in ("journal.db", "desk.db"):
        (desk.folder / "broken" / name).write_text("this is no database, whatever its name says" * 100)
    write(desk, people=no_anna, mailgate=lambda content: content["site"].update(state=str(desk.folder / "broken")))
    vetted = vet_in_place(desk.folder / "config", os.environ)
    assert (vetted.problems, vetted.settings is not None) == ((), True)
    assert "nobody could look whether tickets need names that are gone: " in str(vetted.warnings[-1])
