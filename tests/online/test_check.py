"""`mailgate check --online`, against a DNS server, relays and mailboxes of the test: nothing is sent or written."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgate import connecting
from mailgate.clock import Clock
from mailgate.online import relays
from mailgate.settings import load
from tests.cli.terminal import Said, Terminal
from tests.doubles.certificate import self_signed
from tests.doubles.relay import Relay
from tests.doubles.zones import Zones
from tests.stories.example import write_config
from tests.trust.signing import rsa, rsa_record

ZONES = {
    "example.com MX": ["10 mx1.example.com."],
    "example.com TXT": ["v=spf1 mx -all"],
    "mx1.example.com A": ["198.51.100.1"],
    "_dmarc.example.com TXT": ["v=DMARC1; p=reject"],
    "s1._domainkey.example.com TXT": [rsa_record()],
    "home.example MX": ["10 mx.home.example."],
}


@pytest.fixture(scope="module")
def served() -> Iterator[Zones]:
    with Zones() as zones:
        yield zones


@pytest.fixture
def dns(served: Zones) -> Zones:
    served.records = {name.lower(): list(values) for name, values in ZONES.items()}
    served.failing, served.asked = set(), []
    return served


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    key = rsa(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "state" / "s1.pem").write_bytes(key)
    (tmp_path / "state" / "password").write_text("wrong")
    return tmp_path


def check(folder: Path, dns: Zones, to: Relay, *more: str, **changes: Any) -> Said:
    own = {
        "site": {"state": str(folder / "state")},
        "delivery": {
            "relays": [{"url": to.url, **changes.pop("relay", {})}],
            "dkim": [{"domain": "example.com", "selector": "s1", "key_file": "s1.pem"}],
        },
        "intake": {"smtp": {"resolvers": [f"127.0.0.1:{dns.port}"]}, **changes.pop("intake", {})},
    }
    write_config(folder / "config", own, changes)
    return Terminal(folder / "config")("check", "--online", *more)


def test_all_that_is_found_is_said_and_nothing_is_sent_or_written(folder: Path, dns: Zones, relay: Relay) -> None:
    before = sorted((folder / "state").iterdir())
    said = check(folder, dns, relay)
    assert said.code == 0, said.out
    assert f"good: {relay.url} is there (on this machine)\n" in said.out
    assert "good: s1._domainkey.example.com publishes the key that we sign with (rsa)\n" in said.out
    assert (
        "good: mail of anna, ben, cleo from example.com can be proven by its DMARC policy with SPF or DKIM" in said.out
    )
    assert "agents.anna.aliases.0: home.example publishes no DMARC policy" in said.out
    assert relay.letters == []
    assert relay.commands["MAIL"] == 0
    assert sorted((folder / "state").iterdir()) == before


def test_programs_read_problems_and_warnings_as_of_a_plain_check(folder: Path, dns: Zones, relay: Relay) -> None:
    dns.publish("s1._domainkey.example.com", "TXT")
    said = check(folder, dns, relay, "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    [problem] = said.json["problems"]
    assert problem["path"] == "delivery.dkim.0"
    assert problem["message"].startswith("our signature by s1._domainkey.example.com is worth nothing")
    assert problem["file"] == "mailgate.yaml"
    assert {"home.example" in each["message"] for each in said.json["warnings"]} >= {True}
    assert isinstance(said.json["found"], list)


def test_a_relay_that_does_not_let_us_in_is_a_problem(folder: Path, dns: Zones, relay: Relay) -> None:
    relay.users = {"desk": "secret"}
    said = check(folder, dns, relay, relay={"user": "desk", "password_file": "password"})
    assert said.code == 1
    assert f"no letter can leave by {relay.url}: no connection: 535" in said.out


def test_a_relay_that_is_away_is_a_problem(folder: Path, dns: Zones, relay: Relay) -> None:
    relay.go_away()
    said = check(folder, dns, relay)
    assert said.code == 1
    assert f"delivery.relays.0.url: no letter can leave by {relay.url}: no connection: " in said.out


async def test_a_relay_that_says_nothing_is_given_up_in_time(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        write_config(folder / "config", {"delivery": {"relays": [{"url": url}]}}, {})
        settings = load.read(folder / "config", {})
        [said] = await relays.relay((), next(connecting.ways(settings)), settings, Clock(), seconds=0.3)
    assert (said.weight, said.words.startswith(f"no letter can leave by {url}: no connection: Timed out")) == (
        "problem",
        True,
    ), said


def test_a_relay_that_takes_less_than_our_letters_may_have_is_worth_a_look(folder: Path, dns: Zones) -> None:
    with Relay(size=5_000_000) as small:
        said = check(folder, dns, small)
        assert "takes letters of at most 5.0 MB" in said.out
        assert "set it to 3MiB" in said.out


def test_a_mailbox_that_can_not_be_read_is_a_problem(folder: Path, dns: Zones, relay: Relay) -> None:
    box = {"name": "shared", "address": "support@example.com", "host": "127.0.0.1", "port": 1, "tls": "none"}
    said = check(folder, dns, relay, intake={"imap": [{**box, "user": "desk", "password_file": "password"}]})
    assert said.code == 1
    assert "mailbox shared can not be read: no connection to 127.0.0.1:1" in said.out


def test_a_dns_that_does_not_answer_is_no_mistake_of_ours(folder: Path, dns: Zones, relay: Relay) -> None:
    dns.failing |= {"example.com", "_dmarc.example.com", "home.example"}
    said = check(folder, dns, relay)
    assert said.code == 0, said.out
    assert "DNS did not answer about SPF of example.com, so nobody could look" in said.out


def test_with_mistakes_in_the_files_nothing_is_asked(folder: Path, dns: Zones, relay: Relay) -> None:
    said = check(folder, dns, relay, default_category="gone")
    assert said.code == 1
    assert said.out.endswith("Nothing was asked outside, because of them.\n")
    assert dns.asked == []


@pytest.mark.parametrize("implicit", [True, False])
def test_an_encrypted_relay_is_said_to_be_one(
    folder: Path, dns: Zones, implicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(folder)
    with Relay(tls=certificate.server(), implicit=implicit) as encrypted:
        assert "certificate" in check(folder, dns, encrypted).out.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        again = Terminal(folder / "config")("check", "--online")
        assert f"good: {encrypted.url} is there (encrypted)\n" in again.out
        assert encrypted.commands["MAIL"] == 0


def test_a_folder_that_can_not_be_written_is_a_problem(folder: Path, dns: Zones) -> None:
    (folder / "file").write_text("")
    write_config(folder / "config", {"delivery": {"relays": [{"url": f"maildir:{folder}/file/out"}]}}, {})
    assert "can not be written" in Terminal(folder / "config")("check", "--online").out
