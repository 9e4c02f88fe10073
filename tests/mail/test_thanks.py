"""Thanks and reactions are known, and nothing that objects, asks or adds is taken for them."""

from __future__ import annotations

import pytest

from mailgate.mail.message import Attachment, Headers, Message
from mailgate.mail.thanks import GMAIL_REACTION, LARGEST_PICTURE, only_thanks

NAMES = ("Erika Krause", "Anna Alt")


def thanks(text: str, *files: Attachment, settled: bool = False) -> str | None:
    message = Message(headers=Headers(()), sender=None, attachments=files)
    return only_thanks(message, text, settled=settled, names=NAMES)


def file(name: str, kind: str, content: bytes, cid: str | None = None) -> Attachment:
    return Attachment(name, kind, content, "0" * 64, content_id=cid, inline=cid is not None)


@pytest.mark.parametrize(
    "text",
    [
        "Danke!",
        "THANKS!!!",
        "Thank you very much for your quick help!\n\nBest regards\nErika Krause",
        "Hallo Anna,\n\nvielen Dank für die schnelle Hilfe!\n\nMit freundlichen Grüßen\nErika Krause",
        "Prima, danke dir!\nLG Erika",
        "Perfect :-)",
        "Thanks a ton. Have a nice weekend",
        "👍",
        "👍🏽",
        "❤️ thanks",
        "👍 Erika Krause reacted to your message:\n________\nFrom: Anna Alt",
        "Erika Krause reacted to your message: ❤️",
        "🎉 Erika Krause reacted via Gmail",
        "❤️ Erika Krause hat auf Ihre Nachricht reagiert:",
        "Liked “The printer was replaced.”",
        "Loved “The printer was replaced.”",
    ],
)
def test_thanks_and_reactions(text: str) -> None:
    assert thanks(text)
    assert thanks(text, settled=True)


@pytest.mark.parametrize("text", ["Thanks, works now", "Danke, funktioniert wieder!", "Danke, hat sich erledigt."])
def test_that_it_works_is_news_until_the_ticket_is_resolved(text: str) -> None:
    assert thanks(text, settled=True)
    assert thanks(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but it still fails",
        "Danke, aber es geht noch immer nicht",
        "Danke?",
        "Thanks. When is the next one due?",
        "Thanks, 2 more are broken",
        "No thanks",
        "Nein danke",
        "Danke für nichts",
        "Danke, geht nicht",
        "Thanks, it does not work",
        "Great. It burns again",
        "Thank you\n#close",
        "Hello",
        "ok",
        "👎",
        "😢 Erika Krause reacted to your message:",
        "Questioned “The printer was replaced.”",
        "Disliked “The printer was replaced.”",
        "> Thanks",
        "thanks " * 80,
    ],
)
def test_what_says_more_is_an_ordinary_reply(text: str) -> None:
    assert thanks(text) is None
    assert thanks(text, settled=True) is None


def test_a_file_says_more_but_for_a_logo() -> None:
    logo = file("logo.png", "image/png", b"x" * 900, cid="logo")
    assert thanks("Danke!", logo)
    assert thanks("Danke!", file("log.txt", "text/plain", b"x")) is None
    assert thanks("Danke!", file("screen.png", "image/png", b"x")) is None
    assert thanks("Danke!", file("screen.png", "image/png", b"x" * (LARGEST_PICTURE + 1), cid="screen")) is None


def test_gmail_sends_the_reaction_as_a_part_of_its_own() -> None:
    for emoji, known in (("👍", True), ("👎", False)):
        part = file("reaction", GMAIL_REACTION, f'{{"emoji":"{emoji}","version":1}}'.encode())
        assert bool(thanks("", part)) is known


@pytest.mark.parametrize(
    "text",
    ["[Like]  Yve reacted to your message:", "[Gefällt mir] Ole hat auf Ihre Nachricht reagiert:\n\n1019 · Gelöst"],
)
def test_a_reaction_may_be_written_in_words(text: str) -> None:
    assert only_thanks(Message(Headers(()), None), text, settled=True)


@pytest.mark.parametrize("text", ["[Sad] Yve reacted to your message:", "[Like] but it is broken"])
def test_a_sad_reaction_and_words_beside_it_are_a_reply(text: str) -> None:
    assert only_thanks(Message(Headers(()), None), text, settled=True) is None
