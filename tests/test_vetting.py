"""`cases/`: routing tests that `check` runs and that gate a reload."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.clock import SetClock
from mailgate.outbox.letters import LETTERS
from mailgate.rehearsal import Mail as Said
from mailgate.rehearsal import at_the_door, rehearse
from mailgate.settings import load
from mailgate.settings.expected import KEYS
from mailgate.store.db import in_memory
from mailgate.vetting import Vetted, vet
from tests.stories.example import write_config
from tests.stories.generated import Source
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT

VPN = Mail(ERIKA, SUPPORT, "vpn is slow", "Since Monday.", headers={"Date": "Mon, 23 Nov 2026 10:00:00 +0100"})
HEAD = "given: {from: erika@customer.example, to: [support@example.com], at: 2026-11-23T09:00Z}\n"

Try = Callable[..., list[str]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", {"site": {"state": "state"}})


@pytest.fixture
def problems_of(config: Path) -> Try:
    """What is wrong with a routing test for the VPN mail (or another one)."""

    def judge(text: str | None, mail: bytes | None = VPN.bytes, name: str = "vpn") -> list[str]:
        folder = config / "cases"
        folder.mkdir(exist_ok=True)
        for suffix, content in ((".eml", mail), (".yaml", text.encode() if text is not None else None)):
            if content is not None:
                (folder / f"{name}{suffix}").write_bytes(content)
        return lines(vet(config, os.environ, None))

    return judge


def lines(vetted: Vetted) -> list[str]:
    assert (vetted.settings is None) == bool(vetted.problems)
    return [str(each) for each in vetted.problems]


# -- a test that holds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expected",
    [
        "sort: new_ticket",
        "route: {category: network/vpn, group: network, assignee: null, tags: []}",
        "route: {why: VPN trouble}\nreason: nothing",
        "rules: [{name: VPN trouble, matched: true, line: 1}]",
        "rules: [{name: VPN trouble}]",
        "letters: [{to: anna@example.com, template: new_ticket}]",
        "letters: [{text: [Since Monday., VPN]}]",
        "letters: [{to: ben@example.com}, {to: anna@example.com}]",
        "letters: [{template: new_ticket}, {template: new_ticket, to: anna@example.com}]",
        "letters: [{template: new_ticket}, {}, {template: new_ticket}]\nnothing_else: [letters]",
        "commands: []\nforwarded: null\nbounce:\nattachments: []",
        "new_text: |\n  Since Monday.",
        "auto: {reply: false, respond: true}",
        "ticket: {number: 1001}",
        "refused: null\nagain: null\nstate: handled",
        "trust: {level: claimed, evidence: [no token]}",
        "effects: ['#1001: created']",
        "",
    ],
)
def test_every_part_of_the_document_may_be_expected(problems_of: Try, expected: str) -> None:
    assert problems_of(HEAD + expected) == []


def test_given_may_be_left_out_and_the_mail_says_it(problems_of: Try) -> None:
    assert problems_of("sort: new_ticket\n") == []


def test_a_test_without_a_time_comes_when_it_was_written(config: Path, problems_of: Try) -> None:
    rules = '{"rules": [{"name": "Night", "when": {"hours": "closed office"}, "then": {"category": "rooms"}}]}'
    (config / "routing.yaml").write_text(rules)
    assert problems_of("route: {category: general}\n") == []
    at_night = replace(VPN, headers={"Date": "Mon, 23 Nov 2026 23:00:00 +0100"}).bytes
    assert problems_of("route: {category: rooms}\n", at_night) == []


@pytest.mark.parametrize(
    ("given", "level"),
    [("peer: 127.0.0.1", "aligned"), ("peer: 192.0.2.9", "claimed"), ("source: submission", "claimed")],
)
def test_given_says_how_the_mail_comes(problems_of: Try, given: str, level: str) -> None:
    raw = b"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n" + VPN.bytes
    assert problems_of(f"given: {{{given}}}\ntrust: {{level: {level}}}\n", raw) == []


def test_the_null_sender_is_written_as_a_mail_server_writes_it(problems_of: Try) -> None:
    assert problems_of("given: {from: <>, to: support@example.com}\nauto: {respond: false}\n") == []
    assert problems_of('given: {from: ""}\nauto: {respond: false}\n') == []


def test_no_test_leaves_anything_to_the_next(config: Path, problems_of: Try) -> None:
    for name in ("one", "two", "three"):
        assert problems_of(HEAD + "ticket: {number: 1001}\nsort: new_ticket\n", name=name) == []
    assert vet(config, os.environ, None).cases == 3


# -- a test that breaks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        (
            "route: {category: rooms}",
            "2:19: route.category: expected 'rooms', got 'network/vpn': rule \"VPN trouble\" (routing.yaml:1)",
        ),
        ("sort: held", "2:7: sort: expected 'held', got 'new_ticket'"),
        ("route:\n  assignee: ben", "3:13: route.assignee: expected 'ben', got nothing"),
        ("route: {tags: [vpn]}", "2:16: route.tags.0: expected 'vpn' among them, got nothing"),
        ("new_text: Since Friday.", "2:11: new_text: expected 'Since Friday.', got 'Since Monday.'"),
        ("auto: {reply: true}", "2:15: auto.reply: expected true, got false"),
        (
            "letters: []",
            "2:10: letters: expected nothing here, got {to: 'anna@example.com', template: 'new_ticket'}, {to: 'ben@",
        ),
        (
            "letters:\n  - {to: anna@example.com, template: reply}",
            "3:38: letters.0.template: expected 'reply', got 'new_ticket'",
        ),
        (
            "letters: [{to: eve@example.com}]",
            "2:11: letters.0: expected {to: 'eve@example.com'} among them, got {to: 'anna@example.com'},",
        ),
        (
            "letters: [{template: new_ticket}]\nnothing_else: [letters]",
            "2:10: letters: expected nothing else, got {to:",
        ),
        ("bounce: {class: hard}", "2:9: bounce: expected {class: 'hard'}, got nothing"),
        ("forwarded: {}", "2:12: forwarded: expected {}, got nothing"),
        ("ticket: null", "2:9: ticket: expected nothing, got {number: 1001, matched_by: nothing}"),
        ("reason: because of me", "2:9: reason: expected the words 'because of me', got '"),
        ("rules: [{name: Lamps}]", "2:9: rules.0: expected {name: 'Lamps'} among them, got {name: 'VPN trouble'}"),
        ("rules: [{name: VPN trouble, matched: false}]", "2:38: rules.0.matched: expected false, got true"),
        ("refused: 550", "2:10: refused: expected 550, got nothing"),
    ],
)
def test_what_comes_out_otherwise_is_said_at_its_place(problems_of: Try, expected: str, problem: str) -> None:
    [said] = problems_of(HEAD + expected)
    assert said.startswith(f"cases/vpn.yaml:{problem}")


def test_every_difference_of_every_test_is_said_at_once(problems_of: Try) -> None:
    problems_of(HEAD + "sort: held\nroute: {kind: request, priority: low}\n", name="one")
    said = problems_of(HEAD + "sort: bounce\n", name="two")
    assert [each.split(": ")[0] for each in said] == [
        *("cases/one.yaml:2:7", "cases/one.yaml:3:15", "cases/one.yaml:3:34", "cases/two.yaml:2:7")
    ]


def test_a_mail_that_would_not_get_in_is_told_apart(problems_of: Try) -> None:
    head = "given: {from: erika@customer.example, to: [nobody@elsewhere.example]}\n"
    [said] = problems_of(head + "refused: null\n")
    assert said == "cases/vpn.yaml:2:10: refused: expected nothing, got '550 5.1.1 no such address here'"
    assert problems_of(head + "refused: 550 5.1.1 no such address here\n") == []


# -- how it is written -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("given: {form: a@b.example}", "1:9: given.form: unknown key 'form'; did you mean 'from'?"),
        ("given: {peer: home}", "1:15: given.peer: 'home' is no IP address; write one such as 192.0.2.7"),
        ("given: {source: smpt}", "1:17: given.source: there is no way in 'smpt'; did you mean smtp?"),
        ("given: {at: tomorrow}", "1:13: given.at: 'tomorrow' is no time; write one such as 2026-12-24T14:00Z"),
        ("given: {to: []}", "1:13: given.to: nobody stands here; write one of our addresses, or leave the key out"),
        ("given: {from: [a]}", "1:15: given.from: a list stands here; write one text"),
        ("given: [x]", "1:8: given: write how the mail comes: given: {from: …, to: […], peer: …, source: …, at: …}"),
        ("giben: {}", "1:1: giben: unknown key 'giben'; did you mean 'given'?"),
        ("rote: {category: x}", "1:1: rote: unknown key 'rote'; did you mean 'route'?"),
        ("route: {categry: x}", "1:9: route.categry: unknown key 'categry'; did you mean 'category'?"),
        ("letters: [{tmplate: x}]", "1:12: letters.0.tmplate: unknown key 'tmplate'; did you mean 'template'?"),
        ("route: {correlate: {keys: x}}", "1:21: route.correlate.keys: unknown key 'keys'; did you mean 'key'?"),
        ("sort: a\nsort: b", "2:1: sort: 'sort' stands here twice, first in line 1; keep one of them"),
        ("sort: *x", "1:7: sort: anchors and aliases are not used here"),
        ("route: {category: [x", "1:20: this is no plain text: put it in quotes: 'x'"),
        ("- sort", "1:1: a list stands here; the file has to be made of `key: value` lines"),
        ("", "1:1: the file is empty"),
        ("nothing_else: [letters]", "1:16: nothing_else.0: there is no list 'letters' in this case; such as letters:"),
        ("letters: []\nnothing_else: leters", "2:15: nothing_else: there is no list 'leters' in this case; write lett"),
    ],
)
def test_a_test_that_is_written_wrongly_is_said_at_its_place(problems_of: Try, text: str, problem: str) -> None:
    said = [each for each in problems_of(text) if problem in each]
    assert said, problems_of(text)
    assert said[0].startswith(f"cases/vpn.yaml:{problem}")


def test_a_mail_without_a_test_and_a_test_without_a_mail_are_problems(config: Path, problems_of: Try) -> None:
    problems_of(None, name="alone")
    problems_of("sort: new_ticket\n", None, name="lonely")
    problems_of(None, name="odd")
    (config / "cases" / "odd.yml").write_text("sort: held\n")
    (config / "cases" / ".hidden.yaml").write_text("x")
    (config / "cases" / "README").write_text("x")
    assert lines(vet(config, os.environ, None)) == [
        "cases/alone.eml:1:1: there is no alone.yaml that says what has to become of this mail;"
        " `mailgate explain cases/alone.eml` helps",
        "cases/lonely.yaml:1:1: there is no mail lonely.eml to this routing test",
        "cases/odd.eml:1:1: there is no odd.yaml that says what has to become of this mail;"
        " `mailgate explain cases/odd.eml` helps",
        "cases/odd.yml:1:1: nothing reads this file; call it odd.yaml",
    ]


def test_tests_are_read_also_where_the_rest_is_broken(config: Path, problems_of: Try) -> None:
    (config / "routing.yaml").write_text("ruls: []\n")
    said = problems_of(HEAD + "sort: held\nrote: {}\n")
    assert [each.partition(": ")[0] for each in said] == ["routing.yaml:1:1", "cases/vpn.yaml:3:1"]


def test_what_looks_like_a_variable_is_what_somebody_has_written(problems_of: Try) -> None:
    raw = Mail(ERIKA, SUPPORT, "${HOME}", "What is ${NOT_SET}?").bytes
    assert problems_of(HEAD + "new_text: What is ${NOT_SET}?\n", raw) == []


def test_the_keys_a_test_may_name_are_those_of_the_document(config: Path) -> None:
    settings, source, desk = load.read(config, os.environ), Source(11), in_memory()
    seen: set[str] = set()
    for _ in range(150):
        one = source.next([])
        said = Said(one.sender, one.recipients, peer="127.0.0.1", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
        clock = SetClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
        document = rehearse(desk, settings, one.raw, said, clock) | at_the_door(desk, settings, one.raw, said, clock)
        seen |= {path for path, keys in shapes(document) if keys == set(KEYS[path])}
    desk.close()
    assert seen >= {"", "trust", "ticket", "rules", "route", "auto", "attachments", "letters"}


def shapes(value: object, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Each object of a document with its keys; an unknown path is a KeyError of the caller."""
    if isinstance(value, dict):
        yield path, set(value)
        for key, below in value.items():
            yield from shapes(below, f"{path}.{key}".lstrip("."))
    for each in value if isinstance(value, list) else ():
        yield from shapes(each, path)


# -- letters in other languages ----------------------------------------------------------------------------------------


def missing(config: Path) -> list[str]:
    return [
        f"{each.path}: {each.message}" for each in vet(config, os.environ, None).warnings if "letter" in each.message
    ]


def test_a_language_in_which_there_are_no_letters_is_named_where_it_stands(tmp_path: Path) -> None:
    rule = {"name": "x", "when": {"from": "*@client.example"}, "then": {"language": "fr"}}
    ours = {"addresses": [{"address": "support@example.com", "language": "de-AT"}], "rules": [rule]}
    config = write_config(tmp_path / "config", {"site": {"state": "state", "language": "fr"}, **ours})
    said = "no letter is there in fr; add templates/acknowledged.fr.txt and so on, else letters are written in en"
    assert missing(config) == [f"site.language: {said}", f"rules.0.then.language: {said}"]


def test_the_letters_that_are_missing_in_a_language_are_named(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"site": {"state": "state"}, "agents": {"ben": {"language": "fr"}}})
    (config / "templates").mkdir()
    for name in [*LETTERS][2:]:
        (config / "templates" / f"{name}.fr.txt").write_text("Bonjour.\n")
    first, second = [*LETTERS][:2]
    said = f"in fr these letters are missing: {first}, {second}; add templates/{first}.fr.txt and so on"
    assert missing(config) == [f"agents.ben.language: {said}, else they are written in en"]
