"""Agents who hand their mail in at the submission listener: with login and token all they write leaves."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr
from pathlib import Path

import bcrypt
import pytest

from mailgate.vetting import vet
from tests.cli.terminal import terminal_of
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

REPORTER, ANNAS = "erika@customer.example", "anna@example.com"
USERS = ("anna", "ben@example.com", "scanner")


def configured(users: Path) -> Json:
    return {"intake": {"submission": {"listen": "127.0.0.1:0", "users_file": str(users)}}}


@pytest.fixture
def desk(desk_with: DeskWith, tmp_path: Path) -> World:
    """Everybody's password is his name."""
    hashes = {name: bcrypt.hashpw(name.encode(), bcrypt.gensalt(4)).decode() for name in USERS}
    (tmp_path / "users").write_text("".join(f"{name}:{hashed}\n" for name, hashed in hashes.items()))
    world = desk_with(configured(tmp_path / "users"))
    world.write(ERIKA, "Printer on fire", "It burns.")
    world.new_letters()
    return world


def logged_in(desk: World, mail: Mail, login: str) -> Json:
    """Hand the mail in with a login; what was decided."""
    with smtplib.SMTP(*desk.address("submission")) as client:
        client.login(login, login)
        client.mail(mail.return_path)
        client.rcpt(parseaddr(mail.to)[1])
        code, said = client.data(mail.bytes)
        assert code == 250, said
    desk.work()
    return desk.decision(int(said.decode().rpartition("M-")[2]))


@pytest.mark.parametrize(("login", "sender"), [("anna", ANNA), ("ben@example.com", BEN)])
def test_an_answer_with_a_login_reaches_the_reporter(desk: World, login: str, sender: str) -> None:
    letter = desk.letter(parseaddr(sender)[1], "new_ticket")
    trust = logged_in(desk, answer(letter, "Please turn it off.", sender=sender), login)["trust"]
    assert trust["level"] == "proven"
    assert trust["evidence"][0] == f"handed in at the submission listener by {login}"
    assert "Please turn it off." in desk.letter(REPORTER, "reply").text


def test_a_program_that_logs_in_is_nobodys_proof(desk: World) -> None:
    mail = answer(desk.letter(ANNAS, "new_ticket"), "Please turn it off.", sender=ANNA)
    trust = logged_in(desk, mail, "scanner")["trust"]
    assert trust["level"] == "token"
    assert trust["evidence"][0] == "handed in at the submission listener by scanner, who has not this From"
    assert desk.letters(REPORTER, "reply") == []
    assert desk.letters(ANNAS, "confirm")


def test_explain_knows_who_had_logged_in(desk: World) -> None:
    logged_in(desk, Mail(ANNA, SUPPORT, "A new screen", "Please order one."), "anna")
    document = terminal_of(desk).json("explain", "M-2")
    assert document["trust"]["level"] == "aligned"


def test_a_wrong_password_is_shown_among_what_was_refused(desk: World) -> None:
    desk.listeners._reception.logins.pause *= 0
    with smtplib.SMTP(*desk.address("submission")) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("anna", "wrong")
    desk.journal.close()  # writes what waits
    said = terminal_of(desk)("mails", "--refused").out
    assert "wrong name or password" in said
    assert "anna" in said


def test_check_names_mistakes_of_the_users_file_by_line(desk: World) -> None:
    users = Path(desk.settings.intake.submission.users_file or "")
    users.write_text(f"{users.read_text()}cleo:secret\n")
    vetted = vet(desk.settings.folder, {}, None)
    wrong = [f"{each.line}: {each.message}" for each in vetted.problems]
    assert wrong == ["4: what stands behind the name is no bcrypt hash; write it with `htpasswd -B`"]
    doubts = [f"{each.line}: {each.message}" for each in vetted.warnings if each.file.endswith("users")]
    assert doubts == ["3: 'scanner' is no agent's id and no address: nothing vouches for From in what is handed in so"]


def test_check_says_when_nobody_could_log_in(desk_with: DeskWith, tmp_path: Path, desk: World) -> None:
    config = configured(tmp_path / "users")
    del config["intake"]["submission"]["listen"]
    warnings = vet(desk_with(config).settings.folder, {}, None).warnings
    assert any("nobody can log in: intake.submission.listen" in each.message for each in warnings)
