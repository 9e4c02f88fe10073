"""`mailgate check`: routing tests and names in use, and what `explain --save` writes is a test that holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, mailgate
from tests.stories.follows import write
from tests.stories.generated import Source
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

VPN = Mail(ERIKA, SUPPORT, "VPN is slow", "Since Monday.").bytes


@pytest.fixture
def shipped(tmp_path: Path) -> Terminal:
    """The configuration that `mailgate init` writes."""
    assert mailgate("init", str(tmp_path / "config")).code == 0
    return Terminal(tmp_path / "config")


def test_a_test_that_breaks_is_said_with_its_place_and_why(shipped: Terminal) -> None:
    assert shipped("check").out == "The configuration is good, and 3 routing tests came out as expected.\n"
    routing = shipped.config / "routing.yaml"
    routing.write_text(routing.read_text().replace("category: network/vpn", "category: billing"))
    said = shipped("check")
    assert said.code == 1
    why = (
        "rule \"VPN trouble\" (routing.yaml:15): subject matches the expression 'vpn|tunnel'; category billing by rule"
    )
    assert said.out.splitlines() == [
        f"cases/vpn.yaml:6:19: route.category: expected 'network/vpn', got 'billing': {why}",
        f"cases/vpn.yaml:6:39: route.group: expected 'network', got 'support': {why}",
        "2 mistakes.",
    ]


def test_programs_read_the_same(shipped: Terminal) -> None:
    case = shipped.config / "cases" / "vpn.yaml"
    case.write_text(case.read_text().replace("priority: high", "priority: low"))
    said = shipped("check", "--json")
    assert (said.code, said.json["ok"], said.json["warnings"]) == (1, False, [])
    [problem] = said.json["problems"]
    assert (problem["file"], problem["line"], problem["path"]) == ("cases/vpn.yaml", 6, "route.priority")
    assert problem["message"].startswith("expected 'low', got 'high'")


def test_syntax_templates_tests_and_names_are_all_said_at_once(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "vpn is slow", "Since Monday.")
    for name, text in {
        "templates/reply.en.txt": "{{ nobody }}",
        "cases/a.eml": "",
        "cases/b.yaml": "giben: {}",
    }.items():
        (run.config / name).parent.mkdir(exist_ok=True)
        (run.config / name).write_text(text)
    write(desk, categories=lambda content: content["categories"]["network"].pop("subcategories"))
    write(desk, routing=lambda content: content["rules"].pop(0))
    said = run("check")
    assert said.code == 1
    places = [line.partition(": ")[0] for line in said.out.splitlines()]
    assert places[:2] == ["categories.yaml:20:3", "cases/a.eml:1:1"]
    assert places[2:] == ["cases/b.yaml:1:1", "templates/reply.en.txt:1:1", "4 mistakes."]


def test_check_changes_nothing_and_makes_no_database(shipped: Terminal) -> None:
    before = sorted(path.name for path in shipped.config.parent.rglob("*"))
    shipped("check")
    assert sorted(path.name for path in shipped.config.parent.rglob("*")) == before


# -- explain --save ----------------------------------------------------------------------------------------------------


def test_whatever_explain_saves_check_accepts(shipped: Terminal, tmp_path: Path) -> None:
    source, file = Source(3), tmp_path / "mail.eml"
    for number in range(40):
        one = source.next([])
        file.write_bytes(one.raw)
        how = [["--peer", "127.0.0.1"], ["--source", "lmtp"], [], ["--to", "nobody@elsewhere.example"]][number % 4]
        how += ["--from", one.sender] if one.sender else []
        assert shipped("explain", str(file), *how, "--save", f"case-{number}").code == 0
    said = shipped("check")
    assert said.out == "The configuration is good, and 43 routing tests came out as expected.\n"


def test_stored_mails_become_tests_that_hold(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "vpn is slow", "Since Monday.")
    desk.answer(desk.letter("anna@example.com"), "#take\nOn it.\n\nAnna", sender=ANNA)
    desk.mail(Mail("MAILER-DAEMON@mx.example", SUPPORT, "Undelivered", "550 5.1.1 unknown", envelope_from=""))
    for number in (1, 2, 3):
        assert run("explain", f"M-{number}", "--save", f"stored-{number}").code == 0
    assert run("check", "--json").json["problems"] == []


def test_one_more_letter_breaks_a_saved_test(desk: World, run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "vpn.eml").write_bytes(VPN)
    assert run("explain", str(tmp_path / "vpn.eml"), "--save", "vpn").code == 0
    write(desk, people=lambda content: content["groups"]["network"]["members"].append("cleo"))
    [line, _] = run("check").out.splitlines()
    assert re.match(r"cases/vpn.yaml:\d+:1: letters: expected nothing else, got \{to: 'cleo@example.com',", line)


def test_hundreds_of_tests_are_run_in_no_time(shipped: Terminal) -> None:
    mail, expected = (shipped.config / "cases" / f"vpn.{kind}" for kind in ("eml", "yaml"))
    for number in range(150):
        for path in (mail, expected):
            (path.parent / f"copy{number}{path.suffix}").write_bytes(path.read_bytes())
    assert "153 routing tests came out as expected" in shipped("check").out
