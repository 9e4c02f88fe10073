"""Logins of relays and mailboxes that can not work are found with their place, before anybody tries them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from mailgate.settings import load
from tests.stories.example import write_config

BOX = {"name": "m365", "address": "it@example.com", "user": "it@example.com", "provider": "microsoft365"}
APP = {"client_id": "c", "tenant": "t"}
RELAY = {"url": "smtp+starttls://smtp.office365.com", "user": "it@example.com"}


def problems(folder: Path, boxes: list[dict[str, Any]], relays: list[dict[str, Any]] | None = None) -> list[str]:
    """Each as `path: what is wrong`."""
    (folder / "state").mkdir()
    (folder / "state" / "file").write_text("x")
    config = {"site": {"state": str(folder / "state")}, "intake": {"imap": boxes}}
    config["delivery"] = {"relays": relays or [{"url": "smtp://127.0.0.1"}]}
    examined = load.examine(write_config(folder / "config", json.loads(json.dumps(config))), os.environ)
    return [f"{each.path}: {each.message}" for each in examined.problems]


@pytest.mark.parametrize(
    "box",
    [
        {**BOX, "oauth": APP},
        {**BOX, "oauth": {**APP, "secret_file": "file", "secret_expires": "2027-05-01"}},
        {**BOX, "oauth": {"client_id": "c"}},
        {**BOX, "provider": "google", "oauth": {"client_id": "c", "secret_file": "file"}},
        {**BOX, "provider": "none", "host": "imap.gmail.com", "oauth": {"client_id": "c", "secret_file": "file"}},
        {**BOX, "provider": "none", "host": "imap.example.com", "oauth": APP},
        {**BOX, "password_file": "file"},
    ],
)
def test_a_login_that_can_work_is_no_problem(tmp_path: Path, box: dict[str, Any]) -> None:
    relay = {**RELAY, "oauth": {"same_as": "m365"}} if "oauth" in box else {"url": "smtp://127.0.0.1"}
    assert problems(tmp_path, [box, {**box, "name": "second"}], [relay]) == []


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ({"oauth": {"tenant": "t"}}, "intake.imap.0.oauth: client_id is missing"),
        ({"oauth": {"client_id": "c", "secret_file": "file"}}, "intake.imap.0.oauth: tenant is missing"),
        ({"provider": "google", "oauth": APP}, "intake.imap.0.oauth: secret_file is missing; Google wants"),
        ({"provider": "none", "oauth": {"client_id": "c"}}, "intake.imap.0.oauth: whose OAuth it is can not be told"),
        ({"oauth": APP, "password_file": "file"}, "intake.imap.0.password_file: write password_file or oauth"),
        ({"oauth": {"same_as": "m356"}}, "intake.imap.0.oauth.same_as: there is no mailbox 'm356'; did you mean"),
        ({"oauth": {"same_as": "m365"}}, "intake.imap.0.oauth.same_as: mailbox 'm365' has no oauth of its own"),
        ({"oauth": {**APP, "secret_expires": "soon"}}, "intake.imap.0.oauth.secret_expires: "),
    ],
)
def test_a_mailbox_with_half_a_login_is_named(tmp_path: Path, box: dict[str, Any], said: str) -> None:
    [problem] = problems(tmp_path, [{**BOX, **box}])
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("relay", "said"),
    [
        ({"oauth": APP}, None),
        ({"oauth": {"same_as": "m365"}, "user": None}, None),
        ({"oauth": {"same_as": "m365", "tenant": "t"}}, "oauth.tenant: same_as takes the whole login"),
        ({"oauth": APP, "user": None}, "oauth: user is missing"),
        ({"oauth": {"client_id": "c"}, "url": "smtps://smtp.example.com"}, "oauth: whose OAuth it is"),
        ({"oauth": {"client_id": "c"}, "url": "smtps://smtp.gmail.com"}, "oauth: secret_file is missing"),
        ({"oauth": {"same_as": "other"}}, "oauth.same_as: there is no mailbox 'other'"),
        ({"oauth": {"same_as": "plain"}}, "oauth.same_as: mailbox 'plain' has no oauth of its own"),
        ({"oauth": APP, "password_file": "file"}, "password_file: write password_file or oauth, not both"),
        ({"oauth": APP, "url": "smtp://smtp.office365.com"}, "url: a token would travel unprotected"),
        ({"url": "smtp://smtp.office365.com", "password_file": "file"}, "url: a password would travel unprotected"),
        ({"url": "lmtp://lmtp.example.com:24", "password_file": "file"}, "url: a password would travel unprotected"),
        ({"url": "lmtp://127.0.0.1:24", "password_file": "file"}, None),
        ({"url": "lmtp:lmtp.sock", "password_file": "file"}, None),
    ],
)
def test_a_relay_with_half_a_login_is_named(tmp_path: Path, relay: dict[str, Any], said: str | None) -> None:
    boxes: list[dict[str, Any]] = [{**BOX, "oauth": APP}, {**BOX, "name": "plain", "password_file": "file"}]
    made = {name: value for name, value in {**RELAY, **relay}.items() if value is not None}
    found = problems(tmp_path, boxes, [made])
    assert len(found) == (said is not None)
    assert all(each.startswith(f"delivery.relays.0.{said}") for each in found)


def test_agents_are_believed_by_what_the_provider_of_a_mailbox_says(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    box = {**BOX, "password_file": str(tmp_path / "password")}
    for provider, believed in (("microsoft365", True), ("google", True), ("none", False)):
        config = {"intake": {"smtp": {"listen": None}, "imap": [{**box, "provider": provider, "host": "127.0.0.1"}]}}
        examined = load.examine(write_config(tmp_path / provider, config), os.environ)
        doubts = " ".join(each.message for each in examined.warnings)
        assert ("no agent's answer can leave" in doubts) is not believed
        assert "nothing listens" not in doubts
