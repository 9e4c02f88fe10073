"""A desk with a past on disk, to be tampered with: every test has a copy of its own."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mailgate.desk import audit, chain, seals
from mailgate.desk.tampering import Finding
from mailgate.settings.model import Settings
from mailgate.store.db import Store, open_folder
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

LARGE = "All of it. " * 10_000
"""More than a row of the journal holds."""


def live(desk: World) -> None:
    """#1001: asked, answered, resolved; #1002 with a file of its own; mails that became no ticket. Sealed three times,
    and then it goes on."""
    desk.write(ERIKA, "Printer on fire", "It burns.\nPlease help.")
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "Throw water.\n\nAnna", sender=ANNA)
    seal(desk)
    desk.write("Otto <otto@partner.example>", "Long story", LARGE)
    seal(desk)
    desk.mail(Mail(ERIKA, SUPPORT, "hold me", "Look at this."))
    desk.mail(Mail("news@newsletter.example", SUPPORT, "Ten offers", "Buy."))
    desk.answer(desk.letter("erika@customer.example", "reply"), "It still burns.", sender=ERIKA)
    seal(desk)
    desk.answer(desk.letter("anna@example.com", "new_message"), "#resolve\nReplaced.", sender=ANNA)


def seal(desk: World) -> str:
    """An hour later the clock comes by."""
    desk.later(hours=1)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        seals.seal(tx)
        found = seals.anchor(tx)
    assert found is not None
    return found[0]


@dataclass(frozen=True)
class Past:
    """The state folder of a desk that was stopped."""

    folder: Path
    settings: Settings
    now: datetime

    def copy(self, folder: Path) -> Past:
        shutil.copytree(self.folder, folder)
        return Past(folder, self.settings, self.now)

    def sql(self, statement: str, *values: Any, file: str = "desk") -> list[tuple[Any, ...]]:
        """What somebody does who has the file in his hands."""
        connection = sqlite3.connect(self.folder / f"{file}.db")
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def open(self) -> Store:
        return open_folder(self.folder)

    def verify(self, anchor: str | None = None, since: int | None = None) -> list[Finding]:
        store = self.open()
        try:
            with store.reading(self.settings, self.now) as tx:
                return audit.verify(tx, store, anchor, since=since)
        finally:
            store.close()

    def wrong(self, **how: Any) -> list[tuple[str, int | None, int | None]]:
        """What `verify` finds: kind, ticket, and event."""
        return [(str(each.kind), each.ticket, each.seq) for each in self.verify(**how)]

    def change(self, work: Any) -> Any:
        """What the program itself does, a day later."""
        store = self.open()
        try:
            with store.transaction(self.settings, self.now + timedelta(days=1)) as tx:
                return work(tx)
        finally:
            store.close()

    def events(self, ticket: int) -> list[sqlite3.Row]:
        connection = sqlite3.connect(self.folder / "desk.db")
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute("SELECT * FROM event WHERE ticket = ? ORDER BY seq", (ticket,)).fetchall()
        finally:
            connection.close()


def where(seq: int, ticket: int = 1001) -> str:
    """One event, as a condition."""
    return f"WHERE ticket = {ticket} AND seq = {seq}"


def link(row: dict[str, Any], previous: str) -> dict[str, Any]:
    """The event with the hash it should have in this place: what somebody can do who knows how."""
    text = row["detail"]
    digest = chain.digest(row["salt"], text)
    actor = chain.nameless(row["actor"], row["salt"])
    hash_ = chain.link(previous, row["seq"], row["at"], actor, row["action"], row["mail"], row["raw"], digest)
    return {**row, "digest": digest, "hash": hash_}


def put(past: Past, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    past.sql(f"INSERT OR REPLACE INTO event ({names}) VALUES ({', '.join('?' * len(row))})", *row.values())


def written_anew(past: Past, ticket: int, seq: int, **changed: Any) -> None:
    """A whole ticket made to fit again after a change, its count and last hash too."""
    previous = chain.start(ticket)
    for event in past.events(ticket):
        row = link({**dict(event), **(changed if event["seq"] == seq else {})}, previous)
        put(past, row)
        previous = row["hash"]
    past.sql("UPDATE chain SET head = ? WHERE ticket = ?", previous, ticket)
