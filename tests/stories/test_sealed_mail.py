"""Encrypted and signed mail, and mail without words: what the agents are told, and that nothing of it goes astray."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"
SECRET = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5c2dZ8m1b7cAQf\n=pL0x\n-----END PGP MESSAGE-----\n"
ARMOUR = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{words}\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=Tq2d\n"
ARMOUR += "-----END PGP SIGNATURE-----\n"


def said(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "A part of this mail is encrypted (OpenPGP): nobody here can read that without the key."),
        ("de", "Ein Teil dieser Mail ist verschlüsselt (OpenPGP): Ohne den Schlüssel ist er hier nicht lesbar."),
    ],
)
def test_an_encrypted_mail_is_a_ticket_with_a_note(desk_with: DeskWith, language: str, words: str) -> None:
    desk = desk_with({"site": {"language": language}, "agents": {"anna": {"language": language}}})
    desk.write(ERIKA, "Password", f"For Anna:\n\n{SECRET}")
    letter = desk.letter(ANNAS)
    assert words in said(letter.text)
    assert sorted(letter.files) == ["message.asc", "original.eml"]
    assert SECRET.strip().encode() in letter.files["original.eml"].replace(b"\r\n", b"\n")
    assert "BEGIN PGP" not in desk.letter(REPORTER).text


def test_an_encrypted_reply_has_the_note_too(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(REPORTER), SECRET, sender=ERIKA)
    letter = desk.letter(ANNAS, "new_message")
    assert "mail is encrypted (OpenPGP)" in said(letter.text)
    assert "original.eml" in letter.files


def test_an_agents_encrypted_answer_comes_back(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), SECRET, sender=ANNA)
    assert "nobody here can read it; please send it unencrypted" in said(desk.letter(ANNAS, "command_refused").text)
    assert not [letter for letter in desk.relay.letters if letter.header("X-Mailgate-Letter") == "reply"]


def test_a_signed_answer_leaves_without_its_armour(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), ARMOUR.format(words="#take\nDear Erika, I come at ten."), sender=ANNA)
    reply = desk.letter(REPORTER, "reply")
    assert "Dear Erika, I come at ten." in reply.text
    assert "PGP" not in reply.text
    assert desk.ticket()["assignee"] == "anna"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "The mail is empty."),
        ({"scan.pdf": b"%PDF"}, "The mail has no text, only this: scan.pdf."),
        ({f"{number}.txt": b"x" for number in range(7)}, "0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more files."),
    ],
)
def test_a_mail_without_words_says_so(desk: World, files: dict[str, bytes], words: str) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Scan", "", files=files))
    assert words in said(desk.letter(ANNAS).text)
