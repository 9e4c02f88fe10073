"""What `reload` says that changes: everything, in words, and no secret."""

from __future__ import annotations

import contextlib
import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailgate.settings import load
from mailgate.settings.difference import FOLDERS, differences, is_fixed, needs_restart
from mailgate.settings.model import Settings
from mailgate.settings.routing import Pattern
from mailgate.settings.scalars import Section
from tests.stories.example import CONFIG, FILES, Json

FULL: Json = {
    **copy.deepcopy(CONFIG),
    "site": {**CONFIG["site"], "state": "var", "url": "https://tickets.example.com"},
    "tickets": {"old_tags": [r"\[Ticket#(\d+)\]"]},
    "intake": {
        **CONFIG["intake"],
        "refuse": {"from": ["*@spam.example"], "to": []},
        "submission": {"listen": "127.0.0.1:2587", "trusted_peers": ["192.0.2.1"]},
        "lmtp": {"listen": "unix:lmtp.sock", "authserv_id": "mx.example.com"},
        "imap": [{"name": "shared", "address": "support@example.com", "host": "imap.example.com", "user": "support"}],
    },
    "delivery": {
        "relays": [{"url": "smtp://127.0.0.1:25", "rate": "300/h"}, {"url": "smtp://127.0.0.2:25"}],
        "dkim": [{"domain": "example.com", "selector": "s1", "key_file": "key"}],
    },
    "web": {"api_tokens": [{"name": "bi", "token_file": "key"}]},
    "customer_groups": {
        "partners": {"name": "Partners", "match": ["*@partner.example"], "promises": {"response": "1h"}},
        "staff": {"name": "Staff", "match": ["*@example.com"], "internal": True},
    },
    "second_level": {"group": "office"},
    "commands": {"take": "aligned"},
    "channels": {"phone": {"name": {"en": "Phone", "de": "Telefon"}}},
    "notices": [{"from": "2026-12-01T08:00", "until": "2026-12-01T18:00", "category": "rooms", "text": "Cold."}],
    "rules": [
        *CONFIG["rules"],
        {
            "name": "Nagios",
            "when": {"any": [{"from": "nagios@example.com"}, {"header": {"X-Alert": "*"}}], "not": {"subject": "test"}},
            "then": {"category": "network", "tags": ["alert"], "correlate": {"key": r"host=(\S+)", "within": "24h"}},
        },
    ],
}

Desk = Callable[[Json], Settings]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The settings of a whole configuration, read from files."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "key").write_text("secret")
    folder = tmp_path / "config"
    folder.mkdir()

    def read(config: Json) -> Settings:
        for name, keys in FILES.items():
            (folder / f"{name}.yaml").write_text(json.dumps({key: config[key] for key in keys if key in config}))
        return load.read(folder, os.environ)

    return read


def said(desk: Desk, before: Json, after: Json) -> list[str]:
    """What changes, in English; said in German as often."""
    found = differences(desk(before), desk(after))
    assert len({each.german for each in found}) == len(found)
    return [str(each) for each in found]


def changed(edit: Callable[[Json], object]) -> Json:
    config = copy.deepcopy(FULL)
    edit(config)
    return config


# -- in words ----------------------------------------------------------------------------------------------------------


def test_nothing_changes_without_a_change(desk: Desk) -> None:
    assert said(desk, FULL, FULL) == []


@pytest.mark.parametrize(
    ("edit", "sentences"),
    [
        (
            lambda c: c["rules"].append({"name": "Lamps", "when": {"subject": "lamp"}, "then": {"category": "rooms"}}),
            ['Rule "Lamps" is new (routing.yaml:1)'],
        ),
        (lambda c: c["rules"].pop(0), ['Rule "VPN trouble" is gone']),
        (
            lambda c: c["rules"].reverse(),
            ["Rules are asked in another order: Nagios, Odd ones, Newsletters, VPN trouble"],
        ),
        (
            lambda c: c["rules"][0]["then"].update(priority="urgent"),
            ['Rule "VPN trouble" (routing.yaml:1): then.priority changes from high to urgent'],
        ),
        (
            lambda c: c["rules"][0].update(when={"subject": {"regex": "vpn|tunnel"}}),
            [
                'Rule "VPN trouble" (routing.yaml:1): when.subject vpn removed',
                'Rule "VPN trouble" (routing.yaml:1): when.subject {regex: vpn|tunnel} added',
            ],
        ),
        (
            lambda c: c["agents"]["ben"].update(active=False),
            ["Agent ben is no longer active: open tickets go back to the group"],
        ),
        (lambda c: c["groups"]["network"]["members"].append("cleo"), ["Group network: member cleo added"]),
        (lambda c: c["groups"]["network"]["members"].reverse(), ["Group network: members in another order: ben, anna"]),
        (
            lambda c: c["categories"]["network"].update(group="office"),
            ["Category network: group changes from network to office"],
        ),
        (lambda c: c["categories"]["network"]["subcategories"].pop("vpn"), ["Category network/vpn is gone"]),
        (
            lambda c: c["categories"]["network"].update(subcategories={"tunnel": {"name": "VPN", "was": ["vpn"]}}),
            ["Category network/vpn is called network/tunnel now"],
        ),
        (
            lambda c: c.update(limits={"message_size": "30MiB", "free_disk": "1MiB"}),
            ["limits.message_size: 25 MiB → 30 MiB"],
        ),
        (lambda c: c["commands"].clear(), ["commands.take: aligned → nothing"]),
        (
            lambda c: c["delivery"]["relays"].reverse(),
            ["Relays are tried in another order: smtp://127.0.0.2:25, smtp://127.0.0.1:25"],
        ),
        (lambda c: c["site"]["admins"].append("chef@example.com"), ["site.admins: admin chef@example.com added"]),
        (
            lambda c: c["calendars"]["office"]["open"].update({"sat": ["09:00-12:00"]}),
            ["Calendar office: open.sat changes from nothing to 09:00-12:00"],
        ),
        (
            lambda c: c.update(reminders=[]),
            [
                "reminders: reminder {when: yellow, to: assignee} removed",
                "reminders: reminder {when: red, to: [group, coordinator]} removed",
                "reminders: reminder {when: {waiting_for_reporter: 3d}, to: reporter, max: 2} removed",
            ],
        ),
    ],
    ids=lambda value: value[0][:40] if isinstance(value, list) else "",
)
def test_it_is_said_in_words(desk: Desk, edit: Callable[[Json], object], sentences: list[str]) -> None:
    before = copy.deepcopy(FULL)
    if "vpn" in sentences[0] and "Category" in sentences[0]:
        before["rules"][0]["then"].pop("category")
    after = copy.deepcopy(before)
    edit(after)
    assert said(desk, before, after) == sentences


def test_an_agent_under_another_name_is_the_same_one(desk: Desk) -> None:
    def alma(config: Json) -> None:
        config["agents"]["alma"] = {**config["agents"].pop("anna"), "was": ["anna"], "language": "de"}
        config["groups"]["network"]["members"] = ["alma", "ben"]

    assert said(desk, FULL, changed(alma)) == [
        "Agent anna is called alma now",
        "Agent alma: language changes from en to de",
        "Group network: member anna removed",
        "Group network: member alma added",
    ]


def test_texts_beside_the_files_are_named(desk: Desk) -> None:
    def beside(settings: Settings, **texts: str) -> Settings:
        for name, text in texts.items():
            path = settings.folder / name.replace("__", "/").replace("_en_", ".en.").replace("_yaml", ".yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return desk(FULL)

    before = desk(FULL)
    after = beside(
        before, templates__reply_en_txt="{{ words }}", answers__vpn_en_txt="Restart.", cases__vpn_yaml="a: 1"
    )
    assert [str(each) for each in differences(before, after)] == [
        "Text for agents vpn.en.txt is new",
        "Routing test vpn is new",
        "Letter template reply.en.txt is overridden now",
    ]
    edited = beside(before, templates__reply_en_txt="Hello. {{ words }}")
    assert [str(each) for each in differences(after, edited)] == ["Letter template reply.en.txt is another one"]
    assert [str(each) for each in differences(edited, before)][
        -1
    ] == "Letter template reply.en.txt is no longer overridden"
    key = beside(edited, **{"keys/anna.asc": "a key"})
    assert [str(each) for each in differences(edited, key)] == ["Key anna.asc is new"]
    assert key.version != edited.version
    assert set(FOLDERS) == {"templates", "answers", "cases", "keys"}


# -- all of it ---------------------------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value that is no mapping and no list."""
    if isinstance(value, (dict, list)) and value:
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(below, (*path, key))
    else:
        yield path


def written(value: Any) -> Any:
    """As it would stand in the files."""
    if isinstance(value, Pattern):
        return value.glob or {key: text for key, text in (("regex", value.regex), ("is", value.is_)) if text}
    if isinstance(value, Section):
        fields = type(value).model_fields.items()
        return {field.alias or name: written(getattr(value, name)) for name, field in fields}
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [written(each) for each in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)


WHOLE: Json = written(Settings.model_validate(FULL))
"""Every key, those at their default too."""
OTHERS: tuple[Any, ...] = (
    *(True, False, 1, 2, 7, "2", "high", "de", "9d", "9/h", "none", "keep", "flag", "delete", "each", "full", "reopen"),
    *("2027-01-01", "2027-01-01T09:00", "send", "null", "informal", "ask", "all", "proven", "write", "on_change"),
    *("starttls", "google", "red", "yellow", "admins", "assignee", "group", ["x"], ["group"], ["attachment"]),
    ["2027-01-01"],
    *({"name": "x"}, {"x": "y"}, {"solution": "9d"}, {"cert_file": "a", "key_file": "b"}, {"secret_file": "a"}),
    *({"group": "office"}, {"x": {"name": "y"}}, {"red_after": "1h"}, {"subject": "x"}, {"key": "(x)"}),
    *([{"subject": "x"}], [{"glob": "x"}], [{"name": "x", "then": {}}]),
)
"""One of these fits everywhere."""


OLD = Settings.model_validate(WHOLE)


def another(path: tuple[Any, ...]) -> Settings | None:
    """The whole with another value at that place: the first that fits there, most likely one of its own type."""
    config = copy.deepcopy(WHOLE)
    at: Any = config
    for key in path[:-1]:
        at = at[key]
    own = type(at[path[-1]])
    for value in sorted(OTHERS, key=lambda each: type(each) is not own):
        at[path[-1]] = copy.deepcopy(value)
        with contextlib.suppress(ValueError):
            settings = Settings.model_validate(config)
            if settings != OLD:
                return settings
    return None


def test_every_key_of_the_whole_configuration_can_be_read_back() -> None:
    assert Settings.model_validate(FULL) == OLD


@pytest.mark.parametrize("path", list(leaves(WHOLE)), ids=lambda path: ".".join(map(str, path)))
def test_no_key_changes_unsaid(path: tuple[Any, ...]) -> None:
    other = another(path)
    assert other is not None, "this test knows no other value that fits here"
    told = needs_restart if is_fixed(path) else differences
    there, back = told(OLD, other), told(other, OLD)
    assert there
    assert back
    assert all(each.english.strip() and each.german.strip() for each in (*there, *back))
    untold = differences if is_fixed(path) else needs_restart
    assert untold(OLD, other) == ()


def test_what_is_the_same_in_another_order_is_told_where_the_order_counts(desk: Desk) -> None:
    def staff_first(config: Json) -> None:
        config["customer_groups"] = dict(reversed(config["customer_groups"].items()))

    assert said(desk, FULL, changed(staff_first)) == ["Customer groups are asked in another order: staff, partners"]


# -- what can not be taken over ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda c: c["intake"]["smtp"].update(listen="127.0.0.1:25"), "intake.smtp.listen: 127.0.0.1:0 → 127.0.0.1:25"),
        (lambda c: c["intake"]["lmtp"].pop("listen"), "intake.lmtp.listen: unix:lmtp.sock → nothing"),
        (lambda c: c["intake"].pop("submission"), "intake.submission.listen: 127.0.0.1:2587 → nothing"),
        (lambda c: c["web"].update(listen="127.0.0.1:9"), "web.listen: 127.0.0.1:8080 → 127.0.0.1:9"),
        (lambda c: c["site"].pop("state"), "site.state: var → nothing"),
    ],
    ids=["smtp", "lmtp", "submission", "web", "state"],
)
def test_a_restart_is_needed_for_what_is_listened_on_and_stored_in(
    desk: Desk, edit: Callable[[Json], object], sentence: str
) -> None:
    found = needs_restart(desk(FULL), desk(changed(edit)))
    assert [str(each) for each in found] == [f"{sentence}: only after a restart"]


def test_tls_is_turned_on_and_off_by_a_restart_and_another_certificate_needs_none() -> None:
    def with_tls(tls: Json | None) -> Settings:
        return Settings.model_validate({**WHOLE, "intake": {"smtp": {"tls": tls}, "imap_defaults": {"tls": "none"}}})

    one, other = ({"cert_file": name, "key_file": "k"} for name in ("c", "d"))
    assert len(needs_restart(with_tls(None), with_tls(one))) == len(needs_restart(with_tls(one), with_tls(None))) == 1
    assert needs_restart(with_tls(one), with_tls(other)) == ()


def test_another_database_needs_a_restart_and_its_password_stands_nowhere() -> None:
    def at(url: str) -> Settings:
        return Settings.model_validate({**WHOLE, "storage": {"database": url}})

    [said] = needs_restart(at("sqlite"), at("postgresql://mailgate:hunter2@db/mailgate"))
    assert str(said) == "storage.database: sqlite → postgresql://mailgate:…@db/mailgate: only after a restart"
    [other] = needs_restart(at("postgresql://mailgate:hunter2@db/x"), at("postgresql://mailgate:hunter3@db/x"))
    assert str(other) == "storage.database changes; what is secret of it is not shown: only after a restart"


# -- secrets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: c["site"].update(name="${SECRET}"),
        lambda c: c["agents"]["anna"].update(aliases=["${SECRET}@example.net"]),
        lambda c: c["addresses"][1].update(address="${SECRET}@example.com"),
        lambda c: c["rules"][0].update(name="${SECRET}"),
        lambda c: c["rules"][3]["when"]["any"][0].update({"from": "${SECRET}"}),
        lambda c: c["categories"]["network"]["subcategories"]["vpn"].update(notify="${SECRET}@example.net"),
        lambda c: c["categories"]["network"].update(subcategories={"vpn": "${SECRET}"}),
        lambda c: c["intake"]["refuse"].update({"from": ["*@spam.example", "${SECRET}"]}),
        lambda c: c["site"].update(admins=["${SECRET}@example.net", "ops@example.com"]),
    ],
    ids=["name", "alias", "address", "rule", "condition", "category", "short category", "list", "order"],
)
def test_what_comes_from_the_environment_is_never_shown(
    desk: Desk, edit: Callable[[Json], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = changed(lambda c: c["categories"]["network"].update(subcategories={"vpn": {"name": "VPN"}}))
    after = copy.deepcopy(before)
    edit(after)
    monkeypatch.setenv("SECRET", "hunter2")
    there, back = differences(desk(before), desk(after)), differences(desk(after), desk(before))
    assert there
    assert back
    monkeypatch.setenv("SECRET", "hunter3")
    other = differences(desk(before), desk(after))
    for each in (*there, *back, *other):
        assert "hunter" not in each.english + each.german
