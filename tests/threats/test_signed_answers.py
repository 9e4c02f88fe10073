"""What a signature is good for: an agent's answer leaves without any token in its header, once, and nothing but what he
signed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.settings.problems import Problem
from mailgate.trust import programs
from mailgate.trust.own_hand import examine
from mailgate.vetting import vet
from tests.doubles.signers import BOUNDARY, entity, multipart
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import token_of
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World
from tests.threats.conftest import Keys
from tests.threats.test_signed_mails import put_keys, with_keys

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
HELLO = "About #1001:\n\nPlease turn it off.\n"
Sign = Callable[..., bytes]


@pytest.fixture
def desk(desk_with: DeskWith, keys: Keys) -> World:
    return ready(desk_with, keys, {})


def ready(desk_with: DeskWith, keys: Keys, changes: Json) -> World:
    """A desk that has the keys, and two tickets of Erika."""
    desk = desk_with({**with_keys(keys), **changes})
    put_keys(desk.settings.folder, keys)
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.write(ERIKA, "Screen is dark", "I see nothing.")
    desk.new_letters()
    return desk


@pytest.fixture
def sign(desk: World, keys: Keys) -> Sign:
    """A mail of Anna in PGP/MIME, signed now."""

    def made(text: str = HELLO, *fields: str, to: str = SUPPORT, subject: str = "Re: [#1001] Printer") -> bytes:
        content = entity(text)
        head = (f"From: {ANNA}", f"To: {to}", f"Subject: {subject}", *fields, "MIME-Version: 1.0", "")
        return "\r\n".join(head).encode() + multipart(content, keys.gnupg.sign("anna", content, desk.clock.now()))

    return made


def hand_in(desk: World, raw: bytes, to: str = SUPPORT) -> Json:
    """By a host that nobody knows; what was decided."""
    number = desk.hand_in_bytes(raw, ANNAS, (to,), stranger=True)
    desk.work()
    return desk.decision(number)


def test_a_signed_answer_reaches_the_reporter(desk: World, sign: Sign) -> None:
    decided = hand_in(desk, sign())
    assert decided["trust"]["level"] == "signed"
    assert decided["trust"]["evidence"][0].startswith("signed by anna with OpenPGP key ")
    assert "Please turn it off." in desk.letter(REPORTER, "reply").text
    assert desk.message()["trust"] == "signed"


def test_a_signed_command_is_carried_out(desk: World, sign: Sign) -> None:
    hand_in(desk, sign("#1001 close\n", subject="Two things"))
    assert desk.state() == ("closed", None)


def test_the_same_signature_counts_once_whatever_stands_around_it(desk: World, sign: Sign) -> None:
    raw = sign()
    hand_in(desk, raw, SUPPORT)
    desk.new_letters()
    again = raw.replace(b"Subject:", b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nSubject:")
    decided = hand_in(desk, again.replace(BOUNDARY.encode(), b"another"))
    assert decided["trust"]["level"] == "claimed"
    assert "but this signature came before, with M-3" in decided["trust"]["evidence"][0]
    assert desk.letters(REPORTER, "reply")[1:] == []


def test_what_opened_a_ticket_is_no_answer_on_another_one_later(desk: World, sign: Sign) -> None:
    raw = sign("A lamp, dark as in #1002. That customer is never content.\n", subject="A lamp")
    assert hand_in(desk, raw)["sort"] == "new_ticket"
    decided = hand_in(desk, raw.replace(b"Subject: A lamp", b"Subject: Re: [#1002] Screen"))
    assert (decided["trust"]["level"], desk.letters(REPORTER, "reply")) == ("claimed", [])


def test_a_statement_is_no_answer_to_the_reporter_later(desk: World, sign: Sign) -> None:
    ben = next(each for each in desk.letters("ben@example.com", "new_ticket") if "#1001" in each.header("Subject"))
    desk.answer(ben, "#ask anna\nIs he right?", sender=BEN)
    to = f"support+{token_of(desk.letter(ANNAS, 'statement_request'))}@example.com"
    raw = sign("About #1001: he is wrong.\n", to=to)
    assert hand_in(desk, raw, to)["sort"] == "statement"
    decided = hand_in(desk, raw.replace(to.encode(), SUPPORT.encode()))
    assert (decided["trust"]["level"], desk.letters(REPORTER, "reply")) == ("claimed", [])


def test_for_another_ticket_it_proves_nothing(desk: World, sign: Sign) -> None:
    decided = hand_in(desk, sign(subject="Re: [#1002] Screen"))
    assert decided["trust"]["level"] == "claimed"
    assert (desk.letters(REPORTER, "reply"), desk.ticket(1002)["messages"][1:]) == ([], [])


def test_and_with_a_stolen_token_of_another_ticket_not_either(desk: World, sign: Sign) -> None:
    letters = desk.letters(ANNAS, "new_ticket")
    other = next(each for each in letters if "#1002" in each.header("Subject"))
    to = f"support+{token_of(other)}@example.com"
    decided = hand_in(desk, sign(to=to), to)
    assert decided["trust"]["level"] == "token"
    assert desk.letters(REPORTER, "reply") == []


def test_somebody_elses_token_takes_the_right_of_a_signature_too(desk: World, sign: Sign) -> None:
    to = f"support+{token_of(desk.letters(REPORTER, 'acknowledged')[0])}@example.com"
    assert hand_in(desk, sign(to=to), to)["trust"]["level"] == "claimed"


def test_after_a_day_the_signature_is_too_old(desk: World, sign: Sign) -> None:
    raw = sign()
    desk.clock.advance(timedelta(hours=25))
    assert "more than 24 hours before the mail came" in hand_in(desk, raw)["trust"]["evidence"][0]


def test_what_waited_with_us_was_signed_in_time(desk: World, sign: Sign) -> None:
    number = desk.hand_in_bytes(sign(), ANNAS, (SUPPORT,), stranger=True)
    desk.later(hours=30)
    assert desk.decision(number)["trust"]["level"] == "signed"


def test_whom_the_unsigned_header_copies_does_not_read_along(desk: World, sign: Sign) -> None:
    desk.write(ANNA, "My lamp is dark", "Please come.")
    raw = sign("About #1003: it is bright again.\n", "Cc: mallory@elsewhere.example", subject="Re: [#1003] My lamp")
    decided = hand_in(desk, raw)
    assert (decided["trust"]["level"], decided["ticket"]["number"]) == ("signed", 1003)
    assert desk.ticket(1003)["cc"] == []


def test_only_the_signed_words_travel(desk: World, sign: Sign) -> None:
    """Words before and behind the parts of a container are no parts; here somebody wrote some."""
    raw = sign().replace(f"\r\n--{BOUNDARY}\r\n".encode(), f"\r\nEVIL\r\n--{BOUNDARY}\r\n".encode(), 1) + b"EVIL\r\n"
    assert hand_in(desk, raw)["trust"]["level"] == "signed"
    letter = desk.letter(REPORTER, "reply")
    assert "Please turn it off." in letter.text
    assert b"EVIL" not in letter.raw
    assert b"PGP" not in letter.raw


def test_a_rule_may_ask_for_a_signature(desk_with: DeskWith, keys: Keys) -> None:
    rule = {"name": "Signed", "when": {"trust": "signed", "has": "signed"}, "then": {"priority": "urgent"}}
    desk = ready(desk_with, keys, {"follow_up_rules": [rule]})
    content = entity(HELLO)
    head = f"From: {ANNA}\r\nTo: {SUPPORT}\r\nSubject: Re: [#1001]\r\n".encode()
    raw = head + multipart(content, keys.gnupg.sign("anna", content, desk.clock.now()))
    hand_in(desk, raw)
    assert desk.ticket()["priority"] == "urgent"


def test_without_the_program_it_proves_nothing(desk: World, sign: Sign, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = sign()
    monkeypatch.setenv("PATH", "/nowhere")
    programs.found.cache_clear()
    decided = hand_in(desk, raw)
    programs.found.cache_clear()
    assert decided["trust"]["level"] == "claimed"
    assert "the program gpg, which verifies it, is not installed" in decided["trust"]["evidence"][0]


def test_without_room_for_its_files_it_proves_nothing(
    desk: World, sign: Sign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    decided = hand_in(desk, sign())
    assert decided["trust"]["level"] == "claimed"
    assert "gpg gave no answer" in decided["trust"]["evidence"][0]


def test_what_is_read_is_what_was_verified(desk: World, sign: Sign) -> None:
    raw = sign()
    came = Envelope(ANNAS, (SUPPORT,), desk.clock.now())
    message, signature = examine(desk.settings, raw, read(raw, desk.settings.limits), came)
    assert message.headers.all("Content-Type") == ("text/plain; charset=utf-8",)
    assert signature
    assert signature.evidence.german.startswith("signiert von anna mit dem OpenPGP-Schlüssel ")


# -- what `check` says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["anna.asc", "anna.pem"], []),
        (["none.asc"], ["there is no key file none.asc in the folder `keys`"]),
        (["../anna.asc"], ["there is no key file ../anna.asc"]),
        (["secret.pem"], ["keys/secret.pem holds a private key"]),
        (["words.asc"], ["holds neither a public key of OpenPGP nor a certificate"]),
        (["broken.asc"], ["GnuPG finds no key in keys/broken.asc"]),
        (["late.asc"], ["the key is expired"]),
        (["gone.asc"], ["the key is revoked"]),
        (["ben.asc"], ["keys/ben.asc is the key of anna already"]),
        (["beside.asc"], []),
    ],
)
def test_check_says_what_is_wrong_with_a_key(desk: World, keys: Keys, names: list[str], said: list[str]) -> None:
    folder = desk.settings.folder
    more = {"secret.pem": keys.certificates["anna"].key.read_bytes(), "words.asc": b"hello\n"}
    more["broken.asc"] = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
    for name, content in more.items():
        (folder / "keys" / name).write_bytes(content)
    (folder / "beside.asc").write_bytes(keys.gnupg.public("anna"))
    people = (folder / "people.yaml").read_text()
    written = str(with_keys(keys)["agents"]["anna"]["keys"]).replace("'", '"')
    (folder / "people.yaml").write_text(people.replace(written, str(names).replace("'", '"')))
    vetted = vet(folder, {}, None)
    about: list[Problem] = [each for each in (*vetted.problems, *vetted.warnings) if ".keys" in each.path]
    assert [each.file for each in about] == ["people.yaml"] * len(said)
    assert all(part in each.message for part, each in zip(said, about, strict=True)), about
