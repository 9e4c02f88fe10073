"""The submission listener: who may log in, how, how often, and as whom he may write."""

from __future__ import annotations

import asyncio
import base64
import smtplib
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from mailgate.clock import SetClock
from mailgate.intake.logins import PER_PEER, Logins, Verdict
from mailgate.intake.peers import Peer
from mailgate.settings.users_file import read_users
from mailgate.store import refusals
from mailgate.store.refusals import REFUSED
from tests.doubles.certificate import Certificate, self_signed
from tests.intake.desk import Desk, open_desk, settings_for
from tests.intake.raw import SUPPORT, Client
from tests.stories.world import MONDAY

AGENTS = {
    "anna": {"name": "Anna", "email": "anna@example.com", "aliases": ["a.alt@home.example"]},
    "ben": {"name": "Ben", "email": "ben@example.com"},
    "hans": {"name": "Hans", "email": "hans@example.com", "active": False},
}
USERS = ("anna", "scanner", "shop@example.com", "hans")
PASSWORD = "korrekt Pferd"
FROM_ANNA = b"From: Anna <anna@example.com>\r\nSubject: x\r\n\r\nHello.\r\n"
ENVELOPE = ("MAIL FROM:<anna@example.com>", f"RCPT TO:<{SUPPORT}>")


def hashed(password: str = PASSWORD) -> str:
    """As `htpasswd -B` writes it."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")


def users_file(folder: Path, *names: str) -> Path:
    path = folder / "users"
    path.write_text("".join(f"{name}:{hashed()}\n" for name in names or USERS))
    return path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"))


def submission(folder: Path, *, tls: object = None, listen: str = "127.0.0.1:0", **more: Any) -> dict[str, Any]:
    return {"submission": {"listen": listen, "users_file": str(folder / "users"), "tls": tls, **more}}


def plain(name: str, password: str = PASSWORD, acting_for: str = "") -> str:
    return base64.b64encode(f"{acting_for}\0{name}\0{password}".encode()).decode()


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def open_with_logins(folder: Path, **how: Any) -> Any:
    users_file(folder)
    return open_desk(folder, intake=submission(folder, **how), agents=AGENTS)


async def greeted(desk: Desk, **how: Any) -> tuple[Client, str]:
    desk.reception.logins.pause = timedelta(0)
    client = await desk.call("submission", **how)
    return client, await client.ask("EHLO client.example")


async def test_whoever_logs_in_hands_in_his_mail(tmp_path: Path) -> None:
    async with open_with_logins(tmp_path) as desk:
        client, said = await greeted(desk)
        assert "AUTH PLAIN LOGIN" in said
        assert (await client.ask("MAIL FROM:<anna@example.com>")) == "530 5.7.0 log in first"
        assert (await client.ask(f"AUTH PLAIN {plain('Anna')}")) == "235 2.7.0 logged in"
        assert "AUTH" not in await client.ask("EHLO client.example")
        assert (await client.ask(f"AUTH PLAIN {plain('anna')}")).startswith("503 5.5.1")
        first = ("MAIL FROM:<anna@example.com> AUTH=<>", ENVELOPE[1])  # RFC 4954, 5
        assert (await client.hand_in(FROM_ANNA, first)) == "250 2.0.0 kept as M-1"
        row = desk.rows()[0]
    assert (row.source, row.submitted_by, row.trusted) == ("submission", "anna", False)


@pytest.mark.parametrize(
    "lines",
    [
        [f"AUTH PLAIN {plain('anna')}"],
        [f"auth plain {plain('anna', acting_for='anna')}"],
        ["AUTH PLAIN", plain("anna")],
        ["AUTH LOGIN", coded("anna"), coded(PASSWORD)],
        [f"AUTH LOGIN {coded('anna')}", coded(PASSWORD)],
    ],
)
async def test_every_way_to_log_in_is_answered(tmp_path: Path, lines: list[str]) -> None:
    async with open_with_logins(tmp_path) as desk:
        client, _ = await greeted(desk)
        *others, last = [await client.ask(line) for line in lines]
    assert all(each.startswith("334 ") for each in others)
    assert last == "235 2.7.0 logged in"


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        ([f"AUTH PLAIN {plain('anna', 'wrong')}"], "535 5.7.8"),
        ([f"AUTH PLAIN {plain('nobody')}"], "535 5.7.8"),
        ([f"AUTH PLAIN {plain('hans')}"], "535 5.7.8"),
        ([f"AUTH PLAIN {plain('anna', acting_for='ben')}"], "501 5.5.2"),
        ([f"AUTH PLAIN {plain('anna', '')}"], "501 5.5.2"),
        (["AUTH PLAIN ="], "501 5.5.2"),
        (["AUTH PLAIN !!!"], "501 5.5.2"),
        (["AUTH PLAIN", "*"], "501 5.7.0"),
        (["AUTH LOGIN", coded("anna"), "*"], "501 5.7.0"),
        (["AUTH LOGIN", coded("anna"), "="], "501 5.5.2"),
        (["AUTH CRAM-MD5"], "534 5.7.9"),
        (["AUTH XOAUTH2 x"], "504 5.5.4"),
        (["AUTH"], "504 5.5.4"),
        (["AUTH PLAIN", "A" * 3000], "500 5.5.2"),
    ],
)
async def test_every_mistake_has_its_code(tmp_path: Path, lines: list[str], reply: str) -> None:
    async with open_with_logins(tmp_path) as desk:
        client, _ = await greeted(desk)
        said = [await client.ask(line) for line in lines][-1]
        assert said.startswith(reply), said
        assert (await client.ask("MAIL FROM:<anna@example.com>")).startswith("530 5.7.0")


async def test_no_password_is_asked_for_where_others_could_read_it(tmp_path: Path, certificate: Certificate) -> None:
    """The peer is made a far one: on loopback nobody else listens."""
    tls = {"cert_file": str(certificate.file), "key_file": str(certificate.key)}
    async with open_with_logins(tmp_path, tls=tls) as desk:
        client, _ = await greeted(desk)
        session = next(iter(desk.reception.visitors))
        session.peer = Peer("192.0.2.1")
        assert "AUTH" not in await client.ask("EHLO client.example")
        assert (await client.ask(f"AUTH PLAIN {plain('anna')}")).startswith("538 5.7.11")
        assert (await client.ask("MAIL FROM:<anna@example.com>")) == "530 5.7.0 start TLS first, then log in"
        assert (await client.ask("STARTTLS")).startswith("220")
        await client.start_tls(ssl.create_default_context(cafile=certificate.file))
        assert "AUTH PLAIN LOGIN" in await client.ask("EHLO client.example")
        assert (await client.ask(f"AUTH PLAIN {plain('anna')}")).startswith("235")


async def test_a_login_in_the_clear_is_forgotten_with_tls(tmp_path: Path, certificate: Certificate) -> None:
    tls = {"cert_file": str(certificate.file), "key_file": str(certificate.key)}
    async with open_with_logins(tmp_path, tls=tls) as desk:
        client, _ = await greeted(desk)
        await client.ask(f"AUTH PLAIN {plain('anna')}")
        await client.ask("STARTTLS")
        await client.start_tls(ssl.create_default_context(cafile=certificate.file))
        await client.ask("EHLO client.example")
        assert (await client.ask("MAIL FROM:<anna@example.com>")).startswith("530")


@pytest.mark.parametrize(
    ("login", "author", "reply"),
    [
        ("anna", "anna@example.com", "250"),
        ("anna", "A.Alt@home.example", "250"),
        ("anna", "ben@example.com", "550 5.7.1"),
        ("anna", "erika@customer.example", "550 5.7.1"),
        ("anna", "anna@example.com, ben@example.com", "550 5.7.1"),
        ("anna", "Anna <anna@example.com>\r\nFrom: Ben <ben@example.com>", "550 5.7.1"),
        ("shop@example.com", "shop@example.com", "250"),
        ("shop@example.com", "anna@example.com", "550 5.7.1"),
        ("scanner", "anna@example.com", "250"),
    ],
)
async def test_whoever_has_logged_in_writes_as_himself(tmp_path: Path, login: str, author: str, reply: str) -> None:
    async with open_with_logins(tmp_path) as desk:
        client, _ = await greeted(desk)
        assert (await client.ask(f"AUTH PLAIN {plain(login)}")).startswith("235")
        raw = f"From: {author}\r\nSubject: x\r\n\r\nHello.\r\n".encode()
        assert (await client.hand_in(raw, ENVELOPE)).startswith(reply)


async def test_three_wrong_passwords_end_the_session(tmp_path: Path) -> None:
    async with open_with_logins(tmp_path) as desk:
        client, _ = await greeted(desk)
        for _ in range(3):
            assert (await client.ask(f"AUTH PLAIN {plain('anna', 'x')}")).startswith("535")
        assert await client.rest() == ["421 4.7.0 too many wrong passwords"]
        noted = {(row.envelope_from, row.reply) for row in refused(desk)}
    assert noted == {("anna", "535 5.7.8 wrong name or password")}


def refused(desk: Desk) -> list[Any]:
    desk.journal.close()
    return refusals.select(desk.store, REFUSED.c.source == "submission")


async def test_a_real_client_logs_in(tmp_path: Path) -> None:
    async with open_with_logins(tmp_path) as desk:
        at = desk.at("submission")

        def hand_in() -> None:
            with smtplib.SMTP(at.host or "", at.port) as client:
                client.login("anna", PASSWORD)
                client.sendmail("anna@example.com", [SUPPORT], FROM_ANNA)

        await asyncio.to_thread(hand_in)
        assert desk.rows()[0].submitted_by == "anna"


async def test_a_changed_users_file_counts_at_once(tmp_path: Path) -> None:
    async with open_with_logins(tmp_path) as desk:
        client, _ = await greeted(desk)
        await client.ask(f"AUTH PLAIN {plain('anna')}")
        users_file(tmp_path, "shop@example.com", "ben")
        assert (await client.ask("MAIL FROM:<anna@example.com>")).startswith("530")
        assert (await client.ask(f"AUTH PLAIN {plain('anna')}")).startswith("535")
        assert (await client.ask(f"AUTH PLAIN {plain('ben')}")).startswith("235")


async def test_without_the_file_nobody_logs_in_for_now(tmp_path: Path) -> None:
    async with open_with_logins(tmp_path) as desk:
        (tmp_path / "users").unlink()
        client, _ = await greeted(desk)
        assert (await client.ask(f"AUTH PLAIN {plain('anna')}")).startswith("454 4.7.0")


async def test_nothing_is_offered_at_the_open_door(tmp_path: Path) -> None:
    async with open_with_logins(tmp_path) as desk:
        client = await desk.call("smtp")
        assert "AUTH" not in await client.ask("EHLO client.example")
        assert (await client.ask(f"AUTH PLAIN {plain('anna')}")).startswith("502")


async def test_others_are_served_while_somebody_guesses(tmp_path: Path) -> None:
    """A wrong password waits; a hash is computed in another thread."""
    async with open_with_logins(tmp_path) as desk:
        client, _ = await greeted(desk)
        desk.reception.logins.pause = timedelta(hours=1)
        client.send(f"AUTH PLAIN {plain('anna', 'x')}\r\n".encode())
        other, _ = await greeted(desk)
        assert (await other.ask(f"AUTH PLAIN {plain('anna')}")).startswith("235")


# -- how often -------------------------------------------------------------------------------------------------------


@pytest.fixture
def guessing(tmp_path: Path) -> tuple[Logins, Any, SetClock]:
    users_file(tmp_path)
    clock = SetClock(MONDAY)
    settings = settings_for(tmp_path, intake=submission(tmp_path), agents=AGENTS)
    return Logins(clock, pause=timedelta(0)), settings, clock


async def test_a_host_that_guesses_is_not_listened_to_for_a_while(guessing: tuple[Logins, Any, SetClock]) -> None:
    logins, settings, clock = guessing
    for _ in range(PER_PEER):
        assert await logins.verdict(settings, Peer("192.0.2.1"), "anna", b"x") is Verdict.wrong
    assert await logins.verdict(settings, Peer("192.0.2.1"), "ben", b"x") is Verdict.too_often
    assert await logins.verdict(settings, Peer("192.0.2.2"), "anna", PASSWORD.encode()) is Verdict.good
    clock.advance(timedelta(minutes=10))
    assert await logins.verdict(settings, Peer("192.0.2.1"), "anna", PASSWORD.encode()) is Verdict.good


async def test_strangers_who_guess_at_a_name_do_not_lock_him_out(guessing: tuple[Logins, Any, SetClock]) -> None:
    logins, settings, _ = guessing
    home = Peer("192.0.2.200")
    assert await logins.verdict(settings, home, "anna", PASSWORD.encode()) is Verdict.good
    for host in range(30):
        await logins.verdict(settings, Peer(f"192.0.2.{host}"), "anna", b"x")
    assert await logins.verdict(settings, Peer("192.0.2.99"), "anna", PASSWORD.encode()) is Verdict.too_often
    assert await logins.verdict(settings, home, "anna", PASSWORD.encode()) is Verdict.good


async def test_a_login_of_his_own_buys_nobody_guesses_at_others(guessing: tuple[Logins, Any, SetClock]) -> None:
    logins, settings, _ = guessing
    office = Peer("192.0.2.1")
    assert await logins.verdict(settings, office, "anna", PASSWORD.encode()) is Verdict.good
    for _ in range(2):
        for _ in range(PER_PEER - 1):
            await logins.verdict(settings, office, "anna", b"x")
        assert await logins.verdict(settings, office, "scanner", PASSWORD.encode()) is Verdict.good
    assert await logins.verdict(settings, office, "anna", b"x") is Verdict.too_often
    assert await logins.verdict(settings, office, "ben", b"x") is Verdict.too_often


async def test_a_telephone_with_an_old_password_locks_out_nobody_else_of_its_house(
    guessing: tuple[Logins, Any, SetClock],
) -> None:
    logins, settings, _ = guessing
    office = Peer("192.0.2.1")
    assert await logins.verdict(settings, office, "anna", PASSWORD.encode()) is Verdict.good
    for _ in range(PER_PEER):
        await logins.verdict(settings, office, "shop@example.com", b"old")
    assert await logins.verdict(settings, office, "shop@example.com", PASSWORD.encode()) is Verdict.too_often
    assert await logins.verdict(settings, office, "anna", PASSWORD.encode()) is Verdict.good


async def test_an_unknown_name_costs_a_hash_too(
    guessing: tuple[Logins, Any, SetClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    logins, settings, _ = guessing
    looked_at: list[bytes] = []

    def never(_: bytes, known: bytes) -> bool:
        looked_at.append(known)
        return False

    monkeypatch.setattr(bcrypt, "checkpw", never)
    await logins.verdict(settings, Peer("192.0.2.1"), "anna", b"x")
    await logins.verdict(settings, Peer("192.0.2.1"), "nobody", b"x")
    known, unknown = (each.decode()[4:7] for each in looked_at)
    assert known == unknown == "04$", "the cost of a hash is the same"


# -- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("anna", "no ':'"),
        (":x", "the name has to be one word"),
        ("a b:x", "the name has to be one word"),
        ("192.0.2.1:x", "can not be an IP address"),
        ("anna:secret", "no bcrypt hash"),
        ("anna:$apr1$x$y", "no bcrypt hash"),
        ("anna:{SHA}x", "no bcrypt hash"),
        (f"anna:$2y$31${'a' * 53}", "a bcrypt cost of 31"),
        (f"ben:{'$2y$05$' + 'a' * 53}", "already in line 2"),
        ("\udcff:x", "not written in UTF-8"),
    ],
)
def test_a_line_with_a_mistake_is_named(line: str, why: str) -> None:
    content = f"# people\nben:$2y$05${'b' * 53}\n{line}\n".encode("utf-8", "surrogateescape")
    found = read_users(content)
    assert [user.name for user in found.users] == ["ben"]
    assert [each.line for each in found.mistakes] == [3]
    assert why in found.mistakes[0].why
    assert "secret" not in found.mistakes[0].why
