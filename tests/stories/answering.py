"""How most stories begin, with one request of Erika's, and how an agent answers the letter that told him of it."""

from __future__ import annotations

from email.utils import parseaddr

from tests.doubles.relay import Received
from tests.stories.world import ANNA, ERIKA, World


def reported(desk: World) -> World:
    """Erika has written; the group knows of it."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.new_letters()
    return desk


def taken(desk: World, agent: str) -> World:
    """Erika has written, and this agent is at work on it."""
    reported(desk)
    desk.answer(desk.letter(parseaddr(agent)[1]), "#take", sender=agent)
    desk.new_letters()
    return desk


def says(desk: World, text: str, sender: str = ANNA) -> str:
    """An agent answers the letter about the first ticket; returns what he is told."""
    return answers(desk, desk.letters(parseaddr(sender)[1], "new_ticket")[0], text, sender)


def says_anew(desk: World, text: str, sender: str = ANNA) -> str:
    """As `says`; only the letters that come of it are new then."""
    desk.new_letters()
    return says(desk, text, sender)


def answers(desk: World, letter: Received, text: str, sender: str = ANNA) -> str:
    """He answers this letter; returns what he is told."""
    desk.answer(letter, text, sender=sender)
    return text_of(desk, sender)


def text_of(desk: World, person: str = ANNA, template: str | None = None) -> str:
    """What the newest letter to somebody says, in one line."""
    return " ".join(desk.letter(parseaddr(person)[1], template).text.split())
