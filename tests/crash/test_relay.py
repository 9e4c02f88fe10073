"""A relay with all its faults at once, under load: nothing is lost, a letter is the same one however often it is tried,
and of whom it refuses the history says so once."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

from tests.crash.rig import Rig
from tests.daemon.node import address

MAILS = 60
HOUR = 60 * 60
DAYS = 5 * 24
GONE = ("r7", "r37")
"""Addresses that nobody has (any more)."""
TAKEN_BACK = "SELECT count(*) FROM letter WHERE state = 'cancelled' AND doubtful > 0"
"""Alerts that a newer one replaced, while nobody knew that they had arrived."""
LETTERS = "SELECT count(*) FROM letter WHERE template = 'acknowledged' AND state = ?"


class Mood:
    """30 % of the recipients are put off, and the connection is cut behind 10 % of the letters."""

    def __init__(self, seed: int) -> None:
        self.cut = 0
        self._luck = random.Random(seed)

    def __call__(self, command: str) -> str | None:
        dice = self._luck.random()
        if command == "RCPT" and dice < 0.3:
            return self._luck.choice(("451 4.7.1 Greylisted", "450 4.2.1 Busy", "421 4.3.2 Going down"))
        if command == "250" and dice < 0.1:
            self.cut += 1
            return "cut"
        return None


def test_whatever_the_relay_does_each_letter_arrives_or_is_known_to_have_failed(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:
        mood = rig.node.relay.mood = Mood(seed=random.randrange(10**6))
        for name in GONE:
            rig.node.relay.refuse(address(name))
        rig.under_load(MAILS // 2, rig.node.relay.go_away)
        rig.under_load(MAILS // 2, rig.node.relay.come_back)
        _let_hours_pass(rig)
        assert rig.node.value("desk.db", LETTERS, "failed") == len(GONE)
        assert rig.node.value("desk.db", LETTERS, "sent") == MAILS - len(GONE)
        _each_is_one_letter(rig, mood.cut)
        assert rig.node.value("desk.db", "SELECT count(*) FROM event WHERE action = 'failed'") == len(GONE)


def _let_hours_pass(rig: Rig) -> None:
    """Until no letter waits any more; the pauses between two attempts grow to hours."""
    for hours in range(1, DAYS):
        if rig.node.settled(MAILS):
            return
        rig.machine.clock_is_off_by(hours * HOUR)
        time.sleep(1)
    raise AssertionError(f"letters still wait: {rig.node.status()['outbox']}")


def _each_is_one_letter(rig: Rig, cut: int) -> None:
    """As many copies more as answers were lost of letters that went again; each is the same to the byte, and the doubt
    was counted."""
    copies = Counter((letter.header("Message-ID"), letter.raw) for letter in rig.node.relay.letters)
    assert len({which for which, _ in copies}) == len(copies), "a letter changed between two attempts"
    assert sum(copies.values()) - len(copies) == cut - rig.node.value("desk.db", TAKEN_BACK)
    assert rig.node.value("desk.db", "SELECT sum(doubtful) FROM letter") == cut
    people = {letter.to for letter in rig.node.relay.letters if letter.header("X-Mailgate-Letter") == "acknowledged"}
    assert people == {address(name) for name in rig.names} - {address(name) for name in GONE}
