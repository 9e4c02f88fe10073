"""A desk whose coordinator shares work out, and what its letters say of it."""

from __future__ import annotations

import re

from tests.doubles.relay import Received
from tests.stories.example import Json
from tests.stories.world import ANNA, ERIKA, World

REPORTER = "erika@customer.example"
COORDINATED: Json = {"groups": {"network": {"coordinator": "anna"}}}
"""Anna coordinates what comes to the network team."""
SPLIT = """#split
Please answer by noon.

#part ben by fri
Is the cable long enough?

-- cleo hidden
Are the rooms free?
"""


def request(desk: World, text: str = "We move on Friday. Cable and rooms?\n\nErika") -> World:
    """The reporter asks for something that two people have to answer."""
    desk.write(ERIKA, "The office moves", text)
    desk.new_letters()
    return desk


def shared_out(desk: World, text: str = SPLIT) -> World:
    """Anna splits it: 1002 is Ben's, 1003 is Cleo's and hidden."""
    desk.answer(desk.letter("anna@example.com"), text, sender=ANNA)
    desk.new_letters()
    return desk


def progress(letter: Received) -> str:
    """What a letter says of the parts."""
    found = re.search(r"^(?:Parts|Teile): .*$", letter.text, re.MULTILINE)
    return found[0] if found else ""


def said(desk: World, number: int = 1001) -> list[tuple[str, str, bool]]:
    """Purpose, words and visibility of every message."""
    return [(each["purpose"], each["new_text"], each["public"]) for each in desk.ticket(number)["messages"]]
