"""DESIGN 1.8: `explain` is the same line, rolled back. What it says beforehand is what the daemon then does, and
nothing of it is left behind: for every mail of the corpus, and for mails that nobody thought of.

`MAILGATE_GENERATED=2000` asks for more of those.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate import explanation
from mailgate.clock import Clock, SetClock
from mailgate.desk import mails
from mailgate.outbox.moulds import text_of
from mailgate.rehearsal import Mail as Said
from mailgate.rehearsal import at_the_door, rehearse, stored
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.shift import Shift
from mailgate.store.db import Store, open_store
from mailgate.store.tables import Letter, table_of
from tests.mails.desks import Desks
from tests.mails.pairs import FOLDER, Pair, names, pair
from tests.stories.generated import Source
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, MONDAY, SUPPORT, World

Json = dict[str, Any]
LETTER = table_of(Letter)
MANY = int(os.environ.get("MAILGATE_GENERATED", "200"))
TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{24}(?![a-z2-7])")


def plain(document: Json) -> Json:
    """Without what is drawn by lot: tokens; and the number of the mail, which a file does not have."""
    text = re.sub(r"M-\d+", "M-N", TOKEN.sub("TOKEN", json.dumps(document)))
    found: Json = json.loads(text)
    return {**found, "letters": sorted(found["letters"], key=json.dumps)}


def done(store: Store, settings: Settings, number: int, clock: Clock) -> Json:
    """What the daemon decided about a mail, and the letters that came of it."""
    with store.reading(settings, clock.now()) as tx:
        rows = tx.all(sa.select(LETTER).where(LETTER.c.mail == number).order_by(LETTER.c.id))
        said = ("to", "template", "language", "subject")
        kept = [{**{name: getattr(row, name) for name in said}, "text": text_of(tx, row)} for row in rows]
        return {**(mails.decision(tx, number) or {}), "letters": kept}


@dataclass
class Untouched:
    """Both databases of a state folder: has anybody committed anything to them?"""

    folder: Path

    def version(self) -> list[int]:
        """Changes with every commit of another connection."""
        return [database.execute("PRAGMA data_version").fetchone()[0] for database in self._open]

    def bytes(self) -> str:
        """Of both databases and their logs, but for SQLite's index of readers."""
        seen = hashlib.sha256()
        for path in sorted(
            each for each in self.folder.rglob("*") if each.is_file() and not each.name.endswith("-shm")
        ):
            seen.update(path.name.encode() + path.read_bytes())
        return seen.hexdigest()

    def __enter__(self) -> Untouched:
        self._open = [sqlite3.connect(self.folder / name) for name in ("journal.db", "desk.db")]
        return self

    def __exit__(self, *wrong: object) -> None:
        for database in self._open:
            database.close()


# -- mails that nobody thought of --------------------------------------------------------------------------------------


def test_generated_mails_become_what_explain_says(tmp_path: Path) -> None:
    sorts: Counter[str] = Counter()
    with World(tmp_path) as desk, Untouched(desk.folder / "state") as state:
        source = Source(seed=1)
        for number in range(MANY):
            desk.later(minutes=7 * (number % 5))
            one = source.next(desk.relay.letters)
            said = Said(one.sender, one.recipients, peer="127.0.0.2" if one.stranger else "127.0.0.1")
            door = at_the_door(desk.store, desk.settings, one.raw, said, desk.clock)
            before = state.version(), state.bytes() if number % 20 == 0 else None
            explained = rehearse(desk.store, desk.settings, one.raw, said, desk.clock)
            assert (state.version(), state.bytes() if number % 20 == 0 else None) == before
            assert door["refused"] is None
            mail = desk.hand_in_bytes(one.raw, one.sender, one.recipients, stranger=one.stranger)
            if door["again"]:
                assert door["again"] == f"M-{mail}"
                continue
            arrived = stored(desk.store, desk.settings, mail, desk.clock)
            desk.work()
            really = plain(done(desk.store, desk.settings, mail, desk.clock))
            assert plain(explained) == really, one.raw.decode("utf-8", "replace")
            assert plain(arrived) == really, one.raw.decode("utf-8", "replace")
            sorts[really["sort"]] += 1
    assert set(sorts) >= {"new_ticket", "reply", "agent_reply", "command", "auto_reply", "held", "bounce", "duplicate"}


# -- every mail of the corpus ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    found = Desks(load.read(FOLDER / "desk", {}), tmp_path_factory.mktemp("pasts"))
    open_store(_at(found.settings, found.folder / "new"), create=True).close()
    yield found
    found.close()


def _at(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(update={"site": settings.site.model_copy(update={"state": str(folder)})})


@pytest.fixture
def copied(desks: Desks, tmp_path: Path) -> Any:
    """A desk of its own for one mail, as the mails before it left it."""
    opened: list[Store] = []

    def copy(one: Pair) -> Store:
        if one.after:
            desks._store(one.after)
        shutil.copytree(desks.folder / (one.after or "new"), tmp_path / "state")
        opened.append(open_store(_at(desks.settings, tmp_path / "state")))
        return opened[0]

    yield copy
    for store in opened:
        store.close()


@pytest.mark.parametrize("name", names()[::3])
def test_a_mail_of_the_corpus_becomes_what_explain_says(name: str, desks: Desks, copied: Any, tmp_path: Path) -> None:
    one = pair(name)
    store, clock = copied(one), SetClock(one.at)
    values = desks._letter(store, one)
    with Untouched(tmp_path / "state") as state:
        before = state.version(), state.bytes()
        explained = rehearse(store, desks.settings, one.bytes(values), one.said(values), clock)
        assert (state.version(), state.bytes()) == before
    number = desks._arrive(store, one)
    arrived = plain(stored(store, desks.settings, number, clock))
    Shift(store, desks.settings, clock, "corpus", nullcontext, lambda claimed: None).batch()
    really = plain(done(store, desks.settings, number, clock))
    assert arrived == really
    if not one.again:
        assert plain(explained) == really


# -- what can not be judged, and what never gets in --------------------------------------------------------------------


def test_a_mail_that_fails_is_explained_as_failed_and_stops_no_other(tmp_path: Path) -> None:
    with World(tmp_path) as desk:
        gone = desk.settings.model_copy(update={"letters": None})
        said = Said(ERIKA, (SUPPORT,))
        found = rehearse(desk.store, gone, Mail(ERIKA, SUPPORT).bytes, said, desk.clock)
        whole = rehearse(desk.store, desk.settings, Mail(ERIKA, SUPPORT).bytes, said, desk.clock)
    assert (found["state"], found["sort"], whole["state"]) == ("failed", None, "handled")
    assert found["reason"].startswith("AttributeError")


def test_what_can_not_be_judged_has_every_key(tmp_path: Path) -> None:
    with World(tmp_path) as desk:
        whole = rehearse(desk.store, desk.settings, Mail(ERIKA, SUPPORT).bytes, Said(), desk.clock)
    nothing = explanation.undecided("failed", "because")
    assert set(nothing) == set(whole)
    assert all(set(nothing[key]) == set(whole[key]) for key in ("route", "trust", "auto"))


@pytest.mark.parametrize(
    ("said", "raw", "reply"),
    [
        (Said("erika@customer.example", ("nobody@example.com",)), b"Subject: x\r\n\r\nx\r\n", "550 5.1.1"),
        (Said("erika@customer.example", (SUPPORT,)), b"Subject: x\r\n\r\nbare\nline\r\n", "550 5.6.11"),
        (Said("erika@customer.example", (SUPPORT,), peer="127.0.0.1"), b"Subject: x\r\n\r\nbare\nline\r\n", None),
        (Said("no address", (SUPPORT,)), b"Subject: x\r\n\r\nx\r\n", "553"),
        (Said("", (SUPPORT,)), b"", "554 5.6.0"),
    ],
)
def test_explain_says_what_a_session_would_have_said(tmp_path: Path, said: Said, raw: bytes, reply: str | None) -> None:
    with World(tmp_path) as desk:
        door = at_the_door(desk.store, desk.settings, raw, said, desk.clock)
    assert (door["refused"] or "").startswith(reply or "")
    assert (door["refused"] is None) == (reply is None)


def test_the_very_mail_that_is_here_already_is_named_and_judged_as_if_it_were_new(tmp_path: Path) -> None:
    with World(tmp_path) as desk:
        raw = Mail(ERIKA, SUPPORT, "VPN").bytes
        desk.hand_in_bytes(raw, "erika@customer.example", (SUPPORT,))
        said = Said("erika@customer.example", (SUPPORT,), peer="127.0.0.1", at=MONDAY)
        assert at_the_door(desk.store, desk.settings, raw, said, desk.clock)["again"] == "M-1"
        assert rehearse(desk.store, desk.settings, raw, said, desk.clock)["sort"] == "new_ticket"
        other = Said("erika@customer.example", ("it@example.com",), peer="127.0.0.1")
        assert at_the_door(desk.store, desk.settings, raw, other, desk.clock)["again"] is None
        assert rehearse(desk.store, desk.settings, raw, other, desk.clock)["sort"] == "duplicate"
