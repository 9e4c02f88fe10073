"""A desk with a past to look at, and one to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.clock import Clock
from tests.cli.terminal import Terminal, terminal_of
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

HOSTILE = "=?utf-8?q?Red_=1B=5B31mAlert=1B=5B0m_=E2=80=AEsdrawkcab_:smile:_=5Bbold=5D?="
"""ESC sequences, text that runs backwards, and what a renderer of tables would take for its own."""


def live(desk: World) -> None:
    """A week at the desk: M-1 … M-8, #1001 … #1004."""
    desk.clock.at = Clock().now()
    desk.write(ERIKA, "Printer on fire", "It burns.\nPlease help.")
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "Throw water.\n\nAnna", sender=ANNA)
    desk.write("Otto <otto@partner.example>", "VPN is slow", "Since Monday.", to="it@example.com")
    desk.mail(Mail(ERIKA, SUPPORT, "hold me", "Look at this."))
    desk.mail(Mail("news@newsletter.example", SUPPORT, "Ten offers", "Buy."))
    desk.write("Eva <eva@customer.example>", "STÖRUNG im Büro", "Das WLAN fehlt.")
    raw = (
        f"From: Mallory <mallory@elsewhere.example>\r\nTo: {SUPPORT}\r\nSubject: {HOSTILE}\r\n"
        f"Message-ID: <hostile@elsewhere.example>\r\n\r\nText\x1b]0;owned\x07 here.\r\n"
    ).encode()
    for _ in range(2):
        desk.hand_in_bytes(raw, "mallory@elsewhere.example", (SUPPORT,), stranger=True)
    desk.work()
    desk.mail(Mail(ERIKA, SUPPORT, "Lamp", "Dark."))
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#close", sender=ANNA)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A desk with a past; only to be looked at."""
    with World(tmp_path_factory.mktemp("past")) as desk:
        live(desk)
        yield desk


@pytest.fixture
def look(past: World) -> Terminal:
    """Commands that only look, on the desk with a past."""
    return terminal_of(past)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    """A new desk, at the time it really is."""
    with World(tmp_path) as desk:
        desk.clock.at = Clock().now()
        yield desk


@pytest.fixture
def run(desk: World) -> Terminal:
    """Commands on the new desk."""
    return terminal_of(desk)
