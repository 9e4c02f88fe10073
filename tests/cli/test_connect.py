"""`mailgate connect`: what waits in a mailbox, what a relay takes, a person where OAuth needs one; nothing changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailgate.intake.imap_place import reading_of
from mailgate.oauth.providers import OVERRIDE
from mailgate.settings import load
from mailgate.store import ledger
from mailgate.store.db import open_store
from tests.cli.terminal import Terminal
from tests.doubles.dovecot import PASSWORD, USER, Dovecot
from tests.doubles.exchange import Exchange
from tests.doubles.oauth_server import SECRET, OAuthServer
from tests.doubles.relay import Relay
from tests.stories.example import write_config


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    with OAuthServer() as server:
        monkeypatch.setenv(OVERRIDE, server.url)
        yield server


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


def desk(folder: Path, boxes: list[dict[str, Any]], *relays: dict[str, Any], **more: Any) -> Terminal:
    (folder / "state").mkdir(parents=True)
    (folder / "state" / "password").write_text(PASSWORD)
    (folder / "state" / "secret").write_text(SECRET)
    (folder / "state" / "other").write_text("another password")
    changed = {
        "site": {"state": str(folder / "state")},
        "intake": {"imap": boxes},
        "delivery": {"relays": list(relays)},
        **more,
    }
    return Terminal(write_config(folder / "config", changed))


def box(port: int, **more: Any) -> dict[str, Any]:
    named = {"name": "shared", "address": "support@example.com", "host": "127.0.0.1", "port": port, "tls": "none"}
    return {**named, "user": USER, "password_file": "password", **more}


def m365(port: int, **oauth: Any) -> dict[str, Any]:
    by = {"tenant": "example.com", "client_id": "app-id", **oauth}
    named = {"name": "m365", "user": "it@example.com", "provider": "microsoft365", "oauth": by}
    return {name: value for name, value in {**box(port), **named}.items() if name != "password_file"}


def mail(number: int) -> bytes:
    return f"From: erika@customer.example\r\nSubject: mail {number}\r\n\r\nwords\r\n".encode()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        server.put(*map(mail, range(3)))
        yield server


@pytest.mark.parametrize(
    ("since", "words", "number"),
    [
        ("now", "none of them would be fetched, only what comes from now on", 0),
        ("all", "3 of them would become tickets, silently", 3),
        ("2001-01-01", "3 of them would become tickets, silently (since: 2001-01-01)", 3),
        ("2101-01-01", "0 of them would become tickets", 0),
    ],
)
def test_it_says_what_waits_and_what_of_it_would_be_fetched(
    tmp_path: Path, dovecot: Dovecot, relay: Relay, since: str, words: str, number: int
) -> None:
    run = desk(tmp_path, [box(dovecot.port, since=since)], {"url": relay.url})
    said = run("connect")
    assert said.code == 0, said
    assert f"mailbox  shared (support at 127.0.0.1:{dovecot.port}): 3 mails in INBOX; {words}" in said.out
    assert f"relay    {relay.url}: ready; takes letters up to 64 MiB" in said.out
    document = run.json("connect")
    assert (document["ok"], document["mailboxes"][0]["mails"]) == (True, 3)
    assert document["mailboxes"][0]["would_be_fetched"] == number


def test_it_changes_nothing(tmp_path: Path, dovecot: Dovecot, relay: Relay) -> None:
    run = desk(tmp_path, [box(dovecot.port)], {"url": relay.url}, {"url": f"maildir:{tmp_path}/out"})
    before = dovecot.flags()
    assert run("connect").code == 0
    assert (dovecot.flags(), len(dovecot.subjects()), relay.commands["MAIL"]) == (before, 3, 0)
    assert sorted(each.name for each in (tmp_path / "state").iterdir()) == ["other", "password", "secret"]
    assert not (tmp_path / "out").exists()


def test_where_there_is_a_database_it_says_what_was_not_fetched_yet(tmp_path: Path, dovecot: Dovecot) -> None:
    run = desk(tmp_path, [box(dovecot.port)], {"url": f"maildir:{tmp_path}/out"})
    settings = load.read(tmp_path / "config", os.environ)
    store = open_store(settings, create=True)
    place = reading_of(settings, settings.intake.imap[0]).ledger
    uidvalidity = int(dovecot.doveadm("-f", "tab", "mailbox", "status", "-u", USER, "uidvalidity", "INBOX").split()[-1])
    with store.journal.begin() as journal:
        ledger.begin(journal, place, "shared", uidvalidity, datetime.now(UTC))
    store.close()
    assert "3 mails in INBOX; 3 of them not fetched yet" in run("connect").out


def test_what_does_not_work_is_said_for_each_and_is_a_failure(tmp_path: Path, dovecot: Dovecot, relay: Relay) -> None:
    broken = [
        box(dovecot.port, name="wrong", password_file="other"),
        box(9, name="away"),
        box(dovecot.port, name="folder", folder="Nowhere"),
        box(dovecot.port, name="fine"),
    ]
    run = desk(tmp_path, broken, {"url": "smtp://127.0.0.1:9"}, {"url": relay.url})
    said = run("connect")
    assert said.code == 1
    assert "mailbox  away (support at 127.0.0.1:9): no connection to 127.0.0.1:9" in said.out
    assert "Authentication failed" in said.out
    assert "EXAMINE: Mailbox doesn't exist" in said.out
    assert "3 mails in INBOX" in said.out
    assert "relay    smtp://127.0.0.1:9: no connection" in said.out
    document = run("connect", "--json").json
    assert [each["ok"] for each in document["mailboxes"]][1:] == [False, False, True]
    assert [each["ok"] for each in document["relays"]] == [False, True]


def test_one_of_them_can_be_named_and_a_wrong_name_is_told(tmp_path: Path, dovecot: Dovecot, relay: Relay) -> None:
    run = desk(tmp_path, [box(dovecot.port), box(9, name="away")], {"url": relay.url})
    assert run("connect", "shared").code == 0
    assert run("connect", relay.url).out.count("\n") == 1
    said = run("connect", "sharde")
    assert (said.code, said.out) == (1, "")
    assert "There is no mailbox or relay 'sharde'; did you mean 'shared'?" in said.err


def test_a_person_types_a_code_once_and_the_mailbox_and_the_relay_are_open(
    tmp_path: Path, provider: OAuthServer
) -> None:
    with Exchange(provider.valid.__contains__) as server, Relay(tokens=provider.valid) as relay:
        run = desk(tmp_path, [m365(server.port)], {"url": relay.url, "oauth": {"same_as": "m365"}})
        first, second = run("connect"), run("connect")
        assert first.code == 0, first
        assert "Open https://login.example/device on any device, and type ABCD-EFGH there" in first.err
        assert f"         kept in {tmp_path}/state/oauth, where the daemon has to look too" in first.out
        assert "mailbox  m365 (it@example.com at 127.0.0.1" in first.out
        assert "1 mail in INBOX" in first.out
        assert f"relay    {relay.url} as it@example.com: ready" in first.out
        assert (second.code, "ABCD-EFGH" in second.err) == (0, False)
        assert provider.grants() == ["device_code", "refresh_token"]
        assert run("connect", "--anew").err.count("ABCD-EFGH") == 1
        provider.revoke()
        document = run("connect", "--json")
    assert "ABCD-EFGH" in document.err, "what was kept counts no more, so a person is asked again"
    [login] = document.json["logins"]
    assert (login["name"], login["ok"], login["by_person"]) == ("m365", True, True)
    assert login["token_until"].endswith("Z")
    assert login["kept_in"] == f"{tmp_path}/state/oauth"


def test_an_application_needs_nobody_and_is_told_to_note_when_its_secret_ends(
    tmp_path: Path, provider: OAuthServer
) -> None:
    with Exchange(provider.valid.__contains__) as server:
        boxes = [m365(server.port, secret_file="secret")]
        said = desk(tmp_path, boxes, {"url": f"maildir:{tmp_path}/out"})("connect")
        assert (said.code, "ABCD-EFGH" in said.err) == (0, False)
        assert "when its secret expires is not known; note it down as oauth.secret_expires" in said.out
        boxes = [m365(server.port, secret_file="secret", secret_expires="2020-02-01")]
        said = desk(tmp_path / "noted", boxes, {"url": f"maildir:{tmp_path}/out"})("connect")
    assert "the secret of the login m365 has expired on 2020-02-01" in said.out


@pytest.mark.parametrize("decision", ["access_denied", "expired_token"])
def test_a_person_who_does_not_agree_is_a_failure_in_words(
    tmp_path: Path, provider: OAuthServer, decision: str
) -> None:
    provider.decision = decision
    with Exchange(provider.valid.__contains__) as server:
        said = desk(tmp_path, [m365(server.port)], {"url": f"maildir:{tmp_path}/out"})("connect")
    told: dict[str, Callable[[str], bool]] = {
        "access_denied": lambda out: "whoever was asked did not agree" in out,
        "expired_token": lambda out: "nobody has typed the code in time" in out,
    }
    assert said.code == 1
    assert told[decision](said.out)
    assert "nobody has logged in for m365 yet; run `mailgate connect m365`" in said.out
    assert not list((tmp_path / "state" / "oauth").glob("*.json"))


def gmail(port: int) -> dict[str, Any]:
    return {**m365(port), "name": "gmail", "provider": "google", "oauth": {"client_id": "a", "secret_file": "secret"}}


def begun(folder: Path) -> subprocess.Popen[str]:
    """The command, as a process of its own."""
    command = [sys.executable, "-m", "mailgate", "connect", "--config", str(folder / "config")]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, preexec_fn=_interruptible)


def _interruptible() -> None:
    """What runs in the background of a shell ignores Ctrl-C, and hands that down."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_of_google_a_person_copies_the_address_where_the_browser_ends(tmp_path: Path, provider: OAuthServer) -> None:
    with Exchange(provider.valid.__contains__) as server:
        desk(tmp_path, [gmail(server.port)], {"url": f"maildir:{tmp_path}/out"})
        with begun(tmp_path) as running:
            assert running.stderr
            said = iter(running.stderr.readline, "Address: ")
            url = next(line for line in said if "/o/oauth2/v2/auth?" in line)
            state = url.partition("state=")[2].partition("&")[0]
            out, _ = running.communicate(f"http://127.0.0.1:1/?state={state}&code=4/x&scope=mail\n", timeout=20)
    assert (running.returncode, "1 mail in INBOX" in out) == (0, True)


def test_an_end_of_input_is_no_address(tmp_path: Path, provider: OAuthServer) -> None:
    said = desk(tmp_path, [gmail(1)], {"url": f"maildir:{tmp_path}/out"})("connect", "gmail")
    assert (said.code, "holds no code; copy all of it" in said.out) == (1, True)


@pytest.mark.parametrize(("box", "shown"), [(m365(1), "ABCD-EFGH"), (gmail(1), "Address")])
def test_whoever_gives_up_leaves_nothing_half(
    tmp_path: Path, provider: OAuthServer, box: dict[str, Any], shown: str
) -> None:
    provider.pending = 1000
    desk(tmp_path, [box], {"url": f"maildir:{tmp_path}/out"})
    with begun(tmp_path) as running:
        assert running.stderr
        before = ""
        while shown not in before:
            before += running.stderr.read(1)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out) == (1, "")
    assert err.strip().endswith("Given up; nothing was changed.")
    assert not list((tmp_path / "state").rglob("*.json"))
